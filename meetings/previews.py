"""What the page of notices shows of meetings: whom they reach, in words."""

from django.utils.translation import gettext_lazy as _

from meetings import notices
from meetings.notices import delegations, invitations
from ots_portal.plugs import Sample, plug_audiences, plug_sample

plug_audiences(
    {
        notices.those_who_are_called: _("Editors and heads of the participants that are called"),
        delegations.those_who_send: _("Editors and heads of the delegation’s participant"),
        invitations.those_invited: _("Editors and heads of the invited participant"),
        invitations.the_secretariat: _("The people of the secretariat"),
        notices.those_who_knew: _("Everybody whom the meeting calls, and its delegates"),
        notices.those_who_may_now_read: _("All people of the participants that may read them"),
    }
)

_BEFORE = {
    "starts_at": "2026-11-20T07:00:00+00:00",
    "ends_at": "2026-11-20T15:00:00+00:00",
    "time_zone": "Europe/Istanbul",
    "date_precision": "minute",
    "mode": "in_person",
    "city": "Ankara",
    "venue": "",
}
plug_sample(
    "meetings.meeting.moved",
    Sample(
        data={"before": _BEFORE, "after": {**_BEFORE, "starts_at": "2026-11-20T09:00:00+00:00"}}
    ),
)
