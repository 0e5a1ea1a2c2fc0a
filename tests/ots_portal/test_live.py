"""Parts of a page that ask for themselves again."""

import re

import pytest
from django.http import HttpRequest, QueryDict

from ots_portal import live

PART = "{% load i18n %}<p>{{ word }}</p><form>{% csrf_token %}</form>"


class Asked(HttpRequest):
    """A request as the portal's views get it; ``htmx`` says who asks."""

    def __init__(self, query: str = "", *, htmx: bool = False) -> None:
        super().__init__()
        self.method, self.path, self.htmx = "GET", "/things/", htmx
        self.GET = QueryDict(query)


@pytest.fixture(autouse=True)
def template(tmp_path, settings):
    (tmp_path / "part.html").write_text(PART)
    first, *others = settings.TEMPLATES
    settings.TEMPLATES = [{**first, "DIRS": [tmp_path, *first["DIRS"]]}, *others]


def seen_in(text: str) -> str:
    return re.search(r"seen=([0-9a-f]{16})", str(text))[1]


def test_a_part_asks_again_at_the_page_s_own_address_with_its_filters():
    part = live.live_part(Asked("whole=1"), "part.html", {"word": "a"}, name="further")

    assert 'hx-get="/things/?whole=1&amp;part=further&amp;seen=' in part


def test_what_is_as_it_was_is_not_sent_again_though_its_token_differs():
    first = live.live_part(Asked(), "part.html", {"word": "a"})

    again = live.live_answer(Asked(f"part=live&seen={seen_in(first)}"), "part.html", {"word": "a"})

    assert (again.status_code, again.content) == (204, b"")


def test_what_changed_is_sent_with_a_new_digest():
    first = live.live_part(Asked(), "part.html", {"word": "a"})

    again = live.live_answer(Asked(f"part=live&seen={seen_in(first)}"), "part.html", {"word": "b"})

    text = again.content.decode()
    assert ("<p>b</p>" in text, seen_in(text) != seen_in(first)) == (True, True)


@pytest.mark.parametrize(
    ("query", "htmx", "name"),
    [
        ("part=live", True, "live"),
        ("part=other", True, ""),
        ("part=live", False, ""),
        ("", True, ""),
    ],
)
def test_only_htmx_is_answered_with_a_part_that_there_is(query, htmx, name):
    assert live.asked_again(Asked(query, htmx=htmx), ("live", "further")) == name


def test_a_word_of_somebody_stays_a_word():
    part = live.live_part(Asked(), "part.html", {"word": "<script>"})

    assert "&lt;script&gt;" in part


def test_a_part_for_later_has_a_link_for_those_without_a_script():
    assert 'href="?whole=1#further"' in live.later(Asked(), "further")
