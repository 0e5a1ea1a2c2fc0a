"""Why something could not be fetched: a code to be stored, and its sentence in the reader's language."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SENTENCES = {
    # ── the address ─────────────────────────────────────────────────────────────────────────────
    "too_long": gettext_lazy("The address is longer than %(limit)s characters."),
    "unreadable": gettext_lazy("This is no address that can be fetched."),
    "scheme": gettext_lazy("The address must begin with https:// or http://."),
    "password": gettext_lazy("The address must not hold a user name or a password."),
    "fragment": gettext_lazy("The address must not hold a “#” and what follows it."),
    "port": gettext_lazy("Port %(port)s may not be asked; allowed are: %(allowed)s."),
    "own": gettext_lazy("The address is the portal’s own."),
    "private": gettext_lazy(
        "%(host)s leads to %(address)s, which is not a public address of the internet."
    ),
    "in_clear": gettext_lazy("Only https:// may be used to send anything to %(host)s."),
    # ── no answer ───────────────────────────────────────────────────────────────────────────────
    "unknown_host": gettext_lazy("No computer called %(host)s is known."),
    "unreachable": gettext_lazy("%(host)s cannot be reached."),
    "certificate": gettext_lazy("The certificate of %(host)s is not valid: %(detail)s."),
    "tls": gettext_lazy("No safe connection to %(host)s can be made."),
    "too_slow": gettext_lazy("%(host)s did not answer in full within %(limit)s seconds."),
    "broken_off": gettext_lazy("%(host)s broke off in the middle of its answer."),
    # ── an answer that is of no use ─────────────────────────────────────────────────────────────
    "no_http": gettext_lazy("What %(host)s answers is no proper HTTP."),
    "redirect": gettext_lazy(
        "%(host)s sends on to %(location)s. The portal does not follow: if that address is the right "
        "one, enter it."
    ),
    "status": gettext_lazy("%(host)s answered with the status %(status)s instead of 200."),
    "answered": gettext_lazy("%(host)s answered with the status %(status)s."),
    "encoded": gettext_lazy(
        "%(host)s sent its answer packed (%(encoding)s), which was not asked for."
    ),
    "too_large": gettext_lazy("The answer of %(host)s is larger than %(limit)s bytes."),
}


class FetchFailed(Exception):
    """
    Nothing was fetched. ``code`` and ``details`` may be stored; str() is the sentence, when it is read.

    ``is_temporary`` says whether trying again later makes sense.
    """

    is_temporary = False

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code, details)
        self.code, self.details = code, details

    def __str__(self) -> str:
        return sentence_of(self.code, self.details)


class NotAllowed(FetchFailed):
    """The portal does not ask this address; nothing was sent."""


class NoAnswer(FetchFailed):
    """Nobody answered, or not in time, or not safely."""

    is_temporary = True


class BadAnswer(FetchFailed):
    """Somebody answered, with nothing that can be used."""

    @property
    def status(self) -> int | None:
        """The status of the answer, where that is what is wrong."""
        return self.details.get("status")


def sentence_of(code: str, details: dict[str, Any]) -> str:
    """Say in the active language what a stored failure was; one of another release says only that."""
    if code not in SENTENCES:
        return _("The address could not be fetched.")
    return str(SENTENCES[code]) % details
