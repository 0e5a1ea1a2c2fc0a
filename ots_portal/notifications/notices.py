"""
What administrators do to deliveries, and people to their own messages, is for the auditor: nobody is sent a
message about messages.
"""

from django.utils.translation import gettext_lazy as _

from ots_portal.plugs import plug_labels

SILENT = (
    "notifications.pause.started",
    "notifications.pause.ended",
    "notifications.delivery.retried",
    "notifications.delivery.withdrawn",
    "participants.participant.messages_retried",
    "participants.participant.messages_withdrawn",
    "notifications.subscription.added",
    "notifications.subscription.changed",
    "notifications.subscription.removed",
    "notifications.thread.muted",
    "notifications.thread.unmuted",
)
plug_labels(
    {
        "notifications.pause.started": _("Deliveries are paused"),
        "notifications.pause.ended": _("Deliveries are resumed"),
        "notifications.delivery.retried": _("A failed message is sent again"),
        "notifications.delivery.withdrawn": _("A message is withdrawn"),
        "participants.participant.messages_retried": _("Messages are sent again together"),
        "participants.participant.messages_withdrawn": _("Messages are withdrawn together"),
        "notifications.subscription.added": _("A subscription is added"),
        "notifications.subscription.changed": _("A subscription is changed"),
        "notifications.subscription.removed": _("A subscription is removed"),
        "notifications.thread.muted": _("A record is muted"),
        "notifications.thread.unmuted": _("A record is not muted any more"),
    }
)
