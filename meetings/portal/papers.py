"""What the documents of meetings plug into the portal."""

from django.db.models import OuterRef
from django.utils.translation import gettext_lazy as _

from meetings.exports.papers import PACKAGE_JOB
from meetings.models import Paper, PaperVersion
from meetings.presentation.reading_room import publications
from meetings.queries import papers as queries
from meetings.rules import papers as rules
from ots_portal import plugs
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict


def _files_stand(user: User, paper: Paper) -> Verdict:
    """A language is given anew by its own service; no file is taken off a document."""
    return Verdict(_("Give the language anew, or withdraw the document."), code="wrong_status")


plugs.rooms.append(plugs.Room(_("Reading room"), "meetings:reading_room", "meetings:list", 15))
plugs.publications.append(publications)
plugs.plug_job(PACKAGE_JOB)
plugs.plug_documents(
    plugs.DocumentOwner(
        "meetings.paper",
        visible_to=queries.visible_to,
        may_attach=rules.may_attach,
        may_remove=_files_stand,
        is_placed_by_app=True,
        placed=lambda: PaperVersion.objects.filter(file=OuterRef("pk")),
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "meetings.paper",
        _("Document of a meeting"),
        visible_to=queries.visible_to,
        fields={
            "titles": _("Title"),
            "kind": _("Kind"),
            "document_kind": _("Kind"),
            "access": _("Who may read it"),
            "symbol": _("Symbol"),
            "language": _("Language"),
            "languages": _("Languages"),
            "translation": _("Translation"),
            "takes_effect_at": _("From"),
        },
    )
)
