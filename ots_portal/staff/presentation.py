"""Values made ready for people's pages: rows, steps, and history in words."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import Invitation, InvitationStatus, Role, User
from ots_portal.staff import queries, rules
from ots_portal.staff.services.people import Reason
from ots_portal.verdicts import Verdict

HISTORY_SHOWN = 100
INVITATION_TONES = {
    InvitationStatus.UNCONFIRMED: "warning",
    InvitationStatus.PENDING: "info",
    InvitationStatus.ACCEPTED: "good",
    InvitationStatus.WITHDRAWN: "neutral",
    InvitationStatus.EXPIRED: "warning",
}


@dataclass(frozen=True)
class PersonPage:
    """A person as a record with a page of their own (their settings are another page)."""

    person: User

    def get_absolute_url(self) -> str:
        return reverse("staff:detail", args=[self.person.pk])


@dataclass(frozen=True)
class InvitationsPage:
    """A person who is known by an invitation alone: there is only the list of those."""

    person: User

    def get_absolute_url(self) -> str:
        return reverse("staff:invitations")


# ── lists ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class PersonRow:
    url: str
    name: str
    email: str
    role: str
    participant: str
    is_on_duty: bool
    is_active: bool
    last_sign_in_at: datetime | None


def rows(people: Iterable[User]) -> list[PersonRow]:
    return [
        PersonRow(
            url=reverse("staff:detail", args=[person.pk]),
            name=str(person),
            email=person.email,
            role=str(person.get_role_display()),
            participant=person.participant.name,
            is_on_duty=person.is_on_duty,
            is_active=person.is_active,
            last_sign_in_at=person.last_login,
        )
        for person in people
    ]


@dataclass(frozen=True)
class InvitationRow:
    """An invitation and what this reader may do with it: only what is allowed is shown."""

    pk: Any
    name: str
    email: str
    role: str
    participant: str
    invited_by: str
    created_at: datetime
    expires_at: datetime
    status: str
    tone: str
    url: str
    may_resend: Verdict
    may_withdraw: Verdict
    may_confirm: Verdict


def invitation_rows(
    invitations: Iterable[Invitation], *, reader: User, at: datetime
) -> list[InvitationRow]:
    return [_invitation_row(invitation, reader, at) for invitation in invitations]


def _invitation_row(invitation: Invitation, reader: User, at: datetime) -> InvitationRow:
    status = invitation.status_at(at)
    person = invitation.person
    return InvitationRow(
        pk=invitation.pk,
        name=str(person),
        email=person.email,
        role=str(invitation.get_role_display()),
        participant=invitation.participant.name,
        invited_by=str(invitation.invited_by or _("The portal’s operator")),
        created_at=invitation.created_at,
        expires_at=invitation.expires_at,
        status=str(status.label),
        tone=INVITATION_TONES[status],
        url=reverse("staff:detail", args=[person.pk]) if invitation.accepted_at else "",
        may_resend=rules.may_resend(reader, invitation),
        may_withdraw=rules.may_withdraw(reader, invitation),
        may_confirm=rules.may_confirm(reader, invitation),
    )


# ── export ──────────────────────────────────────────────────────────────────────────────────────

# A cell that begins so is a formula to spreadsheets, also in full width (CWE-1236).
FORMULA_STARTS = tuple("=+-@|\t\r\n＝＋－＠｜")


def as_csv(people: Iterable[User]) -> bytes:
    """Write the list as spreadsheets read it (RFC 4180, UTF-8 with its mark); moments in UTC."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [
            _("Name"),
            _("E-mail address"),
            _("Participant"),
            _("Role"),
            _("On duty"),
            _("Status"),
            _("Last sign-in (UTC)"),
        ]
    )
    for row in rows(people):
        writer.writerow([harmless(cell) for cell in _cells(row)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _cells(row: PersonRow) -> Sequence[str]:
    seen = row.last_sign_in_at
    return (
        row.name,
        row.email,
        row.participant,
        row.role,
        pgettext("answer", "Yes") if row.is_on_duty else pgettext("answer", "No"),
        _("Active") if row.is_active else _("Suspended"),
        seen.astimezone(UTC).isoformat(timespec="minutes") if seen else "",
    )


def harmless(cell: str) -> str:
    """Return the cell so that no spreadsheet computes it."""
    return f"'{cell}" if cell.lstrip(" \u00a0").startswith(FORMULA_STARTS) else cell


# ── one person ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class StepView:
    """A button, or a link to the page that asks for more; a refusing verdict says why not."""

    url: str
    label: str | Promise
    verdict: Verdict
    tone: str = "secondary"
    confirm: str | Promise = ""
    has_page: bool = False


# verb: label, whether it has a page of its own, the question that is asked before
STEPS: dict[str, tuple[str | Promise, bool, str | Promise]] = {
    "change_role": (gettext_lazy("Change the role"), True, ""),
    "mark_on_duty": (gettext_lazy("Mark on duty"), False, ""),
    "take_off_duty": (gettext_lazy("Take off duty"), False, ""),
    "end_sessions": (
        gettext_lazy("End all sessions"),
        False,
        gettext_lazy("The person is signed out in every browser and signs in anew."),
    ),
    "reset_second_factor": (
        gettext_lazy("Reset the second factor"),
        False,
        gettext_lazy(
            "Have you made sure, by another way than e-mail, that it is this person who asks? "
            "They are told by mail."
        ),
    ),
    "suspend": (gettext_lazy("Suspend"), True, ""),
    "reactivate": (
        gettext_lazy("Reactivate"),
        False,
        gettext_lazy("The person can sign in again, with the role shown here."),
    ),
}


def steps_for(person: User, *, reader: User) -> list[StepView]:
    """Return what the reader does with such people; what the status forbids is not shown."""
    verdicts = {verb: getattr(rules, f"may_{verb}")(reader, person) for verb in STEPS}
    return [
        StepView(
            url=reverse(f"staff:{verb}", args=[person.pk]),
            label=label,
            verdict=verdicts[verb],
            tone="danger" if verb == "suspend" else "secondary",
            confirm=confirm,
            has_page=has_page,
        )
        for verb, (label, has_page, confirm) in STEPS.items()
        if _is_shown(verdicts[verb])
    ]


def _is_shown(verdict: Verdict) -> bool:
    """A reason is worth reading where it can change: last head, reader; not where it is others' business."""
    return bool(verdict) or verdict in (rules.LAST_HEAD, rules.NOT_YOURSELF, rules.NO_READER)


@dataclass(frozen=True)
class HistoryLine:
    at: datetime
    title: str
    text: str
    tone: str
    actor: str


# What happened, as it stands in the history; sign-ins are shown as the last one alone.
WORDS: dict[str, tuple[str | Promise, str]] = {
    "people.user.entered": (gettext_lazy("Entered for the demonstration"), "neutral"),
    "people.user.administrator_invited": (
        gettext_lazy("Invited as the first administrator"),
        "info",
    ),
    "people.user.proposed": (gettext_lazy("Proposed as a new head"), "info"),
    "people.user.invitation_confirmed": (
        gettext_lazy("Invitation confirmed by a second person, and sent"),
        "info",
    ),
    "people.user.invited": (gettext_lazy("Invited"), "info"),
    "people.user.invited_again": (gettext_lazy("Invitation sent again"), "info"),
    "people.user.invitation_withdrawn": (gettext_lazy("Invitation withdrawn"), "warning"),
    "people.user.invitation_refused": (
        gettext_lazy("An address this person tried to invite was refused"),
        "warning",
    ),
    "people.user.joined": (gettext_lazy("Accepted the invitation"), "good"),
    "people.user.role_changed": (gettext_lazy("Role changed"), "warning"),
    "people.user.marked_on_duty": (gettext_lazy("Marked on duty"), "info"),
    "people.user.taken_off_duty": (gettext_lazy("Taken off duty"), "info"),
    "people.user.suspended": (gettext_lazy("Suspended"), "severe"),
    "people.user.reactivated": (gettext_lazy("Reactivated"), "good"),
    "people.user.second_factor_added": (gettext_lazy("Second factor set up"), "info"),
    "people.user.second_factor_removed": (gettext_lazy("Second factor removed"), "warning"),
    "people.user.second_factor_reset": (gettext_lazy("Second factor reset"), "warning"),
    "people.user.password_changed": (gettext_lazy("Password changed"), "info"),
    "people.user.recovery_codes_replaced": (gettext_lazy("Recovery codes replaced"), "info"),
    "people.user.sessions_ended": (gettext_lazy("All sessions ended"), "warning"),
    "people.user.session_ended": (gettext_lazy("A session ended"), "info"),
    "people.user.list_exported": (gettext_lazy("Exported a list of people"), "info"),
}


def history(person: User) -> list[HistoryLine]:
    """Return what happened to the account, newest first."""
    told = queries.history(person).filter(kind__in=WORDS)
    entries = list(told.order_by("-recorded_at", "-id")[:HISTORY_SHOWN])
    actors = {entry.actor_id for entry in entries if entry.actor_id}
    people = {user.pk: user for user in User.objects.filter(pk__in=actors)}
    return [_line(entry, people) for entry in entries]


def _line(entry: AuditEntry, people: dict[Any, User]) -> HistoryLine:
    title, tone = WORDS[entry.kind]
    return HistoryLine(entry.recorded_at, str(title), _told(entry), tone, _actor(entry, people))


def _actor(entry: AuditEntry, people: dict[Any, User]) -> str:
    if entry.actor_id is None:
        return _("The portal")
    actor = people.get(entry.actor_id)
    return f"{actor}, {actor.participant.name}" if actor else _("A former user")


def _told(entry: AuditEntry) -> str:
    """Say what changed, or why, or as what."""
    data = entry.data
    if change := data.get("changes", {}).get("role"):
        return f"{role_word(change['before'])} → {role_word(change['after'])}"
    if reason := data.get("reason"):
        return str(Reason(reason).label) if reason in Reason.values else ""
    return role_word(data["role"]) if "role" in data else ""


def role_word(code: str) -> str:
    return str(Role(code).label) if code in Role.values else code
