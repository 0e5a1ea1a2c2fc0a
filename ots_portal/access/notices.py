"""What happens at the door is for the auditor; nobody is sent a message."""

from django.utils.translation import gettext_lazy as _

from ots_portal.plugs import plug_labels

SILENT = (
    "people.user.signed_in",
    "people.user.signed_out",
    "people.user.sign_in_failed",
    "people.user.second_factor_added",
    "people.user.second_factor_removed",
    "people.user.second_factor_failed",
    "people.user.settings_changed",
)

plug_labels(
    {
        "people.user.signed_in": _("A person signs in"),
        "people.user.signed_out": _("A person signs out"),
        "people.user.sign_in_failed": _("A sign-in fails"),
        "people.user.second_factor_added": _("A second factor is set up"),
        "people.user.second_factor_removed": _("A second factor is removed"),
        "people.user.second_factor_failed": _("A second factor fails"),
        "people.user.settings_changed": _("A person changes own settings"),
    }
)
