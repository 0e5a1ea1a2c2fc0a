"""Who hears of what happens to an instrument, and of what nobody is told on purpose."""

from types import SimpleNamespace
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agreements import queries
from agreements.models import (
    AdReferendum,
    Annulment,
    Comment,
    Confirmation,
    Correction,
    DepositaryNotification,
    FullPowers,
    Instrument,
    Milestone,
    NotificationReceipt,
    Proposal,
    ReconfirmationRequest,
    Reopening,
    Reservation,
    Round,
    StateInstrument,
)
from agreements.queries import (
    comments,
    confirmations,
    corrections,
    positions,
    reservations,
    rounds,
    treaty,
)
from agreements.queries import proposals as proposal_queries
from agreements.queries.annulments import annulments_visible_to
from agreements.statuses import Audience, ConfirmationStatus
from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import SECRETARIAT_ROLES, Role, User, UserKind
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
    "agreements.reservation.annulled": "told by the depositary's notification",
    "agreements.objection.annulled": "told by the depositary's notification",
    "agreements.declaration.annulled": "told by the depositary's notification",
    "agreements.state_instrument.revocation_annulled": "told by the depositary's notification",
    "agreements.instrument.entered": "demonstration and reference data send nothing",
    "agreements.instrument.negotiation_opened": "said at the meeting that opens it",
    "agreements.instrument.suspended": "said at the meeting that suspends it",
    "agreements.instrument.resumed": "said at the meeting that resumes it",
    "agreements.instrument.abandoned": "said at the meeting that abandons it",
    "agreements.instrument.closed_ad_referendum": "told by the question to the capitals beside it",
    "agreements.instrument.reopened": "told by the closed text that went back beside it",
    "agreements.instrument.legal_review_begun": "said at the meeting that begins it",
    "agreements.instrument.substance_found": "told by the closed text that went back beside it",
    "agreements.ad_referendum.sent_back": "told by the question to the capitals that follows at once",
    "agreements.round.planned": "told when it begins; its meeting invites",
    "agreements.round.updated": "told when it begins; its meeting invites",
    "agreements.confirmation.confirmed_by_silence": "told by the silence procedure",
    "agreements.text_silence.proposed": "told when it is put under silence",
    "agreements.text_silence.put_under_silence": "told by the silence procedure",
    "agreements.text_silence.dropped": "nobody was asked",
    "agreements.text_silence.passed": "told by the silence procedure",
    "agreements.text_silence.broken": "told by the silence procedure",
    "agreements.text_silence.taken_back": "told by the silence procedure",
    "agreements.milestone.superseded": "the correction stands beside what it corrects",
    "agreements.domestic_step.recorded": "one State's step is read on the page; the milestones are told",
    "agreements.domestic_step.superseded": "the correction stands beside what it corrects",
    "agreements.revision.opened": "said at the meeting that goes on with the text",
    "agreements.revision.frozen": "the text is read on its page; rounds are told by their meetings",
    "agreements.revision.superseded": "follows from the revision that was frozen",
    "agreements.text_import.read": "nothing has changed yet",
    "agreements.text_import.taken_in": "a text changes many times a day while it is negotiated",
    "agreements.provision.updated": "a text changes many times a day while it is negotiated",
    "agreements.instrument.chair_named": "said at the meeting that names it",
    "agreements.position.taken": "said in the room; the matrix shows it",
    "agreements.bracket.opened": "a text changes many times a day while it is negotiated",
    "agreements.bracket.alternative_added": "a text changes many times a day while it is negotiated",
    "agreements.bracket.sponsored": "said in the room; the text shows it",
    "agreements.bracket.sponsorship_withdrawn": "said in the room; the text shows it",
    "agreements.bracket_resolution.made": "a text changes many times a day while it is negotiated",
    "agreements.comment.drafted": "it stays in the delegation's room",
    "agreements.comment.updated": "it stays in the delegation's room",
    "agreements.comment.sent": "it stays in the delegation's room",
    "agreements.comment.resolved": "it stays in the delegation's room",
    "agreements.provision.inserted": "follows from the proposal that was merged",
    "agreements.provision.deleted": "follows from the proposal that was merged",
    "agreements.provision.moved": "follows from the proposal that was merged",
    "agreements.proposal.drafted": "it is the delegation's alone until its head tables it",
    "agreements.proposal.updated": "it is the delegation's alone until its head tables it",
    "agreements.proposal.discarded": "it is the delegation's alone",
    "agreements.proposal.rebased": "read on the page of the proposal, with both texts",
    "agreements.proposal.left": "read on the page of the proposal",
    "agreements.proposal_import.read": "it is the delegation's alone",
    "agreements.proposal_import.drafted": "it is the delegation's alone",
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
    "agreements.reservation.formulated": "told by the depositary's notification",
    "agreements.reservation.circulated": "the depositary's notification itself",
    "agreements.reservation.confirmed": "told by the depositary's notification",
    "agreements.reservation.accepted": "told by the depositary's notification",
    "agreements.reservation.accepted_tacitly": "silence is read on the page of the reservation",
    "agreements.reservation.accepted_by_organ": "told by the depositary's notification",
    "agreements.reservation.found_not_permitted": "told by the depositary's notification",
    "agreements.reservation.withdrawn": "told by the depositary's notification",
    "agreements.objection.recorded": "told by the depositary's notification",
    "agreements.objection.withdrawn": "told by the depositary's notification",
    "agreements.declaration.recorded": "told by the depositary's notification",
    "agreements.declaration.withdrawn": "told by the depositary's notification",
    "agreements.correction.proposed": "told by the depositary's notification",
    "agreements.registration.submitted": "told by the depositary's notification",
    "agreements.registration.registered": "told by the depositary's notification",
    "agreements.registration.published": "told by the depositary's notification",
    "agreements.language_text.added": "the languages are read on their page",
    "agreements.language_text.marked": "which texts are authentic is settled at the table",
    "agreements.language_text.completed": "the secretariat's own work",
    "agreements.language_text.concordance_begun": "the secretariat's own work",
    "agreements.language_text.checked": "whoever ran the checks sees what they found",
    "agreements.language_text.certified": "said at the meeting that authenticates the text",
    "agreements.language_text.sent_back": "the secretariat's own work",
    "agreements.language_text.authenticated": "follows from the instrument that was authenticated",
    "agreements.language_text.taken_in": "the secretariat's own work",
    "agreements.concordance_finding.accepted": "read on the desk, with its reason",
    "agreements.concordance_finding.reopened": "read on the desk",
    "agreements.concordance_finding.fixed": "follows from words that were corrected",
    "agreements.concordance_finding.recurred": "follows from words that were changed",
    "agreements.provision.translated": "a translation changes many times a day while it is made",
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
        "agreements.reservation.annulled": _("A reservation is annulled"),
        "agreements.objection.annulled": _("An objection to a reservation is annulled"),
        "agreements.declaration.annulled": _("A declaration is annulled"),
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
        "agreements.instrument.legal_review_begun": _("The legal review of a text begins"),
        "agreements.instrument.substance_found": _("A text goes back from the legal review"),
        "agreements.ad_referendum.sent_back": _("Capitals are asked anew about a text"),
        "agreements.round.planned": _("A round of a negotiation is planned"),
        "agreements.round.updated": _("A planned round is corrected"),
        "agreements.confirmation.confirmed_by_silence": _("A State confirms a text by silence"),
        "agreements.text_silence.proposed": _("Silence about a text is proposed"),
        "agreements.text_silence.put_under_silence": _("A text is put under silence"),
        "agreements.text_silence.dropped": _("A proposal of silence about a text is withdrawn"),
        "agreements.text_silence.passed": _("Nobody objected to a text under silence"),
        "agreements.text_silence.broken": _("The silence about a text is broken"),
        "agreements.text_silence.taken_back": _("A text is taken back from under silence"),
        "agreements.milestone.superseded": _("A milestone of an agreement is corrected"),
        "agreements.domestic_step.recorded": _("A domestic step is recorded"),
        "agreements.domestic_step.superseded": _("A domestic step is corrected"),
        "agreements.revision.opened": _("A revision of the text is opened"),
        "agreements.revision.frozen": _("A revision of the text is frozen"),
        "agreements.revision.superseded": _("A revision gives way to a later one"),
        "agreements.text_import.read": _("A file with a text is read"),
        "agreements.text_import.taken_in": _("A file becomes the text of an agreement"),
        "agreements.provision.updated": _("The text of a provision is changed"),
        "agreements.instrument.chair_named": _("The chair of a negotiation is named"),
        "agreements.position.taken": _("A State takes a position on a provision"),
        "agreements.bracket.opened": _("Words of a provision are put into brackets"),
        "agreements.bracket.alternative_added": _("A wording is added to a bracket"),
        "agreements.bracket.sponsored": _("A State stands behind a wording"),
        "agreements.bracket.sponsorship_withdrawn": _("A State stands behind a wording no more"),
        "agreements.bracket_resolution.made": _("A bracket is resolved"),
        "agreements.comment.drafted": _("A delegation drafts a comment"),
        "agreements.comment.updated": _("A delegation changes a draft"),
        "agreements.comment.sent": _("A comment is laid before its delegation"),
        "agreements.comment.resolved": _("A comment is dealt with"),
        "agreements.provision.inserted": _("A provision is inserted into the text"),
        "agreements.provision.deleted": _("A provision is taken out of the text"),
        "agreements.provision.moved": _("A provision is moved in the text"),
        "agreements.proposal.drafted": _("A proposal is drafted"),
        "agreements.proposal.updated": _("The draft of a proposal is changed"),
        "agreements.proposal.discarded": _("The draft of a proposal is discarded"),
        "agreements.proposal.rebased": _("A proposal is set on the present words"),
        "agreements.proposal.left": _("A State stands behind a proposal no longer"),
        "agreements.proposal_import.read": _("A Word document with tracked changes is read"),
        "agreements.proposal_import.drafted": _("Tracked changes become drafts of proposals"),
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
        "agreements.reservation.formulated": _("A reservation is entered"),
        "agreements.reservation.circulated": _("A reservation is notified to the States"),
        "agreements.reservation.confirmed": _("A reservation is confirmed"),
        "agreements.reservation.accepted": _("A State accepts a reservation"),
        "agreements.reservation.accepted_tacitly": _("A State accepts a reservation by silence"),
        "agreements.reservation.accepted_by_organ": _("The competent organ accepts a reservation"),
        "agreements.reservation.found_not_permitted": _("A reservation is found not permitted"),
        "agreements.reservation.withdrawn": _("A reservation is withdrawn"),
        "agreements.objection.recorded": _("An objection to a reservation is entered"),
        "agreements.objection.withdrawn": _("An objection to a reservation is withdrawn"),
        "agreements.declaration.recorded": _("A declaration about a treaty is entered"),
        "agreements.declaration.withdrawn": _("A declaration about a treaty is withdrawn"),
        "agreements.correction.proposed": _("The correction of an error is proposed"),
        "agreements.registration.submitted": _("A treaty is transmitted for registration"),
        "agreements.registration.registered": _("A treaty is registered with the United Nations"),
        "agreements.registration.published": _("A treaty is published by the United Nations"),
        "agreements.language_text.added": _("A language version of a text begins"),
        "agreements.language_text.marked": _("A text becomes authentic, or prevails, or does not"),
        "agreements.language_text.completed": _("A translation is complete"),
        "agreements.language_text.concordance_begun": _("The concordance of a language begins"),
        "agreements.language_text.checked": _("A language is checked against the original"),
        "agreements.language_text.certified": _("A language version is certified"),
        "agreements.language_text.sent_back": _("A language version is sent back"),
        "agreements.language_text.authenticated": _("A language version is authenticated"),
        "agreements.language_text.taken_in": _("A file with a translation is taken in"),
        "agreements.concordance_finding.accepted": _("A difference between languages is accepted"),
        "agreements.concordance_finding.reopened": _(
            "A difference between languages is taken up again"
        ),
        "agreements.concordance_finding.fixed": _("A difference between languages is gone"),
        "agreements.concordance_finding.recurred": _("A difference between languages is back"),
        "agreements.provision.translated": _("A provision is translated"),
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


def heads_who_confirm_an_annulment(entry: Any) -> QuerySet[User]:
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
        recipients=heads_who_confirm_an_annulment,
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


# ── positions and comments ──────────────────────────────────────────────────────────────────────


def its_delegation(entry: Any) -> QuerySet[User]:
    """Return editors and heads of the State that is asked, whoever changed the words."""
    return User.objects.filter(
        kind=UserKind.PERSON,
        is_active=True,
        role__in=(Role.EDITOR, Role.HEAD),
        participant=entry.participant,
    )


def reconfirmation_for(user: User, subject_id: str) -> ReconfirmationRequest | None:
    return positions.reconfirmations_visible_to(user).filter(pk=subject_id).first()


def asked_with_it(entry: Any, _recipient: Any) -> dict[str, Any]:
    """Return all positions of which the delegation was asked at once, in the order of the text."""
    first = ReconfirmationRequest.objects.filter(pk=entry.subject_id).first()
    if first is None:
        return {"asked": []}
    asked = ReconfirmationRequest.objects.filter(
        participant=first.participant_id, instrument=first.instrument_id, asked_at=first.asked_at
    )
    asked = asked.select_related("position__provision").order_by("position__provision__position")
    return {"asked": [one.position for one in asked]}


plug_notice(
    Notice(
        kind="agreements.reconfirmation_request.made",
        title=_("Words were changed on which one’s State has taken a position"),
        recipients=its_delegation,
        record_for=reconfirmation_for,
        template="agreements/notices/reconfirmation_request_made",
        details=asked_with_it,
    )
)


def who_negotiates_with_it(entry: Any) -> QuerySet[User]:
    """Return editors and heads of the negotiating States, except whoever recorded it."""
    reopening = Reopening.objects.filter(pk=entry.subject_id)
    return _delegates(Instrument.objects.filter(provisions__reopenings__in=reopening)).exclude(
        pk=entry.actor_id
    )


def _delegates(instruments: QuerySet[Instrument]) -> QuerySet[User]:
    return User.objects.filter(
        kind=UserKind.PERSON,
        is_active=True,
        role__in=(Role.EDITOR, Role.HEAD),
        participant__kind=ParticipantKind.MEMBER,
        participant__in=instruments.values("negotiating_states"),
    )


def reopening_for(user: User, subject_id: str) -> Reopening | None:
    return positions.reopenings_visible_to(user).filter(pk=subject_id).first()


plug_notice(
    Notice(
        kind="agreements.reopening.made",
        title=_("A State reopens what was agreed"),
        recipients=who_negotiates_with_it,
        record_for=reopening_for,
        template="agreements/notices/reopening_made",
    )
)


def who_is_told_of_comment(entry: Any) -> QuerySet[User]:
    """Return whom the head released it to: who presides, or editors and heads of the negotiating States."""
    comment = Comment.objects.filter(pk=entry.subject_id).select_related("provision").first()
    if comment is None or comment.scope == Audience.OWN:
        return User.objects.none()
    instrument = Instrument.objects.filter(pk=comment.provision.instrument_id)
    if comment.scope == Audience.ALL:
        people = _delegates(instrument)
    elif chair := instrument.values_list("chair", flat=True).first():
        people = its_delegation(SimpleNamespace(participant=chair))
    else:
        roles = (Role.SECRETARIAT_OFFICER, Role.SECRETARIAT_HEAD)
        people = User.objects.filter(kind=UserKind.PERSON, is_active=True, role__in=roles)
    return people.exclude(pk=entry.actor_id)


def comment_for(user: User, subject_id: str) -> Comment | None:
    return comments.visible_to(user).filter(pk=subject_id).exclude(scope=Audience.OWN).first()


plug_notice(
    Notice(
        kind="agreements.comment.released",
        title=_("A delegation releases a comment on a text"),
        recipients=who_is_told_of_comment,
        record_for=comment_for,
        template="agreements/notices/comment_released",
    )
)


# ── rounds, and the word of the capitals ────────────────────────────────────────────────────────
_NEGOTIATING = (Role.EDITOR, Role.HEAD)


def _negotiators(instruments: Any, entry: Any) -> QuerySet[User]:
    """Return editors and heads of the States that negotiate, and the secretariat's people, except the actor."""
    people = User.objects.filter(kind=UserKind.PERSON, is_active=True)
    national = people.filter(
        role__in=_NEGOTIATING, participant__in=_states(instruments).values("pk")
    )
    return (national | people.filter(role__in=SECRETARIAT_ROLES)).exclude(pk=entry.actor_id)


def _states(instruments: Any) -> QuerySet[Participant]:
    return Participant.objects.filter(instruments__in=instruments).order_by()


def negotiators_of_round(entry: Any) -> QuerySet[User]:
    return _negotiators(Round.objects.filter(pk=entry.subject_id).values("instrument"), entry)


def negotiators_of_confirmation(entry: Any) -> QuerySet[User]:
    found = Confirmation.objects.filter(pk=entry.subject_id)
    return _negotiators(found.values("ad_referendum__instrument"), entry)


def negotiators_of_text(entry: Any) -> QuerySet[User]:
    return _negotiators(
        AdReferendum.objects.filter(pk=entry.subject_id).values("instrument"), entry
    )


def those_who_confirm(entry: Any) -> QuerySet[User]:
    """Return editors and heads of the States whose word on the closed text is missing."""
    pending = Confirmation.objects.filter(
        ad_referendum=entry.subject_id, status=ConfirmationStatus.PENDING
    )
    people = User.objects.filter(
        kind=UserKind.PERSON,
        is_active=True,
        role__in=_NEGOTIATING,
        participant__in=pending.values("participant"),
    )
    return people.exclude(pk=entry.actor_id)


def round_for(user: User, subject_id: str) -> Round | None:
    return rounds.with_texts(rounds.visible_to(user)).filter(pk=subject_id).first()


def referendum_for(user: User, subject_id: str) -> AdReferendum | None:
    found = confirmations.visible_to(user).select_related("ended_by")
    return found.filter(pk=subject_id).first()


def confirmation_for(user: User, subject_id: str) -> Confirmation | None:
    return confirmations.confirmations_visible_to(user).filter(pk=subject_id).first()


for _notice in (
    Notice(
        kind="agreements.round.begun",
        title=_("A round of a negotiation begins"),
        recipients=negotiators_of_round,
        record_for=round_for,
        template="agreements/notices/round_told",
    ),
    Notice(
        kind="agreements.round.closed",
        title=_("A round of a negotiation is closed"),
        recipients=negotiators_of_round,
        record_for=round_for,
        template="agreements/notices/round_told",
    ),
    Notice(
        kind="agreements.ad_referendum.closed",
        title=_("A text waits to be confirmed by one’s State"),
        recipients=those_who_confirm,
        record_for=referendum_for,
        template="agreements/notices/ad_referendum_told",
        is_optional=False,
    ),
    Notice(
        kind="agreements.ad_referendum.reminded",
        title=_("A text still waits to be confirmed by one’s State"),
        recipients=those_who_confirm,
        record_for=referendum_for,
        template="agreements/notices/ad_referendum_told",
    ),
    Notice(
        kind="agreements.ad_referendum.reopened",
        title=_("A closed text goes back to the table"),
        recipients=negotiators_of_text,
        record_for=referendum_for,
        template="agreements/notices/ad_referendum_told",
    ),
    Notice(
        kind="agreements.confirmation.confirmed",
        title=_("A State confirms a text"),
        recipients=negotiators_of_confirmation,
        record_for=confirmation_for,
        template="agreements/notices/confirmation_told",
    ),
    Notice(
        kind="agreements.confirmation.refused",
        title=_("A State refuses to confirm a text"),
        recipients=negotiators_of_confirmation,
        record_for=confirmation_for,
        template="agreements/notices/confirmation_told",
    ),
):
    plug_notice(_notice)


# ── what the depositary has yet to notify ───────────────────────────────────────────────────────
def heads_of_the_depositary(entry: Any) -> QuerySet[User]:
    """Return the heads of the secretariat, and of the State that is the treaty's depositary."""
    about = Q(corrections=entry.subject_id) | Q(reservations=entry.subject_id)
    depositaries = Instrument.objects.filter(about).exclude(depositary=None).values("depositary")
    is_head = Q(role=Role.SECRETARIAT_HEAD) | Q(role=Role.HEAD, participant__in=depositaries)
    people = User.objects.filter(is_head, kind=UserKind.PERSON, is_active=True)
    return people.exclude(pk=entry.actor_id)


def correction_for(user: User, subject_id: str) -> Correction | None:
    return corrections.corrections_visible_to(user).filter(pk=subject_id).first()


def reservation_for(user: User, subject_id: str) -> Reservation | None:
    return reservations.reservations_visible_to(user).filter(pk=subject_id).first()


for _kind, _title in (
    ("agreements.correction.objected", _("A State objects to a correction")),
    ("agreements.correction.effected", _("The correction of an error is effected")),
):
    plug_notice(
        Notice(
            kind=_kind,
            title=_title,
            recipients=heads_of_the_depositary,
            record_for=correction_for,
            template="agreements/notices/awaits_notification",
        )
    )
for _kind, _title in (
    ("agreements.reservation.established", _("A reservation is established")),
    ("agreements.reservation.objected", _("A reservation is objected to")),
):
    plug_notice(
        Notice(
            kind=_kind,
            title=_title,
            recipients=heads_of_the_depositary,
            record_for=reservation_for,
            template="agreements/notices/awaits_notification",
        )
    )


# ── proposals ───────────────────────────────────────────────────────────────────────────────────


def those_who_negotiate(entry: Any) -> QuerySet[User]:
    """Return editors and heads of member States, and the secretariat, except whoever did it."""
    negotiators = Q(role__in=(Role.EDITOR, Role.HEAD), participant__kind=ParticipantKind.MEMBER)
    people = User.objects.filter(
        negotiators | Q(role__in=SECRETARIAT_ROLES), kind=UserKind.PERSON, is_active=True
    )
    return people.exclude(pk=entry.actor_id)


def its_sponsors(entry: Any) -> QuerySet[User]:
    """Return editors and heads of the States that stand behind a proposal, except whoever did it."""
    behind = Participant.objects.filter(
        Q(proposals=entry.subject_id) | Q(cosponsored_proposals=entry.subject_id)
    )
    return proposal_queries.people_of(behind.values("pk")).exclude(pk=entry.actor_id)


def proposal_for(user: User, subject_id: str) -> Proposal | None:
    return proposal_queries.record_for(user, subject_id)


for _kind, _title, _told in (
    ("agreements.proposal.tabled", _("A proposal is tabled"), those_who_negotiate),
    ("agreements.proposal.withdrawn", _("A proposal is withdrawn"), those_who_negotiate),
    ("agreements.proposal.cosponsored", _("A State joins a proposal"), its_sponsors),
    ("agreements.proposal.taken_up", _("A proposal of one’s State is under discussion"), its_sponsors),
    ("agreements.proposal.bracketed", _("A proposal of one’s State is put into brackets"), its_sponsors),
    ("agreements.proposal.merged", _("A proposal of one’s State is merged into the text"), its_sponsors),
    ("agreements.proposal.superseded", _("A proposal of one’s State gives way to another"), its_sponsors),
    ("agreements.proposal.lapsed", _("A proposal of one’s State lapses"), its_sponsors),
    (
        "agreements.proposal.conflicted",
        _("The words a proposal of one’s State is about have changed"),
        its_sponsors,
    ),
):  # fmt: skip
    plug_notice(
        Notice(
            kind=_kind,
            title=_title,
            recipients=_told,
            record_for=proposal_for,
            template="agreements/notices/proposal_told",
        )
    )
