from django.urls import path

from ots_portal.circulars import views

app_name = "circulars"

urlpatterns = [
    path("", views.circular_list, name="list"),
    path("new/", views.circular_new, name="new"),
    path("<uuid:pk>/", views.circular_detail, name="detail"),
    path("<uuid:pk>/edit/", views.circular_edit, name="edit"),
    path("<uuid:pk>/discard/", views.circular_discard, name="discard"),
    path("<uuid:pk>/issue/", views.circular_issue, name="issue"),
    path("<uuid:pk>/recall/", views.circular_recall, name="recall"),
    path("<uuid:pk>/confirm/", views.circular_confirm, name="confirm"),
]
