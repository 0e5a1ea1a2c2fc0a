"""What notifications plug into the portal: the names of what people choose, and their copy of it."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ots_portal import plugs
from ots_portal.notifications import choices
from ots_portal.notifications.models import MutedThread, Subscription
from ots_portal.people.models import User


def _subscriptions_of(user: Any) -> QuerySet[Subscription]:
    return Subscription.objects.filter(user=user if isinstance(user, User) else None)


def _mutes_of(user: Any) -> QuerySet[MutedThread]:
    return MutedThread.objects.filter(user=user if isinstance(user, User) else None)


def _page_of_choices(_record: Any) -> str:
    return reverse("notifications:preferences")


def _told(person: User) -> Sequence[dict[str, Any]]:
    return [choices.told(person)]


plugs.plug_audited(
    plugs.AuditedRecord(
        "notifications.subscription",
        _("Subscription"),
        visible_to=_subscriptions_of,
        address_of=_page_of_choices,
        fields={"cadence": _("By mail"), "values": _("What about")},
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "notifications.mutedthread",
        _("Muted record"),
        visible_to=_mutes_of,
        address_of=_page_of_choices,
        fields={"thread": _("What about")},
        kinds="notifications.thread",
    )
)
plugs.plug_personal_data(plugs.PersonalData("message_choices", told=_told))
