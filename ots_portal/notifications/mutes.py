"""Muting a record and all that hangs on it: nothing of it is mailed, and the inbox holds it as read."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise

from ots_portal import plugs
from ots_portal.audit.services import record
from ots_portal.notifications.models import MutedThread
from ots_portal.people.models import User
from ots_portal.plugs import Thread


@dataclass(frozen=True)
class Muted:
    """A muted record as a list shows it; without a title where it may not be read any more."""

    pk: UUID
    kind: str | Promise
    title: str
    url: str
    at: datetime


def may_see(user: User, thread: Thread) -> bool:
    """Return whether the thread is of a record that the user may see: only such a one can be muted."""
    kind = plugs.audited.get(thread.model)
    if kind is None:
        return False
    try:
        return bool(kind.visible_to(user).filter(pk=UUID(thread.key)).exists())
    except ValueError:
        return False


def mute_of(user: User, thread: Thread) -> MutedThread | None:
    return MutedThread.objects.filter(user=user, model=thread.model, key=thread.key).first()


@transaction.atomic
def mute(user: User, thread: Thread, *, by: User, at: datetime) -> MutedThread:
    """
    Mute it; once more changes nothing.

    :raises ValueError: for a key that is none of a record (``may_see`` says so before)
    """
    key = str(UUID(thread.key))  # as threads have it: forms may write one key in many ways
    muted, is_new = MutedThread.objects.get_or_create(
        user=user, model=thread.model, key=key, defaults={"muted_at": at}
    )
    if is_new:
        _record("notifications.thread.muted", muted, by=by, at=at)
    return muted


@transaction.atomic
def unmute(muted: MutedThread, *, by: User, at: datetime) -> None:
    _record("notifications.thread.unmuted", muted, by=by, at=at)
    muted.delete()


def _record(kind: str, muted: MutedThread, *, by: User, at: datetime) -> None:
    record(
        kind,
        subject=muted,
        by=by,
        at=at,
        participant=by.participant_id,
        thread=[muted.model, muted.key],
    )


def muted_by(user: User) -> list[Muted]:
    """Return what the person has muted, the newest first; one query for each kind of record."""
    mutes = list(MutedThread.objects.filter(user=user))
    found = records_of(user, {Thread(mute.model, mute.key) for mute in mutes})
    return [_shown(mute, found.get(Thread(mute.model, mute.key))) for mute in mutes]


def records_of(user: User, threads: Collection[Thread]) -> dict[Thread, Any]:
    """Return the records that the threads are of, where the user may see them; one query for each kind."""
    found = {}
    for model in sorted({thread.model for thread in threads} & set(plugs.audited)):
        keys = [thread.key for thread in threads if thread.model == model]
        for each in plugs.audited[model].visible_to(user).filter(pk__in=keys):
            found[Thread(model, str(each.pk))] = each
    return found


def _shown(mute: MutedThread, found: Any) -> Muted:
    kind = plugs.audited.get(mute.model)
    return Muted(
        pk=mute.pk,
        kind=kind.title if kind else "",
        title=str(found) if found else "",
        url=kind.address_of(found) if kind and found else "",
        at=mute.muted_at,
    )


def threads_of(user: User) -> set[Thread]:
    """Return what the person has muted."""
    found = MutedThread.objects.filter(user=user).values_list("model", "key")
    return {Thread(model, key) for model, key in found}
