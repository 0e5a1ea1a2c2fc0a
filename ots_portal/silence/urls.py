from django.urls import path

from ots_portal.silence import views

app_name = "silence"
urlpatterns = [
    path("", views.procedure_list, name="list"),
    path("start/<str:model>/<uuid:pk>/", views.procedure_start, name="start"),
    path("<uuid:pk>/", views.procedure_detail, name="detail"),
    path("<uuid:pk>/object_to/", views.procedure_object_to, name="object_to"),
    path("<uuid:pk>/withdraw/", views.procedure_withdraw, name="withdraw"),
]
