"""
The kinds of teams, modules and stocks that a request may ask for and a participant may register.

Codes of modules: Commission Implementing Decision 2014/762/EU, annex II, with the amendments of (EU) 2018/142
and (EU) 2019/570; repealed by (EU) 2025/704, whose annex was not at hand, so the codes are those in use before.
Urban search and rescue: INSARAG Guidelines, volume II. Medical teams: WHO, Classification and minimum
standards for emergency medical teams (2021). What none of them names has a code of the portal's own.

A figure stands only where a source was read; ``confidence`` is that of the figures, or of the code where a
type has no figures. None means that nobody said, never zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from incidents.statuses import ItemKind
from ots_portal.participants.models import Confidence

Family = Literal["eu", "insarag", "emt", "other"]


@dataclass(frozen=True)
class CapacityType:
    """
    One kind of help; ``label`` says it without its code.

    ``minimum_people``, ``self_sufficient_days`` and ``departs_within_hours`` are what the standard asks of
    such a team, None where it is not known. ``stands_in_for`` are the codes of smaller ones it can replace.
    """

    code: str
    label: Promise
    kind: ItemKind
    family: Family
    unit: str = "module"
    needs_certificate: bool = False
    minimum_people: int | None = None
    self_sufficient_days: int | None = None
    departs_within_hours: int | None = None
    source: str = "2014/762/EU, annex II"
    confidence: Confidence = Confidence.NOT_CONFIRMED
    stands_in_for: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The code and what it means: "HUSAR – Heavy urban search and rescue"."""
        return f"{self.code} – {self.label}" if self.family != "other" else str(self.label)


INSARAG = "INSARAG Guidelines, volume II, manual C"
WHO = "WHO, Classification and minimum standards for emergency medical teams, 2021"
OWN = "the portal's own list"
# The page of the Italian civil protection names thirteen of the modules.
NAMED_TWICE = "2014/762/EU, annex II; protezionecivile.gov.it, “What are modules?”"

_MODULE, _TEAM = ItemKind.MODULE, ItemKind.TEAM
_SINGLE = Confidence.SINGLE

_ALL = [
    # ── modules of the Union mechanism ──
    CapacityType("HCP", pgettext_lazy("capacity type", "High-capacity pumping"), _MODULE, "eu", source=NAMED_TWICE, confidence=_SINGLE),
    CapacityType("WP", pgettext_lazy("capacity type", "Water purification"), _MODULE, "eu", source=NAMED_TWICE, confidence=_SINGLE),
    # 2008/73/EC, annex I, point 3: work on one site, 24 hours a day, for 7 days.
    CapacityType(
        "MUSAR", pgettext_lazy("capacity type", "Medium urban search and rescue"), _MODULE, "eu", "team", needs_certificate=True,
        self_sufficient_days=7, source="2014/762/EU, annex II; 2008/73/EC, annex I, point 3", confidence=_SINGLE,
        stands_in_for=("USAR-M", "USAR-L"),
    ),
    CapacityType(
        "HUSAR", pgettext_lazy("capacity type", "Heavy urban search and rescue"), _MODULE, "eu", "team", needs_certificate=True,
        self_sufficient_days=10, stands_in_for=("MUSAR", "USAR-H", "USAR-M", "USAR-L"),
    ),
    CapacityType("CBRNUSAR", pgettext_lazy("capacity type", "Search and rescue in CBRN conditions"), _MODULE, "eu", "team", source=NAMED_TWICE, confidence=_SINGLE),
    CapacityType("CBRNDET", pgettext_lazy("capacity type", "CBRN detection and sampling"), _MODULE, "eu", "team", source=NAMED_TWICE, confidence=_SINGLE),
    CapacityType("FFFH", pgettext_lazy("capacity type", "Aerial forest fire fighting with helicopters"), _MODULE, "eu", source=NAMED_TWICE, confidence=_SINGLE),
    CapacityType("FFFP", pgettext_lazy("capacity type", "Aerial forest fire fighting with planes"), _MODULE, "eu", source=NAMED_TWICE, confidence=_SINGLE),
    CapacityType("GFFF", pgettext_lazy("capacity type", "Ground forest fire fighting"), _MODULE, "eu", "team"),
    CapacityType("GFFF-V", pgettext_lazy("capacity type", "Ground forest fire fighting with vehicles"), _MODULE, "eu", "team", stands_in_for=("GFFF",)),
    CapacityType("FC", pgettext_lazy("capacity type", "Flood containment"), _MODULE, "eu"),
    CapacityType("FRB", pgettext_lazy("capacity type", "Flood rescue using boats"), _MODULE, "eu", "team"),
    CapacityType("AMP", pgettext_lazy("capacity type", "Advanced medical post"), _MODULE, "eu", source=NAMED_TWICE, confidence=_SINGLE),
    CapacityType("AMPS", pgettext_lazy("capacity type", "Advanced medical post with surgery"), _MODULE, "eu", stands_in_for=("AMP",)),
    CapacityType("FHOS", pgettext_lazy("capacity type", "Field hospital"), _MODULE, "eu", source=NAMED_TWICE, confidence=_SINGLE),
    CapacityType("MEVAC", pgettext_lazy("capacity type", "Medical aerial evacuation"), _MODULE, "eu", source=NAMED_TWICE, confidence=_SINGLE),
    CapacityType("ETS", pgettext_lazy("capacity type", "Emergency temporary shelter"), _MODULE, "eu", source=NAMED_TWICE, confidence=_SINGLE),
    CapacityType("TAST", pgettext_lazy("capacity type", "Technical assistance and support team"), _TEAM, "eu", "team", source=NAMED_TWICE, confidence=_SINGLE),
    # ── INSARAG: least number of people as read; endurance recalled ──
    CapacityType(
        "USAR-L", pgettext_lazy("capacity type", "Light urban search and rescue team"), _TEAM, "insarag", "team", needs_certificate=True,
        minimum_people=17, self_sufficient_days=5, source=INSARAG,
    ),
    CapacityType(
        "USAR-M", pgettext_lazy("capacity type", "Medium urban search and rescue team"), _TEAM, "insarag", "team", needs_certificate=True,
        minimum_people=40, self_sufficient_days=7, source=INSARAG, stands_in_for=("USAR-L", "MUSAR"),
    ),
    CapacityType(
        "USAR-H", pgettext_lazy("capacity type", "Heavy urban search and rescue team"), _TEAM, "insarag", "team", needs_certificate=True,
        minimum_people=59, self_sufficient_days=10, source=INSARAG,
        stands_in_for=("USAR-M", "USAR-L", "HUSAR", "MUSAR"),
    ),
    # ── WHO ──
    CapacityType("EMT1-M", pgettext_lazy("capacity type", "Emergency medical team, type 1, mobile"), _TEAM, "emt", "team", needs_certificate=True, source=WHO, confidence=_SINGLE),
    CapacityType("EMT1-F", pgettext_lazy("capacity type", "Emergency medical team, type 1, fixed"), _TEAM, "emt", "team", needs_certificate=True, source=WHO, confidence=_SINGLE),
    CapacityType(
        "EMT2", pgettext_lazy("capacity type", "Emergency medical team, type 2, inpatient surgical"), _TEAM, "emt", "team", needs_certificate=True,
        source=WHO, confidence=_SINGLE, stands_in_for=("EMT1-F",),
    ),
    CapacityType(
        "EMT3", pgettext_lazy("capacity type", "Emergency medical team, type 3, referral"), _TEAM, "emt", "team", needs_certificate=True,
        source=WHO, confidence=_SINGLE, stands_in_for=("EMT2", "EMT1-F"),
    ),
    CapacityType("EMT-S", pgettext_lazy("capacity type", "Emergency medical team, specialised care"), _TEAM, "emt", "team", needs_certificate=True, source=WHO, confidence=_SINGLE),
    # ── what no standard names ──
    CapacityType("OTHER-TEAM", pgettext_lazy("capacity type", "Other team"), _TEAM, "other", "team", source=OWN, confidence=Confidence.COMPUTED),
    CapacityType("EXPERT", pgettext_lazy("capacity type", "Expert"), ItemKind.EXPERT, "other", "person", source=OWN, confidence=Confidence.COMPUTED),
    CapacityType("RELIEF", pgettext_lazy("capacity type", "Relief items"), ItemKind.IN_KIND, "other", "item", source=OWN, confidence=Confidence.COMPUTED),
    CapacityType("AIR", pgettext_lazy("capacity type", "Air transport"), ItemKind.TRANSPORT, "other", "item", source=OWN, confidence=Confidence.COMPUTED),
    CapacityType("ROAD", pgettext_lazy("capacity type", "Road transport"), ItemKind.TRANSPORT, "other", "item", source=OWN, confidence=Confidence.COMPUTED),
]  # fmt: skip

CAPACITY_TYPES = {kind.code: kind for kind in _ALL}

FAMILIES: Mapping[str, Promise] = {
    "eu": pgettext_lazy("capacity type", "Modules of the Union Civil Protection Mechanism"),
    "insarag": pgettext_lazy("capacity type", "Teams classified by INSARAG"),
    "emt": pgettext_lazy("capacity type", "Medical teams classified by the WHO"),
    "other": pgettext_lazy("capacity type", "Others"),
}
CHOICES: list[tuple[Promise, list[tuple[str, str | Promise]]]] = [
    (words, [(kind.code, kind.label) for kind in _ALL if kind.family == family])
    for family, words in FAMILIES.items()
]


def title_of(code: str) -> str:
    """Return "HUSAR – Heavy urban search and rescue"; a code nobody knows any more as it is, "" for none."""
    kind = CAPACITY_TYPES.get(code)
    return kind.title if kind else code
