from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from ots_portal.dispatch.forms import NoticeFilter
from ots_portal.dispatch.wordings import presentation
from ots_portal.dispatch.wordings.previews import preview_of
from ots_portal.notifications import rules
from ots_portal.notifications.wording import Wording
from ots_portal.people.http import PortalRequest
from ots_portal.plugs import Notice, notices
from ots_portal.verdicts import require

# The letter's own colours stand in its lines; nothing else of it may do or load anything.
OF_A_LETTER = {
    "style-src": ["'unsafe-inline'"],
    "frame-ancestors": ["'self'"],
    "sandbox": [],
    **{
        key: ["'none'"]
        for key in (
            "default-src",
            "script-src",
            "img-src",
            "font-src",
            "connect-src",
            "form-action",
        )
    },
}


@require_safe
def notice_list(request: PortalRequest) -> HttpResponse:
    require(rules.may_read_deliveries(request.user))
    filters = NoticeFilter(request.GET)
    words = filters.words()
    parts = presentation.parts(words)
    context = {
        "filters": filters,
        "parts": parts,
        "count": sum(part.count for part in parts),
        "is_narrowed": bool(words),
    }
    return render(request, "dispatch/notice_list.html", context)


@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]
@require_safe
def notice_detail(request: PortalRequest, kind: str) -> HttpResponse:
    """Show what the message says in a language of the portal ("?language=tr"; by default the reader's own)."""
    require(rules.may_read_deliveries(request.user))
    notice, language = _asked_for(request, kind)
    context = {
        "row": presentation.row_of(notice),
        "wording": _preview(notice, language),
        "language": language,
        "languages": settings.LANGUAGES,
    }
    return render(request, "dispatch/notice_detail.html", context)


@csp_replace(OF_A_LETTER)  # type: ignore[arg-type]
@xframe_options_sameorigin
@require_safe
def notice_html(request: PortalRequest, kind: str) -> HttpResponse:
    """Answer the HTML of the message alone: what the page of the notice shows in a frame."""
    require(rules.may_read_deliveries(request.user))
    wording = _preview(*_asked_for(request, kind))
    if not wording.html:
        raise Http404
    return HttpResponse(wording.html)


def _asked_for(request: PortalRequest, kind: str) -> tuple[Notice, str]:
    language = request.GET.get("language") or get_language() or settings.LANGUAGE_CODE
    if kind not in notices or language not in dict(settings.LANGUAGES):
        raise Http404
    return notices[kind], language


def _preview(notice: Notice, language: str) -> Wording:
    return preview_of(notice, language=language, time_zone=timezone.get_current_timezone_name())
