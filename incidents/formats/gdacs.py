"""
What the Global Disaster Alert and Coordination System (GDACS) says: its RSS feed, or the JSON of one event.

Source: gdacs.org, "Feeds reference": levels Green, Orange and Red for the event and for its latest
episode; ``iscurrent`` and ``temporary`` are the words "true" and "false"; ``country`` is a list of names in
one text, ``iso3`` only the first of them. Times are UTC, in the JSON without saying so. No word says that
GDACS takes an event back: ``iscurrent`` says that it is over, and what it drops is just not listed any more.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn
from urllib.parse import urlsplit
from xml.parsers import expat

from django.utils.translation import gettext as _

from incidents.formats import fields
from incidents.formats.fields import FormatError, Reading, refuse, take_text
from ots_portal.participants.countries import country_named, country_of_iso3
from ots_portal.texts import fold

# What a hostile feed may not exceed; a real week has some 115 items, 80,000 elements in 5 levels, 5 MB.
MAX_BYTES = 16_000_000
MAX_ELEMENTS = 400_000
MAX_DEPTH = 32
MAX_ITEMS = 2_000
# One item's words; its list of maps and links is not kept.
MAX_ITEM_CHARACTERS = 100_000

EVENT_TYPES = ("EQ", "TC", "FL", "VO", "DR", "WF", "TS")
LEVELS = {"green": "green", "orange": "orange", "red": "red"}


@dataclass(frozen=True)
class Observation:
    """
    What GDACS said of an event at one moment.

    ``value`` names the event whatever the episode ("FL1102983"); ``countries`` are alpha-2 codes;
    ``unknown_places`` are names that are no country's, such as a sea's. ``digest`` stands for all that
    is said, without the moment: the same said again later has the same one.
    """

    event_type: str
    event_id: int
    episode: int
    title: str
    alert_level: str
    episode_level: str
    is_current: bool
    is_temporary: bool
    onset_at: datetime
    version_at: datetime
    latitude: float
    longitude: float
    countries: tuple[str, ...]
    unknown_places: tuple[str, ...]
    severity: str
    magnitude: float | None  # of an earthquake
    glide: str
    address: str
    digest: str = ""

    @property
    def value(self) -> str:
        return f"{self.event_type}{self.event_id}"


def read(content: bytes) -> Reading[Observation]:
    """
    Read a feed of many items, or the JSON of one event or of a list of events.

    :raises FormatError: when it is none of them; a broken item is a sentence of the reading instead
    """
    if len(content) > MAX_BYTES:
        raise FormatError(_("The file is larger than 16 MB."))
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"{":
        return _read_json(content)
    if start == b"<":
        return _read_rss(content)
    raise FormatError(_("The file is neither an RSS feed nor an event of GDACS."))


# ── one observation ─────────────────────────────────────────────────────────────────────────────


def _observation(said: dict[str, Any], *, place: tuple[float, float], version: str) -> Observation:
    """Make it from the words of an item or the properties of a feature, which are named alike."""
    event_type = take_text(said, "eventtype", limit=2, needed=True)
    if event_type not in EVENT_TYPES:
        refuse("eventtype", _("“%(type)s” is no hazard that GDACS follows") % {"type": event_type})
    event_id = _whole(said, "eventid")
    level = _level(said, "alertlevel")
    countries, unknown_places = _places(said)
    found = Observation(
        event_type=event_type,
        event_id=event_id,
        episode=_whole(said, "episodeid"),
        title=_title(said),
        alert_level=level,
        episode_level=_level(said, "episodealertlevel", default=level),
        is_current=_flag(said, "iscurrent", default=True),
        is_temporary=_flag(said, "istemporary", "temporary", default=False),
        onset_at=_moment(said, "fromdate"),
        version_at=_moment(said, version),
        longitude=place[0],
        latitude=place[1],
        countries=countries,
        unknown_places=unknown_places,
        severity=_severity(said),
        magnitude=_magnitude(said) if event_type == "EQ" else None,
        glide=take_text(said, "glide", limit=40),
        address=_address(said),
    )
    return replace(found, digest=_digest(found))


def _digest(found: Observation) -> str:
    said = asdict(found)
    # GDACS dates a running drought anew whenever it writes its feed.
    del said["version_at"], said["digest"]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def _title(said: dict[str, Any]) -> str:
    for name in ("name", "title", "description", "eventname"):
        if title := take_text(said, name, limit=1000):
            return title[:200]
    return refuse("title", _("it is missing"))


def _whole(said: dict[str, Any], name: str) -> int:
    """Return a number that the JSON writes as one and the RSS as digits."""
    value = said.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 12:  # noqa: PLR2004 -- the limit below
        value = int(value)
    number = fields.within(value, name, low=0, high=10**11)
    if number != int(number):
        refuse(name, _("it must be a whole number"))
    return int(number)


def _level(said: dict[str, Any], name: str, *, default: str = "") -> str:
    level = take_text(said, name, limit=20, needed=not default).lower() or default
    if level not in LEVELS:
        refuse(name, _("“%(level)s” is none of Green, Orange and Red") % {"level": level})
    return LEVELS[level]


def _flag(said: dict[str, Any], *names: str, default: bool) -> bool:
    for name in names:
        value = said.get(name)
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.strip().lower() in ("true", "false"):
            return value.strip().lower() == "true"
        if value not in (None, ""):
            refuse(name, _("it must be “true” or “false”"))
    return default


def _moment(said: dict[str, Any], name: str) -> datetime:
    text = take_text(said, name, limit=60, needed=True)
    try:
        moment = _rfc_822(text) if "," in text else datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        refuse(name, _("it is no date with a time"))
    return fields.not_too_early(moment, name)


def _rfc_822(text: str) -> datetime:
    return parsedate_to_datetime(text)


def _severity(said: dict[str, Any]) -> str:
    """Return the severity in GDACS's own words: "Magnitude 5.6M, Depth:10km"."""
    data = said.get("severitydata")
    if isinstance(data, dict):
        return take_text(data, "severitytext", limit=1000)[:200]
    return take_text(said, "severity", limit=1000)[:200]


def _magnitude(said: dict[str, Any]) -> float | None:
    """Return an earthquake's magnitude; the RSS has it as an attribute of the severity."""
    data = said.get("severitydata")
    value = data.get("severity") if isinstance(data, dict) else said.get("severityvalue")
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            refuse("severity", _("it must be a number"))
    return None if value is None else fields.within(value, "severity", low=-2, high=12)


def _address(said: dict[str, Any]) -> str:
    """Return the event's report page, by https; "" where the address leads elsewhere."""
    links = said.get("url")
    source = links if isinstance(links, dict) else said
    address = take_text(source, "report" if source is links else "link", limit=500)
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not (f".{host}").endswith(".gdacs.org"):
        return ""
    return (
        f"https://{host}{parts.path}?{parts.query}"
        if parts.query
        else f"https://{host}{parts.path}"
    )


# ── countries ───────────────────────────────────────────────────────────────────────────────────

# How GDACS writes countries that the portal's own names differ from; folded (see texts.fold).
_SPELLINGS = {
    fold(name): code
    for name, code in {
        "Turkey": "TR", "Turkiye": "TR", "Bosnia & Herzegovina": "BA", "Bosnia-Herzegovina": "BA",
        "Russian Federation": "RU", "Iran (Islamic Republic of)": "IR", "Islamic Republic of Iran": "IR",
        "Iran, Islamic Republic of": "IR", "Syrian Arab Republic": "SY", "Moldova, Republic of": "MD",
        "Republic of Moldova": "MD", "Vietnam": "VN", "Lao PDR": "LA", "Lao People's Democratic Republic": "LA",
        "Macedonia": "MK", "The former Yugoslav Republic of Macedonia": "MK", "Czech Republic": "CZ",
        "Swaziland": "SZ", "Burma": "MM", "Ivory Coast": "CI", "Cote d'Ivoire": "CI", "Congo": "CG",
        "DR Congo": "CD", "Democratic Republic of Congo": "CD", "Dem Rep of the Congo": "CD", "Zaire": "CD",
        "United States of America": "US", "USA": "US", "U.K. of Great Britain and Northern Ireland": "GB",
        "Great Britain": "GB", "United Republic of Tanzania": "TZ", "Republic of Korea": "KR", "Korea": "KR",
        "Dem People's Rep of Korea": "KP", "Democratic People's Republic of Korea": "KP", "Libyan Arab Jamahiriya": "LY",
        "Brunei Darussalam": "BN", "Cabo Verde": "CV", "East Timor": "TL", "Micronesia (Federated States of)": "FM",
        "Bolivia (Plurinational State of)": "BO", "Venezuela (Bolivarian Republic of)": "VE", "Holland": "NL",
        "The Netherlands": "NL", "The Bahamas": "BS", "The Gambia": "GM", "Palestinian Territory": "PS",
        "West Bank": "PS", "Gaza Strip": "PS", "Taiwan (Province of China)": "TW", "Kyrgyz Republic": "KG",
        "Falkland Islands": "FK", "Sao Tome and Principe": "ST", "Reunion": "RE", "Curacao": "CW",
    }.items()
}  # fmt: skip


def _places(said: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the countries by code, and the names that are none; every source in the item is asked."""
    listed = said.get("affectedcountries")
    if isinstance(listed, list) and listed:
        pairs = [_listed(country) for country in listed[:300]]
    else:
        names = take_text(said, "country", limit=5000).split(",")
        pairs = [(_country(name.strip()), name.strip()) for name in names if name.strip()]
        pairs = pairs or [(country_of_iso3(take_text(said, "iso3", limit=40).upper()), "")]
    codes = dict.fromkeys(code for code, _name in pairs if code)
    unknown = dict.fromkeys(name for code, name in pairs if not code and name)
    return tuple(codes), tuple(unknown)


def _listed(country: Any) -> tuple[str | None, str]:
    if not isinstance(country, dict):
        refuse("affectedcountries", _("it must be a list of countries"))
    name = take_text(country, "countryname", limit=200)
    code = country_of_iso3(take_text(country, "iso3", limit=40).upper())
    return code or _country(name), name


def _country(name: str) -> str | None:
    return country_named(name) or _SPELLINGS.get(fold(name))


# ── JSON ────────────────────────────────────────────────────────────────────────────────────────


def _read_json(content: bytes) -> Reading[Observation]:
    data = fields.parse_json(content, otherwise=_("The file is not JSON as GDACS writes it."))
    if data.get("type") == "Feature":
        return Reading((_from_feature(data),))
    features = data.get("features")
    if data.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise FormatError(_("The file is neither an RSS feed nor an event of GDACS."))
    return _each(features, _from_feature)


def _from_feature(feature: Any) -> Observation:
    if not isinstance(feature, dict):
        refuse("features", _("it must be a list of features"))
    longitude, latitude, _more = fields.take_point(fields.take_object(feature, "geometry"))
    properties = fields.take_object(feature, "properties")
    return _observation(properties, place=(longitude, latitude), version="datemodified")


def _each(items: list[Any], make: Any) -> Reading[Observation]:
    """Read item after item; what is broken becomes a sentence."""
    if len(items) > MAX_ITEMS:
        raise FormatError(_("The feed has more items than can be taken in at once."))
    found, refused = [], []
    for number, item in enumerate(items, start=1):
        try:
            found.append(make(item))
        except FormatError as error:
            refused.append(
                _("Item %(number)s of the feed: %(problem)s") % {"number": number, "problem": error}
            )
    return Reading(tuple(found), tuple(refused))


# ── RSS ─────────────────────────────────────────────────────────────────────────────────────────

GDACS = "http://www.gdacs.org"
GEO = "http://www.w3.org/2003/01/geo/wgs84_pos#"
GEORSS = "http://www.georss.org/georss"
# What of an item is kept, with the name the JSON has for it.
_KEPT = {
    "title": "title",
    "link": "link",
    "pubDate": "pubdate",
    f"{GEORSS} point": "point",
    f"{GEO} lat": "lat",
    f"{GEO} long": "long",
    **{
        f"{GDACS} {name}": name
        for name in (
            "eventtype", "eventid", "episodeid", "eventname", "alertlevel", "episodealertlevel", "iscurrent",
            "istemporary", "temporary", "fromdate", "datemodified", "country", "iso3", "severity", "glide",
        )
    },
}  # fmt: skip
_DEPTH_OF_ITEM = 3  # rss, channel, item


def _read_rss(content: bytes) -> Reading[Observation]:
    items = _Feed().items_of(content)
    return _each(items, _from_item)


def _from_item(item: dict[str, Any]) -> Observation:
    version = "datemodified" if item.get("datemodified") else "pubdate"
    return _observation(item, place=_point(item), version=version)


def _point(item: dict[str, Any]) -> tuple[float, float]:
    """Return longitude and latitude; RSS has them the other way round, or in two elements."""
    parts = take_text(item, "point", limit=100).split() or [
        take_text(item, "lat", limit=50),
        take_text(item, "long", limit=50),
    ]
    try:
        latitude, longitude = map(float, parts)
    except ValueError:
        refuse("georss:point", _("it must be latitude and longitude"))
    return (
        fields.within(longitude, _("longitude"), low=-180, high=180),
        fields.within(latitude, _("latitude"), low=-90, high=90),
    )


class _Feed:
    """
    Collects the items' words while expat reads; no tree is built, nothing outside is fetched.

    A document type is refused at its first word, so that no entity is ever declared.
    """

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.is_rss = False
        self.path: list[str] = []
        self.items: list[dict[str, str]] = []
        self.element_count = 0
        self.characters_left = MAX_ITEM_CHARACTERS

    def items_of(self, content: bytes) -> list[dict[str, str]]:
        try:
            self.parser.Parse(content, True)  # noqa: FBT003 -- expat's own signature
        except expat.ExpatError as error:
            raise FormatError(
                _("The feed is not well-formed XML: line %(line)s, %(reason)s.")
                % {"line": error.lineno, "reason": expat.ErrorString(error.code)}
            ) from error
        except (LookupError, UnicodeError) as error:
            raise FormatError(_("The feed’s encoding is unknown.")) from error
        if not self.is_rss:
            raise FormatError(_("The file is neither an RSS feed nor an event of GDACS."))
        return self.items

    def _doctype(self, *_declared: object) -> NoReturn:
        raise FormatError(_("A document type (DTD) is never accepted: a feed needs none."))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self.path:
            self.is_rss = name == "rss"
        self.element_count += 1
        self.path.append(name)
        if self.element_count > MAX_ELEMENTS or len(self.path) > MAX_DEPTH:
            raise FormatError(_("The feed has more elements, or deeper ones, than GDACS writes."))
        if self.path == ["rss", "channel", "item"]:
            self.items.append({})
            self.characters_left = MAX_ITEM_CHARACTERS
            if len(self.items) > MAX_ITEMS:
                raise FormatError(_("The feed has more items than can be taken in at once."))
        if self.items and name == f"{GDACS} severity" and "value" in attributes:
            self.items[-1]["severityvalue"] = attributes["value"][:40]

    def _end(self, _name: str) -> None:
        self.path.pop()

    def _characters(self, text: str) -> None:
        if not self.items or len(self.path) <= _DEPTH_OF_ITEM or self.path[2] != "item":
            return
        key = _KEPT.get(self.path[-1])
        # Titles stand in the list of resources too; a point's parts stand one level deeper.
        if key is None or (len(self.path) > _DEPTH_OF_ITEM + 1 and key not in ("lat", "long")):
            return
        self.characters_left -= len(text)
        if self.characters_left < 0:
            raise FormatError(_("An item of the feed is longer than GDACS writes."))
        item = self.items[-1]
        item[key] = item.get(key, "") + text
