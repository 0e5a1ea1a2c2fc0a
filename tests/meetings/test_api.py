import uuid

import pytest
from django.urls import reverse

from meetings.models import Meeting, Minutes
from meetings.statuses import MEETINGS, MINUTES
from tests.factories.api import bearer
from tests.factories.meetings import (
    AgendaItemFactory,
    MeetingFactory,
    MinutesFactory,
    MinutesParagraphFactory,
)

MEETINGS_ADDRESS = "/api/v1/meetings/"
MINUTES_ADDRESS = "/api/v1/minutes/"


def ids(response):
    return {row["id"] for row in response.json()["results"]}


def whole_answer(response):
    """Status, headers and body, but for the count of calls left and the name of the request itself."""
    own = ("RateLimit", "X-Request-ID")
    headers = {name: value for name, value in response.items() if name not in own}
    return response.status_code, headers, response.content


@pytest.fixture
def shelf():
    """A meeting of every visibility, and one that only the secretariat knows of."""
    return {
        "planned": MeetingFactory(status="planned", visibility="public"),
        **{
            name: MeetingFactory(status="convened", visibility=name)
            for name in ("members", "observers", "public")
        },
    }


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("officer", {"planned", "members", "observers", "public"}),
        ("reader_a", {"members", "observers", "public"}),
        ("observer", {"observers", "public"}),
        ("auditor", {"public"}),
        ("administrator", {"public"}),
    ],
)
def test_the_list_is_what_the_callers_participant_may_see(request, client, shelf, name, seen):
    client.force_login(request.getfixturevalue(name))

    found = client.get(MEETINGS_ADDRESS)
    details = {
        key
        for key, row in shelf.items()
        if client.get(f"{MEETINGS_ADDRESS}{row.pk}/").status_code == 200
    }

    assert (ids(found), details) == ({str(shelf[key].pk) for key in seen}, seen)


@pytest.mark.parametrize("name", ["officer", "reader_a", "observer", "auditor"])
def test_the_list_of_the_api_is_the_list_of_the_page(request, client, shelf, name):
    client.force_login(request.getfixturevalue(name))

    page = client.get(reverse("meetings:list"))

    shown = {str(row.meeting.pk) for row in page.context["rows"]}
    assert ids(client.get(MEETINGS_ADDRESS)) == shown


def test_a_partner_system_reads_as_a_reader_of_its_participant(
    client, shelf, machine_a, machine_of_observer
):
    found = [
        ids(client.get(MEETINGS_ADDRESS, **bearer(machine, "meetings:read")))
        for machine in (machine_a, machine_of_observer)
    ]

    assert found == [
        {str(shelf[key].pk) for key in ("members", "observers", "public")},
        {str(shelf[key].pk) for key in ("observers", "public")},
    ]


def test_a_token_for_other_things_reads_no_meetings(client, shelf, machine_a):
    response = client.get(MEETINGS_ADDRESS, **bearer(machine_a, "incidents:read"))

    assert response.status_code == 403


def test_without_a_token_callers_are_told_of_what_is_open_to_everybody(client, shelf):
    found = client.get(MEETINGS_ADDRESS)
    hidden = client.get(f"{MEETINGS_ADDRESS}{shelf['observers'].pk}/")
    missing = client.get(f"{MEETINGS_ADDRESS}{uuid.uuid4()}/")

    assert ids(found) == {str(shelf["public"].pk)}
    assert whole_answer(hidden) == whole_answer(missing)


def test_a_row_tells_codes_and_times_with_their_offset(client, reader_a, azerbaijan, now):
    meeting = MeetingFactory(
        kind="ministerial",
        ordinal=2,
        titles={"en": "Second meeting"},
        host=azerbaijan,
        city="Baku",
        time_zone="Asia/Baku",
        starts_at=now,
        status="convened",
        is_training=True,
    )
    client.force_login(reader_a)

    (row,) = client.get(MEETINGS_ADDRESS).json()["results"]

    assert {key: row[key] for key in row if key != "updated_at"} == {
        "id": str(meeting.pk),
        "kind": "ministerial",
        "series": None,
        "ordinal": 2,
        "titles": {"en": "Second meeting"},
        "host": "azerbaijan",
        "chair": None,
        "mode": "in_person",
        "city": "Baku",
        "venue": "",
        "starts_at": "2026-11-20T12:00:00Z",
        "ends_at": "2026-11-20T14:00:00Z",
        "time_zone": "Asia/Baku",
        "working_languages": [],
        "date_precision": "minute",
        "status": "convened",
        "visibility": "members",
        "is_training": True,
        "version": 1,
    }


def test_a_meeting_tells_nothing_of_its_minutes(client, observer):
    meeting = MeetingFactory(status="adjourned", visibility="observers")
    client.force_login(observer)
    before = client.get(f"{MEETINGS_ADDRESS}{meeting.pk}/")

    MinutesFactory(meeting=meeting, status="adopted")

    assert whole_answer(client.get(f"{MEETINGS_ADDRESS}{meeting.pk}/")) == whole_answer(before)


def test_a_meeting_comes_with_its_numbered_agenda(client, reader_a):
    meeting = MeetingFactory(status="convened")
    first = AgendaItemFactory(meeting=meeting, position=1, titles={"en": "Adoption"})
    AgendaItemFactory(
        meeting=meeting, parent=first, position=1, kind="decision", titles={"en": "Deeper"}
    )
    client.force_login(reader_a)

    agenda = client.get(f"{MEETINGS_ADDRESS}{meeting.pk}/").json()["agenda"]

    assert [(item["number"], item["kind"], item["titles"]) for item in agenda] == [
        ("1", "procedural", {"en": "Adoption"}),
        ("1.1", "decision", {"en": "Deeper"}),
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_need_the_same_queries_for_any_number_of_rows(
    client, reader_a, rows, django_assert_num_queries
):
    for _row in range(rows):
        MinutesFactory(status="published")
    client.force_login(reader_a)
    for address, count in ((MEETINGS_ADDRESS, 5), (MINUTES_ADDRESS, 4)):
        client.get(address)

        with django_assert_num_queries(count):
            client.get(address)


@pytest.mark.parametrize(
    ("query", "status"),
    [("?kind=party", 400), ("?year=soon", 400), ("?nonsense=1", 400), ("?kind=ministerial", 200)],
)
def test_filters_are_an_allow_list(client, reader_a, query, status):
    MeetingFactory(status="convened")
    client.force_login(reader_a)

    assert client.get(f"{MEETINGS_ADDRESS}{query}").status_code == status


# ── minutes ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def binder():
    """Minutes in every status and classification."""
    rows = [("draft", ""), ("circulated", ""), ("adopted", ""), ("published", "observers"), ("published", "public")]  # fmt: skip
    return {
        classification or status: MinutesFactory(status=status, classification=classification)
        for status, classification in rows
    }


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("officer", {"draft", "circulated", "adopted", "observers", "public"}),
        ("editor_b", {"circulated", "adopted", "observers", "public"}),
        ("observer", {"observers", "public"}),
        ("auditor", {"public"}),
        (None, {"public"}),
    ],
)
def test_minutes_are_what_the_caller_may_see(request, client, binder, name, seen):
    if name:
        client.force_login(request.getfixturevalue(name))

    found = client.get(MINUTES_ADDRESS)
    details = {
        key
        for key, row in binder.items()
        if client.get(f"{MINUTES_ADDRESS}{row.pk}/").status_code == 200
    }

    assert (ids(found), details) == ({str(binder[key].pk) for key in seen}, seen)


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete"])
@pytest.mark.parametrize("key", ["draft", "circulated", "adopted"])
def test_unpublished_minutes_are_as_if_they_never_were(client, observer, binder, key, method):
    client.force_login(observer)

    there = getattr(client, method)(f"{MINUTES_ADDRESS}{binder[key].pk}/")
    nowhere = getattr(client, method)(f"{MINUTES_ADDRESS}{uuid.uuid4()}/")

    assert whole_answer(there) == whole_answer(nowhere)
    assert there.status_code in ((200,) if method == "options" else (404, 405))


def test_minutes_tell_their_paragraphs_and_of_the_meeting_title_date_and_place(client, observer):
    meeting = MeetingFactory(status="adjourned", titles={"en": "Closed circle"}, is_training=True)
    item = AgendaItemFactory(meeting=meeting, titles={"en": "Alerts"})
    record = MinutesFactory(meeting=meeting, status="published")
    MinutesParagraphFactory(minutes=record, position=1, item=item, texts={"en": "They agreed."})
    MinutesParagraphFactory(minutes=record, position=2, texts={"en": "They left."})
    client.force_login(observer)

    found = client.get(f"{MINUTES_ADDRESS}{record.pk}/").json()

    assert (found["titles"], found["city"], found["is_training"]) == (
        {"en": "Closed circle"},
        "Ankara",
        True,
    )
    ids = [pk.hex for pk in record.paragraphs.order_by("position").values_list("pk", flat=True)]
    untied = {"decision": None, "action": None, "corrected": {}}
    assert found["paragraphs"] == [
        {
            "key": ids[0],
            "number": 1,
            "item": "1",
            "item_titles": {"en": "Alerts"},
            "texts": {"en": "They agreed."},
            **untied,
        },
        {
            "key": ids[1],
            "number": 2,
            "item": None,
            "item_titles": None,
            "texts": {"en": "They left."},
            **untied,
        },
    ]
    assert not {"venue", "host", "visibility"} & set(found)


def test_minutes_are_found_by_their_meeting(client, reader_a):
    wanted, _other = MinutesFactory.create_batch(2, status="published")
    client.force_login(reader_a)

    found = client.get(MINUTES_ADDRESS, {"meeting": str(wanted.meeting_id)})

    assert ids(found) == {str(wanted.pk)}


def test_a_meeting_that_is_renamed_is_told_anew_by_its_minutes(client, reader_a, officer, now):
    from meetings.services import meetings as services  # noqa: PLC0415 -- this test alone

    record = MinutesFactory(status="published")
    address = f"{MINUTES_ADDRESS}{record.pk}/"
    client.force_login(reader_a)
    tag = client.get(address)["ETag"]

    changed = {**services.facts_of(record.meeting), "titles": {"en": "Renamed"}}
    services.update(record.meeting, changed, by=officer, at=now, version=1)

    answer = client.get(address, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.json()["titles"]) == (200, {"en": "Renamed"})


# ── steps ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("verb", MEETINGS.steps)
def test_a_member_takes_no_step(client, head_a, verb):
    meeting = MeetingFactory(
        status=MEETINGS.steps[verb].sources[0], announced_at="2026-11-01T08:00Z"
    )
    client.force_login(head_a)

    response = client.post(
        f"{MEETINGS_ADDRESS}{meeting.pk}/{verb}/", content_type="application/json"
    )

    meeting.refresh_from_db()
    assert (response.status_code, meeting.status) == (403, MEETINGS.steps[verb].sources[0])


@pytest.mark.parametrize("verb", [verb for verb in MINUTES.steps if verb != "adopt_by_silence"])
def test_partner_systems_take_no_step_of_minutes(client, machine_a, verb):
    record = MinutesFactory(status="circulated" if verb != "publish" else "adopted")

    response = client.post(
        f"{MINUTES_ADDRESS}{record.pk}/{verb}/",
        {"publish": {"classification": "public"}, "adopt": {"adopted_by": "in_sitting"}}.get(
            verb, {}
        ),
        content_type="application/json",
        **bearer(machine_a, "meetings:read meetings:write"),
    )

    assert response.status_code == 403


def test_steps_lead_on_and_a_wrong_status_is_a_409(client, officer):
    meeting = MeetingFactory()
    client.force_login(officer)
    address = f"{MEETINGS_ADDRESS}{meeting.pk}/convene/"

    first, second = (client.post(address, content_type="application/json") for _ in range(2))

    assert (first.status_code, first.json()["status"], second.status_code) == (200, "convened", 409)


def publish(client, record, body=None):
    return client.post(
        f"{MINUTES_ADDRESS}{record.pk}/publish/",
        {"classification": "observers"} if body is None else body,
        content_type="application/json",
    )


def test_the_head_publishes(sign_in, secretary):
    record = MinutesFactory(status="adopted")

    response = publish(sign_in(secretary), record)

    assert (response.status_code, response.json()["classification"]) == (200, "observers")


@pytest.mark.parametrize(
    "body", [{}, {"classification": "friends"}, {"classification": "public", "status": "x"}]
)
def test_publishing_says_for_whom_and_nothing_else(sign_in, secretary, body):
    record = MinutesFactory(status="adopted")

    response = publish(sign_in(secretary), record, body)

    assert (response.status_code, Minutes.objects.get().status) == (400, "adopted")


@pytest.mark.parametrize(
    ("prepares_too", "fresh", "code"),
    [(True, True, "same_person"), (False, False, "step_up_required"), (True, False, "same_person")],
)
def test_refusals_of_publication_have_their_codes(sign_in, secretary, prepares_too, fresh, code):
    author = {"prepared_by": secretary} if prepares_too else {}
    record = MinutesFactory(status="adopted", **author)

    response = publish(sign_in(secretary, fresh=fresh), record)

    assert (response.status_code, response.json()["code"]) == (403, code)
    assert Minutes.objects.get().status == "adopted"


def test_an_observer_posting_a_step_finds_nothing(client, observer):
    meeting = MeetingFactory(status="convened")
    client.force_login(observer)

    response = client.post(
        f"{MEETINGS_ADDRESS}{meeting.pk}/cancel/", content_type="application/json"
    )

    assert (response.status_code, Meeting.objects.get().status) == (404, "convened")
