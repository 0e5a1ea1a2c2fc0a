"""Who keeps the directory: docs/decisions/0005 says why."""

from django.utils.translation import gettext_lazy as _

from ots_portal.participants.models import Authority, Dated, Participant, ParticipantKind
from ots_portal.people.models import Role, User
from ots_portal.verdicts import ALLOWED, Verdict

# Those that have no staff of their own here; for them the secretariat keeps what they tell it.
KEPT_BY_SECRETARIAT = (
    ParticipantKind.SECRETARIAT,
    ParticipantKind.ORGANISATION,
    ParticipantKind.THIRD,
)
KEEPERS_OF_AUTHORITIES = (Role.SECRETARIAT_HEAD, Role.SYSTEM_ADMINISTRATOR)
MACHINES_READ = _("Partner systems read the directory; people keep it.")


def may_enter(user: User, participant: Participant, model: type[Dated]) -> Verdict:
    if user.is_machine:
        return Verdict(MACHINES_READ)
    if model is Authority:
        return _may_keep_authorities(user, participant)
    return _may_keep_contacts(user, participant)


def may_correct(user: User, entry: Dated) -> Verdict:
    return _may_keep(user, entry)


def may_confirm(user: User, entry: Dated) -> Verdict:
    return _may_keep(user, entry)


def may_withdraw(user: User, entry: Dated) -> Verdict:
    return _may_keep(user, entry)


def _may_keep(user: User, entry: Dated) -> Verdict:
    return may_enter(user, entry.participant, type(entry))  # type: ignore[attr-defined]


def _may_keep_authorities(user: User, participant: Participant) -> Verdict:
    is_own_head = user.role == Role.HEAD and user.serves(participant.pk)
    if is_own_head or user.role in KEEPERS_OF_AUTHORITIES:
        return ALLOWED
    return Verdict(
        _(
            "Authorities are entered by the participant's head of authority, the head of the secretariat "
            "or the system administrator."
        )
    )


def _may_keep_contacts(user: User, participant: Participant) -> Verdict:
    is_own_staff = user.role in (Role.EDITOR, Role.HEAD) and user.serves(participant.pk)
    stands_in = user.is_secretariat and participant.kind in KEPT_BY_SECRETARIAT
    if is_own_staff or stands_in:
        return ALLOWED
    return Verdict(
        _("Contact points and numbers are kept by the participant's own editors and heads.")
    )
