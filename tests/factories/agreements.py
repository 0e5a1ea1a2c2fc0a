"""One factory per model of agreements, without surprises."""

from datetime import UTC, date, datetime

import factory

from agreements.models import (
    Alternative,
    Bracket,
    ConcordanceFinding,
    DomesticStep,
    Instrument,
    LanguageText,
    Milestone,
    Provision,
    ProvisionText,
    Signatory,
    TextImport,
    TextRevision,
)
from agreements.statuses import (
    DomesticStepKind,
    InstrumentKind,
    InstrumentStatus,
    LanguageStatus,
    MilestoneKind,
    ProvisionKind,
    ProvisionStatus,
    RevisionKind,
)
from ots_portal.participants.models import Confidence
from tests.factories.people import ParticipantFactory, UserFactory

LONG_AGO = datetime(2026, 1, 10, 9, 0, tzinfo=UTC)
SOURCES = ["https://one.example/report", "https://two.example/report"]


class InstrumentFactory(factory.django.DjangoModelFactory[Instrument]):
    class Meta:
        model = Instrument
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"instrument-{n}")
    kind = InstrumentKind.AGREEMENT
    status = InstrumentStatus.NEGOTIATION
    titles = factory.LazyAttribute(lambda instrument: {"en": f"Title of {instrument.code}"})
    as_of_date = date(2026, 5, 31)
    created_at = LONG_AGO
    updated_at = LONG_AGO


class SignatoryFactory(factory.django.DjangoModelFactory[Signatory]):
    class Meta:
        model = Signatory

    instrument = factory.SubFactory(InstrumentFactory, status=InstrumentStatus.SIGNED)
    participant = factory.SubFactory(ParticipantFactory)
    party_name = factory.LazyAttribute(lambda row: f"Government of {row.participant.slug}")
    signed_on_date = date(2024, 11, 6)
    place = "Bishkek"
    confidence = Confidence.CONFIRMED
    sources = SOURCES
    as_of_date = date(2026, 5, 31)


class MilestoneFactory(factory.django.DjangoModelFactory[Milestone]):
    class Meta:
        model = Milestone

    instrument = factory.SubFactory(InstrumentFactory)
    kind = MilestoneKind.NEGOTIATION
    on_date = date(2025, 3, 21)
    texts = factory.Sequence(lambda n: {"en": f"Delegations met for the {n}th time."})
    confidence = Confidence.CONFIRMED
    sources = SOURCES
    as_of_date = date(2026, 5, 31)
    created_at = LONG_AGO


class DomesticStepFactory(MilestoneFactory):
    class Meta:
        model = DomesticStep

    participant = factory.SubFactory(ParticipantFactory)
    kind = DomesticStepKind.PARLIAMENT
    texts = {"en": "Parliament approved it."}


class ProvisionFactory(factory.django.DjangoModelFactory[Provision]):
    class Meta:
        model = Provision

    instrument = factory.SubFactory(InstrumentFactory)
    key = factory.Sequence(lambda n: f"article-{n}")
    number = factory.Sequence(str)
    kind = ProvisionKind.ARTICLE
    position = factory.Sequence(lambda n: n)
    status = ProvisionStatus.OPEN
    created_at = LONG_AGO
    updated_at = LONG_AGO


class ProvisionTextFactory(factory.django.DjangoModelFactory[ProvisionText]):
    class Meta:
        model = ProvisionText

    provision = factory.SubFactory(ProvisionFactory)
    language = "en"
    heading = "The alert"
    text = "The host answers within one hour."


class BracketFactory(factory.django.DjangoModelFactory[Bracket]):
    class Meta:
        model = Bracket

    provision = factory.SubFactory(ProvisionFactory, status=ProvisionStatus.BRACKETED)
    language = "en"
    position = 1
    quote = "within one hour"


class AlternativeFactory(factory.django.DjangoModelFactory[Alternative]):
    class Meta:
        model = Alternative

    bracket = factory.SubFactory(BracketFactory)
    label = factory.Sequence(lambda n: f"A{n}")
    text = "within one hour"
    is_by_chair = True


class RevisionFactory(factory.django.DjangoModelFactory[TextRevision]):
    """A revision that is worked on, with an article in it."""

    class Meta:
        model = TextRevision
        skip_postgeneration_save = True

    instrument = factory.SubFactory(InstrumentFactory)
    number = factory.Sequence(lambda n: n + 1)
    kind = RevisionKind.ROLLING
    created_at = LONG_AGO
    updated_at = LONG_AGO

    @factory.post_generation
    def text(self, create, extracted, **kwargs):
        ProvisionTextFactory(provision__instrument=self.instrument)


class TextImportFactory(factory.django.DjangoModelFactory[TextImport]):
    class Meta:
        model = TextImport

    instrument = factory.SubFactory(InstrumentFactory)
    name = "text.txt"
    language = "en"
    summary = "1 article, 0 paragraphs, 0 annexes; 0 lines not recognised"
    nodes = [
        {
            "kind": "article",
            "number": "1",
            "heading": "Purpose",
            "text": "They train.",
            "line": 1,
            "key": "art-1",
            "children": [],
        }
    ]
    remarks = []
    created_at = LONG_AGO
    updated_at = LONG_AGO
    created_by = factory.SubFactory(UserFactory)


class LanguageTextFactory(factory.django.DjangoModelFactory[LanguageText]):
    """A text negotiated in English, with one article, in Turkish."""

    class Meta:
        model = LanguageText
        skip_postgeneration_save = True

    instrument = factory.SubFactory(InstrumentFactory)
    language = "tr"
    script = "Latn"
    status = LanguageStatus.DRAFTING
    created_at = LONG_AGO
    updated_at = LONG_AGO
    created_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def text(self, create, extracted, **kwargs):
        original = ProvisionTextFactory(
            provision__instrument=self.instrument, provision__key="art-1"
        )
        if self.status != LanguageStatus.DRAFTING:
            ProvisionTextFactory(
                provision=original.provision,
                language="tr",
                heading="Alarm",
                text="Ev sahibi bir saat içinde yanıt verir.",
                made_from=original.sha256,
            )


class FindingFactory(factory.django.DjangoModelFactory[ConcordanceFinding]):
    class Meta:
        model = ConcordanceFinding

    language_text = factory.SubFactory(LanguageTextFactory, status=LanguageStatus.CONCORDANCE)
    kind = "numeral"
    details = {"original": ["3"], "translation": ["2"]}
    fingerprint = factory.Sequence(lambda n: f"{n:064}")
    created_at = LONG_AGO
    updated_at = LONG_AGO
