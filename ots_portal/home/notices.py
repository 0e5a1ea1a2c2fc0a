"""The audit kinds of the demonstration that nobody is told of."""

from django.utils.translation import gettext_lazy as _

from ots_portal.plugs import plug_labels

SILENT = ("people.user.entered",)

plug_labels({"people.user.entered": _("An account of the demonstration is made")})
