"""
Doing a request once however often it arrives: the Idempotency-Key header.

A successful answer is kept for a day and given again, marked ``Idempotency-Replayed: true``. A
refusal has changed nothing, so it is not kept: the corrected request may use the same key.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from rest_framework.request import Request

from ots_portal.api.models import IdempotentAnswer
from ots_portal.api.problems import ApiProblem
from ots_portal.clock import database_now
from ots_portal.people.models import User

KEPT_FOR = timedelta(hours=24)
LEASE = timedelta(seconds=60)  # longer than a request may take; whoever died before frees the key
LONGEST_KEY = 200
TOLD_AGAIN = ("ETag", "Location")


def once(request: Request, work: Callable[[], HttpResponse]) -> HttpResponse:
    """
    Answer with ``work``, or with what it answered when the same request came before.

    :raises ApiProblem: ``bad_key``, ``key_reused``, or ``in_progress`` while the first one is running
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return work()
    if not 1 <= len(key) <= LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise ApiProblem("bad_key")
    user = cast("User", request.user)  # the permission classes let nobody else change anything
    answer = _claimed(user, key, fingerprint_of(request), at=database_now())
    return _replayed(answer) if answer.finished_at else _work_through(answer, work)


def fingerprint_of(request: Request) -> str:
    """Return the SHA-256 of what makes two requests the same: method, address with query, body."""
    parts = (request.method or "", request.get_full_path(), request.body)
    joined = b"\n".join(part if isinstance(part, bytes) else part.encode() for part in parts)
    return hashlib.sha256(joined).hexdigest()


def _claimed(user: User, key: str, fingerprint: str, *, at: datetime) -> IdempotentAnswer:
    """Return the key's row: claimed for this request, or finished by an earlier one."""
    mine = IdempotentAnswer(
        user=user, key=key, fingerprint=fingerprint, created_at=at, lease_until=at + LEASE
    )
    IdempotentAnswer.objects.filter(user=user, key=key, created_at__lte=at - KEPT_FOR).delete()
    try:
        with transaction.atomic():
            mine.save(force_insert=True)
    except IntegrityError:
        return _earlier(mine, at=at)
    return mine


def _earlier(mine: IdempotentAnswer, *, at: datetime) -> IdempotentAnswer:
    earlier = IdempotentAnswer.objects.filter(user=mine.user_id, key=mine.key).first()
    if earlier is None:  # it was refused at this very moment
        raise ApiProblem("in_progress", headers={"Retry-After": "1"})
    if earlier.fingerprint != mine.fingerprint:
        raise ApiProblem("key_reused")
    if not earlier.finished_at:
        _take_over(earlier, at=at)
    return earlier


def _take_over(answer: IdempotentAnswer, *, at: datetime) -> None:
    """Go on where a request died; whoever still runs keeps its claim."""
    lease_until = at + LEASE
    abandoned = IdempotentAnswer.objects.filter(
        pk=answer.pk, finished_at=None, lease_until=answer.lease_until, lease_until__lte=at
    )
    if not abandoned.update(lease_until=lease_until):
        raise ApiProblem("in_progress", headers={"Retry-After": "1"})
    answer.lease_until = lease_until


def _work_through(answer: IdempotentAnswer, work: Callable[[], HttpResponse]) -> HttpResponse:
    """Commit the change and its answer together; a refusal gives the key back."""
    try:
        with transaction.atomic():
            response = work()
            _keep(answer, response)
    except BaseException:
        held = IdempotentAnswer.objects.filter(pk=answer.pk, lease_until=answer.lease_until)
        held.filter(finished_at=None).delete()
        raise
    return response


def _keep(answer: IdempotentAnswer, response: HttpResponse) -> None:
    held = IdempotentAnswer.objects.filter(
        pk=answer.pk, finished_at=None, lease_until=answer.lease_until
    )
    kept = held.update(
        finished_at=database_now(),
        status=response.status_code,
        content_type=response["Content-Type"],
        headers={name: response[name] for name in TOLD_AGAIN if name in response},
        body=response.content,
    )
    if not kept:  # another request has taken over: what was done here is taken back
        raise ApiProblem("in_progress", headers={"Retry-After": "1"})


def _replayed(answer: IdempotentAnswer) -> HttpResponse:
    headers = {**answer.headers, "Idempotency-Replayed": "true"}
    return HttpResponse(
        bytes(answer.body), status=answer.status, content_type=answer.content_type, headers=headers
    )
