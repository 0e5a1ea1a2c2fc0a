"""What clocks plug into the portal: cards of the front page, their name in the audit, when they are forgotten."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from ots_portal import plugs
from ots_portal.escalations import presentation, queries, rules
from ots_portal.escalations.models import Clock
from ots_portal.people.models import User

SHOWN_ON_CARD = 6


def _may_acknowledge(user: Any) -> bool:
    return isinstance(user, User) and rules.acts_for_a_participant(user)


def _is_of_secretariat(user: Any) -> bool:
    return isinstance(user, User) and user.is_secretariat


def _waiting(user: Any) -> Sequence[plugs.CardLine]:
    return presentation.waiting_lines(queries.waiting_for(user)[:SHOWN_ON_CARD], reader=user)


def _unanswered(user: Any) -> Sequence[plugs.CardLine]:
    found = queries.with_parts(queries.unanswered(queries.visible_to(user)))
    newest = found.order_by("-started_at", "-id")[:SHOWN_ON_CARD]
    return presentation.unanswered_lines(newest, reader=user)


def _told(person: User) -> Sequence[dict[str, Any]]:
    own = Clock.objects.filter(stopped_by=person).order_by("started_at", "id")
    columns = ("number", "started_at", "stopped_at", "is_by_link")
    return [dict(row) for row in own.values(*columns)]


plugs.cards += [
    plugs.Card(
        _("Acknowledge that it has reached you"),
        position=0,
        lines=_waiting,
        more_url_name="escalations:list",
        needs_me=True,
        visible=_may_acknowledge,
    ),
    plugs.Card(
        _("Nobody has acknowledged: reach them in another way"),
        position=0,
        lines=_unanswered,
        more_url_name="escalations:list",
        needs_me=True,
        visible=_is_of_secretariat,
    ),
]
plugs.plug_audited(
    plugs.AuditedRecord(
        "escalations.clock",
        _("Acknowledgement clock"),
        visible_to=queries.visible_to,
        fields={
            "told": _("People who were told"),
            "notice": _("What they were told of"),
            "by_link": _("By the link of a mail"),
        },
    )
)
plugs.plug_retention(plugs.retention_of_rows("clocks", queries.stopped_before))
# Who is forgotten is no longer named: the key is set to nothing.
plugs.plug_personal_data(plugs.PersonalData("clocks", told=_told))
