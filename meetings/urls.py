from django.urls import path

from meetings.views import (
    agenda,
    corrigenda,
    meetings,
    minutes,
    minutes_comments,
    minutes_papers,
    minutes_writing,
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
    path("minutes/<uuid:pk>/pdf/", minutes_papers.minutes_pdf, name="minutes_pdf"),
    path("minutes/<uuid:pk>/compare/", minutes_papers.minutes_compare, name="minutes_compare"),
    path("minutes/<uuid:pk>/edit/", minutes_writing.minutes_edit, name="minutes_edit"),
    path(
        "minutes/<uuid:pk>/translate/", minutes_writing.minutes_translate, name="minutes_translate"
    ),
    path("minutes/<uuid:pk>/fill/", minutes_writing.minutes_fill, name="minutes_fill"),
    path("minutes/<uuid:pk>/circulate/", minutes.minutes_circulate, name="minutes_circulate"),
    path("minutes/<uuid:pk>/withdraw/", minutes.minutes_withdraw, name="minutes_withdraw"),
    path("minutes/<uuid:pk>/revise/", minutes.minutes_revise, name="minutes_revise"),
    path("minutes/<uuid:pk>/adopt/", minutes.minutes_adopt, name="minutes_adopt"),
    path("minutes/<uuid:pk>/publish/", minutes.minutes_publish, name="minutes_publish"),
    path(
        "minutes/<uuid:pk>/publish_public/",
        minutes.minutes_publish_public,
        name="minutes_publish_public",
    ),
    path("minutes/<uuid:pk>/comments/", minutes_comments.minutes_comments, name="minutes_comments"),
    path("minutes/<uuid:pk>/comment/", minutes_comments.minutes_comment, name="minutes_comment"),
    path(
        "minutes/comments/<uuid:pk>/accept/",
        minutes_comments.minutes_comment_accept,
        name="minutes_comment_accept",
    ),
    path(
        "minutes/comments/<uuid:pk>/accept_partly/",
        minutes_comments.minutes_comment_accept_partly,
        name="minutes_comment_accept_partly",
    ),
    path(
        "minutes/comments/<uuid:pk>/decline/",
        minutes_comments.minutes_comment_decline,
        name="minutes_comment_decline",
    ),
    path(
        "minutes/comments/<uuid:pk>/withdraw/",
        minutes_comments.minutes_comment_withdraw,
        name="minutes_comment_withdraw",
    ),
    path(
        "minutes/comments/<uuid:pk>/take_in/",
        minutes_comments.minutes_comment_take_in,
        name="minutes_comment_take_in",
    ),
    path("minutes/<uuid:pk>/correct/", corrigenda.minutes_correct, name="minutes_correct"),
    path("corrigenda/<uuid:pk>/", corrigenda.corrigendum_detail, name="corrigendum_detail"),
    path("corrigenda/<uuid:pk>/pdf/", minutes_papers.corrigendum_pdf, name="corrigendum_pdf"),
    path(
        "corrigenda/<uuid:pk>/put_under_silence/",
        corrigenda.corrigendum_put_under_silence,
        name="corrigendum_put_under_silence",
    ),
    path(
        "corrigenda/<uuid:pk>/discard/", corrigenda.corrigendum_discard, name="corrigendum_discard"
    ),
]
