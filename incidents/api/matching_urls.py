from django.urls import path

from incidents.api.matching import Matching

urlpatterns = [
    path("<uuid:pk>/items/<uuid:item_pk>/capacities/", Matching.as_view(), name="matching"),
]
