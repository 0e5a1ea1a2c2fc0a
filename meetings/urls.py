from django.urls import path

from meetings.views import (
    agenda,
    board,
    calendars,
    delegations,
    invitations,
    meetings,
    minutes,
    participant_lists,
    series,
)

app_name = "meetings"

urlpatterns = [
    path("", meetings.meeting_list, name="list"),
    path("new/", meetings.meeting_new, name="new"),
    path("<uuid:pk>/", meetings.meeting_detail, name="detail"),
    path("<uuid:pk>/edit/", meetings.meeting_edit, name="edit"),
    path("<uuid:pk>/convene/", meetings.meeting_convene, name="convene"),
    path("<uuid:pk>/open/", meetings.meeting_open, name="open"),
    path("<uuid:pk>/suspend/", meetings.meeting_suspend, name="suspend"),
    path("<uuid:pk>/resume/", meetings.meeting_resume, name="resume"),
    path("<uuid:pk>/adjourn/", meetings.meeting_adjourn, name="adjourn"),
    path("<uuid:pk>/close/", meetings.meeting_close, name="close"),
    path("<uuid:pk>/postpone/", meetings.meeting_postpone, name="postpone"),
    path("<uuid:pk>/cancel/", meetings.meeting_cancel, name="cancel"),
    path("<uuid:pk>/agenda/", agenda.agenda, name="agenda"),
    path("<uuid:pk>/minutes/new/", minutes.minutes_new, name="minutes_new"),
    path("agenda/<uuid:pk>/edit/", agenda.item_edit, name="item_edit"),
    path("agenda/<uuid:pk>/move/", agenda.item_move, name="item_move"),
    path("agenda/<uuid:pk>/remove/", agenda.item_remove, name="item_remove"),
    path("minutes/", minutes.minutes_list, name="minutes_list"),
    path("minutes/<uuid:pk>/", minutes.minutes_detail, name="minutes_detail"),
    path("minutes/<uuid:pk>/edit/", minutes.minutes_edit, name="minutes_edit"),
    path("minutes/<uuid:pk>/circulate/", minutes.minutes_circulate, name="minutes_circulate"),
    path("minutes/<uuid:pk>/withdraw/", minutes.minutes_withdraw, name="minutes_withdraw"),
    path("minutes/<uuid:pk>/adopt/", minutes.minutes_adopt, name="minutes_adopt"),
    path("minutes/<uuid:pk>/publish/", minutes.minutes_publish, name="minutes_publish"),
    # ── invitations ──
    path("<uuid:pk>/invitations/", invitations.invitation_list, name="invitations"),
    path("<uuid:pk>/invitations/invite/", invitations.invite, name="invite"),
    path(
        "<uuid:pk>/invitations/invite-all/", invitations.invite_all, name="invitations_invite_all"
    ),
    path("<uuid:pk>/invitations/send-all/", invitations.send_all, name="invitations_send_all"),
    path("invitations/<uuid:pk>/", invitations.invitation_detail, name="invitation_detail"),
    path("invitations/<uuid:pk>/edit/", invitations.invitation_edit, name="invitation_edit"),
    path("invitations/<uuid:pk>/send/", invitations.invitation_send, name="invitation_send"),
    path(
        "invitations/<uuid:pk>/acknowledge/",
        invitations.invitation_acknowledge,
        name="invitation_acknowledge",
    ),
    path("invitations/<uuid:pk>/accept/", invitations.invitation_accept, name="invitation_accept"),
    path(
        "invitations/<uuid:pk>/decline/", invitations.invitation_decline, name="invitation_decline"
    ),
    path(
        "invitations/<uuid:pk>/withdraw/",
        invitations.invitation_withdraw,
        name="invitation_withdraw",
    ),
    # ── delegations ──
    path("<uuid:pk>/participants/", delegations.participants, name="participants"),
    path("<uuid:pk>/participants.pdf", participant_lists.participants_pdf, name="participants_pdf"),
    path("<uuid:pk>/participants.csv", participant_lists.participants_csv, name="participants_csv"),
    path(
        "<uuid:pk>/participants.xlsx", participant_lists.participants_xlsx, name="participants_xlsx"
    ),
    path("<uuid:pk>/delegations/announce/", delegations.announce, name="delegation_announce"),
    path("delegations/<uuid:pk>/", delegations.delegation_detail, name="delegation_detail"),
    path(
        "delegations/<uuid:pk>/confirm/", delegations.delegation_confirm, name="delegation_confirm"
    ),
    path("delegations/<uuid:pk>/reopen/", delegations.delegation_reopen, name="delegation_reopen"),
    path(
        "delegations/<uuid:pk>/withdraw/",
        delegations.delegation_withdraw,
        name="delegation_withdraw",
    ),
    path(
        "delegations/<uuid:pk>/credentials/submit/",
        delegations.credentials_submit,
        name="credentials_submit",
    ),
    path(
        "delegations/<uuid:pk>/credentials/approve/",
        delegations.credentials_approve,
        name="credentials_approve",
    ),
    path(
        "delegations/<uuid:pk>/credentials/query/",
        delegations.credentials_query,
        name="credentials_query",
    ),
    path("delegations/<uuid:pk>/head/", delegations.head_change, name="head_change"),
    path("delegations/<uuid:pk>/people/new/", delegations.delegate_new, name="delegate_new"),
    path("delegates/<uuid:pk>/edit/", delegations.delegate_edit, name="delegate_edit"),
    path("delegates/<uuid:pk>/remove/", delegations.delegate_remove, name="delegate_remove"),
    path(
        "delegates/<uuid:pk>/accreditation/accredit/",
        delegations.accreditation_accredit,
        name="accreditation_accredit",
    ),
    path(
        "delegates/<uuid:pk>/accreditation/refuse/",
        delegations.accreditation_refuse,
        name="accreditation_refuse",
    ),
    path(
        "delegates/<uuid:pk>/accreditation/revoke/",
        delegations.accreditation_revoke,
        name="accreditation_revoke",
    ),
    # ── series, calendar, readiness ──
    path("<uuid:pk>/follow/", meetings.meeting_follow, name="follow"),
    path("<uuid:pk>/calendar.ics", calendars.calendar, name="calendar"),
    path("<uuid:pk>/readiness/", board.readiness, name="readiness"),
    path("series/", series.series_list, name="series"),
    path("series/new/", series.series_new, name="series_new"),
    path("series/<uuid:pk>/", series.series_detail, name="series_detail"),
    path("series/<uuid:pk>/edit/", series.series_edit, name="series_edit"),
    path("series/<uuid:pk>/rules/", series.series_rules, name="series_rules"),
]
