"""Proposals as the services make them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import factory

from agreements.models import (
    Bracket,
    Instrument,
    Proposal,
    ProposalImport,
    Provision,
    ProvisionText,
    TextRevision,
)
from agreements.services import proposals as services
from agreements.statuses import ProvisionKind
from ots_portal.people.models import Role, User
from tests.factories.agreements import (
    LONG_AGO,
    InstrumentFactory,
    ProvisionFactory,
    ProvisionTextFactory,
)
from tests.factories.people import UserFactory

REASON = "Capitals asked for it."


def a_text(instrument: Instrument | None = None) -> Instrument:
    """A text of two articles; the first has two paragraphs."""
    instrument = instrument or InstrumentFactory()
    first = _provision(instrument, "art-1", 1, ProvisionKind.ARTICLE, "1", "The alert", "")
    _provision(
        instrument, "art-1-para-1", 2, ProvisionKind.PARAGRAPH, "1", "",
        "The host answers within one hour of the alert.", parent=first,
    )  # fmt: skip
    _provision(
        instrument, "art-1-para-2", 3, ProvisionKind.PARAGRAPH, "2", "", "It says what it can send.", parent=first,
    )  # fmt: skip
    _provision(instrument, "art-2", 4, ProvisionKind.ARTICLE, "2", "Costs", "Each Party bears its own costs.")  # fmt: skip
    return instrument


def _provision(
    instrument: Instrument, key: str, position: int, kind: str, number: str, heading: str, text: str,
    parent: Provision | None = None,
) -> Provision:  # fmt: skip
    provision = ProvisionFactory(
        instrument=instrument, key=key, position=position, kind=kind, number=number, parent=parent
    )
    ProvisionTextFactory(provision=provision, heading=heading, text=text)
    return provision


def provision_of(instrument: Instrument, key: str) -> Provision:
    return Provision.objects.get(instrument=instrument, key=key)


def a_draft(by: User, *, instrument: Instrument | None = None, **said: Any) -> Proposal:
    """A draft of the person's State: two hours in the place of one."""
    instrument = instrument or a_text()
    usual = {
        "op": "replace",
        "provision": Provision.objects.filter(instrument=instrument, key="art-1-para-1").first(),
        "language": "en",
        "quote": "within one hour",
        "text": "within two hours",
        "rationale": "One hour is too short at night.",
    }
    return services.draft(instrument, by=by, at=LONG_AGO, **{**usual, **said})


def head_of(user: User) -> User:
    """A head of the person's State."""
    found = User.objects.filter(participant=user.participant, role=Role.HEAD, kind="person").first()
    return found or UserFactory(participant=user.participant, role=Role.HEAD)


def a_proposal(  # noqa: PLR0911 -- a status each
    by: User, status: str = "tabled", *, officer: User | None = None, joined_by: User | None = None,
    at: datetime = LONG_AGO, **said: Any,
) -> Proposal:  # fmt: skip
    """A proposal of the person's State, brought to a status by the services."""
    proposal = a_draft(by, **said)
    head = head_of(by)
    officer = officer or UserFactory(role=Role.SECRETARIAT_OFFICER)
    if status == "draft":
        return proposal
    if status == "discarded":
        return services.discard(proposal, by=by, at=at)
    services.table(proposal, version=proposal.version, by=head, at=at)
    if joined_by:
        services.cosponsor(proposal, version=proposal.version, by=joined_by, at=at)
    if status == "tabled":
        return proposal
    if status == "withdrawn":
        return services.withdraw(proposal, reason=REASON, by=head, at=at)
    if status == "lapsed":
        return services.lapse(proposal, reason="Round 2 was closed.", by=officer, at=at)
    services.take_up(proposal, by=officer, at=at)
    if status == "under_discussion":
        return proposal
    if status == "bracketed":
        return services.bracket(proposal, version=proposal.version, by=officer, at=at)
    assert status == "merged", status
    return services.merge(proposal, version=proposal.version, by=officer, at=at)


def one_with_a_later(by: User, *, later: UUID) -> Proposal:
    """A tabled proposal beside a later one of the same State, whose key is ``later``."""
    old = a_proposal(by)
    new = a_proposal(by, instrument=old.instrument, text="within a day")
    Proposal.objects.filter(pk=new.pk).update(id=later)
    return old


class ProposalImportFactory(factory.django.DjangoModelFactory[ProposalImport]):
    """A Word document with one change, made of a revision that is worked on."""

    class Meta:
        model = ProposalImport

    instrument = factory.LazyFunction(a_text)
    revision = factory.LazyAttribute(
        lambda read: TextRevision.objects.create(
            instrument=read.instrument, number=1, kind="rolling", created_at=LONG_AGO, updated_at=LONG_AGO
        )
    )  # fmt: skip
    name = "answer.docx"
    language = "en"
    found = [
        {
            "op": "replace", "key": "art-1-para-1", "other": "", "placement": "", "kind": "", "number": "",
            "quote": "one hour", "heading": "", "text": "two hours", "note": "Leyla Aliyeva 2026-11-03",
        }
    ]  # fmt: skip
    unassigned = []
    created_at = LONG_AGO
    updated_at = LONG_AGO


def words(instrument: Instrument) -> list[tuple[str, str]]:
    """Return key and text of every live provision, in order."""
    found = ProvisionText.objects.filter(provision__instrument=instrument, provision__is_live=True)
    return [(one.provision.key, one.text) for one in found.order_by("provision__position")]


def brackets(instrument: Instrument) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """Return each bracket's quote with its alternatives and who stands behind them."""
    return [
        (
            bracket.quote,
            [(one.text, one.sponsor_names) for one in bracket.alternatives.order_by("label")],
        )
        for bracket in Bracket.objects.filter(provision__instrument=instrument)
    ]
