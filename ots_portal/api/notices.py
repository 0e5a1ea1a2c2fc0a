"""What happens at the API's door is for the auditor; nobody is sent a message."""

from django.utils.translation import gettext_lazy as _

from ots_portal.plugs import plug_labels

SILENT = ("people.user.token_exposed", "people.user.client_limited")
plug_labels(
    {
        "people.user.token_exposed": _("A token stood in an address"),
        "people.user.client_limited": _("What a partner system’s client may ask for is changed"),
    }
)
