"""What tokens may be given for, per kind of record: the catalogue that pages and docs/api.md show."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Scope:
    """``name`` as tokens carry it; ``may`` what it lets a partner system do, within the rules for everybody."""

    name: str
    kind: str | Promise
    may: str | Promise

    @property
    def is_write(self) -> bool:
        return self.name.endswith(":write")


# The same names as settings.OAUTH2_PROVIDER has; a test holds them together.
SCOPES: tuple[Scope, ...] = (
    Scope("incidents:read", _("Incidents"), _("Read incidents and what hangs on them")),
    Scope(
        "incidents:write",
        _("Incidents"),
        _("Draft, change and report incidents, requests, offers, reports and alerts"),
    ),
    Scope("meetings:read", _("Meetings"), _("Read meetings, documents, minutes and decisions")),
    Scope(
        "meetings:write",
        _("Meetings"),
        _("Draft documents, enter the own delegation, report on own actions"),
    ),
    Scope("agreements:read", _("Agreements"), _("Read agreements and their depositary acts")),
    Scope("agreements:write", _("Agreements"), _("Draft a proposal")),
    Scope("participants:read", _("Participants"), _("Read the directory and the own duty roster")),
    Scope(
        "participants:write",
        _("Participants"),
        _("Write what the rules leave to partner systems of directory and roster: so far nothing"),
    ),
    Scope("circulars:read", _("Circulars"), _("Read the circulars written to readers")),
    Scope(
        "circulars:write",
        _("Circulars"),
        _("Write what the rules leave to partner systems of circulars: so far nothing"),
    ),
    Scope("silence:read", _("Silence procedures"), _("Read silence procedures")),
    Scope(
        "silence:write",
        _("Silence procedures"),
        _("Write what the rules leave to partner systems of silence procedures: so far nothing"),
    ),
    Scope("crossrefs:read", _("Ties"), _("Read which records are tied to which others")),
    Scope("crossrefs:write", _("Ties"), _("Tie records that it may edit to others")),
)
