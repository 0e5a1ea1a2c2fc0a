"""Changing what a circulated request says: prepared by one person, signed by the head, offers kept."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from incidents.models import Amendment, AssistanceRequest, RequestItem, RequestVersion
from incidents.rules import requests as rules
from incidents.services.asked import FACTS, Asked, Line, content_of, unit_of, validate, with_text
from incidents.services.frozen import digest_of, moment_of
from incidents.services.reasons import needed_reason
from incidents.services.requests import settle
from incidents.statuses import DECIDABLE
from incidents.vocabularies.units import counted
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.people.models import User
from ots_portal.verdicts import require

_MOMENTS = ("needed_from", "needed_until")


@transaction.atomic
def prepare(  # noqa: PLR0913 -- keywords only, each named where it is called
    request: AssistanceRequest,
    asked: Asked,
    *,
    reason: str,
    by: User,
    at: datetime,
    version: int,
) -> Amendment:
    """
    Write down what shall change; the request stands as it is until the head signs.

    A line that is not named any more is to be cancelled. ``version`` is that of the amendment the person
    saw, 0 where there was none.

    :raises Refused: unless ``rules.may_amend``
    :raises StaleVersion: when somebody else has written one since
    :raises ValidationError: when a value is impossible, or less is needed than was accepted
    """
    require(rules.may_amend(by, request))
    validate(asked)
    why = needed_reason(reason)
    content = proposed(request, asked)
    if all(item["is_cancelled"] for item in content["items"]):
        raise ValidationError(
            {"lines": _("The request would ask for nothing any more: withdraw it instead.")}
        )
    if content == content_of(request, list(request.items.order_by("line"))):
        raise ValidationError(_("Nothing would change: the request says this already."))
    amendment = _saved(request, content, why, by=by, at=at, version=version)
    _record("incidents.request.amendment_prepared", request, by=by, at=at, reason=why)
    return amendment


def _saved(  # noqa: PLR0913 -- keywords only, each named where it is called
    request: AssistanceRequest,
    content: dict[str, Any],
    reason: str,
    *,
    by: User,
    at: datetime,
    version: int,
) -> Amendment:
    values = {"content": content, "reason": reason, "prepared_by": by, "prepared_at": at}
    if version == 0:
        amendment, is_new = Amendment.objects.get_or_create(request=request, defaults=values)
        if not is_new:
            raise StaleVersion(amendment)
        return amendment
    rows = Amendment.objects.filter(request=request, version=version)
    is_claimed = rows.update(**values, version=F("version") + 1)
    standing = Amendment.objects.filter(request=request).first()
    if not standing:
        raise WrongStatus(_("The amendment was signed or dropped in the meantime."))
    if not is_claimed:
        raise StaleVersion(standing)
    return standing


def proposed(request: AssistanceRequest, asked: Asked) -> dict[str, Any]:
    """
    Return the whole text of the request as it would read.

    :raises ValidationError: when less of a line is needed than was accepted, or its unit changes
    """
    standing = {item.line: item for item in request.items.all()}
    if wrong := [*_wrong_changes(standing, asked.lines)]:
        raise ValidationError({"lines": wrong})
    content = content_of(request, [])
    content["situations"] = with_text(request.situations, asked.language, asked.situation)
    for name in FACTS:
        if name in asked.facts:
            content[name] = _told(asked.facts[name])
    content["items"] = _proposed_items(standing, asked)
    return content


def _told(value: Any) -> Any:
    return moment_of(value) if isinstance(value, datetime) else value


def _proposed_items(standing: dict[int, RequestItem], asked: Asked) -> list[dict[str, Any]]:
    lines = {line.line: line for line in asked.lines if line.line in standing}
    new = [line for line in asked.lines if line.line not in standing]
    kept = [
        _proposed_item(number, lines.get(number), item, asked.language)
        for number, item in sorted(standing.items())
    ]
    first = max(standing, default=0) + 1
    added = [
        _proposed_item(number, line, None, asked.language)
        for number, line in enumerate(new, start=first)
    ]
    return kept + added


def _proposed_item(
    number: int, line: Line | None, item: RequestItem | None, language: str
) -> dict[str, Any]:
    """Return one line as it would read; ``line`` None: cancelled, ``item`` None: new."""
    if line is None:
        assert item
        return {**_content(item), "is_cancelled": True}
    texts = item.descriptions if item else {}
    return {
        "line": number,
        "kind": line.kind,
        "capacity_type": line.capacity_type,
        "descriptions": with_text(texts, language, line.description),
        "unit": unit_of(line),
        "needed": line.needed,
        "priority": int(line.priority),
        "needed_by": moment_of(line.needed_by),
        "is_cancelled": False,
    }


def _content(item: RequestItem) -> dict[str, Any]:
    return content_of(item.request, [item])["items"][0]  # type: ignore[no-any-return]


def _wrong_changes(standing: dict[int, RequestItem], lines: tuple[Line, ...]) -> Iterator[str]:
    named = {line.line: line for line in lines if line.line}
    for number, item in sorted(standing.items()):
        line = named.get(number)
        if (line is None and item.accepted) or (
            line and line.needed < item.accepted and not item.allows_over_acceptance
        ):
            yield _still_accepted(item)
        elif line and (line.kind, unit_of(line)) != (item.kind, item.unit):
            yield _(
                "Line %(line)s: kind and unit stay, because offers count in them. Cancel the line and add another."
            ) % {"line": number}


def _still_accepted(item: RequestItem) -> str:
    accepted = counted(item.accepted, item.unit)
    return _("Line %(line)s: %(accepted)s are accepted already; less cannot be needed.") % {
        "line": item.line,
        "accepted": accepted,
    }


@transaction.atomic
def sign(amendment: Amendment, *, by: User, at: datetime, version: int) -> AssistanceRequest:
    """
    Make the amendment the request's text: a new version with its own hash; live offers are flagged.

    ``version`` is that of the amendment the person read.

    :raises Refused: unless ``rules.may_sign_amendment``; with the code ``same_person`` to its writer
    :raises WrongStatus: when it was changed, dropped or signed in between, or the request is over
    :raises ValidationError: when more was accepted in between than would be needed
    """
    request = amendment.request
    require(rules.may_sign_amendment(by, amendment))
    # The request's row first: nobody decides on an offer while its lines change.
    held = AssistanceRequest.objects.filter(pk=request.pk, status__in=DECIDABLE)
    if not held.update(text_version=F("text_version") + 1, version=F("version") + 1, updated_at=at):
        raise WrongStatus(lifecycle.wrong_status_sentence(request))
    standing = Amendment.objects.filter(pk=amendment.pk, version=version)
    if amendment.version != version or not standing.delete()[0]:
        raise WrongStatus(_("The amendment was changed or dropped in the meantime. Read it again."))
    request.refresh_from_db()
    _rewrite(request, amendment.content, at=at)
    version = _freeze(request, amendment, by=by, at=at)
    AssistanceRequest.objects.filter(pk=request.pk).update(digest=version.digest)
    _record(
        "incidents.request.amended", request, by=by, at=at,
        reason=amendment.reason, text_version=version.number, sha256=version.digest,
    )  # fmt: skip
    return settle(request, at=at)


def _freeze(
    request: AssistanceRequest, amendment: Amendment, *, by: User, at: datetime
) -> RequestVersion:
    content = content_of(request, list(request.items.order_by("line")))
    return RequestVersion.objects.create(
        request=request,
        number=request.text_version,
        content=content,
        digest=digest_of(content),
        reason=amendment.reason,
        prepared_by_id=amendment.prepared_by_id,
        signed_by=by,
        signed_at=at,
    )


def _rewrite(request: AssistanceRequest, content: dict[str, Any], *, at: datetime) -> None:
    for name in FACTS:
        value = content[name]
        setattr(request, name, parse_datetime(value) if name in _MOMENTS and value else value)
    request.situations = content["situations"]
    request.save(update_fields=["situations", *FACTS])
    standing = {item.line: item for item in request.items.all()}
    for told in content["items"]:
        item = standing.get(told["line"])
        if item is None:
            RequestItem.objects.create(request=request, **_columns(request, told, at=at))
        else:
            _rewrite_item(item, told, at=at)


def _rewrite_item(item: RequestItem, told: dict[str, Any], *, at: datetime) -> None:
    columns = _columns(item.request, told, at=item.cancelled_at or at)
    fits = Q(accepted=0) if told["is_cancelled"] else Q(accepted__lte=told["needed"])
    if columns["allows_over_acceptance"] and not told["is_cancelled"]:
        fits = Q()
    if not RequestItem.objects.filter(fits, pk=item.pk).update(**columns):
        item.refresh_from_db()
        raise ValidationError({"lines": [_still_accepted(item)]})


def _columns(request: AssistanceRequest, told: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    names = ("line", "kind", "capacity_type", "descriptions", "unit", "needed", "priority")
    return {
        **{name: told[name] for name in names},
        "needed_by": parse_datetime(told["needed_by"]) if told["needed_by"] else None,
        "cancelled_at": at if told["is_cancelled"] else None,
        "allows_over_acceptance": request.allows_over_acceptance,
    }


@transaction.atomic
def drop(amendment: Amendment, *, by: User, at: datetime) -> AssistanceRequest:
    """
    Give the amendment up; the request stays as it is.

    :raises Refused: unless ``rules.may_drop_amendment``
    :raises WrongStatus: when it was signed or dropped already
    """
    require(rules.may_drop_amendment(by, amendment))
    gone, _rows = Amendment.objects.filter(pk=amendment.pk).delete()
    if not gone:
        raise WrongStatus(_("The amendment was signed or dropped in the meantime."))
    _record("incidents.request.amendment_dropped", amendment.request, by=by, at=at)
    return amendment.request


def _record(kind: str, request: AssistanceRequest, **more: Any) -> None:
    record(kind, subject=request, participant=request.participant_id, **more)
