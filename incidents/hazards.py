"""
The hazards an incident can be filed under, by their UNDRR/ISC 2025 code, with the field's other codes.

Source: UNDRR/ISC Hazard Information Profiles 2025 (code and cluster), glidenumber.net (GLIDE code),
gdacs.org (type), CAP 1.2 section 3.2.2 (category). The whole list comes with the incidents issue.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Hazard:
    """``gdacs`` is "" where GDACS does not follow the hazard."""

    code: str
    label: Promise
    glide: str
    gdacs: str
    cap_category: str
    icon: str


_ALL = [
    Hazard("GH0101", pgettext_lazy("hazard", "Earthquake"), "EQ", "EQ", "Geo", "quake"),
    Hazard("GH0300", pgettext_lazy("hazard", "Landslide"), "LS", "", "Geo", "warning"),
    Hazard("MH0600", pgettext_lazy("hazard", "Flood"), "FL", "FL", "Met", "flood"),
    Hazard("MH0603", pgettext_lazy("hazard", "Flash flood"), "FF", "FL", "Met", "flood"),
    Hazard(
        "MH0607", pgettext_lazy("hazard", "Glacial lake outburst flood"), "FL", "FL", "Geo", "flood"
    ),
    Hazard("TL0009", pgettext_lazy("hazard", "Dam failure"), "FL", "", "Infra", "flood"),
    Hazard("EN0205", pgettext_lazy("hazard", "Wildfire"), "WF", "WF", "Fire", "fire"),
    Hazard("MH0401", pgettext_lazy("hazard", "Drought"), "DR", "DR", "Met", "warning"),
    Hazard("MH0501", pgettext_lazy("hazard", "Heatwave"), "HT", "", "Met", "warning"),
    Hazard("MH0502", pgettext_lazy("hazard", "Cold wave"), "CW", "", "Met", "warning"),
    Hazard("MH0403", pgettext_lazy("hazard", "Blizzard"), "OT", "", "Met", "warning"),
    Hazard("MH0801", pgettext_lazy("hazard", "Avalanche"), "AV", "", "Geo", "warning"),
    Hazard(
        "MH0201", pgettext_lazy("hazard", "Dust storm or sandstorm"), "VW", "", "Met", "warning"
    ),
    Hazard("MH0703", pgettext_lazy("hazard", "Storm surge"), "SS", "", "Met", "flood"),
    Hazard("CH0300", pgettext_lazy("hazard", "Toxic gas release"), "AC", "", "CBRNE", "warning"),
    Hazard("TL0002", pgettext_lazy("hazard", "Radioactive material"), "AC", "", "CBRNE", "warning"),
    Hazard(
        "TL0048",
        pgettext_lazy("hazard", "Air transport accident"),
        "AC",
        "",
        "Transport",
        "warning",
    ),
    Hazard("TL0051", pgettext_lazy("hazard", "Rail accident"), "AC", "", "Transport", "warning"),
    Hazard(
        "TL0052", pgettext_lazy("hazard", "Road traffic accident"), "AC", "", "Transport", "warning"
    ),
    Hazard("BI0301", pgettext_lazy("hazard", "Locust swarms"), "IN", "", "Env", "warning"),
]

HAZARDS = {hazard.code: hazard for hazard in _ALL}
CHOICES = [(hazard.code, hazard.label) for hazard in _ALL]
EARTHQUAKE = "GH0101"
