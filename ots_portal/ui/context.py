"""What every page's frame needs: the menu, the languages, the zone. Lazy, and without a query for most."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import get_language, get_language_info

from ots_portal import plugs
from ots_portal.ui.moments import zone_label, zoned_text

# Names of languages in themselves, where Django's have no capital or are another word.
_AUTONYMS = {"kk": "Қазақша", "uz": "Oʻzbekcha"}


@dataclass(frozen=True)
class OfferedLanguage:
    """A language of the switch, named in itself."""

    code: str
    name: str
    is_current: bool


@dataclass(frozen=True)
class MenuLink:
    """A word of the main navigation as this visitor sees it."""

    title: str | Promise
    url: str
    is_current: bool


class Portal:
    """The frame of a page; whatever a template does not ask for is not computed."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def demo(self) -> bool:
        return bool(settings.PORTAL_DEMO)

    @cached_property
    def languages(self) -> list[OfferedLanguage]:
        current = get_language()
        return [
            OfferedLanguage(code, _autonym(code), is_current=code == current)
            for code in settings.PORTAL_LANGUAGES_OFFERED
        ]

    @cached_property
    def language(self) -> str:
        """The current language's own name."""
        return _autonym(get_language() or settings.LANGUAGE_CODE)

    @property
    def language_code(self) -> str:
        """The current language in two letters, where the name has no room: "EN"."""
        return (get_language() or settings.LANGUAGE_CODE)[:2].upper()

    @cached_property
    def time_zone_label(self) -> str:
        return zone_label()

    @property
    def printed_at(self) -> str:
        """The moment at which the page was made, as the head of a printed page says it."""
        return zoned_text(datetime.now(UTC))

    @cached_property
    def menu(self) -> list[MenuLink]:
        return self._links(plugs.menu, current=self._part)

    @cached_property
    def rooms(self) -> list[MenuLink]:
        """The lists of the part that this page belongs to; none where there is one list only."""
        links = self._links([room for room in plugs.rooms if reverse(room.under) == self._part])
        return links if len(links) > 1 else []

    @cached_property
    def _part(self) -> str:
        """The part that this page belongs to: by its own address, or by that of one of the part's rooms."""
        if part := self._current_url([reverse(entry.url_name) for entry in plugs.menu]):
            return part
        parts = {reverse(room.url_name): reverse(room.under) for room in plugs.rooms}
        return parts.get(self._current_url(list(parts)), "")

    def _links(
        self, entries: Iterable[plugs.MenuEntry | plugs.Room], *, current: str | None = None
    ) -> list[MenuLink]:
        """Return those that this visitor sees, in order, with the one that the page stands under marked."""
        user = getattr(self._request, "user", None)
        shown = sorted((e for e in entries if e.visible(user)), key=lambda entry: entry.position)
        links = [(entry.title, reverse(entry.url_name)) for entry in shown]
        if current is None:
            current = self._current_url([url for _title, url in links])
        return [MenuLink(title, url, is_current=url == current) for title, url in links]

    @cached_property
    def banners(self) -> list[plugs.Banner]:
        """What must be read before anything else; for most people nothing, and without a query."""
        user = getattr(self._request, "user", None)
        if user is None or not user.is_authenticated:
            return []
        return [banner for ask in plugs.banners if (banner := ask(user))]

    def _current_url(self, urls: list[str]) -> str:
        """
        Return the entry that the page stands under: the longest that its address begins with.

        The own account is a part of itself, though its address begins as the people's: it returns its own.
        """
        path = self._request.path
        urls = [*urls, reverse("people:settings")]
        under = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
        return max(under, key=len, default="")


def _autonym(code: str) -> str:
    return _AUTONYMS.get(code) or str(get_language_info(code)["name_local"])


def portal(request: HttpRequest) -> dict[str, Any]:
    return {"portal": Portal(request)}
