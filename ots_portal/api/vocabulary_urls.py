from django.urls import path

from ots_portal.api.vocabularies import Vocabularies, VocabularyDetail

urlpatterns = [
    path("", Vocabularies.as_view(), name="vocabularies-list"),
    path("<str:name>/", VocabularyDetail.as_view(), name="vocabularies-detail"),
]
