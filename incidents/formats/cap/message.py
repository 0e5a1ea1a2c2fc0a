"""What an alert says: the parts of a CAP message, its code lists, and what can be wrong with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

# CAP 1.2, sections 3.2.1 and 3.2.2; each as the OASIS schema lists it.
STATUSES = ("Actual", "Exercise", "System", "Test", "Draft")
MESSAGE_TYPES = ("Alert", "Update", "Cancel", "Ack", "Error")
SCOPES = ("Public", "Restricted", "Private")
CATEGORIES = (
    "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra",
    "CBRNE", "Other",
)  # fmt: skip
RESPONSE_TYPES = (
    "Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None",
)  # fmt: skip
URGENCIES = ("Immediate", "Expected", "Future", "Past", "Unknown")
SEVERITIES = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
CERTAINTIES = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")
DEFAULT_LANGUAGE = "en-US"
# Of an identifier or a sender; the longest real ones seen have 60 letters.
MAX_NAME = 200

# These speak of an earlier message and say which: CAP 1.2, section 3.2.1, msgType and references.
REFERRING = ("Update", "Cancel", "Ack", "Error")


@dataclass(frozen=True)
class Problem:
    """Where something is wrong and why; ``line`` is None where no line can be named."""

    why: str
    element: str = ""
    line: int | None = None

    @property
    def sentence(self) -> str:
        if self.line is None:
            return self.why
        if not self.element:
            return _("Line %(line)s: %(why)s") % {"line": self.line, "why": self.why}
        return _("Line %(line)s, element “%(element)s”: %(why)s") % {
            "line": self.line,
            "element": self.element,
            "why": self.why,
        }


class FormatError(ValueError):
    """The message cannot be taken in; ``sentences`` say where and why, one for each problem."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.sentences = tuple(problem.sentence for problem in problems)
        super().__init__(" ".join(self.sentences))


def refuse(why: str, *, element: str = "", line: int | None = None) -> FormatError:
    """Return the error of one problem, to be raised."""
    return FormatError([Problem(why, element, line)])


@dataclass(frozen=True)
class NamedValue:
    """An eventCode, parameter or geocode: a value in the code list or under the name ``name``."""

    name: str
    value: str


@dataclass(frozen=True)
class Reference:
    """The name of an earlier message; the three together are what makes two messages the same."""

    sender: str
    identifier: str
    sent: datetime


@dataclass(frozen=True)
class Resource:
    """A file that goes with the alert; the portal shows where it is and never fetches it."""

    description: str
    mime_type: str
    size: str = ""
    uri: str = ""
    content: str = ""  # base 64, derefUri
    digest: str = ""


@dataclass(frozen=True)
class Area:
    """
    Where the alert holds. ``polygons`` and ``circles`` are as CAP writes them: latitude,longitude.

    ``shapes`` are what a map draws of them: longitude, latitude, repaired, split at the antimeridian.
    """

    description: str
    polygons: tuple[str, ...] = ()
    circles: tuple[str, ...] = ()
    geocodes: tuple[NamedValue, ...] = ()
    altitude: str = ""  # feet above mean sea level
    ceiling: str = ""
    shapes: tuple[BaseGeometry, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Info:
    """What the alert says in one language, or of one part of the event."""

    categories: tuple[str, ...]
    event: str
    urgency: str
    severity: str
    certainty: str
    language: str = DEFAULT_LANGUAGE
    response_types: tuple[str, ...] = ()
    audience: str = ""
    event_codes: tuple[NamedValue, ...] = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[NamedValue, ...] = ()
    resources: tuple[Resource, ...] = ()
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True)
class Alert:
    """
    One message. ``sent`` keeps the offset it was written with.

    ``warnings`` are sentences about what was mended or looks odd and stands in nobody's way.
    ``is_signed`` says that a signature is there, not that it is right: nothing verifies it.
    """

    identifier: str
    sender: str
    sent: datetime
    status: str
    msg_type: str
    scope: str
    source: str = ""
    restriction: str = ""
    addresses: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    note: str = ""
    references: tuple[Reference, ...] = ()
    incidents: tuple[str, ...] = ()
    infos: tuple[Info, ...] = ()
    is_signed: bool = field(default=False, compare=False)
    warnings: tuple[str, ...] = field(default=(), compare=False)

    @property
    def reference(self) -> Reference:
        """What a later message calls this one."""
        return Reference(self.sender, self.identifier, self.sent)

    @property
    def expires(self) -> datetime | None:
        """The last moment any of its texts holds; None where one of them says no end."""
        return latest([info.expires for info in self.infos])

    @property
    def shapes(self) -> tuple[BaseGeometry, ...]:
        """What a map draws of all areas, each once however many languages repeat it."""
        areas = {
            (area.polygons, area.circles): area.shapes for info in self.infos for area in info.areas
        }
        return tuple(shape for shapes in areas.values() for shape in shapes)


def latest(moments: Iterable[datetime | None]) -> datetime | None:
    """Return the latest moment; None where there is none or one is open."""
    given = list(moments)
    known = [moment for moment in given if moment]
    return max(known) if known and len(known) == len(given) else None
