"""Silence about incidents: no app puts them under silence, so the tests say how one would."""

from datetime import UTC, datetime, timedelta
from typing import Any

import factory

from incidents.models import Incident
from incidents.queries import incidents as incident_queries
from ots_portal import plugs
from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import User
from ots_portal.silence.models import Objection, SilenceProcedure
from ots_portal.silence.queries import subject_of
from ots_portal.verdicts import ALLOWED, Verdict
from tests.factories.incidents import IncidentFactory
from tests.factories.people import ParticipantFactory, UserFactory

MODEL = "incidents.incident"
SHA256 = "5e" * 32
# A Friday; the end is a Monday, in every capital.
STARTED_AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
EXPIRES_AT = STARTED_AT + timedelta(hours=72)
# In the future of the test, not of its stories.
FAR_AWAY = datetime(2099, 11, 23, 12, 0, tzinfo=UTC)

NOT_THE_SECRETARIAT = Verdict("Only the secretariat puts something under silence.")


def _may_start(user: User, _record: Any) -> Verdict:
    return ALLOWED if user.is_secretariat else NOT_THE_SECRETARIAT


def _may_object(_user: User, _record: Any) -> Verdict:
    return ALLOWED


def _members(_record: Any) -> Any:
    return Participant.objects.filter(kind=ParticipantKind.MEMBER)


def _note_result(procedure: SilenceProcedure, *, by: User | None, at: datetime) -> None:
    """Write the result into the incident's place, where tests look for it."""
    place = f"{procedure.status} by {by.full_name if by else 'nobody'}"
    Incident.objects.filter(pk=subject_of(procedure).pk).update(place=place)


SUBJECT = plugs.SilentSubject(
    model=MODEL,
    title="Incident",
    visible_to=incident_queries.visible_to,
    may_start=_may_start,
    may_object=_may_object,
    participants=_members,
    readers=incident_queries.readers_of,
    on_result=_note_result,
)


class ProcedureFactory(factory.django.DjangoModelFactory[SilenceProcedure]):
    """A procedure about an incident that members read; ``asked`` are those who may break it."""

    class Meta:
        model = SilenceProcedure
        skip_postgeneration_save = True

    subject_type = MODEL
    subject_id = factory.LazyFunction(lambda: IncidentFactory(status="active").pk)
    titles = factory.LazyFunction(lambda: {"en": "Winter preparedness"})
    text_sha256 = SHA256
    started_at = STARTED_AT
    started_by = factory.SubFactory(UserFactory, participant__slug="secretariat")
    expires_at = EXPIRES_AT
    time_zone = "Europe/Istanbul"
    updated_at = STARTED_AT
    status = "running"

    @factory.post_generation
    def asked(self, _create: Any, asked: Any, **_more: Any) -> None:
        chosen = asked if asked is not None else [ParticipantFactory(slug="turkiye")]
        self.participants.set(chosen)  # type: ignore[attr-defined]


class ObjectionFactory(factory.django.DjangoModelFactory[Objection]):
    class Meta:
        model = Objection

    procedure = factory.SubFactory(ProcedureFactory)
    person = factory.SubFactory(UserFactory)
    participant = factory.SelfAttribute("person.participant")
    at = STARTED_AT + timedelta(hours=1)
    kind = "objection"
    reason = "It names no depot."
