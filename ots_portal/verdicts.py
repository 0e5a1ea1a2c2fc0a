"""Answers to "may this user do that?": one answer serves pages, API and buttons."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise


@dataclass(frozen=True)
class Verdict:
    """
    True when allowed; otherwise ``reason`` is a sentence a person can read.

    ``code`` names the refusal to programs: ``not_allowed``, ``same_person``, ``step_up_required``.
    """

    reason: str | Promise = ""
    code: str = "not_allowed"

    def __bool__(self) -> bool:
        return not self.reason


ALLOWED = Verdict()


class Refused(PermissionDenied):
    """A rule said no; carries the verdict so that page and API can give its sentence."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(str(verdict.reason))
        self.verdict = verdict


def require(verdict: Verdict) -> None:
    """
    Go on only when the verdict allows it.

    :raises Refused: with the verdict's sentence otherwise
    """
    if not verdict:
        raise Refused(verdict)
