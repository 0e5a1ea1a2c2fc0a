"""What changed between two revisions, as PDF."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import get_language_info, override
from django.utils.translation import gettext as _

from agreements.models import Instrument
from ots_portal.paper import pdf
from ots_portal.paper.comparisons import on_paper
from ots_portal.texts import in_language
from ots_portal.texts.comparison import ParagraphChange


def comparison_to_pdf(
    instrument: Instrument,
    changes: Sequence[ParagraphChange],
    *,
    named: tuple[str, str],
    language: str,
    at: datetime,
) -> bytes:
    """
    Return two revisions in one text, by words; ``named`` is what the earlier and the later are called.

    :raises NotPrintable: with a sentence for the reader
    """
    with override(language):
        facts = [
            [_("Agreement"), in_language(instrument.titles)],
            [_("Earlier text"), named[0]],
            [_("Later text"), named[1]],
            [_("Language"), get_language_info(language)["name_translated"]],
        ]
        return pdf.render(
            "agreements/revision_comparison.typ",
            {"facts": facts, "changes": on_paper(changes)},
            title=_("Changes in the text"),
            language=language,
            classification=_("Members"),
            watermark=_("Draft"),
            words={"comparison": _("Changes")},
            at=at,
        )
