from django.urls import path

from ots_portal.oversight import views

app_name = "oversight"
urlpatterns = [
    path("", views.entry_list, name="list"),
    path("state/", views.state, name="state"),
    path("check/", views.check, name="check"),
    path("export/", views.export, name="export"),
    path("<uuid:pk>/", views.entry_detail, name="detail"),
]
