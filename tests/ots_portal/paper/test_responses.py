from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils import timezone, translation
from django.utils.translation import gettext

from ots_portal.paper import responses
from ots_portal.paper.problems import TooLong


def test_a_download_is_an_attachment_that_nobody_keeps_or_guesses_at():
    response = responses.download(b"%PDF", name="report.pdf", content_type=responses.PDF)

    assert {name: response[name] for name in ("Content-Type", *responses.HEADERS)} == {
        "Content-Type": "application/pdf",
        "Accept-Ranges": "none",
        "Cache-Control": "no-store, private",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }


def test_pieces_are_streamed():
    response = responses.download(iter([b"a", b"b"]), name="x.csv", content_type=responses.CSV)

    assert (response.streaming, b"".join(response), response["Content-Type"]) == (
        True,
        b"ab",
        "text/csv; charset=utf-8",
    )


def test_pieces_are_made_in_the_askers_language_and_zone_after_the_request_is_over():
    def pieces():
        for _n in range(2):
            yield f"{gettext('Status')} {timezone.get_current_timezone_name()};".encode()

    with translation.override("tr"), timezone.override(ZoneInfo("Asia/Almaty")):
        response = responses.download(pieces(), name="x.csv", content_type=responses.CSV)

    seen = [(piece.decode(), translation.get_language()) for piece in response]
    assert seen == [("Durum Asia/Almaty;", "en")] * 2


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("report.pdf", "filename=\"report.pdf\"; filename*=UTF-8''report.pdf"),
        ("Sıra 7.pdf", "filename=\"Sira 7.pdf\"; filename*=UTF-8''S%C4%B1ra%207.pdf"),
        ("Zəlzələ.pdf", "filename=\"Zelzele.pdf\"; filename*=UTF-8''Z%C9%99lz%C9%99l%C9%99.pdf"),
        ("Өрт.pdf", "filename=\"_.pdf\"; filename*=UTF-8''%D3%A8%D1%80%D1%82.pdf"),
        ('a"b\\c/d.pdf', "filename=\"a-b-c-d.pdf\"; filename*=UTF-8''a-b-c-d.pdf"),
        (
            "a\r\nX-Evil: 1.pdf",
            "filename=\"a X-Evil- 1.pdf\"; filename*=UTF-8''a%20X-Evil-%201.pdf",
        ),
        ("../../etc/passwd", "filename=\"etc-passwd\"; filename*=UTF-8''etc-passwd"),
        ("fdp\u202e.exe", "filename=\"fdp.exe\"; filename*=UTF-8''fdp.exe"),
        ("", "filename=\"file\"; filename*=UTF-8''file"),
    ],
)
def test_a_name_is_safe_in_the_header_and_on_the_disk(name, header):
    assert responses.attachment(name) == f"attachment; {header}"


@pytest.mark.parametrize("name", ["x" * 300 + ".pdf", "." + "x" * 300])
def test_a_long_name_is_cut_and_keeps_its_ending(name):
    safe = responses.safe_name(name)

    assert (len(safe), safe.endswith(name[-4:])) == (120, True)


def test_what_cannot_be_printed_is_a_page_with_the_sentence(client):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    response = responses.not_printable(request, TooLong())

    assert (response.status_code, "at most 1,000,000 bytes" in response.content.decode()) == (
        422,
        True,
    )
