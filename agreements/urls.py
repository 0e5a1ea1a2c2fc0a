from django.urls import path

from agreements import views

app_name = "agreements"

urlpatterns = [
    path("", views.instrument_list, name="list"),
    path("<uuid:pk>/", views.instrument_detail, name="detail"),
    path("<uuid:pk>/text/", views.instrument_text, name="text"),
    path("<uuid:pk>/open_negotiation/", views.open_negotiation, name="open_negotiation"),
    path("<uuid:pk>/suspend/", views.suspend, name="suspend"),
    path("<uuid:pk>/resume/", views.resume, name="resume"),
    path("<uuid:pk>/abandon/", views.abandon, name="abandon"),
    path("<uuid:pk>/close_ad_referendum/", views.close_ad_referendum, name="close_ad_referendum"),
    path("<uuid:pk>/reopen/", views.reopen, name="reopen"),
    path("<uuid:pk>/milestones/new/", views.milestone_new, name="milestone_new"),
    path("<uuid:pk>/domestic_steps/new/", views.domestic_step_new, name="domestic_step_new"),
    path("milestones/<uuid:pk>/supersede/", views.milestone_supersede, name="milestone_supersede"),
    path(
        "domestic_steps/<uuid:pk>/supersede/",
        views.domestic_step_supersede,
        name="domestic_step_supersede",
    ),
    path("<uuid:pk>/revisions/", views.revision_list, name="revision_list"),
    path("<uuid:pk>/revisions/new/", views.revision_new, name="revision_new"),
    path("<uuid:pk>/compare/", views.revision_compare, name="revision_compare"),
    path("<uuid:pk>/have_compared/", views.revision_have_compared, name="revision_have_compared"),
    path("<uuid:pk>/texts/new/", views.text_import_new, name="text_import_new"),
    path("revisions/<uuid:pk>/", views.revision_detail, name="revision_detail"),
    path("revisions/<uuid:pk>/freeze/", views.revision_freeze, name="revision_freeze"),
    path("text_imports/<uuid:pk>/", views.text_import_detail, name="text_import_detail"),
    path("text_imports/<uuid:pk>/take_in/", views.text_import_take_in, name="text_import_take_in"),
    path("provisions/<uuid:pk>/edit/", views.provision_edit, name="provision_edit"),
]
