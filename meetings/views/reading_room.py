"""The reading room: what has been published to whoever asks, and a feed of it."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from meetings.forms.reading_room import RoomFilter
from meetings.presentation import reading_room as presentation
from meetings.queries.reading_room import Place, Published, place_in, published_to
from meetings.views.visitors import open_to_visitors
from ots_portal.people.http import PortalRequest
from ots_portal.personal_feeds.atom import atom_of

SIZE = 25


@open_to_visitors
@require_safe
def reading_room(request: PortalRequest) -> HttpResponse:
    filters = RoomFilter(request.GET)
    wishes = filters.wishes()
    before = place_in(request.GET.get("before", ""))
    found = published_to(request.user, wishes, size=SIZE + 1, before=before)
    shown = found[:SIZE]
    context = {
        "filters": filters,
        "rows": presentation.rows(shown),
        "older": _older(request, shown[-1]) if len(found) > SIZE else "",
        "is_first": before is None,
        "is_narrowed": any(wishes.values()),
        "feed_url": reverse("meetings:reading_room_feed"),
    }
    return render(request, "meetings/reading_room.html", context)


def _older(request: PortalRequest, last: Published) -> str:
    asked = request.GET.copy()
    asked["before"] = str(Place(last.at, last.record.pk))
    return f"?{asked.urlencode()}"


@open_to_visitors
@require_safe
@conditional_page
def reading_room_feed(request: PortalRequest) -> HttpResponse:
    """
    Answer what is published to everybody, as Atom (RFC 4287), whoever asks.

    Programs have no session: what a person may read beyond it, the person's own feed address tells.
    """
    body = atom_of(
        presentation.publications(AnonymousUser()),
        title=_("OTS Emergency Portal: published for everybody"),
        address=f"{settings.PORTAL_ADDRESS}{reverse('meetings:reading_room_feed')}",
        link=f"{settings.PORTAL_ADDRESS}{reverse('meetings:reading_room')}",
        language=get_language() or "en",
    )
    answer = HttpResponse(body, content_type="application/atom+xml; charset=utf-8")
    answer["Cache-Control"] = "public, max-age=60"
    answer["Vary"] = "Accept-Language, Cookie"
    return answer
