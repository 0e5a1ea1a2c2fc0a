"""What administrators do to deliveries is for the auditor; nobody is sent a message about messages."""

from django.utils.translation import gettext_lazy as _

from ots_portal.plugs import plug_labels

SILENT = (
    "notifications.pause.started",
    "notifications.pause.ended",
    "notifications.delivery.retried",
)
plug_labels(
    {
        "notifications.pause.started": _("Deliveries are paused"),
        "notifications.pause.ended": _("Deliveries are resumed"),
        "notifications.delivery.retried": _("A failed message is sent again"),
    }
)
