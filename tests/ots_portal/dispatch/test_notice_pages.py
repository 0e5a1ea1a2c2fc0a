"""The pages of all notices: each has words about an invented record, in every language."""

import re

import pytest
from django.conf import settings
from django.urls import reverse

from ots_portal.dispatch.wordings.previews import preview_of
from ots_portal.plugs import notices
from tests.factories.sessions import sign_in

VERIFIED = "incidents.incident.verified"
LIST = reverse("dispatch:notice_list")


def detail(kind=VERIFIED, language="en", name="notice_detail"):
    return f"{reverse(f'dispatch:{name}', args=[kind])}?language={language}"


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
@pytest.mark.parametrize("kind", sorted(notices))
def test_every_notice_has_words_about_an_invented_record(db, kind, language):
    notice = notices[kind]

    wording = preview_of(notice, language=language, time_zone="Europe/Istanbul")

    is_mailed = "mail" in notice.channels
    said = f"{wording.subject} {wording.text}"
    assert (bool(wording.subject), bool(wording.text), bool(wording.html)) == (
        True,
        is_mailed,
        is_mailed,
    )
    assert re.findall(r"\bNone\b|\{\{|\{%|invalid", said) == []


@pytest.mark.parametrize("kind", sorted(notices))
def test_every_notice_says_whom_it_reaches(kind):
    assert str(notices[kind].audience)


def test_a_preview_stores_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        preview_of(notices[VERIFIED], language="en", time_zone="UTC")


def test_the_list_has_every_notice_and_what_is_special_about_it(client, head_b):
    sign_in(client, head_b)

    text = client.get(LIST).content.decode()

    assert [kind for kind in notices if detail(kind).partition("?")[0] not in text] == []
    assert "To be acknowledged" in text


def test_the_list_leads_to_each_part_of_the_portal(client, head_b):
    sign_in(client, head_b)

    text = client.get(LIST).content.decode()

    parts = {kind.partition(".")[0] for kind in notices}
    assert [part for part in parts if f'<a href="#{part}">' not in text] == []
    assert [part for part in parts if f'<h2 id="{part}">' not in text] == []
    assert '<a href="#meetings">Meetings</a>' in text


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("review published", {"incidents.review.published"}),
        ("REVIEW   Publıshed", {"incidents.review.published"}),
        ("incidents.review.published", {"incidents.review.published"}),
        ("recalled", {"circulars.circular.issued", "meetings.minutes.published",
                      "incidents.report.published", "incidents.review.published"}),
        ("review xyz", set()),
    ],
)  # fmt: skip
def test_the_list_is_searched_by_its_words(client, head_b, words, found):
    sign_in(client, head_b)

    text = client.get(LIST, {"q": words}).content.decode()

    shown = {
        kind
        for kind in notices
        if f'href="{reverse("dispatch:notice_detail", args=[kind])}"' in text
    }
    assert found <= shown
    assert len(shown) < 10
    assert bool(shown) == bool(found) == ("No message has all of these words." not in text)


def test_a_search_that_cannot_be_is_none(client, head_b):
    sign_in(client, head_b)

    text = client.get(LIST, {"q": "x" * 200}).content.decode()

    assert reverse("dispatch:notice_detail", args=[VERIFIED]) in text


def test_the_page_of_a_notice_shows_it_in_the_language_that_is_asked_for(client, administrator):
    sign_in(client, administrator)

    texts = [client.get(detail(language=code)).content.decode() for code in ("en", "tr")]

    assert ["has verified incident" in text for text in texts] == [True, False]


def test_the_letter_stands_alone_and_may_load_nothing(client, administrator):
    sign_in(client, administrator)

    letter = client.get(detail(name="notice_html"))

    policy = letter["Content-Security-Policy"]
    assert ("<!DOCTYPE html>" in letter.content.decode(), "default-src 'none'" in policy) == (
        True,
        True,
    )
    assert ("sandbox" in policy, letter["X-Frame-Options"]) == (True, "SAMEORIGIN")


@pytest.mark.parametrize(
    "address",
    [
        detail("no.such.kind"),
        detail(language="xx"),
        detail("jobs.job.finished", name="notice_html"),
    ],
)
def test_what_is_not_there_is_not_found(client, administrator, address):
    sign_in(client, administrator)

    assert client.get(address).status_code == 404
