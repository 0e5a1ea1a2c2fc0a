"""What the specimens show: invented, and the same for everybody."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from ots_portal import plugs
from ots_portal.directory.phones import Phone
from ots_portal.gallery import forms
from ots_portal.geo.map import Marker
from ots_portal.pages import Difference
from ots_portal.texts.comparison import Keyed, ParagraphChange, compare_paragraphs
from ots_portal.ui.context import MenuLink
from ots_portal.ui.templatetags.ui import BADGE_ICONS, CONFIDENCE
from ots_portal.verdicts import Verdict

AT = datetime(2026, 2, 6, 1, 17, tzinfo=UTC)
LATER = datetime(2026, 2, 6, 9, 30, tzinfo=UTC)
SOURCES = ["https://authority.example/report", "https://www.news.example/2026/02/06/flood"]
ALERT_TONES = ("info", "success", "warning", "error")
CARD_TONES = ("info", "good", "warning", "severe", "extreme")
LONG_WORD = "Afyonkarahisarlılaştırabildiklerimizdenmişsinizcesine"


def _box(*, west: float, south: float, east: float, north: float) -> dict[str, Any]:
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return {"type": "Polygon", "coordinates": [corners]}


def everything() -> dict[str, Any]:
    """Return the context of the page."""
    return {
        **_forms(),
        **_lists(),
        "at": AT,
        "on": date(2026, 2, 6),
        "sources": SOURCES,
        "badge_tones": list(BADGE_ICONS),
        "alert_tones": ALERT_TONES,
        "card_tones": CARD_TONES,
        "banner": plugs.Banner(
            title=_("Deliveries are paused: no message leaves the portal."),
            url="#boxes",
            action=_("Decide what becomes of them"),
        ),
        "confidence_codes": list(CONFIDENCE),
        "refusing": Verdict(_("Only the head of your authority signs.")),
        "long_word": LONG_WORD,
        "phone": Phone("+903125550101", "12"),
        "invented_phone": Phone("+00000010001"),
    }


def _forms() -> dict[str, Any]:
    return {
        "empty_form": forms.empty(),
        "filled_form": forms.filled(),
        "refused_form": forms.refused(),
        "disabled_form": forms.disabled(),
        "filter_form": forms.SmallFilterForm(auto_id="stacked_%s"),
        "inline_form": forms.SmallFilterForm({"q": "Kura"}, auto_id="inline_%s"),
    }


def _lists() -> dict[str, Any]:
    return {
        "take_away": [
            {"label": _("Excel workbook (XLSX)"), "url": "#lists"},
            {"label": _("PDF for printing"), "url": "#lists"},
        ],
        "differences": [
            Difference(_("Title"), "Flood on the Kura", "Flood on the Kura and the Aras"),
            Difference(_("Note"), "", f"{LONG_WORD} {LONG_WORD}"),
        ],
        "changes": changes(),
        "figures": [
            {"label": _("Open incidents"), "value": 12, "note": _("+3 since yesterday"), "url": "#"},
            {"label": _("Countries reporting"), "value": "6 / 7"},
            {"label": _("Assistance offers"), "value": 9, "note": _("4 accepted")},
        ],
        "crumbs": [{"title": _("Incidents"), "url": "#"}, {"title": "OTS-2026-0147", "url": "#"}],
        "links": [
            MenuLink(_("Incidents"), "#", is_current=True),
            MenuLink(_("Meetings"), "#", is_current=False),
        ],
        "steps": [
            {"label": _("Draft"), "is_done": True, "at": AT},
            {"label": _("Reported"), "is_done": True, "at": LATER},
            {"label": _("Verified"), "is_current": True},
            {"label": _("Closed")},
        ],
        "entries": [
            {"at": LATER, "title": _("Verified"), "tone": "good", "actor": "Aysel Məmmədova"},
            {"at": AT, "title": _("Reported"), "text": _("The water is rising."), "url": "#"},
            {"at": AT, "title": _("Draft"), "tone": "draft"},
        ],
        "versions": [
            {"code": "en", "language": "English", "text": "The Parties shall assist.", "is_authentic": True},
            {"code": "tr", "language": "Türkçe", "text": "Taraflar yardımlaşır."},
            {"code": "az", "language": "Azərbaycanca", "text": "Tərəflər kömək edir."},
        ],
        "bars": [(_("Tuesday"), 4), (_("Wednesday"), 6), (_("Thursday"), 0), (_("Friday"), 12)],
        "counts": [(AT + timedelta(hours=hour), hour * hour % 37) for hour in range(24)],
        "moments": [(AT, 0, 0), (LATER, 120, 120), (LATER + timedelta(days=1), 1400, 1900), (LATER + timedelta(days=4), 1750, 1750)],
        "area": _box(west=46.5, south=40.0, east=48.0, north=41.0),
        "far_area": _box(west=-80.0, south=40.0, east=-78.0, north=42.0),
        "markers": [
            Marker(40.4, 49.9, title="OTS-2026-0147", tone="severe", url="#map", label=_("Severe")),
            Marker(39.9, 32.9, title="OTS-2026-0146", tone="extreme", url="#map", label=_("Extreme")),
            Marker(47.5, 19.1, title="OTS-2026-0142", tone="good", url="#map", label=_("Closed")),
        ],
        "rows": [
            {"number": "OTS-2026-0147", "title": _("Flood, Kura basin"), "tone": "severe", "count": 143},
            {"number": "OTS-2026-0146", "title": LONG_WORD, "tone": "extreme", "count": 2},
        ],
    }  # fmt: skip


def changes() -> list[ParagraphChange]:
    """Return two invented versions of minutes compared: one paragraph of every kind of change."""
    before = [
        Keyed("opening", "1", _("The meeting was opened by the host.")),
        Keyed("report", "2", _("The secretariat reported on the exercise of last autumn.")),
        Keyed("map", "3", _("The meeting took note of the map of shared rivers.")),
        Keyed("fund", "4", _("A fund for joint exercises was discussed.")),
        Keyed("team", "5", _("Each ministry names two focal points by the end of March.")),
    ]
    after = [
        Keyed("opening", "1", before[0].text),
        Keyed("map", "2", before[2].text),
        Keyed("report", "3", before[1].text),
        Keyed("team", "4", _("Each ministry names three focal points by the end of May.")),
        Keyed("next", "5", f"{_('The next meeting takes place in spring.')} {LONG_WORD}"),
    ]
    return compare_paragraphs(before, after)
