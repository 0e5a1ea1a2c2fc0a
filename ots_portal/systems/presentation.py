"""What the pages about partner systems show: values made ready."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from oauth2_provider.models import Application

from ots_portal.api import credentials
from ots_portal.api.models import Credential, PartnerSystem, SystemStanding
from ots_portal.api.scopes import SCOPES
from ots_portal.people.models import User
from ots_portal.plugs import Text
from ots_portal.systems import queries, rules
from ots_portal.verdicts import Verdict

TONES = {
    SystemStanding.ACTIVE: "good",
    SystemStanding.SUSPENDED: "severe",
    SystemStanding.REVOKED: "extreme",
}
QUIET_AFTER = timedelta(days=90)


@dataclass(frozen=True)
class Badge:
    word: Text
    tone: str


def standing_of(system: PartnerSystem) -> Badge:
    return Badge(system.standing.label, TONES[system.standing])


# ── the list ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Row:
    system: PartnerSystem
    participant: str
    standing: Badge
    last_used_at: datetime | None
    live_count: int


def rows(systems: Sequence[PartnerSystem], *, at: datetime) -> list[Row]:
    found = queries.with_applications(systems)
    return [_row(system, found.get(system.user_id, []), at=at) for system in systems]


def _row(system: PartnerSystem, applications: Iterable[Application], *, at: datetime) -> Row:
    held = [(one, credentials.credential_of(one)) for one in applications]
    used = [one.last_used_at for _application, one in held if one and one.last_used_at]
    live = [one for _application, one in held if one is None or not one.has_ended(at=at)]
    return Row(
        system=system,
        participant=system.user.participant.name,
        standing=standing_of(system),
        last_used_at=max(used, default=None),
        live_count=len(live),
    )


# ── one system ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class StepView:
    """A button of the page; ``has_page``: it leads to a form instead of doing it."""

    label: Text
    url: str
    verdict: Verdict
    tone: str = "secondary"
    confirm: Text = ""
    has_page: bool = False


def steps_for(system: PartnerSystem, *, reader: User) -> list[StepView]:
    """Return the steps that make sense now; to whoever only watches, what is theirs to do."""
    if system.standing == SystemStanding.REVOKED:
        return []

    def url(verb: str) -> str:
        return reverse(f"systems:{verb}", args=[system.pk])

    looks_after = bool(rules.may_change(reader, system))
    rotate = StepView(
        _("New credentials"),
        url("rotate"),
        rules.may_rotate(reader, system),
        "primary",
        has_page=True,
    )
    change = StepView(_("Change"), url("change"), rules.may_change(reader, system), has_page=True)
    resume = StepView(
        _("Let it call again"), url("resume"), rules.may_resume(reader, system), "primary"
    )
    suspend = StepView(
        _("Suspend"),
        url("suspend"),
        rules.may_suspend(reader, system),
        confirm=_(
            "Its next call is refused, and its webhooks are told nothing, until it is resumed."
        ),
    )
    revoke = StepView(
        _("Revoke"),
        url("revoke"),
        rules.may_revoke(reader, system),
        "danger",
        confirm=_("Its credentials end at once and for good: nothing brings the system back."),
    )
    if system.standing == SystemStanding.SUSPENDED:
        return [resume, change, revoke] if looks_after else [revoke]
    return [rotate, change, suspend, revoke] if looks_after else [suspend, revoke]


@dataclass(frozen=True)
class ScopeRow:
    kind: Text
    reads: Text
    writes: Text


def scope_rows(system: PartnerSystem) -> list[ScopeRow]:
    """Return for each kind of record what the system may read and write, in the order of the catalogue."""
    kinds: dict[Text, dict[bool, Text]] = {}
    for scope in SCOPES:
        if scope.name in system.scopes:
            kinds.setdefault(scope.kind, {})[scope.is_write] = scope.may
    return [ScopeRow(kind, may.get(False, ""), may.get(True, "")) for kind, may in kinds.items()]


@dataclass(frozen=True)
class CredentialRow:
    """
    A client's id and what is known of it. ``limits`` are the scopes that the operator left it, where one did.

    ``may_end`` is None where it has ended already.
    """

    application: Application
    credential: Credential | None
    status: Badge
    limits: str
    end_url: str
    may_end: Verdict | None


def credential_rows(system: PartnerSystem, *, reader: User, at: datetime) -> list[CredentialRow]:
    verdict = rules.may_end(reader, system, has_ended=False)
    return [
        _credential_row(system, application, verdict, at=at)
        for application in queries.applications_of(system)
    ]


def _credential_row(
    system: PartnerSystem, application: Application, verdict: Verdict, *, at: datetime
) -> CredentialRow:
    held = credentials.credential_of(application)
    has_ended = bool(held and held.has_ended(at=at))
    return CredentialRow(
        application=application,
        credential=held,
        status=_status_of(held, has_ended=has_ended, at=at),
        limits=", ".join(row.name for row in application.scope_rows.all()),
        end_url=reverse("systems:end_credentials", args=[system.pk, application.pk]),
        may_end=None if has_ended else verdict,
    )


def _status_of(held: Credential | None, *, has_ended: bool, at: datetime) -> Badge:
    if has_ended:
        return Badge(pgettext("credentials", "Ended"), "neutral")
    if held and held.ends_at:
        return Badge(pgettext("credentials", "Will end"), "warning")
    last = held.last_used_at if held else None
    if held and last is None and at - held.created_at >= QUIET_AFTER:
        return Badge(pgettext("credentials", "Never used"), "warning")
    if last and at - last >= QUIET_AFTER:
        return Badge(pgettext("credentials", "Not used for long"), "warning")
    return Badge(pgettext("credentials", "In force"), "good")
