"""Rounds, closed texts, confirmations and silences about texts, made the way the portal makes them."""

from datetime import UTC, datetime
from typing import Any

import factory

from agreements.models import (
    AdReferendum,
    Confirmation,
    Instrument,
    Round,
    TextRevision,
    TextSilence,
)
from agreements.services import revisions
from agreements.statuses import RevisionKind, SilencePurpose
from ots_portal.participants.models import Participant
from tests.factories.agreements import (
    LONG_AGO,
    AlternativeFactory,
    BracketFactory,
    InstrumentFactory,
    ProvisionTextFactory,
    RevisionFactory,
)
from tests.factories.people import ParticipantFactory, UserFactory

# In the future of the test, not of its stories.
FAR_AWAY = datetime(2099, 11, 23, 12, 0, tzinfo=UTC)
# What the steps of an instrument ask for beside the click: to services, endpoints and pages.
STEP_WORDS: dict[str, dict[str, Any]] = {
    "close_ad_referendum": {"confirm_by": FAR_AWAY},
    "reopen": {"reason": "Article 9 goes too far."},
    "find_substance": {"reason": "Article 9 goes too far.", "confirm_by": FAR_AWAY},
}
STEP_FORMS = {
    verb: {**words, **({"confirm_by": "2099-11-23T12:00"} if "confirm_by" in words else {})}
    for verb, words in STEP_WORDS.items()
}


class FrozenRevisionFactory(RevisionFactory):
    """A revision with an article in it, frozen as the portal does it."""

    @factory.post_generation
    def frozen(self, create: Any, extracted: Any, **kwargs: Any) -> None:
        revisions.freeze_held(self, by=UserFactory(), at=LONG_AGO)  # type: ignore[arg-type]


class RoundFactory(factory.django.DjangoModelFactory[Round]):
    class Meta:
        model = Round

    instrument = factory.SubFactory(InstrumentFactory)
    number = factory.Sequence(lambda n: n + 1)
    chair = factory.SubFactory(ParticipantFactory)
    created_at = LONG_AGO
    updated_at = LONG_AGO
    created_by = factory.SubFactory(UserFactory)


class AdReferendumFactory(factory.django.DjangoModelFactory[AdReferendum]):
    class Meta:
        model = AdReferendum

    instrument = factory.SubFactory(InstrumentFactory, status="ad_referendum")
    closed_at = LONG_AGO
    confirm_by = FAR_AWAY
    created_at = LONG_AGO
    updated_at = LONG_AGO
    created_by = factory.SubFactory(UserFactory)


class ConfirmationFactory(factory.django.DjangoModelFactory[Confirmation]):
    class Meta:
        model = Confirmation

    ad_referendum = factory.SubFactory(AdReferendumFactory)
    participant = factory.SubFactory(ParticipantFactory)
    created_at = LONG_AGO
    updated_at = LONG_AGO


class TextSilenceFactory(factory.django.DjangoModelFactory[TextSilence]):
    class Meta:
        model = TextSilence

    revision = factory.SubFactory(FrozenRevisionFactory)
    purpose = SilencePurpose.ADOPTION
    created_at = LONG_AGO
    updated_at = LONG_AGO
    created_by = factory.SubFactory(UserFactory)


def negotiated_by(*states: Participant, status: str = "negotiation", **more: Any) -> Instrument:
    """Return an instrument on the table of these States."""
    instrument: Instrument = InstrumentFactory(status=status, **more)
    instrument.negotiating_states.set(states)
    return instrument


def frozen_text(instrument: Instrument, *, at: datetime = LONG_AGO) -> TextRevision:
    """Give the instrument an article and freeze it as its first revision."""
    return FrozenRevisionFactory(instrument=instrument, number=1, kind=RevisionKind.ROLLING)


def bracketed(
    instrument: Instrument, *, number: str, held_by: Participant | None, **more: Any
) -> Any:
    """Give the instrument an article with a bracket that the State holds, or the chair; answers the provision."""
    words = ProvisionTextFactory(
        provision__instrument=instrument,
        provision__number=number,
        provision__status="bracketed",
        **more,
    )
    bracket = BracketFactory(provision=words.provision)
    alternative = AlternativeFactory(bracket=bracket, is_by_chair=held_by is None)
    if held_by:
        alternative.sponsors.add(held_by)
    return words.provision


def closed_text(
    *states: Participant, status: str = "ad_referendum", closed_at: datetime = LONG_AGO, **more: Any
) -> AdReferendum:
    """Return a text closed ad referendum that each of these States has to confirm."""
    instrument = negotiated_by(*states, status=status)
    revision = frozen_text(instrument)
    standing: AdReferendum = AdReferendumFactory(
        instrument=instrument, revision=revision, closed_at=closed_at, **more
    )
    for state in states:
        ConfirmationFactory(ad_referendum=standing, participant=state)
    return standing
