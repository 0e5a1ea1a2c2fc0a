"""Minutes begun, translated and compared over the API."""

import pytest

from meetings.models import Minutes
from meetings.services import minutes as services
from tests.factories.meetings import MeetingFactory, MinutesFactory, MinutesParagraphFactory

JSON = "application/json"
ADDRESS = "/api/v1/minutes/"
PARAGRAPH = "22222222-2222-4222-8222-222222222222"


def test_minutes_are_begun_once(client, officer):
    meeting = MeetingFactory(status="adjourned")
    client.force_login(officer)
    body = {"meeting": str(meeting.pk)}

    first, second = (client.post(ADDRESS, body, content_type=JSON) for _ in range(2))

    minutes = Minutes.objects.get()
    assert (
        (first.status_code, first["Location"], minutes.prepared_by),
        (second.status_code, second.json()["code"]),
    ) == ((201, f"{ADDRESS}{minutes.pk}/", officer), (409, "wrong_status"))


@pytest.fixture
def draft(officer):
    meeting = MeetingFactory(status="adjourned", working_languages=["en", "kk"])
    minutes = MinutesFactory(meeting=meeting, prepared_by=officer)
    MinutesParagraphFactory(minutes=minutes, position=1, texts={"en": "A depot."})
    return minutes


def translate(client, minutes, *, seen=True, **changes):
    paragraph = minutes.paragraphs.get()
    body = {
        "language": "kk",
        "paragraphs": [{"id": str(paragraph.pk), "text": "Қойма."}],
        **changes,
    }
    headers = {"If-Match": f'"{minutes.version}.x"'} if seen else {}
    address = f"{ADDRESS}{minutes.pk}/translate/"
    return client.post(address, body, content_type=JSON, headers=headers)


def test_minutes_are_translated_beside_the_original(client, officer, draft):
    client.force_login(officer)

    answer = translate(client, draft)

    assert (answer.status_code, draft.paragraphs.get().texts) == (
        200,
        {"en": "A depot.", "kk": "Қойма."},
    )


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"language": "hu"}, ["#/language"]),
        ({"paragraphs": [{"id": PARAGRAPH, "text": "Қойма."}]}, ["#/paragraphs"]),
        ({"confirmed": [PARAGRAPH]}, ["#/confirmed"]),
        ({"status": "adopted"}, ["#/status"]),
    ],
)
def test_a_translation_that_cannot_be_is_refused(client, officer, draft, changes, pointers):
    client.force_login(officer)

    answer = translate(client, draft, **changes)

    assert (answer.status_code, [one["pointer"] for one in answer.json()["errors"]]) == (
        400,
        pointers,
    )


def test_a_translation_says_which_version_was_read(client, officer, draft):
    client.force_login(officer)
    blind = translate(client, draft, seen=False)
    Minutes.objects.filter(pk=draft.pk).update(version=5)
    late = translate(client, draft)

    assert (blind.json()["code"], late.json()["code"]) == ("version_required", "stale_version")


@pytest.fixture
def revised(officer, now):
    """Circulated with one paragraph, and being revised: it is worded anew, and there is one more."""
    minutes = MinutesFactory(prepared_by=officer)
    first = MinutesParagraphFactory(minutes=minutes, position=1, texts={"en": "A depot is built."})
    services.circulate(minutes, by=officer, at=now)
    Minutes.objects.filter(pk=minutes.pk).update(comments_until=now)
    minutes.refresh_from_db()
    services.revise(minutes, by=officer, at=now)
    wordings = [
        services.Wording(text="Two depots are built.", item_id=None, pk=first.pk),
        services.Wording(text="In Baku.", item_id=None, pk=None),
    ]
    services.update(minutes, wordings, language="en", by=officer, at=now, version=minutes.version)
    return minutes


def test_two_texts_are_compared_by_words(client, officer, revised):
    client.force_login(officer)

    told = client.get(f"{ADDRESS}{revised.pk}/compare/").json()

    first, second = told["paragraphs"]
    assert (
        {name: told[name] for name in ("before", "after", "language", "texts", "changed_count")},
        [(piece["kind"], piece["text"]) for piece in first["pieces"] if piece["kind"] != "same"],
        (first["kind"], first["before_number"], first["after_number"]),
        (second["kind"], second["before_number"], second["after_number"]),
    ) == (
        {"before": "1", "after": "draft", "language": "en", "texts": ["1", "draft"], "changed_count": 2},
        [("removed", "A depot is"), ("added", "Two depots are")],
        ("changed", "1", "1"),
        ("added", None, "2"),
    )  # fmt: skip


def test_the_text_being_written_is_compared_by_the_secretariat_alone(client, reader_a, revised):
    client.force_login(reader_a)

    own = client.get(f"{ADDRESS}{revised.pk}/compare/").json()
    asked = client.get(f"{ADDRESS}{revised.pk}/compare/?after=draft")

    assert (own["texts"], asked.status_code, asked.json()["errors"][0]["parameter"]) == (
        ["1"],
        400,
        "after",
    )


@pytest.mark.parametrize(
    "query", ["?before=9", "?language=kk", "?view=sides", "?before=1&before=1"]
)
def test_what_cannot_be_compared_is_refused(client, officer, revised, query):
    client.force_login(officer)

    assert client.get(f"{ADDRESS}{revised.pk}/compare/{query}").status_code == 400


def test_visitors_compare_nothing(client, secretary, revised):
    Minutes.objects.filter(pk=revised.pk).update(
        status="published", classification="public", published_at=revised.created_at,
        published_by=secretary,
    )  # fmt: skip

    seen = [client.get(f"{ADDRESS}{revised.pk}/{word}").status_code for word in ("", "compare/")]

    assert seen == [200, 401]
