"""What the deliveries plug into the portal: a word of the menu, and a banner while they are paused."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ots_portal import plugs
from ots_portal.notifications import queries, rules
from ots_portal.notifications.models import DeliveryPause
from ots_portal.participants.models import Participant
from ots_portal.webhooks import queries as endpoints


def _for_those_who_read_them(user: Any) -> bool:
    return bool(user.is_authenticated and rules.may_read_deliveries(user))


def _paused(user: Any) -> plugs.Banner | None:
    """Tell who can resume; nobody else's page costs a query."""
    if not rules.may_resume(user) or queries.standing_pause() is None:
        return None
    count = queries.unknown_count()
    unknown = ngettext(
        "%(count)d message may have been sent already.",
        "%(count)d messages may have been sent already.",
        count,
    ) % {"count": count}
    return plugs.Banner(
        title=_("Deliveries are paused: no message leaves the portal."),
        text=unknown if count else "",
        url=reverse("dispatch:list"),
        action=_("Decide what becomes of them"),
    )


plugs.menu.append(
    plugs.MenuEntry(gettext_lazy("Deliveries"), "dispatch:list", 80, _for_those_who_read_them)
)
plugs.rooms += [
    plugs.Room(
        gettext_lazy("Messages"), "dispatch:list", "dispatch:list", 10, _for_those_who_read_them
    ),
    plugs.Room(
        gettext_lazy("State"), "dispatch:state", "dispatch:list", 15, _for_those_who_read_them
    ),
    plugs.Room(
        gettext_lazy("What is told"),
        "dispatch:notice_list",
        "dispatch:list",
        30,
        _for_those_who_read_them,
    ),
    plugs.Room(
        gettext_lazy("Webhooks"),
        "dispatch:webhook_list",
        "dispatch:list",
        20,
        _for_those_who_read_them,
    ),
]
plugs.banners.append(_paused)
plugs.plug_audited(
    plugs.AuditedRecord(
        "notifications.deliverypause",
        gettext_lazy("Pause of deliveries"),
        visible_to=lambda user: (
            DeliveryPause.objects.all()
            if rules.may_read_deliveries(user)
            else DeliveryPause.objects.none()
        ),
        kinds="notifications.pause",
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "notifications.delivery",
        gettext_lazy("Message"),
        visible_to=queries.messages_visible_to,
        address_of=lambda _message: reverse("dispatch:list"),
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "webhooks.endpoint",
        gettext_lazy("Webhook"),
        visible_to=endpoints.visible_to,
        fields={
            "host": gettext_lazy("Computer"),
            "url_sha256": gettext_lazy("Address (as a hash)"),
            "kinds": gettext_lazy("Which messages"),
            "because": gettext_lazy("Reason"),
            "failing_since": gettext_lazy("No good answer since"),
            "previous_until": gettext_lazy("The former secret signs until"),
            "owner": gettext_lazy("Partner system"),
            "count": gettext_lazy("Messages"),
        },
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "participants.participant",
        gettext_lazy("Participant"),
        visible_to=lambda _user: Participant.objects.all(),
        fields={
            "count": gettext_lazy("Messages"),
            "narrowed": gettext_lazy("Filters"),
        },
    )
)
