"""What agreements plug into the portal: menu, card, and the records it starts with."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, override, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agreements import queries, statuses
from agreements.demo import exercise, negotiation
from agreements.demo.stage import everybody_is_there
from agreements.exports.concordance import CONCORDANCE_JOB
from agreements.exports.revisions import COMPARISON_JOB
from agreements.exports.word import REDLINE_JOB
from agreements.models import (
    Alternative,
    Bracket,
    DomesticStep,
    Finding,
    Instrument,
    Milestone,
    Position,
    Proposal,
    Provision,
    ProvisionText,
    Reservation,
    Round,
    SeenWording,
    Signatory,
    TextSilence,
)
from agreements.presentation import histories
from agreements.queries import (
    adoption,
    annulments,
    brackets,
    comments,
    confirmations,
    corrections,
    languages,
    positions,
    proposals,
    reservations,
    revisions,
    rounds,
    text_silences,
    treaty,
)
from agreements.queries.words import text_now
from agreements.rules import rounds as round_rules
from agreements.rules import text_silences as silence_rules
from agreements.rules.reservations import may_accept_by_decision
from agreements.services import text_silences as silence_services
from agreements.services.revisions import begin_revision
from agreements.statuses import Audience, ProvisionKind, RevisionKind
from agreements.vocabularies import acts
from agreements.vocabularies import adoption as adoption_words
from agreements.vocabularies import languages as language_words
from agreements.vocabularies import reservations as reservation_words
from ots_portal.audit.services import record
from ots_portal.notifications.silence import telling_nobody
from ots_portal.people.models import Role
from ots_portal.plugs import (
    AuditedRecord,
    Card,
    CardLine,
    Linkable,
    MenuEntry,
    Searchable,
    SearchText,
    SilentSubject,
    cards,
    menu,
    plug_audited,
    plug_enumerations,
    plug_history,
    plug_job,
    plug_linkable,
    plug_searchable,
    plug_silence,
)
from ots_portal.texts import fold, in_language
from ots_portal.ui.moments import day_text, in_zone, moment_text

LINES_ON_CARD = 5
DATA = Path(__file__).parent / "data"
EXERCISE = "training_exercise_agreement.json"
# What the demonstration enters, and the scenes that its people play with it.
RECORDS: dict[str, Any] = {
    "cpm_agreement.json": None,
    "training_protocol.json": negotiation,
    EXERCISE: exercise,
}

menu.append(MenuEntry(pgettext_lazy("menu", "Agreements"), "agreements:list", 30))


def latest_steps(user: Any) -> Sequence[CardLine]:
    return [_line(step) for step in queries.latest_steps(user, LINES_ON_CARD)]


def _line(step: Milestone | DomesticStep) -> CardLine:
    is_training = step.instrument.is_training
    return CardLine(
        title=in_language(step.texts),
        url=step.get_absolute_url(),
        note=f"{day_text(step.on_date)} · {step.instrument.title}",
        badge=_("Training") if is_training else _badge(step),
        tone="warning" if is_training else "neutral",
    )


def _badge(step: Milestone | DomesticStep) -> str:
    """Name the State whose step it is, or say what kind of milestone."""
    return step.participant.name if isinstance(step, DomesticStep) else step.get_kind_display()


cards.append(
    Card(
        title=_("Agreements: latest steps"),
        position=40,
        lines=latest_steps,
        more_url_name="agreements:list",
    )
)


def to_reconfirm(user: Any) -> Sequence[CardLine]:
    """Return the positions of one's State that do not hold for the words that stand now."""
    return [
        CardLine(
            title=str(one.provision),
            url=reverse("agreements:position_reconfirm", args=[one.pk]),
            note=f"{one.provision.instrument.title} · {one.get_stance_display()}",
            badge=_("Training") if one.provision.instrument.is_training else "",
            tone="warning",
        )
        for one in positions.to_reconfirm(user)[:LINES_ON_CARD]
    ]


cards.append(
    Card(
        title=_("Positions to reconfirm"),
        position=12,
        lines=to_reconfirm,
        needs_me=True,
        visible=lambda user: user.is_authenticated and user.is_member_staff and user.may_act,
    )
)


TREATY_TOLD = {
    "instrument": _("Agreement"),
    "act": _("Act"),
    "on_date": _("Day"),
    "number": _("Number"),
    "digest": _("Digest"),
    "notification": _("Depositary notification"),
    "decision": _("Decision"),
}
NEGOTIATION_TOLD = {
    "provision": _("Provision"),
    "language": _("Language"),
    "label": _("Alternative"),
    "on_sha256": _("Hash of the words (SHA-256)"),
    "falls": _("Off the table"),
}
LANGUAGE_TOLD = {
    "instrument": _("Agreement"),
    "language": pgettext_lazy("of a text", "Language"),
    "is_authentic": _("Authentic"),
    "is_prevailing": _("Prevails"),
    "sha256": _("Hash of the words (SHA-256)"),
    "found": _("Found"),
    "open": _("Open findings"),
    "file": _("File with a text"),
    "provisions": _("Provisions"),
}
TOLD = {"instrument": _("Agreement"), "record": _("Kind of step"), "on_date": _("Day")}
for audited_record in (
    AuditedRecord("agreements.instrument", _("Agreement"), visible_to=queries.visible_to),
    AuditedRecord(
        "agreements.milestone",
        _("Milestone"),
        visible_to=queries.milestones_visible_to,
        fields=TOLD,
    ),
    AuditedRecord(
        "agreements.domesticstep",
        _("Domestic step"),
        visible_to=queries.domestic_steps_visible_to,
        fields=TOLD,
        kinds="agreements.domestic_step",
    ),
    AuditedRecord(
        "agreements.textrevision",
        _("Revision"),
        visible_to=revisions.visible_to,
        kinds="agreements.revision",
    ),
    AuditedRecord(
        "agreements.textimport",
        _("File with a text"),
        visible_to=revisions.imports_visible_to,
        kinds="agreements.text_import",
    ),
    AuditedRecord("agreements.provision", _("Provision"), visible_to=queries.provisions_visible_to),
    AuditedRecord(
        "agreements.position",
        _("Position of a State"),
        visible_to=positions.visible_to,
        fields=NEGOTIATION_TOLD,
    ),
    AuditedRecord(
        "agreements.reconfirmationrequest",
        _("Request to reconfirm"),
        visible_to=positions.reconfirmations_visible_to,
        fields={"count": _("Positions")},
        kinds="agreements.reconfirmation_request",
    ),
    AuditedRecord(
        "agreements.reopening",
        _("Reopening of a provision"),
        visible_to=positions.reopenings_visible_to,
        fields=NEGOTIATION_TOLD,
    ),
    AuditedRecord(
        "agreements.bracket",
        _("Bracket"),
        visible_to=brackets.visible_to,
        fields=NEGOTIATION_TOLD,
    ),
    AuditedRecord(
        "agreements.bracketresolution",
        _("Resolved bracket"),
        visible_to=positions.resolutions_visible_to,
        fields=NEGOTIATION_TOLD,
        kinds="agreements.bracket_resolution",
    ),
    AuditedRecord(
        "agreements.comment",
        _("Comment of a delegation"),
        visible_to=comments.visible_to,
        is_sealed=True,
    ),
    AuditedRecord(
        "agreements.languagetext",
        _("Language version"),
        visible_to=languages.visible_to,
        fields=LANGUAGE_TOLD,
        kinds="agreements.language_text",
    ),
    AuditedRecord(
        "agreements.concordancefinding",
        _("Finding of the concordance"),
        visible_to=languages.findings_visible_to,
        kinds="agreements.concordance_finding",
    ),
    AuditedRecord(
        "agreements.proposal",
        _("Proposal"),
        visible_to=proposals.visible_to,
        fields={
            "instrument": _("Agreement"),
            "number": _("Number"),
            "automatic": _("Done by the portal"),
            "successor": _("It gave way to"),
        },
    ),
    AuditedRecord(
        "agreements.proposalimport",
        _("Word document with tracked changes"),
        visible_to=proposals.imports_visible_to,
        is_sealed=True,
        kinds="agreements.proposal_import",
    ),
    AuditedRecord(
        "agreements.finalclauses",
        _("Final clauses"),
        visible_to=treaty.final_clauses_visible_to,
        kinds="agreements.final_clauses",
    ),
    AuditedRecord(
        "agreements.fullpowers",
        _("Full powers"),
        visible_to=treaty.full_powers_visible_to,
        fields=TREATY_TOLD,
        kinds="agreements.full_powers",
    ),
    AuditedRecord(
        "agreements.adoption",
        _("Adoption of a text"),
        visible_to=adoption.adoptions_visible_to,
        fields=TREATY_TOLD,
    ),
    AuditedRecord(
        "agreements.authentication",
        _("Authentication of a text"),
        visible_to=adoption.authentications_visible_to,
        fields=TREATY_TOLD,
    ),
    AuditedRecord(
        "agreements.fullpowerswaiver",
        _("Full powers dispensed with"),
        visible_to=treaty.waivers_visible_to,
        fields=TREATY_TOLD,
        kinds="agreements.waiver",
    ),
    AuditedRecord(
        "agreements.annulment",
        _("Annulment of an entry"),
        visible_to=annulments.annulments_visible_to,
        fields=TREATY_TOLD,
    ),
    AuditedRecord(
        "agreements.signature",
        _("Signature"),
        visible_to=treaty.signatures_visible_to,
        fields=TREATY_TOLD,
    ),
    AuditedRecord(
        "agreements.stateinstrument",
        _("Instrument of a State"),
        visible_to=treaty.state_instruments_visible_to,
        fields=TREATY_TOLD,
        kinds="agreements.state_instrument",
    ),
    AuditedRecord(
        "agreements.reservation",
        _("Reservation"),
        visible_to=reservations.reservations_visible_to,
        fields=TREATY_TOLD,
    ),
    AuditedRecord(
        "agreements.objection",
        _("Objection to a reservation"),
        visible_to=reservations.objections_visible_to,
        fields=TREATY_TOLD,
    ),
    AuditedRecord(
        "agreements.declaration",
        _("Declaration"),
        visible_to=reservations.declarations_visible_to,
        fields=TREATY_TOLD,
    ),
    AuditedRecord(
        "agreements.correction",
        _("Correction of an error"),
        visible_to=corrections.corrections_visible_to,
        fields=TREATY_TOLD,
    ),
    AuditedRecord(
        "agreements.registration",
        _("Registration with the United Nations"),
        visible_to=corrections.registrations_visible_to,
        fields=TREATY_TOLD,
    ),
    AuditedRecord(
        "agreements.ledgerentry",
        _("Entry of the ledger"),
        visible_to=treaty.ledger_visible_to,
        fields=TREATY_TOLD,
        kinds="agreements.ledger_entry",
    ),
    AuditedRecord(
        "agreements.entrycalculation",
        _("Calculation of the entry into force"),
        visible_to=treaty.calculations_visible_to,
        fields={"entry_date": _("Entry into force"), "inputs_digest": _("Digest of its inputs")},
        kinds="agreements.calculation",
    ),
    AuditedRecord(
        "agreements.depositarynotification",
        _("Depositary notification"),
        visible_to=treaty.notifications_visible_to,
        fields={"recipients": _("Notified")},
        kinds="agreements.depositary_notification",
    ),
    AuditedRecord(
        "agreements.notificationreceipt",
        _("Receipt of a notification"),
        visible_to=treaty.receipts_visible_to,
        kinds="agreements.receipt",
    ),
):
    plug_audited(audited_record)


NEGOTIATION_TOLD = {
    "instrument": _("Agreement"),
    "chair": _("Chair"),
    "number": _("Number"),
    "base_revision": _("Text before"),
    "result_revision": _("Text after"),
    "confirm_by": _("To be confirmed by"),
    "asked": _("States asked"),
    "pending": _("States that have not confirmed"),
    "days": _("Days before the end"),
    "purpose": _("What silence says"),
    "revision": _("Revision"),
    "silence": _("Silence about the text"),
    "expires_at": _("End of the silence"),
    "text_sha256": _("Hash of the words (SHA-256)"),
}
for audited_record in (
    AuditedRecord(
        "agreements.round", _("Round"), visible_to=rounds.visible_to, fields=NEGOTIATION_TOLD
    ),
    AuditedRecord(
        "agreements.adreferendum",
        _("Text closed ad referendum"),
        visible_to=confirmations.visible_to,
        fields=NEGOTIATION_TOLD,
        kinds="agreements.ad_referendum",
    ),
    AuditedRecord(
        "agreements.confirmation",
        _("Confirmation by a State"),
        visible_to=confirmations.confirmations_visible_to,
        fields=NEGOTIATION_TOLD,
    ),
    AuditedRecord(
        "agreements.textsilence",
        _("Silence about the text"),
        visible_to=text_silences.visible_to,
        fields=NEGOTIATION_TOLD,
        kinds="agreements.text_silence",
    ),
):
    plug_audited(audited_record)


plug_job(COMPARISON_JOB)
plug_job(CONCORDANCE_JOB)


# ── texts under silence ─────────────────────────────────────────────────────────────────────────
def _silence_titles(silence: TextSilence) -> dict[str, str]:
    """Return "Training: Protocol … (Consent to the adoption)" in each language in which the agreement has a title."""
    instrument, titles = silence.instrument, {}
    for code, title in instrument.titles.items():
        with override(code):
            words = {"title": title, "purpose": silence.get_purpose_display()}
            sentence = (
                gettext("Training: %(title)s (%(purpose)s)")
                if instrument.is_training
                else gettext("%(title)s (%(purpose)s)")
            )
            titles[code] = sentence % words
    return titles


plug_silence(
    SilentSubject(
        "agreements.textsilence",
        _("Text of an agreement"),
        visible_to=text_silences.visible_to,
        may_start=silence_rules.may_start,
        may_object=silence_rules.may_object,
        participants=text_silences.asked_in_silence,
        readers=text_silences.readers_of,
        on_result=silence_services.after_silence,
        start=silence_services.put_under_silence,
        titles=_silence_titles,
        text_sha256=lambda silence: silence.revision.sha256,
    )
)


# ── what waits for the head of a State ──────────────────────────────────────────────────────────
def _is_head_of_member(user: Any) -> bool:
    return bool(user.is_authenticated and user.role == Role.HEAD and user.is_member_staff)


def texts_to_confirm(user: Any) -> Sequence[CardLine]:
    waiting = confirmations.waiting_for(user.participant)
    return [
        CardLine(
            title=in_language(one.instrument.titles) or one.instrument.code,
            url=one.get_absolute_url(),
            note=gettext("To be confirmed by %(moment)s")
            % {"moment": moment_text(in_zone(one.ad_referendum.confirm_by))},
            badge=_("Training") if one.instrument.is_training else "",
            tone="warning",
        )
        for one in waiting[:LINES_ON_CARD]
    ]


cards.append(
    Card(
        title=_("Texts to confirm"),
        position=12,
        lines=texts_to_confirm,
        needs_me=True,
        visible=_is_head_of_member,
    )
)
for _source in histories.SOURCES:
    plug_history(_source)
plug_job(REDLINE_JOB)


# ── what can be tied to an agreement, or to one of its provisions ───────────────────────────────
MOST_FOUND = 10


def _instruments_found(user: Any, text: str) -> Sequence[Instrument]:
    found = queries.matching(queries.visible_to(user), q=text)
    return list(found.order_by("-created_at", "-id")[:MOST_FOUND])


def _provisions_found(user: Any, text: str) -> Sequence[Provision]:
    """Return provisions by number and words of the agreement or of their headings: "article 4 civil"."""
    found = queries.provisions_visible_to(user).filter(is_live=True)
    for word in fold(text).split():
        found = found.filter(_is_said(word))
    return list(found.order_by("instrument", "position")[:MOST_FOUND])


def _is_said(word: str) -> Q:
    """Return where a folded word is a number of the provision, its kind, or stands in the agreement's title."""
    kinds = [kind for kind in ProvisionKind if fold(str(kind.label)) == word]
    return Q(number__iexact=word) | Q(kind__in=kinds) | Q(instrument__search_text__contains=word)


def _provision_label(provision: Provision) -> str:
    return f"{provision}, {provision.instrument.title}"


plug_linkable(
    Linkable(
        "agreements.instrument",
        _("Agreement"),
        visible_to=queries.visible_to,
        search=_instruments_found,
    )
)
plug_linkable(
    Linkable(
        "agreements.provision",
        _("Provision"),
        visible_to=queries.provisions_visible_to,
        search=_provisions_found,
        label_of=_provision_label,
    )
)


def _rounds_found(user: Any, text: str) -> Sequence[Round]:
    """Return rounds by their number and words of the agreement's title: "3 civil"."""
    words = [word for word in fold(text).split() if word != fold(str(_("Round")))]
    found = rounds.matching(rounds.visible_to(user), " ".join(words)) if words else ()
    return list(found[:MOST_FOUND])


def _text_silences_found(user: Any, text: str) -> Sequence[TextSilence]:
    found = text_silences.visible_to(user)
    for word in fold(text).split():
        found = found.filter(revision__instrument__search_text__contains=word)
    return list(found.order_by("-created_at", "-id")[:MOST_FOUND])


plug_linkable(
    Linkable(
        "agreements.round",
        _("Round"),
        visible_to=rounds.visible_to,
        search=_rounds_found,
        label_of=lambda one: f"{one}, {one.instrument.title}",
        may_tie=round_rules.may_tie,
    )
)
plug_linkable(
    Linkable(
        "agreements.textsilence",
        _("Silence about the text"),
        visible_to=text_silences.visible_to,
        search=_text_silences_found,
        label_of=lambda one: f"{one}, {one.instrument.title}",
    )
)


def _reservation_label(reservation: Reservation) -> str:
    return f"{reservation}, {reservation.instrument.title}"


plug_linkable(
    Linkable(
        "agreements.reservation",
        _("Reservation"),
        visible_to=reservations.reservations_visible_to,
        label_of=_reservation_label,
        may_tie=may_accept_by_decision,
    )
)


def _proposals_found(user: Any, text: str) -> Sequence[Proposal]:
    """Return tabled proposals by number or words: "TR-3"."""
    found = proposals.visible_to(user).filter(tabled_at__isnull=False)
    found = proposals.filtered(found, {"q": text}, instrument=None)
    return list(found.select_related("instrument").order_by("-created_at", "-id")[:MOST_FOUND])


plug_linkable(
    Linkable(
        "agreements.proposal",
        _("Proposal"),
        visible_to=proposals.visible_to,
        search=_proposals_found,
        label_of=lambda proposal: f"{proposal}, {proposal.instrument.title}",
    )
)


# ── search ──────────────────────────────────────────────────────────────────────────────────────
def _instrument_texts(instrument: Instrument) -> dict[str, SearchText]:
    titles = {code: SearchText(title) for code, title in instrument.titles.items()}
    return {**titles, "": SearchText(instrument.code)}


def _provision_texts(provision: Provision) -> dict[str, SearchText]:
    return {text.language: SearchText(text.heading, text.text) for text in provision.texts.all()}


def _provisions_of(key: str) -> QuerySet[Provision, Any]:
    return Provision.objects.filter(instrument_id=UUID(key)).values_list("pk", flat=True)


def _provisions_of_import(key: str) -> QuerySet[Provision, Any]:
    """A file that becomes the text rewrites any of its provisions."""
    of_import = Provision.objects.filter(instrument__imports=UUID(key))
    return of_import.values_list("pk", flat=True)


def _training(instrument: Instrument) -> str | Promise:
    return _("Training") if instrument.is_training else ""


plug_searchable(
    Searchable(
        "agreements.instrument",
        _("Agreement"),
        visible_to=queries.visible_to,
        texts_of=_instrument_texts,
        at_of=lambda instrument: instrument.updated_at,
        mark_of=_training,
        is_public=True,
    )
)
plug_searchable(
    Searchable(
        "agreements.provision",
        _("Provision"),
        visible_to=queries.present_provisions_visible_to,
        texts_of=_provision_texts,
        at_of=lambda provision: provision.updated_at,
        title_of=lambda provision: f"{provision} · {provision.instrument.title}",
        mark_of=lambda provision: _training(provision.instrument),
        whole=lambda provisions: provisions.select_related("instrument").prefetch_related("texts"),
        follows={
            "agreements.instrument": _provisions_of,
            "agreements.textimport": _provisions_of_import,
        },
        is_public=True,
    )
)


def load_demo(at: datetime) -> None:
    """
    Enter the Agreement's public record and the training protocol, each once; tells nobody.

    With the demonstration's people the protocol is negotiated, and an exercise agreement played through.
    """
    is_played = everybody_is_there()
    for name, scenes in RECORDS.items():
        told = _told(name)
        if _is_entered(told) or (name == EXERCISE and not is_played):
            continue
        if scenes is None or not is_played:
            _enter(told, at)
            continue
        with telling_nobody(), override("en"), transaction.atomic():
            scenes.play(_enter(told, scenes.beginning(at)), at)


def _told(name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return told


def _is_entered(told: dict[str, Any]) -> bool:
    return Instrument.objects.filter(code=told["instrument"]["code"]).exists()


@transaction.atomic
def _enter(told: dict[str, Any], at: datetime) -> Instrument:
    instrument = _instrument(told, at)
    _enter_facts(instrument, told, at)
    for position, provision in enumerate(told.get("provisions", []), start=1):
        _enter_provision(instrument, position, provision, at)
    if told.get("provisions"):
        begin_revision(instrument, kind=RevisionKind.ROLLING, by=None, at=at)
        _enter_positions(instrument, told["provisions"], at)
    record("agreements.instrument.entered", subject=instrument, by=None, at=at)
    return instrument


def _instrument(told: dict[str, Any], at: datetime) -> Instrument:
    fields = {**told["instrument"], "as_of_date": _as_of(told)}
    instrument = Instrument(**fields, created_at=at, updated_at=at)
    instrument.full_clean()
    instrument.save()
    instrument.negotiating_states.set(told["negotiating_states"])
    return instrument


def _enter_facts(instrument: Instrument, told: dict[str, Any], at: datetime) -> None:
    as_of = _as_of(told)
    common = {"instrument": instrument, "as_of_date": as_of}
    for fields in told.get("signatories", []):
        _save(Signatory(**common, **fields))
    for fields in told.get("milestones", []):
        _save(Milestone(**common, **fields, created_at=at))
    for fields in told.get("domestic_steps", []):
        _save(DomesticStep(**common, **fields, created_at=at))
    for position, fields in enumerate(told.get("findings", []), start=1):
        _save(Finding(**common, **fields, position=position))


def _save(entered: Signatory | Milestone | DomesticStep | Finding) -> None:
    entered.full_clean()
    entered.save(force_insert=True)


def _as_of(told: dict[str, Any]) -> date:
    return date.fromisoformat(told["as_of_date"])


def _enter_provision(
    instrument: Instrument, position: int, told: dict[str, Any], at: datetime
) -> None:
    provision = Provision.objects.create(
        instrument=instrument,
        key=told["key"],
        kind=told["kind"],
        number=told["number"],
        status=told["status"],
        position=position,
        created_at=at,
        updated_at=at,
    )
    ProvisionText.objects.create(provision=provision, **told["text"])
    for number, bracket in enumerate(told["brackets"], start=1):
        _enter_bracket(provision, number, bracket)


def _enter_positions(
    instrument: Instrument, provisions: Sequence[dict[str, Any]], at: datetime
) -> None:
    """Enter where States stand in the story, on the words of the story."""
    text = text_now(instrument)
    by_key = {one.key: one for one in text.provisions}
    for told in provisions:
        provision = by_key[told["key"]]
        words = text.words_of(provision)
        if told.get("positions"):
            SeenWording.objects.create(
                provision=provision,
                sha256=words.sha256,
                language=words.language,
                parts=list(words.parts),
                seen_at=at,
            )
        for fields in told.get("positions", []):
            Position.objects.create(
                provision=provision,
                participant_id=fields["participant"],
                number=1,
                stance=fields["stance"],
                on_sha256=words.sha256,
                language=words.language,
                note=fields.get("note", ""),
                visibility=Audience.ALL,
                taken_at=at,
            )


def _enter_bracket(provision: Provision, number: int, told: dict[str, Any]) -> None:
    bracket = Bracket.objects.create(
        provision=provision, position=number, language=told["language"], quote=told["quote"]
    )
    for fields in told["alternatives"]:
        sponsors = fields.pop("sponsors", [])
        Alternative.objects.create(bracket=bracket, **fields).sponsors.set(sponsors)


plug_enumerations(
    "agreements",
    statuses.InstrumentKind, statuses.InstrumentStatus, statuses.MilestoneKind, statuses.DomesticStepKind,
    statuses.FindingKind, statuses.WordingNote, statuses.ProvisionKind, statuses.ProvisionStatus,
    statuses.Stance, statuses.Audience, statuses.CommentKind, statuses.CommentStatus,
    statuses.FullPowersStatus, statuses.SignatureStatus, statuses.StateInstrumentStatus,
    statuses.AnnulmentStatus, statuses.ReceiptStatus, statuses.ReservationStatus, statuses.ObjectionStatus,
    statuses.DeclarationStatus, statuses.CorrectionStatus, statuses.RegistrationStatus,
    statuses.RevisionKind, statuses.RevisionStatus, statuses.ImportStatus, statuses.RoundStatus,
    statuses.ConfirmationStatus, statuses.SilencePurpose, statuses.TextSilenceStatus,
    statuses.LanguageStatus, statuses.CheckKind, statuses.ConcordanceStatus, statuses.ProposalOp,
    statuses.Placement, statuses.ProposalStatus, statuses.ProposalImportStatus, acts.ActKind, acts.RuleKind,
    acts.LedgerKind, acts.SignatureKind, acts.Office, acts.DepositedKind, acts.AccessionTerms,
    acts.SignatureTerms, adoption_words.AdoptionMethod, adoption_words.ConsentHow, adoption_words.Vote,
    adoption_words.VotingRule, adoption_words.AuthenticationProcedure, adoption_words.AuthenticatedDocument,
    adoption_words.WaiverBasis, language_words.Script, language_words.TreatyLanguage,
    reservation_words.ReservationTerms, reservation_words.AcceptanceTerms, reservation_words.MadeWith,
    reservation_words.ReactionKind, reservation_words.RelationKind, reservation_words.DeclarationKind,
)  # fmt: skip
