"""Who hears of what happens to an instrument, and of what nobody is told on purpose."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agreements import queries
from agreements.models import (
    Annulment,
    DepositaryNotification,
    FullPowers,
    Milestone,
    NotificationReceipt,
    StateInstrument,
)
from agreements.queries import treaty
from agreements.queries.annulments import annulments_visible_to
from ots_portal.participants.models import ParticipantKind
from ots_portal.people.models import Role, User, UserKind
from ots_portal.plugs import Notice, plug_labels, plug_notice

# Kinds of audit entries that tell nobody, and why; a test finds a kind that stands nowhere.
SILENT = {
    "agreements.adoption.recorded": "said at the meeting that adopts the text",
    "agreements.authentication.recorded": "said at the meeting that authenticates the text",
    "agreements.waiver.recorded": "the State sent the person itself",
    "agreements.annulment.confirmed": "told by the depositary's notification",
    "agreements.annulment.rejected": "the entry stands as it stood",
    "agreements.signature.annulled": "told by the depositary's notification",
    "agreements.signature.confirmation_annulled": "told by the depositary's notification",
    "agreements.state_instrument.annulled": "told by the depositary's notification",
    "agreements.state_instrument.revocation_annulled": "told by the depositary's notification",
    "agreements.instrument.entered": "demonstration and reference data send nothing",
    "agreements.instrument.negotiation_opened": "said at the meeting that opens it",
    "agreements.instrument.suspended": "said at the meeting that suspends it",
    "agreements.instrument.resumed": "said at the meeting that resumes it",
    "agreements.instrument.abandoned": "said at the meeting that abandons it",
    "agreements.instrument.closed_ad_referendum": "said at the meeting that closes it",
    "agreements.instrument.reopened": "said at the meeting that reopens it",
    "agreements.milestone.superseded": "the correction stands beside what it corrects",
    "agreements.domestic_step.recorded": "one State's step is read on the page; the milestones are told",
    "agreements.domestic_step.superseded": "the correction stands beside what it corrects",
    "agreements.revision.opened": "said at the meeting that goes on with the text",
    "agreements.revision.frozen": "the text is read on its page; rounds are told by their meetings",
    "agreements.revision.superseded": "follows from the revision that was frozen",
    "agreements.text_import.read": "nothing has changed yet",
    "agreements.text_import.taken_in": "a text changes many times a day while it is negotiated",
    "agreements.provision.updated": "a text changes many times a day while it is negotiated",
    "agreements.instrument.adopted": "said at the meeting that adopts it",
    "agreements.instrument.authenticated": "said at the meeting that authenticates it",
    "agreements.instrument.opened_for_signature": "the depositary invites the States by its own letter",
    "agreements.instrument.signed": "said at the ceremony",
    "agreements.instrument.entered_into_force": "told by the depositary's notification before",
    "agreements.final_clauses.set": "what the treaty says; the calculation is read on its page",
    "agreements.full_powers.received": "the State sent them itself",
    "agreements.full_powers.found_in_order": "the State signs then",
    "agreements.signature.recorded": "told by the depositary's notification",
    "agreements.signature.confirmed": "told by the depositary's notification",
    "agreements.state_instrument.received": "the State sent it itself",
    "agreements.state_instrument.examined": "told once it is deposited",
    "agreements.state_instrument.deposited": "told by the depositary's notification",
    "agreements.state_instrument.revoked": "told by the depositary's notification",
    "agreements.ledger_entry.appended": "told by the depositary's notification",
    "agreements.calculation.made": "told by the depositary's notification once there is a day",
    "agreements.receipt.acknowledged": "read on the page of the notification",
}


plug_labels(
    {
        "agreements.adoption.recorded": _("How a text was adopted is recorded"),
        "agreements.authentication.recorded": _("How a text was authenticated is recorded"),
        "agreements.waiver.recorded": _("Full powers are dispensed with"),
        "agreements.annulment.confirmed": _("An entry of a treaty’s ledger is annulled"),
        "agreements.annulment.rejected": _("The annulment of an entry is rejected"),
        "agreements.signature.annulled": _("The signature of a State is annulled"),
        "agreements.signature.confirmation_annulled": _(
            "The confirmation of a signature is annulled"
        ),
        "agreements.state_instrument.annulled": _("The instrument of a State is annulled"),
        "agreements.state_instrument.revocation_annulled": _(
            "The revocation of a withdrawal is annulled"
        ),
        "agreements.instrument.entered": _("An agreement is entered from public sources"),
        "agreements.instrument.negotiation_opened": _("The negotiation of an agreement is opened"),
        "agreements.instrument.suspended": _("A negotiation is suspended"),
        "agreements.instrument.resumed": _("A negotiation is resumed"),
        "agreements.instrument.abandoned": _("A negotiation is abandoned"),
        "agreements.instrument.closed_ad_referendum": _("A negotiation is closed ad referendum"),
        "agreements.instrument.reopened": _("A negotiation is reopened"),
        "agreements.milestone.superseded": _("A milestone of an agreement is corrected"),
        "agreements.domestic_step.recorded": _("A domestic step is recorded"),
        "agreements.domestic_step.superseded": _("A domestic step is corrected"),
        "agreements.revision.opened": _("A revision of the text is opened"),
        "agreements.revision.frozen": _("A revision of the text is frozen"),
        "agreements.revision.superseded": _("A revision gives way to a later one"),
        "agreements.text_import.read": _("A file with a text is read"),
        "agreements.text_import.taken_in": _("A file becomes the text of an agreement"),
        "agreements.provision.updated": _("The text of a provision is changed"),
        "agreements.instrument.adopted": _("An agreement is adopted"),
        "agreements.instrument.authenticated": _("The text of an agreement is authenticated"),
        "agreements.instrument.opened_for_signature": _("An agreement is opened for signature"),
        "agreements.instrument.signed": _("The signing of an agreement is concluded"),
        "agreements.instrument.entered_into_force": _("An agreement enters into force"),
        "agreements.final_clauses.set": _("The final clauses of an agreement are entered"),
        "agreements.full_powers.received": _("Full powers are received"),
        "agreements.full_powers.found_in_order": _("Full powers are found in due form"),
        "agreements.signature.recorded": _("The signature of a State is entered"),
        "agreements.signature.confirmed": _("A signature ad referendum is confirmed"),
        "agreements.state_instrument.received": _("The instrument of a State is received"),
        "agreements.state_instrument.examined": _("The instrument of a State is examined"),
        "agreements.state_instrument.deposited": _("The instrument of a State is deposited"),
        "agreements.state_instrument.revoked": _("A notice of withdrawal is revoked"),
        "agreements.ledger_entry.appended": _("An entry is written into the ledger of a treaty"),
        "agreements.calculation.made": _("The entry into force of a treaty is calculated"),
        "agreements.receipt.acknowledged": _("A State acknowledges a depositary notification"),
    }
)


def heads_and_editors_of_members(entry: Any) -> QuerySet[User]:
    """Return the people of member States who act, except whoever recorded it."""
    people = User.objects.filter(
        kind=UserKind.PERSON,
        is_active=True,
        role__in=(Role.EDITOR, Role.HEAD),
        participant__kind=ParticipantKind.MEMBER,
    )
    return people.exclude(pk=entry.actor_id)


def milestone_for(user: User, subject_id: str) -> Milestone | None:
    return queries.milestones_visible_to(user).filter(pk=subject_id).first()


plug_notice(
    Notice(
        kind="agreements.milestone.recorded",
        title=_("A milestone of an agreement is recorded"),
        recipients=heads_and_editors_of_members,
        record_for=milestone_for,
        template="agreements/notices/milestone_recorded",
    )
)


def those_notified(entry: Any) -> QuerySet[User]:
    """Return editors and heads of the States to which the depositary sent the notification."""
    sent_to = NotificationReceipt.objects.filter(notification=entry.subject_id)
    people = User.objects.filter(
        kind=UserKind.PERSON,
        is_active=True,
        role__in=(Role.EDITOR, Role.HEAD),
        participant__in=sent_to.values("participant"),
    )
    return people.exclude(pk=entry.actor_id)


def its_state(entry: Any) -> QuerySet[User]:
    """Return editors and heads of the State whose document it is."""
    people = User.objects.filter(
        kind=UserKind.PERSON,
        is_active=True,
        role__in=(Role.EDITOR, Role.HEAD),
        participant=entry.participant,
    )
    return people.exclude(pk=entry.actor_id)


def heads_of_the_depositary(entry: Any) -> QuerySet[User]:
    """Return who may confirm the annulment: the heads of the secretariat and of the depositary."""
    annulment = Annulment.objects.select_related("entry__instrument").get(pk=entry.subject_id)
    kept_by = Q(role=Role.SECRETARIAT_HEAD)
    if depositary := annulment.instrument.depositary_id:
        kept_by |= Q(role=Role.HEAD, participant=depositary)
    people = User.objects.filter(kept_by, kind=UserKind.PERSON, is_active=True)
    return people.exclude(pk=entry.actor_id)


def annulment_for(user: User, subject_id: str) -> Annulment | None:
    return annulments_visible_to(user).filter(pk=subject_id).first()


def notification_for(user: User, subject_id: str) -> DepositaryNotification | None:
    """Return it as the person's State was told it, in the language of that State."""
    found = treaty.notifications_visible_to(user).filter(pk=subject_id).first()
    if found is None:
        return None
    own = treaty.receipts_visible_to(user).filter(notification=found)
    if receipt := own.filter(participant=user.participant_id).first():
        found.language_of_state = receipt.language
    return found


def full_powers_for(user: User, subject_id: str) -> FullPowers | None:
    return treaty.full_powers_visible_to(user).filter(pk=subject_id).first()


def state_instrument_for(user: User, subject_id: str) -> StateInstrument | None:
    return treaty.state_instruments_visible_to(user).filter(pk=subject_id).first()


plug_notice(
    Notice(
        kind="agreements.annulment.proposed",
        title=_("The annulment of an entry of a treaty’s ledger is proposed"),
        recipients=heads_of_the_depositary,
        record_for=annulment_for,
        template="agreements/notices/annulment_proposed",
    )
)
plug_notice(
    Notice(
        kind="agreements.depositary_notification.issued",
        title=_("A depositary notification is issued"),
        recipients=those_notified,
        record_for=notification_for,
        template="agreements/notices/depositary_notification_issued",
    )
)
for _kind, _title in (
    ("agreements.full_powers.queried", _("Full powers of one’s State are queried")),
    ("agreements.full_powers.refused", _("Full powers of one’s State are refused")),
):
    plug_notice(
        Notice(
            kind=_kind,
            title=_title,
            recipients=its_state,
            record_for=full_powers_for,
            template="agreements/notices/full_powers_answered",
        )
    )
for _kind, _title in (
    ("agreements.state_instrument.queried", _("An instrument of one’s State is queried")),
    ("agreements.state_instrument.returned", _("An instrument of one’s State is returned")),
):
    plug_notice(
        Notice(
            kind=_kind,
            title=_title,
            recipients=its_state,
            record_for=state_instrument_for,
            template="agreements/notices/state_instrument_answered",
        )
    )
