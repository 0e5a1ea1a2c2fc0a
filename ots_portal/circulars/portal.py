"""What circulars plug into the portal: menu, front page, documents, audit, a person's own copy."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from ots_portal import plugs
from ots_portal.circulars import queries, rules
from ots_portal.circulars.models import Circular
from ots_portal.circulars.statuses import CircularStatus
from ots_portal.people.models import Role, User

SHOWN_ON_CARD = 5


def _gets_circulars(user: Any) -> bool:
    others = (Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR)
    return isinstance(user, User) and not user.is_machine and user.role not in others


def _waiting(user: Any) -> Sequence[plugs.CardLine]:
    return [_line(circular) for circular in queries.waiting_for(user)[:SHOWN_ON_CARD]]


def _line(circular: Circular) -> plugs.CardLine:
    is_draft = circular.status == CircularStatus.DRAFT
    return plugs.CardLine(
        title=circular.title,
        url=circular.get_absolute_url(),
        note=circular.participant.name,
        badge=_("Issue it") if is_draft else _("Confirm the receipt"),
        tone="draft" if is_draft else "warning",
        at=circular.listed_at,
    )


def _receipts_told(person: User) -> Sequence[dict[str, Any]]:
    return [
        {"circular": receipt.circular.number, "confirmed_at": receipt.confirmed_at.isoformat()}
        for receipt in queries.receipts_given_by(person)
    ]


plugs.menu.append(plugs.MenuEntry(_("Circulars"), "circulars:list", 45, _gets_circulars))
plugs.cards.append(
    plugs.Card(
        _("Circulars that wait for you"),
        position=6,
        lines=_waiting,
        more_url_name="circulars:list",
        needs_me=True,
        visible=_gets_circulars,
    )
)
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


def _texts(circular: Circular) -> dict[str, plugs.SearchText]:
    codes = dict.fromkeys([*circular.titles, *circular.texts])
    said = {
        code: plugs.SearchText(circular.titles.get(code, ""), circular.texts.get(code, ""))
        for code in codes
    }
    return {**said, "": plugs.SearchText(circular.number)}


plugs.plug_searchable(
    plugs.Searchable(
        "circulars.circular",
        _("Circular"),
        visible_to=queries.visible_to,
        texts_of=_texts,
        at_of=lambda circular: circular.listed_at,
        participant_of=lambda circular: circular.participant_id,
    )
)
