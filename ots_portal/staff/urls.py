from django.urls import path

from ots_portal.staff.views import invitations, people

app_name = "staff"

urlpatterns = [
    path("", people.person_list, name="list"),
    path("export.csv", people.export, name="export"),
    path("invitations/", invitations.invitation_list, name="invitations"),
    path("invitations/new/", invitations.invite, name="invite"),
    path("invitations/<uuid:pk>/resend/", invitations.resend, name="resend"),
    path("invitations/<uuid:pk>/withdraw/", invitations.withdraw, name="withdraw"),
    path("invitations/<uuid:pk>/confirm/", invitations.confirm, name="confirm"),
    path("welcome/<str:token>/", invitations.accept, name="accept"),
    path("<uuid:pk>/", people.person_detail, name="detail"),
    path("<uuid:pk>/change_role/", people.change_role, name="change_role"),
    path("<uuid:pk>/mark_on_duty/", people.mark_on_duty, name="mark_on_duty"),
    path("<uuid:pk>/take_off_duty/", people.take_off_duty, name="take_off_duty"),
    path("<uuid:pk>/suspend/", people.suspend, name="suspend"),
    path("<uuid:pk>/reactivate/", people.reactivate, name="reactivate"),
    path("<uuid:pk>/reset_second_factor/", people.reset_second_factor, name="reset_second_factor"),
    path("<uuid:pk>/end_sessions/", people.end_sessions, name="end_sessions"),
]
