from django.urls import path

from meetings.views import agenda, meetings, minutes, recall

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
    path("minutes/<uuid:pk>/recall/", recall.minutes_recall, name="minutes_recall"),
]
