"""What the pages about webhooks show: values made ready, every failure in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from ots_portal import egress
from ots_portal.api import clients
from ots_portal.dispatch.presentation import TONES, without_addresses
from ots_portal.notifications.models import Attempt, Delivery, DeliveryStatus
from ots_portal.people.models import User
from ots_portal.plugs import Text, notices
from ots_portal.ui.moments import in_zone, moment_text, offset_label
from ots_portal.verdicts import Verdict
from ots_portal.webhooks import rules, secrets
from ots_portal.webhooks.breaker import OPENS_AFTER
from ots_portal.webhooks.models import Endpoint

TO_REDELIVER = (DeliveryStatus.SENT, DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN)


@dataclass(frozen=True)
class Health:
    """How an endpoint fares, in a word; ``sentences`` say what follows from it."""

    word: str
    tone: str
    sentences: list[str]


def health_of(endpoint: Endpoint, *, at: datetime) -> Health:
    if not endpoint.is_active:
        since = _("Disabled since %(moment)s.") % {"moment": _said(endpoint.disabled_at)}
        why = str(endpoint.get_disabled_because_display())
        return Health(pgettext("webhook", "Disabled"), "extreme", [why, since])
    rests_until = endpoint.retry_at if endpoint.retry_at and endpoint.retry_at > at else None
    if endpoint.failure_count >= OPENS_AFTER:
        return Health(
            pgettext("webhook", "Does not answer"),
            "severe",
            [*_since(endpoint), *([_rests(rests_until)] if rests_until else [])],
        )
    if rests_until:
        asked = _("It asked to be left alone until %(moment)s.") % {"moment": _said(rests_until)}
        return Health(pgettext("webhook", "Asked for patience"), "warning", [asked])
    if endpoint.failing_since:
        return Health(pgettext("webhook", "Fails now and then"), "warning", _since(endpoint))
    if endpoint.succeeded_at:
        return Health(pgettext("webhook", "Answers"), "good", [])
    nothing = _("Nothing was sent there yet. Test whether messages arrive.")
    return Health(pgettext("webhook", "Not tried yet"), "info", [nothing])


def _since(endpoint: Endpoint) -> list[str]:
    count = endpoint.failure_count
    since = _("No good answer since %(moment)s.") % {"moment": _said(endpoint.failing_since)}
    in_a_row = ngettext(
        "%(count)d try in a row has failed.", "%(count)d tries in a row have failed.", count
    )
    return [since, *([in_a_row % {"count": count}] if count else [])]


def _rests(until: datetime) -> str:
    sentence = _("It is left in peace until %(moment)s; then one message tries whether it answers.")
    return sentence % {"moment": _said(until)}


def _said(moment: datetime | None) -> str:
    if moment is None:
        return "—"
    here = in_zone(moment)
    return f"{moment_text(here)} ({offset_label(here)})"


# ── the list ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Row:
    endpoint: Endpoint
    system: str
    participant: str
    health: Health


def rows(endpoints: Iterable[Endpoint], *, at: datetime) -> list[Row]:
    return [
        Row(
            endpoint=endpoint,
            system=endpoint.owner.name,
            participant=endpoint.participant.name,
            health=health_of(endpoint, at=at),
        )
        for endpoint in endpoints
    ]


# ── one endpoint ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class StepView:
    """A button of the page; ``has_page``: it leads to a form instead of doing it."""

    label: Text
    url: str
    verdict: Verdict
    tone: str = "secondary"
    confirm: Text = ""
    has_page: bool = False


def steps_for(endpoint: Endpoint, *, reader: User) -> list[StepView]:
    """Return the steps that make sense now; to whoever only watches, what is theirs to do."""

    def url(verb: str) -> str:
        return reverse(f"dispatch:webhook_{verb}", args=[endpoint.pk])

    looks_after = bool(rules.may_change(reader, endpoint))
    test = StepView(_("Send a test"), url("test"), rules.may_test(reader, endpoint), "primary")
    change = StepView(_("Change"), url("change"), rules.may_change(reader, endpoint), has_page=True)
    rotate = StepView(
        _("New secret"),
        url("rotate"),
        rules.may_rotate(reader, endpoint),
        confirm=_("The present secret signs along for a day; then the new one alone counts."),
    )
    enable = StepView(_("Enable"), url("enable"), rules.may_enable(reader, endpoint), "primary")
    disable = StepView(
        _("Disable"),
        url("disable"),
        rules.may_disable(reader, endpoint),
        "danger",
        confirm=_("Nothing is sent there any more until somebody enables it."),
    )
    if not endpoint.is_active:
        return [enable, change, rotate] if looks_after else []
    return [test, change, rotate, disable] if looks_after else [disable]


def scopes_of(endpoint: Endpoint) -> str:
    """Return what the partner system's clients may read by the API, as docs/api.md names it."""
    found = clients.scopes_of([endpoint.owner_id])[endpoint.owner_id]
    return ", ".join(sorted(name for name in found if name.endswith(":read"))) or "—"


def kinds_in_words(kinds: Iterable[str]) -> list[str]:
    known = {kind: notices[kind].title for kind in kinds if kind in notices}
    return sorted(str(title) for title in known.values())


def has_lost_its_secret(endpoint: Endpoint) -> bool:
    try:
        secrets.decrypted(endpoint.secret)
    except secrets.SecretLost:
        return True
    return False


@dataclass(frozen=True)
class MessageRow:
    """
    A message that went there, or will; ``may_redeliver`` is None where there is nothing to send again.

    ``answer`` is for whoever looks after the webhook: the other side may repeat in it what it was told.
    """

    delivery: Delivery
    kind: str | Promise
    status: Text
    tone: str
    tried_at: datetime | None
    failure: str
    answer: str
    redeliver_url: str
    may_redeliver: Verdict | None


def message_rows(
    deliveries: Iterable[Delivery], endpoint: Endpoint, *, reader: User
) -> list[MessageRow]:
    """``deliveries`` carry their tries (notifications.queries.messages_of)."""
    looks_after = bool(rules.may_change(reader, endpoint))
    may_redeliver = rules.may_redeliver(reader, endpoint) if looks_after else None
    return [
        _message_row(delivery, endpoint, may_redeliver, looks_after=looks_after)
        for delivery in deliveries
    ]


def _message_row(
    delivery: Delivery, endpoint: Endpoint, may_redeliver: Verdict | None, *, looks_after: bool
) -> MessageRow:
    tries = list(delivery.attempts.all())
    last = tries[-1] if tries else None
    notice = notices.get(delivery.entry.kind)
    return MessageRow(
        delivery=delivery,
        kind=str(notice.title) if notice else delivery.entry.kind,
        status=delivery.get_status_display(),
        tone=TONES[DeliveryStatus(delivery.status)],
        tried_at=last.started_at if last else None,
        failure=_failure_of(last, looks_after=looks_after) if last else "",
        answer=last.answer if last and looks_after else "",
        redeliver_url=reverse("dispatch:webhook_redeliver", args=[endpoint.pk, delivery.pk]),
        may_redeliver=may_redeliver if delivery.status in TO_REDELIVER else None,
    )


def _failure_of(attempt: Attempt, *, looks_after: bool) -> str:
    failure: dict[str, Any] | None = attempt.failure
    sentence = egress.sentence_of(**failure) if failure else attempt.detail
    return sentence if looks_after else without_addresses(sentence)
