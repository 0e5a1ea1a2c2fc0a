"""Incidents at any status, made the way the portal makes them."""

from datetime import UTC, datetime
from typing import Any

import factory

from incidents.models import Incident, Involvement, Merge
from incidents.services import incidents as services
from incidents.services.incidents import Draft
from incidents.stored import store
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from tests.factories.people import ParticipantFactory, UserFactory

ONSET = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


class IncidentFactory(factory.django.DjangoModelFactory[Incident]):
    """An incident straight in the database; ``number`` and times fit the status."""

    class Meta:
        model = Incident

    participant = factory.SubFactory(ParticipantFactory, slug="turkiye")
    titles = factory.Sequence(lambda n: {"en": f"Incident {n}"})
    hazard = "GH0101"
    alert_level = "orange"
    onset_at = ONSET
    countries = factory.LazyFunction(lambda: ["TR"])
    created_at = ONSET
    updated_at = ONSET
    status = "draft"
    number = factory.Maybe("is_numbered", factory.Sequence(lambda n: f"OTS-2026-{n:04d}"), None)
    reported_at = factory.Maybe("is_numbered", ONSET, None)

    class Params:
        is_numbered = factory.LazyAttribute(
            lambda incident: incident.status not in ("draft", "discarded")
        )

    @classmethod
    def _create(cls, model_class: type[Incident], *args: Any, **kwargs: Any) -> Incident:
        involved = kwargs.pop("involved", [])
        if kwargs["status"] == "merged" and "merged_into" not in kwargs:
            kwargs["merged_into"] = cls(status="active", participant=kwargs["participant"])
        incident = super()._create(model_class, *args, **kwargs)
        if incident.merged_into:
            _merge_of(incident)
        for participant in involved:
            Involvement.objects.create(incident=incident, participant=participant, role="at_risk")
        return store(incident)


def _merge_of(incident: Incident) -> None:
    Merge.objects.create(
        incident=incident,
        into=incident.merged_into,
        status_before="verified",
        reason="The same.",
        by=User.objects.filter(participant=incident.participant_id).first()
        or UserFactory(participant=incident.participant),
        at=incident.updated_at,
    )


def a_draft(**changes: Any) -> Draft:
    """What a reporter fills in, complete and right."""
    facts = {
        "hazard": "GH0101",
        "alert_level": "red",
        "onset_at": ONSET,
        "place": "Pazarcık",
        "latitude": 37.2256,
        "longitude": 37.0143,
        "countries": ["TR"],
        "magnitude": 7.8,
        "magnitude_scale": "mww",
        "depth_km": 10.0,
        **changes.pop("facts", {}),
    }
    values = {
        "language": "en",
        "title": "Pazarcık earthquake",
        "description": "Felt widely.",
        **changes,
    }
    return Draft(facts=facts, **values)


def a_part(incident: Incident, participant: Participant, *, role: str = "affected") -> Involvement:
    """A part of this participant in the incident."""
    return Involvement.objects.create(incident=incident, participant=participant, role=role)


def reported(*, by: User, at: datetime = ONSET, **changes: Any) -> Incident:
    """An incident that this person has reported, by the services."""
    return services.report(services.create(a_draft(**changes), by=by, at=at), by=by, at=at)
