from django.urls import path

from ots_portal.documents import views

app_name = "documents"
urlpatterns = [
    path("new/<str:label>/<uuid:pk>/", views.new, name="new"),
    path("<uuid:pk>/", views.download, name="download"),
    path("<uuid:pk>/remove/", views.remove, name="remove"),
]
