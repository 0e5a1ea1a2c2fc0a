"""Nobody is told of ties: they stand on both records."""

from django.utils.translation import gettext_lazy as _

from ots_portal.plugs import plug_labels

SILENT = ("crossrefs.tie.made", "crossrefs.tie.removed")
plug_labels(
    {
        "crossrefs.tie.made": _("Two records are tied together"),
        "crossrefs.tie.removed": _("Two records are untied"),
    }
)
