"""What circulars plug into the portal: menu, front page, documents, audit, a person's own copy."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from ots_portal import plugs
from ots_portal.circulars import queries, rules
from ots_portal.circulars.models import Circular
from ots_portal.circulars.statuses import TONES, CircularStatus
from ots_portal.people.models import Role, User

SHOWN_ON_CARD = 5


def _gets_circulars(user: Any) -> bool:
    others = (Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR)
    return isinstance(user, User) and not user.is_machine and user.role not in others


def _is_head(user: Any) -> bool:
    return isinstance(user, User) and user.is_head


def _to_confirm(user: Any) -> Sequence[plugs.CardLine]:
    found = queries.with_names(queries.unconfirmed(queries.visible_to(user), user))
    return [_line(circular) for circular in found[:SHOWN_ON_CARD]]


def _to_issue(user: Any) -> Sequence[plugs.CardLine]:
    return [_line(circular) for circular in queries.waiting_for_issue_by(user)[:SHOWN_ON_CARD]]


def _line(circular: Circular) -> plugs.CardLine:
    status = CircularStatus(circular.status)
    return plugs.CardLine(
        title=circular.title,
        url=circular.get_absolute_url(),
        note=circular.participant.name,
        badge=status.label if status == CircularStatus.DRAFT else circular.number,
        tone=TONES[status] if status == CircularStatus.DRAFT else "neutral",
        at=circular.listed_at,
    )


def _receipts_told(person: User) -> Sequence[dict[str, Any]]:
    return [
        {"circular": receipt.circular.number, "confirmed_at": receipt.confirmed_at.isoformat()}
        for receipt in queries.receipts_given_by(person)
    ]


plugs.menu.append(plugs.MenuEntry(_("Circulars"), "circulars:list", 45, _gets_circulars))
plugs.cards += [
    plugs.Card(
        _("Circulars whose receipt you are asked to confirm"),
        position=6,
        lines=_to_confirm,
        more_url_name="circulars:list",
        needs_me=True,
        visible=_gets_circulars,
    ),
    plugs.Card(
        _("Circulars that wait to be issued"),
        position=7,
        lines=_to_issue,
        more_url_name="circulars:list",
        needs_me=True,
        visible=_is_head,
    ),
]
plugs.plug_documents(
    plugs.DocumentOwner(
        "circulars.circular", visible_to=queries.visible_to, may_attach=rules.may_attach
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "circulars.circular",
        _("Circular"),
        visible_to=lambda user: queries.with_names(queries.visible_to(user)),
        fields={
            "recipient_count": _("Recipients"),
            "sha256": _("SHA-256 of the content"),
            "languages": _("Languages"),
        },
    )
)
plugs.plug_personal_data(plugs.PersonalData("circular_receipts", told=_receipts_told))
