"""When a person's messages are mailed: by their kind and by the clock. The inbox keeps them all at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db import transaction

from ots_portal import plugs
from ots_portal.audit.services import changes_between, record
from ots_portal.notifications.models import Cadence, Channel, KindChoice, MailTimes
from ots_portal.people.models import User
from ots_portal.plugs import Notice


@dataclass(frozen=True)
class Times:
    """
    When the digest comes and which hours are quiet, by the clock of the person's own zone.

    Without quiet hours both are None; they may go past midnight.
    """

    digest_time: time = time(7)
    quiet_from: time | None = None
    quiet_until: time | None = None


def mailed_notices() -> list[Notice]:
    """Return the notices that are mailed, in a steady order."""
    mailed = [each for each in plugs.notices.values() if Channel.MAIL in each.channels]
    return sorted(mailed, key=lambda notice: notice.kind)


def optional_kinds() -> set[str]:
    """Return the kinds about which a person may choose."""
    return {notice.kind for notice in mailed_notices() if notice.is_optional}


def chosen_by(user: User) -> dict[str, str]:
    """Return kind → cadence of what the person chose; of a kind that is missing the mails come at once."""
    return dict(KindChoice.objects.filter(user=user).values_list("kind", "cadence"))


def times_of(user: User) -> Times:
    """Return the person's times, the usual ones where nothing was chosen."""
    try:
        return _times(user.mail_times)
    except MailTimes.DoesNotExist:
        return Times()


def _times(kept: MailTimes | None) -> Times:
    return Times(kept.digest_time, kept.quiet_from, kept.quiet_until) if kept else Times()


@transaction.atomic
def choose(
    user: User,
    *,
    by: User,
    at: datetime,
    cadences: Mapping[str, str] | None = None,
    times: Times | None = None,
) -> bool:
    """
    Store when the mails of these kinds come, and the times; answer whether anything changed.

    A kind that is not named stays as it is, and so do the times where they are None. A kind that nobody
    may choose about is passed over.
    """
    before = chosen_by(user)
    wanted = {
        kind: str(each) for kind, each in (cadences or {}).items() if kind in optional_kinds()
    }
    after = {
        kind: cadence
        for kind, cadence in (before | wanted).items()
        if kind not in wanted or cadence != Cadence.AT_ONCE
    }
    old_times, new_times = times_of(user), times or times_of(user)
    changes = changes_between(
        {"mail_cadences": before, **_told(old_times)}, {"mail_cadences": after, **_told(new_times)}
    )
    if not changes:
        return False
    _keep_cadences(user, before, after)
    if new_times != old_times:
        kept, _ = MailTimes.objects.update_or_create(user=user, defaults=vars(new_times))
        user.mail_times = kept
    record(
        "people.user.mails_chosen",
        subject=user,
        by=by,
        at=at,
        participant=user.participant_id,
        changes=changes,
    )
    return True


def stop_mails(user: User, kinds: Iterable[str], *, by: User, at: datetime) -> bool:
    """Leave these kinds to the inbox; answer whether that was news."""
    return choose(user, by=by, at=at, cadences=dict.fromkeys(kinds, Cadence.NEVER))


def _told(times: Times) -> dict[str, str | None]:
    """Return the times as the audit keeps them: "07:00"."""
    return {name: value.strftime("%H:%M") if value else None for name, value in vars(times).items()}


def _keep_cadences(user: User, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    gone = before.keys() - after.keys()
    KindChoice.objects.filter(user=user, kind__in=gone).delete()
    new = {kind: cadence for kind, cadence in after.items() if before.get(kind) != cadence}
    KindChoice.objects.bulk_create(
        [KindChoice(user=user, kind=kind, cadence=new[kind]) for kind in sorted(new)],
        # Two pages of one person may be saved at the same moment: the later one counts.
        update_conflicts=True,
        unique_fields=["user", "kind"],
        update_fields=["cadence"],
    )


def told(user: User) -> dict[str, Any]:
    """Return the choices as the person may take them away."""
    times = _times(MailTimes.objects.filter(user=user).first())
    return {"mail_cadences": chosen_by(user), **_told(times)}
