"""
Alerts of our own: drafted from an incident, approved by a head who wrote none of it, issued as CAP 1.2.

From its issue on an alert's XML never changes; an update or a cancellation is a message of its own.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from incidents.formats import cap
from incidents.formats.cap.areas import BadShape, draw_circle, draw_polygon
from incidents.models import Alert, Incident
from incidents.queries import alerts as queries
from incidents.rules import alerts as rules
from incidents.services.alert_content import (
    Content,
    begun_from,
    content_of,
    follow,
    infos_of,
    without_number,
)
from incidents.services.cap_identity import moment_of_sending, next_identifier, sender_of
from incidents.statuses import ALERTS, OPEN, AlertStatus, Classification
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict, require

SCOPES = ("Public", "Restricted", "Private")


@transaction.atomic
def draft(incident: Incident, *, by: User, at: datetime, scope: str = "") -> Alert:
    """
    Begin an alert from what the incident says.

    Without a ``scope`` it is for everybody; of an incident that named participants know, for those.

    :raises Refused: unless ``rules.may_draft``
    :raises WrongStatus: unless the incident is open
    """
    _require_now(rules.may_draft(by, incident))
    content = begun_from(incident, at=at)
    if not scope:
        scope = "Restricted" if _is_named(incident) else "Public"
    if scope == "Restricted":
        content = replace(content, restriction=_("The participants that the incident is open to."))
    return _begun(incident, content, message_type="Alert", scope=scope, by=by, at=at)


def _is_named(incident: Incident) -> bool:
    return incident.classification == Classification.NAMED


@transaction.atomic
def follow_up(alert: Alert, *, message_type: str, by: User, at: datetime) -> Alert:
    """
    Begin the update or the cancellation of an issued alert; a draft of it that is there already is returned.

    :raises Refused: unless ``rules.may_follow``
    :raises WrongStatus: unless the alert still stands
    """
    _require_now(rules.may_follow(by, alert))
    drafts = alert.followed_by.filter(
        message_type=message_type, status__in=(AlertStatus.DRAFT, AlertStatus.APPROVED)
    )
    if begun := drafts.first():
        return begun
    content = follow(content_of(alert), message_type=message_type, at=at)
    return _begun(
        alert.incident,
        content,
        message_type=message_type,
        scope=alert.scope,
        follows=alert,
        by=by,
        at=at,
    )


def _begun(incident: Incident, content: Content, *, by: User, at: datetime, **values: Any) -> Alert:
    alert = Alert.objects.create(
        incident=incident,
        participant=by.participant,
        content=content.written_by(by.pk).as_json(),
        drafted_by=by,
        created_at=at,
        updated_at=at,
        expires_at=content.expires,
        **values,
    )
    record("incidents.alert.drafted", subject=alert, by=by, at=at, participant=by.participant_id)
    return alert


@transaction.atomic
def update(  # noqa: PLR0913 -- keywords only
    alert: Alert, content: Content, *, scope: str, by: User, at: datetime, version: int
) -> Alert:
    """
    Rewrite a draft; whoever does is one of its authors from then on.

    ``version`` is the one the person saw.

    :raises Refused: unless ``rules.may_update``
    :raises WrongStatus: unless it is a draft
    :raises StaleVersion: when somebody else has saved since
    :raises ValidationError: when a shape or a time is impossible
    """
    _require_now(rules.may_update(by, alert))
    _check(content, scope=scope)
    standing = Alert.objects.filter(pk=alert.pk, status=AlertStatus.DRAFT)
    claimed = standing.filter(version=version).update(version=F("version") + 1)
    alert.refresh_from_db()
    if not claimed:
        if alert.status != AlertStatus.DRAFT:
            raise WrongStatus(lifecycle.wrong_status_sentence(alert))
        raise StaleVersion(alert)
    authors = content_of(alert).written_by(by.pk).authors
    alert.content = {**content.as_json(), "authors": list(authors)}
    alert.scope, alert.expires_at, alert.updated_at = scope, content.expires, at
    alert.save()
    languages = sorted(content.texts)
    record(
        "incidents.alert.updated",
        subject=alert,
        by=by,
        at=at,
        participant=alert.participant_id,
        languages=languages,
    )
    return alert


def _check(content: Content, *, scope: str) -> None:
    """:raises ValidationError: per field"""
    problems: dict[str, Any] = {}
    for name, draw in (("polygons", draw_polygon), ("circles", draw_circle)):
        for text in getattr(content, name):
            try:
                draw(text)
            except BadShape as error:
                problems[name] = str(error)
    if content.onset and content.expires <= content.onset:
        problems["expires"] = _("The alert must end after it begins.")
    if scope not in SCOPES:
        problems["scope"] = _("Choose who may read the alert.")
    if problems:
        raise ValidationError(problems)


def obstacles(alert: Alert, *, at: datetime) -> list[str]:
    """Return what stands in the way of approving: sentences; none when the alert is ready."""
    content = content_of(alert)
    infos = infos_of(content, alert.participant)
    return [*_gaps(alert, content, infos, at=at), *cap.disagreements(infos)]


def _gaps(
    alert: Alert, content: Content, infos: tuple[cap.Info, ...], *, at: datetime
) -> Iterator[str]:
    if not infos:
        yield _("The alert is written in no language yet.")
    for info in infos:
        for element in ("event", "headline", "description"):
            if not getattr(info, element):
                yield _("“%(element)s” is missing in %(language)s.") % {
                    "element": element,
                    "language": info.language,
                }
        if not info.areas or not info.areas[0].description:
            yield _("The area has no name in %(language)s.") % {"language": info.language}
    if alert.incident.is_exercise and not content.note:
        yield _("An exercise alert says in its note that it is an exercise.")
    yield from _gaps_of_scope(alert, content)
    if content.expires <= at:
        yield _("The alert would be over before it is issued: set a later end.")


def _gaps_of_scope(alert: Alert, content: Content) -> Iterator[str]:
    if alert.scope == "Restricted" and not content.restriction:
        yield _("A restricted alert says for whom it is.")
    if alert.scope == "Private" and not content.addresses:
        yield _("A private alert says to whom it goes.")
    if _makes_public(alert):
        yield _(
            "The incident is open to named participants only: an alert about it for everybody is issued by "
            "the participant that reported the incident."
        )


def _makes_public(alert: Alert) -> bool:
    """Return whether it tells everybody what another participant shares with a few; an end tells nothing new."""
    is_by_another = alert.participant_id != alert.incident.participant_id
    is_new = alert.message_type != "Cancel"
    return alert.scope == "Public" and _is_named(alert.incident) and is_by_another and is_new


_take_step = partial(lifecycle.take_step, lifecycle=ALERTS)


def _step(alert: Alert, verb: str, *, by: User | None, at: datetime, **more: Any) -> Alert:
    return _take_step(alert, verb, by=by, at=at, participant=alert.participant_id, **more)


def approve(alert: Alert, *, by: User, at: datetime) -> Alert:
    """
    Confirm as the head, and as a second person, that the alert may go out.

    :raises Refused: unless ``rules.may_approve``; with the code ``same_person`` to its authors
    :raises ValidationError: with what ``obstacles`` finds; there is no way around it
    :raises WrongStatus: unless it is a draft
    """
    require(rules.may_approve(by, alert))
    if alert.status == AlertStatus.DRAFT and (found := obstacles(alert, at=at)):
        raise ValidationError(found)
    return _step(alert, "approve", by=by, at=at, changes={"approved_by": by, "approved_at": at})


def discard(alert: Alert, *, by: User, at: datetime) -> Alert:
    """
    Put the draft away.

    :raises Refused: unless ``rules.may_discard``
    :raises WrongStatus: unless it is a draft
    """
    require(rules.may_discard(by, alert))
    return _step(alert, "discard", by=by, at=at)


def send_back(alert: Alert, *, by: User, at: datetime) -> Alert:
    """
    Make an approved alert a draft again.

    :raises Refused: unless ``rules.may_send_back``
    :raises WrongStatus: unless it is approved
    """
    require(rules.may_send_back(by, alert))
    return _step(
        alert, "send_back", by=by, at=at, changes={"approved_by": None, "approved_at": None}
    )


@transaction.atomic
def issue(alert: Alert, *, by: User, at: datetime) -> Alert:
    """
    Send the alert out under its number; what it follows is replaced or cancelled by it.

    :raises Refused: unless ``rules.may_issue``
    :raises WrongStatus: unless it is approved, and what it follows still stands
    :raises ValidationError: when its time is over, or CAP would not take it
    """
    require(rules.may_issue(by, alert))
    # Whoever closes the incident in this moment holds the row, or waits for it.
    rows = Incident.objects.select_for_update(of=("self",), no_key=True)
    incident = rows.get(pk=alert.incident_id)
    if incident.status not in OPEN and alert.message_type != "Cancel":
        raise WrongStatus(lifecycle.wrong_status_sentence(incident))
    if not Alert.objects.filter(pk=alert.pk, status=AlertStatus.APPROVED).exists():
        raise WrongStatus(lifecycle.wrong_status_sentence(alert))  # before a number is used up
    if found := obstacles(alert, at=at):
        raise ValidationError(found)
    message = message_of(alert, at=at)
    xml = _written(message)
    changes = {
        "identifier": message.identifier,
        "issued_at": message.sent,
        "xml": xml.decode(),
        "digest": hashlib.sha256(xml).hexdigest(),
        "expires_at": content_of(alert).expires,
    }
    if alert.follows:
        _end(alert.follows, alert, at=at)
    return _step(alert, "issue", by=by, at=at, changes=changes, sha256=changes["digest"])


def _written(message: cap.Alert) -> bytes:
    try:
        return cap.write(message)
    except cap.FormatError as error:
        raise ValidationError(list(error.sentences)) from error


def _end(earlier: Alert, alert: Alert, *, at: datetime) -> None:
    (cancel if alert.message_type == "Cancel" else supersede)(earlier, at=at)


def message_of(alert: Alert, *, at: datetime, identifier: str = "") -> cap.Alert:
    """Return the alert as a message sent at that moment, under its next number unless one is given."""
    content, participant, number = content_of(alert), alert.participant, alert.incident.number
    if alert.scope == "Public" and _is_named(alert.incident):
        content, number = without_number(content), None
    is_exercise = alert.incident.is_exercise
    series = "EX-CAP" if is_exercise else "CAP"
    return cap.Alert(
        identifier=identifier or next_identifier(participant, at=at, series=series),
        sender=sender_of(participant),
        sent=moment_of_sending(participant, at=at),
        status="Exercise" if is_exercise else "Actual",
        msg_type=alert.message_type,
        scope=alert.scope,
        restriction=content.restriction if alert.scope == "Restricted" else "",
        addresses=content.addresses if alert.scope == "Private" else (),
        note=content.note,
        references=(_reference_to(alert.follows),) if alert.follows else (),
        incidents=(number,) if number else (),
        infos=infos_of(content, participant),
    )


def _reference_to(alert: Alert) -> cap.Reference:
    """Return the name under which the alert went out, whatever the portal is called today."""
    return cap.read(alert.xml.encode()).reference


def supersede(alert: Alert, *, at: datetime) -> Alert:
    """
    Mark an issued alert as replaced by an update of ours.

    :raises WrongStatus: unless it is issued
    """
    return _step(alert, "supersede", by=None, at=at)


def cancel(alert: Alert, *, at: datetime) -> Alert:
    """
    Mark an issued alert as cancelled by a message of ours.

    :raises WrongStatus: unless it is issued
    """
    return _step(alert, "cancel", by=None, at=at)


def expire(alert: Alert, *, at: datetime) -> Alert:
    """
    Mark an issued alert as over.

    :raises WrongStatus: unless it is issued
    """
    return _step(alert, "expire", by=None, at=at)


def expire_due(*, at: datetime) -> int:
    """Expire whatever is over; return how many."""
    return sum(_expired(alert, at=at) for alert in list(queries.due(at=at)[:500]))


def _expired(alert: Alert, *, at: datetime) -> bool:
    try:
        expire(alert, at=at)
    except WrongStatus:  # an update was faster
        return False
    return True


def _require_now(verdict: Verdict) -> None:
    """Tell "not you" from "not now"."""
    if verdict.code == "wrong_status":
        raise WrongStatus(str(verdict.reason))
    require(verdict)
