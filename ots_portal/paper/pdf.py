"""Documents as PDF: a template set by typst with the content as data, in a process of its own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

Text = str | Promise

MOST_TEXT_BYTES = 1_000_000
# The word of ``watermark`` for what does not happen.
EXERCISE = gettext_lazy("EXERCISE")


def render(  # noqa: PLR0913 -- a document's head and foot, each a name
    template: str,
    data: Mapping[str, Any],
    *,
    title: Text,
    language: str,
    classification: Text,
    at: datetime,
    document_number: str = "",
    issuer: Text = "",
    watermark: Text = "",
    zone: str = "",
) -> bytes:
    """
    Set ``template`` with ``data`` and return the PDF (PDF/A-2a and PDF/UA-1, tagged, A4).

    ``template`` is a name like "incidents/situation_report.typ": ``incidents/paper/situation_report.typ``.
    ``data`` is what JSON can hold, days, moments and lazy sentences included; it never becomes source.
    ``language`` is that of the document's words and its tag. ``classification`` says who may read it, in
    the document's language, and stands on every page. ``issuer`` is the authority in whose name it is
    made, "" for the portal alone. ``watermark`` is a word laid across every page (``EXERCISE``).
    ``at`` is when it is made: the same content at the same ``at`` gives the same bytes. ``zone`` is the
    one that it is written in, "" for the reader's.

    :raises NotPrintable: with a sentence: TooLong, TooHeavy, NotInstalled, NotSet
    """
    raise NotImplementedError
