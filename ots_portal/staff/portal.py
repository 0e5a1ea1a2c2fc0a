"""What people plug into the portal: a word of the menu, and what waits for heads."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ots_portal import plugs
from ots_portal.clock import database_now
from ots_portal.people.models import HEAD_ROLES, Invitation, InvitationStatus, Role, User
from ots_portal.staff import queries

SHOWN_ON_CARD = 6


def _for_those_who_see_people(user: Any) -> bool:
    if not isinstance(user, User) or user.is_machine:
        return False
    return user.is_national or queries.sees_everybody(user)


def _for_inviters(user: Any) -> bool:
    return isinstance(user, User) and user.role in (*HEAD_ROLES, Role.SYSTEM_ADMINISTRATOR)


def _to_confirm(user: Any) -> Sequence[plugs.CardLine]:
    role = Role.HEAD if user.role == Role.SECRETARIAT_HEAD else Role.SECRETARIAT_HEAD
    waiting = _standing(user, InvitationStatus.UNCONFIRMED).filter(role=role)
    others = waiting.exclude(invited_by=user) if user.role != Role.HEAD else waiting.none()
    return [_line(invitation) for invitation in others[:SHOWN_ON_CARD]]


def _not_accepted_yet(user: Any) -> Sequence[plugs.CardLine]:
    own = _standing(user, InvitationStatus.PENDING).filter(invited_by=user)
    return [_line(invitation) for invitation in own[:SHOWN_ON_CARD]]


def _expired(user: Any) -> Sequence[plugs.CardLine]:
    own = _standing(user, InvitationStatus.EXPIRED).filter(invited_by=user)
    return [_line(invitation) for invitation in own[:SHOWN_ON_CARD]]


def _standing(user: User, status: InvitationStatus) -> Any:
    return queries.with_status(queries.invitations_visible_to(user), status, at=database_now())


def _line(invitation: Invitation) -> plugs.CardLine:
    return plugs.CardLine(
        title=str(invitation.person),
        url=reverse("staff:invitations"),
        note=invitation.participant.name,
        badge=invitation.get_role_display(),
        at=invitation.sent_at,
    )


plugs.menu.append(plugs.MenuEntry(_("People"), "staff:list", 50, _for_those_who_see_people))
plugs.rooms.append(
    plugs.Room(_("People"), "staff:list", "staff:list", 10, _for_those_who_see_people)
)
plugs.cards += [
    plugs.Card(
        _("New heads that wait for your confirmation"),
        position=5,
        lines=_to_confirm,
        more_url_name="staff:invitations",
        needs_me=True,
        visible=_for_inviters,
    ),
    plugs.Card(
        _("Your invitations that have expired"),
        position=6,
        lines=_expired,
        more_url_name="staff:invitations",
        needs_me=True,
        visible=_for_inviters,
    ),
    plugs.Card(
        _("Your invitations, not accepted yet"),
        position=60,
        lines=_not_accepted_yet,
        more_url_name="staff:invitations",
        visible=_for_inviters,
    ),
]
