"""Which kinds of messages a person wants by mail; the inbox keeps them all."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from ots_portal import plugs
from ots_portal.audit.services import changes_between, record
from ots_portal.notifications.models import Channel, UnwantedMail
from ots_portal.people.models import User
from ots_portal.plugs import Notice


def optional_notices(*, alerts: bool) -> list[Notice]:
    """Return the notices whose mails a person may do without, in a steady order."""
    found = [
        notice
        for notice in plugs.notices.values()
        if notice.is_optional and notice.is_alert == alerts and Channel.MAIL in notice.channels
    ]
    return sorted(found, key=lambda notice: notice.kind)


def unwanted_kinds(user: User) -> set[str]:
    return set(UnwantedMail.objects.filter(user=user).values_list("kind", flat=True))


@transaction.atomic
def choose_mails(user: User, *, wanted: set[str], by: User, at: datetime) -> None:
    """Store which kinds the person wants by mail; what is no longer or not yet offered stays as it is."""
    offered = {each.kind for alerts in (True, False) for each in optional_notices(alerts=alerts)}
    before = unwanted_kinds(user)
    after = (before - offered) | (offered - wanted)
    changes = changes_between({"unwanted_mails": sorted(before)}, {"unwanted_mails": sorted(after)})
    if not changes:
        return
    UnwantedMail.objects.filter(user=user, kind__in=before - after).delete()
    added = [UnwantedMail(user=user, kind=kind) for kind in sorted(after - before)]
    UnwantedMail.objects.bulk_create(added, ignore_conflicts=True)
    record(
        "people.user.mails_chosen",
        subject=user,
        by=by,
        at=at,
        participant=user.participant_id,
        changes=changes,
    )


def who_wants_mail(people: QuerySet[User], notice: Notice) -> QuerySet[User]:
    """Leave out who does not want this kind by mail; an alert reaches officers on duty regardless."""
    if not notice.is_optional:
        return people
    unwanted = UnwantedMail.objects.filter(user=OuterRef("pk"), kind=notice.kind)
    does_without = Q(Exists(unwanted))
    if notice.is_alert:
        does_without &= Q(is_on_duty=False)
    return people.exclude(does_without)
