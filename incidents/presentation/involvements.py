"""The parts of participants, as the page of an incident shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from incidents.models import Incident, Involvement
from incidents.presentation.neighbours import words_of
from incidents.presentation.sections import Section
from incidents.queries import involvements as queries
from incidents.rules import involvements as rules
from ots_portal.people.models import User
from ots_portal.texts import say
from ots_portal.verdicts import Verdict

ROLE_TONES = {"affected": "severe", "at_risk": "warning", "neighbour": "info", "assisting": "good"}
STATUS_TONES = {
    "monitoring": "info",
    "responding": "severe",
    "recovery": "warning",
    "ended": "neutral",
}
# Whom it hits first, then who looks on and who helps.
ORDER = ("affected", "at_risk", "neighbour", "assisting")


@dataclass(frozen=True)
class Spoken:
    code: str
    language: str
    text: str


@dataclass(frozen=True)
class PartView:
    """A participant's part; what it said itself, and what this reader may do with it."""

    pk: str
    name: str
    role: str
    role_tone: str
    reason: str
    status: str
    status_tone: str
    national_class: str
    regions: str
    texts: Sequence[Spoken]
    tabs: str
    may_update: Verdict
    may_change_role: Verdict
    version: int


def parts_of(incident: Incident, reader: User) -> dict[str, Any]:
    """Return the section's values; one query."""
    parts = sorted(queries.of_incident(incident), key=lambda part: ORDER.index(part.role))
    may_add = rules.may_add(reader, incident)
    return {
        "parts": [_part(part, incident, reader) for part in parts],
        "may_add": may_add,
        "says_who_names": not may_add and may_add == rules.OWNER_NAMES,
    }


def _part(part: Involvement, incident: Incident, reader: User) -> PartView:
    part.incident = incident  # the rules ask for it; it is here already
    return PartView(
        pk=str(part.pk),
        name=part.participant.name,
        role=part.get_role_display(),
        role_tone=ROLE_TONES[part.role],
        reason=words_of(part.reason),
        status=part.get_status_display(),
        status_tone=STATUS_TONES[part.status],
        national_class=part.national_class,
        regions=", ".join(part.subdivisions),
        texts=_spoken(part),
        tabs=f"part-{part.participant_id}",
        may_update=rules.may_update(reader, part),
        may_change_role=rules.may_change_role(reader, part),
        version=part.version,
    )


def _spoken(part: Involvement) -> list[Spoken]:
    """Return the public text in every language it was written in, the reader's own first."""
    names, first = dict(settings.LANGUAGES), say(part.public_texts).language
    codes = sorted(
        (code for code, text in part.public_texts.items() if text), key=lambda code: code != first
    )
    return [Spoken(code, names.get(code, code), part.public_texts[code]) for code in codes]


@dataclass(frozen=True)
class LanguageLink:
    """A language of the public text that is not open in the form; ``is_written`` says whether there is one."""

    code: str
    name: str
    is_written: bool


def languages_of(part: Involvement, *, but: str) -> list[LanguageLink]:
    return [
        LanguageLink(code, str(name), bool(part.public_texts.get(code)))
        for code, name in settings.LANGUAGES
        if code != but
    ]


def title_of(part: Involvement) -> str:
    return _("The part of %(participant)s") % {"participant": part.participant.name}


SECTION = Section("involvements", "incidents/sections/involvements.html", parts_of)
