"""What happens to documents is shown on their record; nobody is sent a message."""

from django.utils.translation import gettext_lazy as _

from ots_portal.plugs import plug_labels

SILENT = ("documents.document.attached", "documents.document.removed")

plug_labels(
    {
        "documents.document.attached": _("A document is attached"),
        "documents.document.removed": _("A document is taken off its record"),
    }
)
