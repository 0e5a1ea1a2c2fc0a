from django.urls import path

from ots_portal.access import views

app_name = "people"
urlpatterns = [path("settings/", views.settings_page, name="settings")]
