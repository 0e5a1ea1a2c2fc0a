from django.urls import path

from ots_portal.gallery import views

urlpatterns = [path("", views.gallery, name="gallery")]
