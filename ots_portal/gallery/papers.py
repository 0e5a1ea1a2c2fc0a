"""The specimens on paper: an invented report with every part of a document, and a table in each form."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from ots_portal.gallery.specimens import AT, LATER, LONG_WORD, changes
from ots_portal.paper import pdf, responses
from ots_portal.paper.comparisons import on_paper
from ots_portal.paper.tables import Column, Kind, Table, to_csv, to_pdf, to_xlsx
from ots_portal.ui.moments import zoned_text

ZONE = "UTC"  # anybody may ask for it, so there is one file a language


@lru_cache(maxsize=16)
def document(language: str) -> bytes:
    """Return the invented report as PDF."""
    with override(language):
        return pdf.render(
            "paper/specimen.typ",
            _content(),
            title=_("Situation report No. 3: flood on the Kura"),
            language=language,
            classification=pgettext("classification", "Members and observers"),
            document_number="EX-2026-0003 / 3",
            issuer=_("Ministry of Emergency Situations"),
            watermark=pdf.EXERCISE,
            words=_words(),
            at=LATER,
            zone=ZONE,
        )


def _words() -> dict[str, str]:
    return {
        "facts": _("What is known"),
        "text": _("Situation"),
        "table": _("Assistance asked for"),
        "changes": _("What changed since the last version"),
        "signatures": _("Signatures"),
    }


def _content() -> dict[str, object]:
    return {
        "notice": _("This document belongs to an exercise: nothing in it happened."),
        "figures": [
            {"label": _("People killed"), "value": 0, "note": _("confirmed")},
            {"label": _("People injured"), "value": "140–160", "note": _("estimated")},
            {"label": _("Homes flooded"), "value": None, "note": _("not known yet")},
            {"label": _("Teams on the way"), "value": 4},
        ],
        "facts": [
            [_("Hazard"), _("Flood")],
            [_("Place"), LONG_WORD],
            [_("Onset"), zoned_text(AT, ZONE)],
            [_("Sources"), ["https://authority.example/report", "https://www.news.example/2026/02/06/flood"]],
        ],
        "text": _(
            "The Kura has left its bed in three districts. The water is rising by four centimetres an hour.\n"
            "Two bridges are closed.\n\nPeople are being brought to schools and sports halls. "
            "Drinking water will be short from tomorrow evening."
        ),
        "columns": [
            {"label": _("Line"), "align": "right", "width": 0.5},
            {"label": _("Asked for"), "width": 2.2},
            {"label": _("Place of delivery"), "width": 2},
            {"label": _("Needed"), "align": "right"},
            {"label": _("Accepted"), "align": "right"},
        ],
        "rows": [
            [number, _("High-capacity pumping module"), f"Kürdəmir, {LONG_WORD}" if number == 2 else "Kürdəmir", 3 * number, number]  # noqa: PLR2004 -- the second line shows a long word
            for number in range(1, 31)
        ],
        "changes": on_paper(changes()),
        "signatures": [
            {"name": "Aysel Məmmədova", "function": _("Head of the authority"), "participant": _("Azerbaijan"),
             "signed_at": zoned_text(LATER, ZONE)},
            {"name": "", "function": _("Head of the authority"), "participant": _("Türkiye")},
        ],
    }  # fmt: skip


# ── a table ─────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=64)
def table(language: str, ending: str) -> tuple[bytes, str]:
    """Return the invented table in the form that ``ending`` names, and its content type."""
    with override(language):
        make, content_type = FORMS[ending]
        return make(_table(), language), content_type


def _table() -> Table:
    return Table(
        title=_("Incidents"),
        columns=(
            Column("number", _("Number"), hxl="#event+code"),
            Column("title", _("Title"), hxl="#event+name", width=2),
            Column("onset_at", _("Onset"), Kind.MOMENT, hxl="#date+start", width=1.5),
            Column("checked_on", _("Checked on"), Kind.DAY),
            Column("injured", _("People injured"), Kind.NUMBER, hxl="#affected+injured"),
            Column("is_over", _("Closed"), Kind.YES_NO),
            Column("url", _("Page"), Kind.LINK, width=2),
        ),
        rows=(
            {
                "number": f"OTS-2026-{147 - index:04}",
                "title": (_("Flood, Kura basin"), LONG_WORD, "=1+1")[index % 3],
                "onset_at": AT,
                "checked_on": date(2026, 2, 6),
                "injured": (12, None, 0)[index % 3],
                "is_over": bool(index % 2),
                "url": f"https://portal.example/incidents/{147 - index}/",
            }
            for index in range(40)
        ),
        classification=pgettext("classification", "Members and observers"),
        filters=[(_("Hazard"), _("Flood"))],
        is_exercise=True,
    )


FORMS: dict[str, tuple[Callable[[Table, str], bytes], str]] = {
    "pdf": (
        lambda table, language: to_pdf(table, language=language, at=LATER, zone=ZONE),
        responses.PDF,
    ),
    "xlsx": (lambda table, _language: to_xlsx(table, at=LATER, zone=ZONE), responses.XLSX),
    "csv": (
        lambda table, _language: b"".join(to_csv(table, for_people=True, hxl=True)),
        responses.CSV,
    ),
}
