"""Why something cannot be printed: each carries a sentence that says the way out."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class NotPrintable(Exception):
    """Carries the sentence for the reader and the status of the answer."""

    status = 422
    sentence: str | Promise = _("This cannot be made into a file.")

    def __init__(self, sentence: str | Promise = "") -> None:
        self.sentence = sentence or self.sentence
        super().__init__(str(self.sentence))


class TooLong(NotPrintable):
    """More text than one document holds."""

    sentence = _(
        "The document is too long for a PDF: one holds at most 1,000,000 bytes of text. "
        "Leave something out, or take the table as CSV."
    )


class TooManyRows(NotPrintable):
    """More rows than a file of this kind holds."""


class TooHeavy(NotPrintable):
    """Time or memory ran out while the pages were being set."""

    sentence = _(
        "The document is too complicated: its pages were not ready in time. Leave something out, "
        "or take the table as CSV."
    )


class TooBusy(NotPrintable):
    """As many documents as may be set at once are being set."""

    status = 503
    sentence = _("Other documents are being made just now. Try again in a moment.")


class NotSet(NotPrintable):
    """The template could not be set with this content: a fault of ours, which the log tells in full."""

    status = 500
    sentence = _("The PDF could not be made. The operator has been told; try again later.")


class NotInstalled(NotPrintable):
    """The host lacks what makes PDFs."""

    status = 503
    sentence = _(
        "PDFs cannot be made on this host because typst is not installed. Print the page instead, "
        "or take the table as CSV."
    )
