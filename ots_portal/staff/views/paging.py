"""Pages of lists that are ordered by name: they are short, so they are counted."""

from typing import Any

from django.core.paginator import Page
from django.http import QueryDict


def page_urls(query: QueryDict, page: Page[Any]) -> dict[str, str]:
    """Return the addresses of the neighbouring pages, "" where there is none, keeping the filters."""
    return {
        "previous_url": _url(query, page.previous_page_number()) if page.has_previous() else "",
        "next_url": _url(query, page.next_page_number()) if page.has_next() else "",
    }


def _url(query: QueryDict, number: int) -> str:
    wanted = query.copy()
    wanted["page"] = str(number)
    return f"?{wanted.urlencode()}"
