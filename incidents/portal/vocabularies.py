"""What the codes of the incidents' API mean: the enumerations, and the code lists of the field."""

from collections.abc import Iterator

from incidents import hazards, statuses
from incidents.services.received_alerts import Outcome as AlertOutcome
from incidents.vocabularies import cap
from incidents.vocabularies.capacity_types import CAPACITY_TYPES
from incidents.vocabularies.indicators import EXPOSURES, INDICATORS, SOURCE
from incidents.vocabularies.subdivisions import subdivisions
from incidents.vocabularies.units import UNITS
from ots_portal.geo.rivers import rivers
from ots_portal.plugs import Term, Vocabulary, plug_choices, plug_enumerations, plug_vocabulary

CAP = "OASIS Common Alerting Protocol 1.2"


def _hazards() -> Iterator[Term]:
    for hazard in hazards.HAZARDS.values():
        more = {"glide": hazard.glide, "gdacs": hazard.gdacs, "cap_category": hazard.cap_category}
        yield Term(hazard.code, hazard.label, more)


def _indicators() -> Iterator[Term]:
    for one in INDICATORS.values():
        yield Term(one.code, one.label, {"exposures": list(one.exposures), "hxl": one.hxl})


def _exposures() -> Iterator[Term]:
    for one in EXPOSURES.values():
        yield Term(one.code, one.label, {"unit": one.unit})


def _units() -> Iterator[Term]:
    for unit in UNITS.values():
        yield Term(unit.code, unit.label, {"unece": unit.unece})


def _capacity_types() -> Iterator[Term]:
    for kind in CAPACITY_TYPES.values():
        yield Term(kind.code, kind.label, {"family": kind.family, "source": kind.source})


def _rivers() -> Iterator[Term]:
    for river in rivers().values():
        yield Term(river.slug, river.names, {"countries": sorted(river.countries)})


def _subdivisions() -> Iterator[Term]:
    for one in subdivisions().values():
        yield Term(one.code, {"en": one.name}, {"parent": one.parent})


plug_enumerations(
    "incidents",
    statuses.AlertLevel, statuses.AlertStatus, statuses.CheckStatus, statuses.Classification,
    statuses.Confidence, statuses.DeploymentStatus, statuses.Estimate, statuses.FeedItemStatus,
    statuses.HostNationTopic, statuses.IncidentStatus, statuses.InvolvementStatus, statuses.ItemKind,
    statuses.OfferStatus, statuses.Outcome, statuses.ParticipantRole, statuses.Readiness,
    statuses.ReceivedAlertStatus, statuses.RecommendationStatus, statuses.ReportKind,
    statuses.ReportStatus, statuses.RequestStatus, statuses.ReviewStatus, statuses.Scheme, statuses.Terms,
)  # fmt: skip
plug_choices("incidents.alert-intake-outcome", AlertOutcome.choices)
plug_vocabulary(
    Vocabulary(
        "incidents.hazard", _hazards, "UNDRR/ISC hazard information profiles, edition of 2025"
    )
)
plug_vocabulary(Vocabulary("incidents.indicator", _indicators, SOURCE))
plug_vocabulary(Vocabulary("incidents.exposure", _exposures, SOURCE))
plug_vocabulary(Vocabulary("incidents.unit", _units, "UN/CEFACT Recommendation 20, ISO 4217"))
plug_vocabulary(Vocabulary("incidents.capacity-type", _capacity_types))
plug_vocabulary(Vocabulary("incidents.river", _rivers))
plug_vocabulary(Vocabulary("incidents.subdivision", _subdivisions, "ISO 3166-2"))
for _name, _words in (
    ("incidents.cap-status", cap.CAP_STATUS_WORDS),
    ("incidents.cap-message-type", cap.MESSAGE_WORDS),
    ("incidents.cap-scope", cap.SCOPE_WORDS),
    ("incidents.cap-category", cap.CATEGORY_WORDS),
    ("incidents.cap-response-type", cap.RESPONSE_WORDS),
    ("incidents.cap-urgency", cap.URGENCY_WORDS),
    ("incidents.cap-severity", cap.SEVERITY_WORDS),
    ("incidents.cap-certainty", cap.CERTAINTY_WORDS),
):
    plug_choices(_name, _words.items(), source=CAP)
