from django.urls import path

from ots_portal.privacy import views

app_name = "privacy"
urlpatterns = [
    path("", views.own, name="own"),
    path("download/", views.download_own, name="download_own"),
    path("ask/", views.ask, name="ask"),
    path("people/", views.people, name="people"),
    path("people/<uuid:pk>/", views.person, name="person"),
    path("people/<uuid:pk>/download/", views.download, name="download"),
    path("people/<uuid:pk>/forget/", views.forget, name="forget"),
]
