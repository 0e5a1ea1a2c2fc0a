from django.db.models import Model
from django.http import HttpResponse

from ots_portal.pages import wrong_status
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import Verdict, require


def refused(request: PortalRequest, subject: Model, verdict: Verdict) -> HttpResponse | None:
    """
    Answer "not now" with the page for a wrong status; None lets the view go on.

    :raises Refused: when it is "not you"
    """
    if verdict.code in ("wrong_status", "not_ready"):
        return wrong_status(request, subject, str(verdict.reason))
    require(verdict)
    return None
