"""Who may do what with an alert that came in."""

from django.utils.translation import gettext_lazy as _

from incidents.models import Incident, KnownSender, ReceivedAlert
from incidents.queries.received_alerts import EXERCISE, REAL, STANDING, WARNINGS
from incidents.statuses import HELD
from ots_portal.people.models import Role, User
from ots_portal.verdicts import ALLOWED, Verdict

NOT_A_READER = Verdict(_("A reader looks on: an editor or the head of authority does this."))
NOT_A_MACHINE = Verdict(_("A person decides this: partner systems only bring alerts in."))
SECRETARIAT_ONLY = Verdict(_("The secretariat decides which alerts are taken out of quarantine."))
SENDERS_ONLY = Verdict(
    _("The secretariat and the system administrator keep the list of known senders.")
)
NOT_NATIONAL = Verdict(_("The authorities of the participants do this."))
NOT_YOUR_INCIDENT = Verdict(
    _("Only a participant that has a part in the incident links alerts to it.")
)
NOT_YOUR_TERRITORY = Verdict(
    _("The alert is about no part of your country: its own authority drafts the incident.")
)
NOT_REAL = Verdict(_("A test, a draft or a message between systems is never tied to an incident."))
NO_WARNING = Verdict(
    _("A cancellation or an answer warns of nothing: it is never tied to an incident.")
)
NOT_FOR_LIVE = Verdict(_("An exercise alert is linked to an exercise only, and a real one never."))
HELD_BACK = Verdict(
    _("The alert is in quarantine or was ignored: nothing is built on it."), code="wrong_status"
)


def may_take_in(user: User) -> Verdict:
    if user.is_secretariat:
        return ALLOWED
    if not user.is_national:
        return NOT_NATIONAL
    return ALLOWED if user.may_act else NOT_A_READER


def may_vouch_for(user: User, sender: KnownSender) -> bool:
    """Whether what the user brings in this sender's name needs no second look."""
    return user.is_secretariat or bool(sender.participant_id and user.serves(sender.participant_id))


def may_release(user: User, alert: ReceivedAlert) -> Verdict:
    return ALLOWED if user.is_secretariat else SECRETARIAT_ONLY


may_ignore = may_release


def _person_may_act(user: User) -> Verdict:
    if not user.is_national:
        return NOT_NATIONAL
    if user.is_machine:
        return NOT_A_MACHINE
    return ALLOWED if user.may_act else NOT_A_READER


def may_link(user: User, alert: ReceivedAlert) -> Verdict:
    """Whether to link it at all; ``may_link_to`` says with which incident."""
    verdict = _person_may_act(user)
    if verdict and alert.cap_status not in (REAL, EXERCISE):
        return NOT_REAL
    return NO_WARNING if verdict and alert.message_type not in WARNINGS else verdict


def may_link_to(user: User, alert: ReceivedAlert, incident: Incident) -> Verdict:
    verdict = may_link(user, alert)
    if verdict and not _has_part(user, incident):
        return NOT_YOUR_INCIDENT
    if verdict and incident.is_exercise != (alert.cap_status == EXERCISE):
        return NOT_FOR_LIVE
    return verdict


def may_unlink(user: User, alert: ReceivedAlert) -> Verdict:
    verdict = _person_may_act(user)
    if verdict and alert.incident and not _has_part(user, alert.incident):
        return NOT_YOUR_INCIDENT
    return verdict


def _has_part(user: User, incident: Incident) -> bool:
    return (
        user.serves(incident.participant_id)
        or incident.involvements.filter(participant=user.participant_id).exists()
    )


def may_propose(user: User, alert: ReceivedAlert) -> Verdict:
    """Whether to draft an incident from it: the participant on whose territory it lies."""
    verdict = may_link(user, alert)
    if verdict and user.participant.iso2 not in alert.countries:
        return NOT_YOUR_TERRITORY
    if verdict and (alert.status not in STANDING or alert.incident_id):
        return Verdict(
            _("An incident is drafted from an accepted alert that is linked to none."),
            code="wrong_status",
        )
    return verdict


def may_acknowledge(user: User, alert: ReceivedAlert) -> Verdict:
    verdict = _person_may_act(user)
    return HELD_BACK if verdict and alert.status in HELD else verdict


def may_keep_senders(user: User) -> Verdict:
    is_keeper = user.is_secretariat or user.role == Role.SYSTEM_ADMINISTRATOR
    return ALLOWED if is_keeper else SENDERS_ONLY


def may_remove_sender(user: User, sender: KnownSender) -> Verdict:
    return may_keep_senders(user)
