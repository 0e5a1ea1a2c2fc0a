"""What the codes of the foundation's own API mean; the domain apps plug in theirs."""

from collections.abc import Iterator

from django.conf import settings

from ots_portal.api.scopes import SCOPES
from ots_portal.circulars.statuses import CircularStatus
from ots_portal.crossrefs.models import Relation
from ots_portal.duty import statuses as duty
from ots_portal.duty.models import Rank
from ots_portal.escalations.statuses import ClockStatus
from ots_portal.jobs.statuses import JobStatus
from ots_portal.participants import models as participants
from ots_portal.participants.countries import countries
from ots_portal.people.models import Role
from ots_portal.plugs import Term, Vocabulary, plug_choices, plug_enumerations, plug_vocabulary
from ots_portal.silence.models import ObjectionKind
from ots_portal.silence.statuses import ProcedureStatus
from ots_portal.texts.choice import FALLBACKS


def _languages() -> Iterator[Term]:
    """Return the languages that records are written in; ``is_offered`` where the pages speak it, too."""
    own = dict(settings.LANGUAGES)
    for code in FALLBACKS:
        yield Term(code, {"en": own.get(code, code)}, {"is_offered": code in own})


def _countries() -> Iterator[Term]:
    for code, names in countries().items():
        yield Term(code, names)


plug_enumerations(
    "participants",
    participants.AuthorityKind, participants.Confidence, participants.ContactPointKind,
    participants.ContactVisibility, participants.EmergencyPurpose, participants.ParticipantKind,
)  # fmt: skip
plug_enumerations("people", Role)
plug_enumerations("duty", Rank, duty.PatternStatus, duty.ShiftStatus, duty.SwapStatus)
plug_enumerations("circulars", CircularStatus)
plug_enumerations("crossrefs", Relation)
plug_enumerations("escalations", ClockStatus)
plug_enumerations("jobs", JobStatus)
plug_enumerations("silence", ObjectionKind, ProcedureStatus)
plug_vocabulary(Vocabulary("texts.language", _languages, "BCP 47"))
plug_vocabulary(Vocabulary("participants.country", _countries, "ISO 3166-1 alpha-2"))
plug_choices("api.scope", [(scope.name, scope.may) for scope in SCOPES])
