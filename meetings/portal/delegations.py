"""What series, invitations, delegations and the readiness board plug into the portal."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.formats import calendars
from meetings.presentation.gaps import gaps_of
from meetings.queries import delegations as delegation_queries
from meetings.queries import invitations as invitation_queries
from meetings.queries import readiness as readiness_queries
from meetings.queries import series as series_queries
from meetings.rules import credentials as credentials_rules
from meetings.services import delegates
from meetings.statuses.delegations import INVITATION_TONES, InvitationStatus
from ots_portal import plugs
from ots_portal.clock import database_now
from ots_portal.people.models import User

SHOWN_ON_CARD = 5
TRAINING = _("Training")


def _of_the_secretariat(user: Any) -> bool:
    return isinstance(user, User) and user.is_secretariat


def _what_is_missing(user: Any) -> Sequence[plugs.CardLine]:
    """Return the next meetings that lack something, each with all of it in one line."""
    ahead = readiness_queries.next_with_gaps(user, at=database_now())[:SHOWN_ON_CARD]
    found = [(meeting, gaps_of(meeting)) for meeting in ahead]
    return [
        plugs.CardLine(
            title=meeting.title,
            url=reverse("meetings:readiness", args=[meeting.pk]),
            note=" · ".join(gaps),
            badge=TRAINING if meeting.is_training else "",
            tone="warning",
            at=meeting.starts_at,
        )
        for meeting, gaps in found
        if gaps
    ]


def _is_national(user: Any) -> bool:
    return isinstance(user, User) and user.is_national and user.may_act


def _invitations_to_answer(user: Any) -> Sequence[plugs.CardLine]:
    waiting = invitation_queries.unanswered_by(user)[:SHOWN_ON_CARD]
    return [
        plugs.CardLine(
            title=invitation.meeting.title,
            url=invitation.get_absolute_url(),
            note=TRAINING if invitation.meeting.is_training else invitation.meeting.city,
            badge=invitation.get_status_display(),
            tone=INVITATION_TONES[InvitationStatus(invitation.status)],
            at=invitation.meeting.starts_at,
        )
        for invitation in waiting
    ]


plugs.cards += [
    plugs.Card(
        _("Next meetings: what is missing"),
        position=5,
        lines=_what_is_missing,
        needs_me=True,
        visible=_of_the_secretariat,
    ),
    plugs.Card(
        _("Invitations to answer"),
        position=4,
        lines=_invitations_to_answer,
        needs_me=True,
        visible=_is_national,
    ),
]
plugs.plug_audited(
    plugs.AuditedRecord(
        "meetings.invitation",
        _("Invitation to a meeting"),
        visible_to=lambda user: invitation_queries.with_names(invitation_queries.visible_to(user)),
    )
)
plugs.calendars.append(calendars.entries_of)
plugs.rooms.append(plugs.Room(_("Series"), "meetings:series", "meetings:list", 20))
plugs.plug_audited(
    plugs.AuditedRecord("meetings.series", _("Series"), visible_to=series_queries.visible_to)
)
plugs.plug_documents(
    plugs.DocumentOwner(
        "meetings.delegation",
        visible_to=delegation_queries.papers_visible_to,
        may_attach=credentials_rules.may_attach,
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "meetings.delegation",
        _("Delegation"),
        visible_to=lambda user: delegation_queries.with_names(delegation_queries.visible_to(user)),
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "meetings.delegate",
        _("Delegate"),
        visible_to=lambda user: delegation_queries.delegates_visible_to(user).select_related(
            "delegation__participant"
        ),
        fields={"fields": _("Fields")},
    )
)
plugs.plug_retention(
    plugs.Retention(
        "removed_delegates",
        count=lambda before: delegation_queries.removed_and_named(before).count(),
        forget=lambda before, limit: delegates.forget(
            delegation_queries.removed_and_named(before)
            .order_by("pk")
            .values_list("pk", flat=True)[:limit]
        ),
    )
)
plugs.plug_personal_data(
    plugs.PersonalData("delegates", told=delegates.told_of, erase=delegates.erase_named)
)
