from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Max, OuterRef, Prefetch, Q, QuerySet

from agreements.models import (
    Alternative,
    DomesticStep,
    Finding,
    Instrument,
    LedgerEntry,
    Milestone,
    Provision,
    Signatory,
)
from agreements.statuses import APPROVALS, PUBLIC_STATUSES, FindingKind, InstrumentStatus
from agreements.vocabularies.acts import CONSENTS
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.texts import fold

Reader = User | AnonymousUser

# An exercise text is never public, whatever its status.
_PUBLIC = Q(status__in=PUBLIC_STATUSES, is_training=False)


def visible_to(user: Reader) -> QuerySet[Instrument]:
    """
    Return the instruments this reader may see.

    All to the secretariat; to member States' staff whatever is beyond the mandate; to everybody
    else, visitors included, what has been signed.
    """
    if isinstance(user, User) and user.is_secretariat:
        return Instrument.objects.all()
    if isinstance(user, User) and user.is_member_staff:
        return Instrument.objects.exclude(status=InstrumentStatus.MANDATED)
    return Instrument.objects.filter(_PUBLIC)


def milestones_visible_to(user: Reader) -> QuerySet[Milestone]:
    return Milestone.objects.filter(instrument__in=visible_to(user)).select_related("instrument")


def domestic_steps_visible_to(user: Reader) -> QuerySet[DomesticStep]:
    steps = DomesticStep.objects.filter(instrument__in=visible_to(user))
    return steps.select_related("instrument", "participant")


def provisions_visible_to(user: Reader) -> QuerySet[Provision]:
    """
    Return the provisions of the instruments this reader may see.

    What stood in an earlier text and is gone is read by those who negotiate: a treaty that is public is
    public as it was signed.
    """
    readable = Exists(visible_to(user).order_by().filter(pk=OuterRef("instrument")))
    provisions = Provision.objects.filter(readable).select_related("instrument")
    if isinstance(user, User) and (user.is_secretariat or user.is_member_staff):
        return provisions
    return provisions.filter(is_live=True)


def present_provisions_visible_to(user: Reader) -> QuerySet[Provision]:
    """Return those of the present text: what is searched finds nothing that is gone."""
    return provisions_visible_to(user).filter(is_live=True)


def matching(
    instruments: QuerySet[Instrument], *, status: str = "", kind: str = "", q: str = ""
) -> QuerySet[Instrument]:
    """Narrow a list by what the address says; an empty value narrows nothing."""
    if status:
        instruments = instruments.filter(status=status)
    if kind:
        instruments = instruments.filter(kind=kind)
    for word in fold(q).split():
        instruments = instruments.filter(search_text__contains=word)
    return instruments


def for_list(instruments: QuerySet[Instrument]) -> QuerySet[Instrument]:
    """Add what a row of the list shows: signatures, and the day of the latest step."""
    live_milestones = Q(milestones__superseded_by=None)
    live_steps = Q(domestic_steps__superseded_by=None)
    return instruments.prefetch_related("signatories").annotate(
        latest_milestone_date=Max("milestones__on_date", filter=live_milestones),
        latest_domestic_date=Max("domestic_steps__on_date", filter=live_steps),
    )


def with_facts(instruments: QuerySet[Instrument]) -> QuerySet[Instrument]:
    """Add everything the record page and its endpoint show, in a fixed number of queries."""
    deposits = LedgerEntry.objects.filter(kind__in=CONSENTS, annulled_by=None)
    return instruments.select_related("depositary", "parent").prefetch_related(
        Prefetch("signatories", Signatory.objects.select_related("participant")),
        Prefetch("domestic_steps", DomesticStep.objects.select_related("participant")),
        Prefetch("ledger", deposits.select_related("participant"), to_attr="deposits"),
        "milestones",
        "findings",
        "negotiating_states",
        Prefetch(
            "provisions",
            Provision.objects.filter(is_live=True).prefetch_related("texts", "brackets"),
        ),
    )


def with_text(instruments: QuerySet[Instrument]) -> QuerySet[Instrument]:
    """Add the text: provisions in order, with brackets, alternatives and their sponsors."""
    alternatives = Alternative.objects.prefetch_related("sponsors")
    provisions = Provision.objects.filter(is_live=True).prefetch_related(
        "texts", "brackets", Prefetch("brackets__alternatives", alternatives)
    )
    return instruments.prefetch_related(Prefetch("provisions", provisions))


@dataclass(frozen=True)
class StateRow:
    """What is known of one State: its signature, its steps at home; deposits stand apart from both."""

    participant: Participant
    signatory: Signatory | None
    domestic_steps: list[DomesticStep]
    deposit: LedgerEntry | None = None


def state_rows(instrument: Instrument) -> list[StateRow]:
    """Return a row per State that signed, took a step at home or deposited, by name."""
    signatories = {row.participant_id: row for row in instrument.signatories.all()}
    steps = list(instrument.domestic_steps.all())
    deposits = {entry.participant_id: entry for entry in instrument.deposits}  # type: ignore[attr-defined]
    states = {step.participant_id: step.participant for step in steps}
    states |= {slug: entry.participant for slug, entry in deposits.items()}
    states |= {slug: signatory.participant for slug, signatory in signatories.items()}
    return [
        StateRow(
            state,
            signatories.get(slug),
            [step for step in steps if step.participant_id == slug],
            deposits.get(slug),
        )
        for slug, state in sorted(states.items(), key=lambda item: item[1].name)
    ]


def approving_states(instrument: Instrument) -> set[str]:
    """Return the slugs of the States with an approval at home that stands; none of them is a deposit."""
    return {
        step.participant_id
        for step in instrument.domestic_steps.all()
        if step.kind in APPROVALS and not step.is_superseded
    }


def timeline_of(instrument: Instrument) -> list[Milestone | DomesticStep]:
    """Return milestones and domestic steps in the order of their days; corrected ones stay in it."""
    records: list[Milestone | DomesticStep] = [
        *instrument.milestones.all(),
        *instrument.domestic_steps.all(),
    ]
    return sorted(records, key=lambda record: (record.on_date, record.created_at, str(record.pk)))


def findings_of(instrument: Instrument, kind: FindingKind) -> list[Finding]:
    return [finding for finding in instrument.findings.all() if finding.kind == kind]


def latest_steps(user: Reader, count: int) -> list[Milestone | DomesticStep]:
    """Return the newest standing steps of all instruments the reader may see."""
    newest: list[Milestone | DomesticStep] = []
    for rows in (milestones_visible_to(user), domestic_steps_visible_to(user)):
        newest += rows.filter(superseded_by=None).order_by("-on_date", "-created_at")[:count]
    newest.sort(key=lambda record: (record.on_date, record.created_at), reverse=True)
    return newest[:count]


def states_of(instrument: Instrument) -> QuerySet[Participant]:
    """Return the States that negotiated or signed it: of them a domestic step can be recorded."""
    return Participant.objects.filter(
        Q(instruments=instrument) | Q(signatures__instrument=instrument)
    ).distinct()
