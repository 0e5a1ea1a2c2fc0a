"""What the page of notices shows of meetings: whom they reach, in words."""

from django.utils.translation import gettext_lazy as _

from meetings import notices
from meetings.models import Decision
from meetings.notices import delegations, in_session, invitations, moves, papers
from ots_portal.plugs import Sample, plug_audiences, plug_sample

plug_audiences(
    {
        notices.those_who_are_called: _("Editors and heads of the participants that are called"),
        papers.readers: _("Those who may read the document"),
        papers.the_secretariat: _("The secretariat"),
        papers.its_submitters: _("Editors and heads of those who submitted it"),
        delegations.those_who_send: _("Editors and heads of the delegation’s participant"),
        invitations.those_invited: _("Editors and heads of the invited participant"),
        invitations.the_secretariat: _("The people of the secretariat"),
        moves.those_who_knew: _("Everybody whom the meeting calls, and its delegates"),
        notices.those_who_may_now_read: _("All people of the participants that may read them"),
        in_session.those_it_is_open_to: _(
            "Editors and heads of the participants that may read the meeting"
        ),
        in_session.the_responsible: _("Editors and heads of the participant that is responsible"),
        in_session.the_secretariat: _("The secretariat’s people"),
        notices.those_who_comment: _("Editors and heads of the invited member States"),
        notices.those_who_have_not_commented: _(
            "Editors and heads of the invited member States that have not commented"
        ),
        notices.editors_and_heads_of_members: _("Editors and heads of the member States"),
        notices.those_who_read_for_the_first_time: _("All people of States that may read them now"),
        notices.the_secretariat: _("The secretariat’s people"),
        notices.the_commenting_state: _("Editors and heads of the State that commented"),
        notices.those_who_read_the_corrected: _("All people of the participants that read them"),
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
plug_sample("meetings.agenda", Sample(model="meetings.meeting"))
plug_sample(
    "meetings.action",
    Sample(
        fields={"decision": Decision(titles={"en": "Joint exercise"}, number="D/MM-3/2")},
        data={
            "reason": {"en": "The table is not complete yet."},
            "due_on": {"before": "2026-12-20", "after": "2027-01-20"},
            "days": 3,
        },
    ),
)
