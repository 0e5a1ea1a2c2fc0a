"""The pages of participants: who takes part, and the keeping of what the directory says of them."""

from django.urls import path

from ots_portal.directory import views
from ots_portal.directory.sections import SECTIONS

app_name = "participants"
urlpatterns = [
    path("", views.participant_list, name="list"),
    path("export/", views.export, name="export"),
    path("<slug:slug>/", views.participant_detail, name="detail"),
    path(
        "<slug:slug>/contact-points/<uuid:pk>/vcard/",
        views.contact_point_vcard,
        name="contact_point_vcard",
    ),
]
for section in SECTIONS.values():
    told = {"section": section}
    entry = f"<slug:slug>/{section.path}/<uuid:pk>"
    urlpatterns += [
        path(f"<slug:slug>/{section.path}/new/", views.enter, told, name=f"{section.name}_new"),
        path(f"{entry}/correct/", views.correct, told, name=f"{section.name}_correct"),
        path(f"{entry}/confirm/", views.confirm, told, name=f"{section.name}_confirm"),
        path(f"{entry}/withdraw/", views.withdraw, told, name=f"{section.name}_withdraw"),
    ]
