from django.urls import path

from ots_portal.search.views import search

app_name = "search"
urlpatterns = [path("", search, name="search")]
