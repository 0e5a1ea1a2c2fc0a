"""Participants as the pages show them: in groups, with their bodies told apart and numbers in order."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language_info, pgettext_lazy

from ots_portal.geo.map import Marker
from ots_portal.participants.models import (
    Authority,
    AuthorityKind,
    EmergencyNumber,
    EmergencyPurpose,
    Participant,
    ParticipantKind,
)
from ots_portal.texts import fold

GROUPS = {
    ParticipantKind.MEMBER: pgettext_lazy("participants", "Member States"),
    ParticipantKind.OBSERVER: pgettext_lazy("participants", "Observer States"),
    ParticipantKind.THIRD: pgettext_lazy("participants", "Third States"),
    ParticipantKind.ORGANISATION: pgettext_lazy("participants", "Observer organisations"),
    ParticipantKind.SECRETARIAT: pgettext_lazy("participants", "Secretariat"),
}
STATES = (ParticipantKind.MEMBER, ParticipantKind.OBSERVER, ParticipantKind.THIRD)
_PURPOSES = list(EmergencyPurpose)


@dataclass(frozen=True)
class ParticipantRow:
    """A participant with what is asked of it most; numbers in the order of their purposes."""

    participant: Participant
    competent: Authority | None
    operational: Authority | None
    numbers: list[EmergencyNumber]

    @property
    def is_one_body(self) -> bool:
        """Whether the authority that binds the State is also the one that acts."""
        bodies = (self.competent, self.operational)
        return all(bodies) and len({body.names["en"] for body in bodies if body}) == 1

    @property
    def general_number(self) -> EmergencyNumber | None:
        """The number for whatever has happened; None where the file has not even a remark on it."""
        return next((one for one in self.numbers if one.purpose == EmergencyPurpose.ALL), None)


@dataclass(frozen=True)
class Group:
    title: str | Promise
    are_states: bool
    rows: list[ParticipantRow]


def row(participant: Participant) -> ParticipantRow:
    """Return what stands now, also of a participant fetched with its history."""
    bodies = {b.kind: b for b in participant.authorities.all() if not b.is_superseded}
    return ParticipantRow(
        participant,
        competent=bodies.get(AuthorityKind.COMPETENT),
        operational=bodies.get(AuthorityKind.OPERATIONAL),
        numbers=sorted(
            (one for one in participant.emergency_numbers.all() if not one.is_superseded),
            key=_place,
        ),
    )


def _place(number: EmergencyNumber) -> int:
    return _PURPOSES.index(EmergencyPurpose(number.purpose))


def groups(participants: Iterable[Participant]) -> list[Group]:
    """Return those groups that have somebody in them, each in the order of the reader's alphabet."""
    rows = sorted((row(one) for one in participants), key=lambda one: fold(one.participant.name))
    by_kind = {kind: [r for r in rows if r.participant.kind == kind] for kind in GROUPS}
    return [Group(GROUPS[kind], kind in STATES, found) for kind, found in by_kind.items() if found]


def markers(participants: Iterable[Participant]) -> list[Marker]:
    return [
        Marker(
            one.latitude,
            one.longitude,
            title=one.name,
            url=one.get_absolute_url(),
            tone="info" if one.is_member else "neutral",
            label=one.get_kind_display(),
        )
        for one in participants
        if one.latitude is not None and one.longitude is not None
    ]


def languages_text(participant: Participant) -> str:
    """Return the names of the participant's languages in the reader's language."""
    return ", ".join(
        str(get_language_info(code)["name_translated"]) for code in participant.languages
    )
