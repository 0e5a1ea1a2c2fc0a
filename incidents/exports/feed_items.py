"""What the hazard feeds say, as a file; which incident was made of a proposal is not in it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from incidents.exports.lists import ListExport
from incidents.formats.geojson import Feature, point
from incidents.forms.feeds import FeedItemFilterForm
from incidents.models import FeedItem
from incidents.presentation.feeds import (
    countries_text,
    hazard_label,
    level_label,
    scheme_label,
)
from incidents.queries import feed_items as queries
from ots_portal.paper.tables import Column, Kind

# HXL 1.1 tags (hxlstandard.org).
COLUMNS = (
    Column("source", _("Source"), hxl="#meta+source", width=0.8),
    Column("identifier", _("Identifier"), hxl="#event+code", width=1.2),
    Column("title", _("What happened"), hxl="#event+name", width=2.6),
    Column("hazard", _("Hazard"), hxl="#event+type", width=1.3),
    Column("hazard_code", _("Hazard code"), hxl="#event+type+code", width=0.9),
    Column("countries", _("Countries"), hxl="#country+name", width=1.4),
    Column("country_codes", _("Country codes"), hxl="#country+code+v_iso2", width=0.8),
    Column("alert_level", _("Alert level"), hxl="#severity", width=0.9),
    Column("onset_at", _("Began"), Kind.MOMENT, hxl="#date+start", width=1.4),
    Column("version_at", _("As of"), Kind.MOMENT, hxl="#date+updated", width=1.4),
    Column("received_at", _("Received"), Kind.MOMENT, hxl="#date+received", width=1.4),
    Column("status", _("Status"), hxl="#status", width=1),
    Column("latitude", _("Latitude"), Kind.NUMBER, hxl="#geo+lat", width=0.8),
    Column("longitude", _("Longitude"), Kind.NUMBER, hxl="#geo+lon", width=0.8),
    Column("address", _("Its page at the source"), Kind.LINK, hxl="#meta+url", width=1.6),
)
# What fits on a page; the other forms have every column.
PRINTED = (
    "source", "identifier", "title", "hazard", "countries", "alert_level", "onset_at", "version_at", "status",
)  # fmt: skip
_AS_IT_IS = (
    "title", "onset_at", "version_at", "received_at", "latitude", "longitude", "address",
)  # fmt: skip


def cells(items: Sequence[FeedItem]) -> Iterable[Mapping[str, Any]]:
    """Return the values of some rows; no query."""
    return [
        {
            **{name: getattr(item, name) for name in _AS_IT_IS},
            "source": scheme_label(item.scheme),
            "identifier": item.value,
            "hazard": hazard_label(item.hazard),
            "hazard_code": item.hazard,
            "countries": countries_text(item.countries),
            "country_codes": " ".join(item.countries),
            "alert_level": level_label(item.alert_level),
            "status": item.get_status_display(),
        }
        for item in items
    ]


def feature(item: FeedItem) -> Feature:
    """Return where it happens, as programs read it: codes, no labels."""
    names = (
        "scheme", "value", "title", "hazard", "countries", "alert_level", "status", "onset_at", "version_at",
        "address", "updated_at",
    )  # fmt: skip
    return Feature(
        id=str(item.pk),
        geometry=point(item.latitude, item.longitude),
        properties={name: getattr(item, name) for name in names},
    )


FEED_ITEMS = ListExport(
    name="feed-items",
    title=_("What the feeds say"),
    filters=FeedItemFilterForm,
    visible=queries.visible_to,
    narrowed=queries.filtered,
    by="onset_at",
    columns=COLUMNS,
    printed=PRINTED,
    cells=cells,
    feature=feature,
)
