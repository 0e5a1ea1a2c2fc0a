"""What people want to hear of beyond their role and duty: keeping, changing and proposing it."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ots_portal import plugs
from ots_portal.audit.services import CHANGED, changes_between, record
from ots_portal.notifications.models import Cadence, Subscription, SubscriptionValue
from ots_portal.people.models import User
from ots_portal.plugs import Notice, Wish, no_topics
from ots_portal.verdicts import ALLOWED, Verdict, require

# Kinds of messages are chosen like any other topic.
KINDS = "kinds"
MOST = 20
NAME_IS_TAKEN = gettext_lazy("You have a subscription with this name already.")


def open_notices() -> list[Notice]:
    """Return the notices one can subscribe to: those that say whom they may reach and what they are about."""
    found = [
        notice
        for notice in plugs.notices.values()
        if notice.readers is not None and notice.topics_of is not no_topics
    ]
    return sorted(found, key=lambda notice: notice.kind)


def of_user(user: User) -> QuerySet[Subscription]:
    return Subscription.objects.filter(user=user).prefetch_related("values")


def values_of(subscription: Subscription) -> dict[str, list[str]]:
    """Return topic → values, as a wish has them."""
    values: dict[str, list[str]] = {}
    for each in subscription.values.all():
        values.setdefault(each.topic, []).append(each.value)
    return values


def may_add(user: User) -> Verdict:
    if Subscription.objects.filter(user=user).count() >= MOST:
        return Verdict(
            _("You have %(count)d subscriptions already. Remove one first.") % {"count": MOST}
        )
    return ALLOWED


@transaction.atomic
def add(user: User, wish: Wish, *, by: User | None, at: datetime) -> Subscription:
    """
    Keep what the person wants to hear of.

    :raises Refused: when the person has as many as anybody may have
    :raises ValidationError: when one of them has the name already
    """
    _wait_for_other_tabs_of(user)
    require(may_add(user))
    _require_own_name(wish, among=Subscription.objects.filter(user=user))
    subscription = Subscription.objects.create(
        user=user, name=wish.name, cadence=wish.cadence, created_at=at
    )
    _keep_values(subscription, wish)
    _record(
        "notifications.subscription.added",
        subscription,
        by=by,
        at=at,
        changes=changes_between({}, _told(wish)),
    )
    return subscription


@transaction.atomic
def change(subscription: Subscription, wish: Wish, *, by: User, at: datetime) -> None:
    """:raises ValidationError: when another one of the person has the name already"""
    _wait_for_other_tabs_of(subscription.user)
    others = Subscription.objects.filter(user=subscription.user).exclude(pk=subscription.pk)
    _require_own_name(wish, among=others)
    before = Wish(subscription.name, subscription.cadence, values_of(subscription))
    changes = changes_between(_told(before), _told(wish))
    if wish.name != before.name:
        changes["name"] = CHANGED  # the person's own words
    if not changes:
        return
    subscription.name, subscription.cadence = wish.name, wish.cadence
    subscription.save(update_fields=["name", "cadence"])
    subscription.values.all().delete()
    _keep_values(subscription, wish)
    _record("notifications.subscription.changed", subscription, by=by, at=at, changes=changes)


def _wait_for_other_tabs_of(user: User) -> None:
    """Let two that count, or look for a name, at once do so one after the other."""
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)


def _require_own_name(wish: Wish, *, among: QuerySet[Subscription]) -> None:
    if among.filter(name=wish.name).exists():
        raise ValidationError({"name": NAME_IS_TAKEN})


@transaction.atomic
def remove(subscription: Subscription, *, by: User, at: datetime) -> None:
    _record("notifications.subscription.removed", subscription, by=by, at=at)
    subscription.delete()


@transaction.atomic
def silence(user: User, *, cadence: str, by: User, at: datetime) -> None:
    """Leave to the inbox what the subscriptions with this cadence find."""
    for subscription in of_user(user).filter(cadence=cadence):
        values = values_of(subscription)
        change(subscription, Wish(subscription.name, Cadence.NEVER, values), by=by, at=at)


def first_wishes_of(user: User) -> list[Wish]:
    """Return what the person's role hears of without touching anything, named in the person's language."""
    with translation.override(user.language):
        return [wish for propose in plugs.first_wishes for wish in propose(user)]


def missing_wishes(user: User) -> list[Wish]:
    """
    Return what is usual for the role and this person has not (any more).

    What says the same under another name is there: the person may have changed the language since. So is
    one of that name that says something else.
    """
    kept = list(of_user(user))
    names, said = {each.name for each in kept}, [values_of(each) for each in kept]
    return [
        wish
        for wish in first_wishes_of(user)
        if wish.name not in names and {**wish.values} not in said
    ]


@transaction.atomic
def give_the_first(user: User, *, by: User | None, at: datetime) -> None:
    """
    Add the subscriptions of the person's role that are missing.

    ``by`` is None where the portal does it by itself.
    """
    for wish in missing_wishes(user):
        if may_add(user):
            add(user, wish, by=by, at=at)


@transaction.atomic
def reset(user: User, *, by: User, at: datetime) -> None:
    """Put the subscriptions of the person's role in the place of all that the person has."""
    for subscription in of_user(user):
        remove(subscription, by=by, at=at)
    give_the_first(user, by=by, at=at)


def _told(wish: Wish) -> dict[str, Any]:
    """Return what the audit keeps of it."""
    values = {topic: sorted(values) for topic, values in wish.values.items() if values}
    return {"cadence": str(wish.cadence), "values": values}


def _keep_values(subscription: Subscription, wish: Wish) -> None:
    SubscriptionValue.objects.bulk_create(
        SubscriptionValue(subscription=subscription, topic=topic, value=value)
        for topic, values in wish.values.items()
        for value in sorted(set(values))
    )


def _record(
    kind: str, subscription: Subscription, *, by: User | None, at: datetime, **data: Any
) -> None:
    record(
        kind,
        subject=subscription,
        by=by,
        at=at,
        participant=subscription.user.participant_id,
        **data,
    )
