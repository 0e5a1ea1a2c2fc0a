"""What the pages about people's data show."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ots_portal.people.models import User


@dataclass(frozen=True)
class PersonView:
    """A person as the administrator's page about their data has them."""

    name: str
    participant: str
    url: str

    def get_absolute_url(self) -> str:
        return self.url


def person_view(person: User) -> PersonView:
    url = reverse("privacy:person", args=[person.pk])
    return PersonView(person.name, person.participant.name, url)


# What a person wants to know; the whole table is the operator's (docs/retention.md).
KEPT = {
    "audit_entries": gettext_lazy("Audit entries, which name nobody"),
    "records": gettext_lazy("Records you worked on"),
    "deliveries": gettext_lazy("Your inbox, and that you were sent a mail"),
    "jobs": gettext_lazy("Background jobs that have ended"),
    "attempts": gettext_lazy("What the mail server answered"),
    "sessions": gettext_lazy("Sessions, after they ended"),
}


@dataclass(frozen=True)
class KeptLine:
    title: str | Promise
    period: str


def kept_lines() -> list[KeptLine]:
    table = settings.PORTAL_RETENTION
    return [KeptLine(title, _period(table[kind]["days"])) for kind, title in KEPT.items()]


def _period(days: int | None) -> str:
    if days is None:
        return _("For ever")
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
