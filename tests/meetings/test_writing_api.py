"""What programs of the secretariat plan and write: meetings, invitations of many, the agenda."""

import pytest
from django.db.models import F
from django.urls import reverse

from meetings.models import AgendaItem, Meeting
from meetings.queries.agenda import agenda_of
from ots_portal.audit.models import AuditEntry
from tests.factories.meetings import AgendaItemFactory, MeetingFactory
from tests.factories.sittings import DecisionFactory, InvitationFactory, SeriesFactory

JSON = "application/json"
LIST = "/api/v1/meetings/"
BODY = {
    "kind": "expert_group",
    "titles": {"en": "Experts", "kk": "Сарапшылар"},
    "host": "turkiye",
    "city": "Ankara",
    "starts_at": "2026-12-10T07:00:00Z",
    "ends_at": "2026-12-10T15:00:00Z",
    "time_zone": "Europe/Istanbul",
}


def post(client, address, body=None, **headers):
    return client.post(address, body or {}, content_type=JSON, **headers)


def patch(client, address, body, *, version=1):
    return client.patch(address, body, content_type=JSON, headers={"If-Match": f'"{version}.x"'})


def refusal(response):
    """The status and the pointers, or the code where there are none."""
    told = response.json()
    pointers = [error["pointer"] for error in told.get("errors", ())]
    return response.status_code, pointers or told["code"]


@pytest.fixture
def officers(client, officer, turkiye):
    """The client of the secretariat's officer."""
    client.force_login(officer)
    return client


# ── planning ────────────────────────────────────────────────────────────────────────────────────


def test_a_meeting_is_planned(officers, officer):
    answer = post(officers, LIST, BODY)

    meeting = Meeting.objects.get()
    assert (
        answer.status_code,
        answer["Location"],
        meeting.titles,
        (meeting.status, meeting.mode, meeting.visibility),
        meeting.created_by,
    ) == (201, f"{LIST}{meeting.pk}/", BODY["titles"], ("planned", "in_person", "members"), officer)


def test_planning_with_a_key_is_done_once(officers):
    answers = [post(officers, LIST, BODY, headers={"Idempotency-Key": "plan-1"}) for _ in range(2)]

    assert (Meeting.objects.count(), answers[1]["Idempotency-Replayed"]) == (1, "true")


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"ends_at": "2026-12-10T07:00:00Z"}, ["#/ends_at"]),
        ({"time_zone": "Turan/Otuken"}, ["#/time_zone"]),
        ({"host": "nobody"}, ["#/host"]),
        ({"chair": "nobody"}, ["#/chair"]),
        ({"series": "00000000-0000-4000-8000-000000000000"}, ["#/series"]),
        ({"city": ""}, ["#/city"]),
        ({"titles": {"en": ""}}, ["#/titles"]),
        ({"titles": {"xx": "Experts"}}, ["#/titles/xx"]),
        ({"status": "convened"}, ["#/status"]),
        ({"created_by": 1}, ["#/created_by"]),
        ({"working_languages": ["xx"]}, ["#/working_languages/0"]),
        ({"starts_at": "2026-12-10T07:00:00"}, ["#/starts_at"]),
        ({"ordinal": 4}, ["#/ordinal"]),
    ],
)
def test_what_cannot_be_is_refused_by_its_pointer(officers, changes, pointers):
    MeetingFactory(kind="expert_group", ordinal=4)

    answer = post(officers, LIST, {**BODY, **changes})

    assert (refusal(answer), Meeting.objects.count()) == ((400, pointers), 1)


def test_a_meeting_known_by_its_days_lasts_them_whole_at_the_place(officers):
    days = {"starts_at": "2026-12-10T09:00:00+03:00", "ends_at": "2026-12-11T09:00:00+03:00"}

    told = post(officers, LIST, {**BODY, **days, "date_precision": "day"}).json()

    assert (told["starts_at"], told["ends_at"]) == ("2026-12-09T21:00:00Z", "2026-12-11T20:59:00Z")


def test_a_change_leaves_what_is_not_sent(officers):
    meeting = MeetingFactory(titles={"en": "Experts", "tr": "Uzmanlar"}, city="Ankara")

    answer = patch(officers, f"{LIST}{meeting.pk}/", {"city": "Izmir", "titles": {"tr": ""}})

    meeting.refresh_from_db()
    assert (answer.status_code, meeting.city, meeting.titles, meeting.version) == (
        200,
        "Izmir",
        {"en": "Experts"},
        2,
    )


@pytest.mark.parametrize(
    ("more", "body", "answer"),
    [
        ({}, {"titles": {"en": ""}}, (400, ["#/titles"])),
        ({"status": "convened"}, {"visibility": "public"}, (400, ["#/visibility"])),
        ({"status": "closed"}, {"city": "Izmir"}, (409, "wrong_status")),
        ({"version": 2}, {"city": "Izmir"}, (412, "stale_version")),
        ({}, {"is_training": True}, (400, ["#/is_training"])),
        ({}, {"ends_at": "2020-01-01T00:00:00Z"}, (400, ["#/ends_at"])),
    ],
)
def test_a_change_that_cannot_be_is_refused(officers, more, body, answer):
    meeting = MeetingFactory(**more)

    assert refusal(patch(officers, f"{LIST}{meeting.pk}/", body)) == answer


def test_without_the_version_nothing_is_changed(officers):
    meeting = MeetingFactory()

    answer = officers.patch(f"{LIST}{meeting.pk}/", {"city": "Izmir"}, content_type=JSON)

    assert refusal(answer) == (428, "version_required")


def test_an_announced_number_stays(officers):
    meeting = MeetingFactory(series=SeriesFactory(), ordinal=3, status="convened")

    answer = patch(officers, f"{LIST}{meeting.pk}/", {"ordinal": 4})

    assert refusal(answer) == (400, ["#/ordinal"])


def test_a_move_is_noted_as_on_the_page(officers):
    meeting = MeetingFactory(status="convened")

    patch(officers, f"{LIST}{meeting.pk}/", {"city": "Izmir"})

    meeting.refresh_from_db()
    assert meeting.ics_sequence == 1


def test_the_next_meeting_is_as_the_last_but_for_its_hours(officers, azerbaijan):
    last = MeetingFactory(
        status="adjourned", series=SeriesFactory(), ordinal=3, working_languages=["az"],
        titles={"en": "Experts"}, is_training=True,
    )  # fmt: skip
    AgendaItemFactory(meeting=last, titles={"en": "Adoption"})
    InvitationFactory(meeting=last, participant=azerbaijan, status="accepted")
    hours = {"starts_at": "2027-12-10T07:00:00Z", "ends_at": "2027-12-10T15:00:00Z"}

    answer = post(officers, f"{LIST}{last.pk}/follow/", hours)

    made = Meeting.objects.get(pk=answer.json()["id"])
    assert (
        (answer.status_code, answer["Location"]),
        (made.titles, made.series, made.ordinal, made.working_languages, made.is_training),
        [entry.item.titles for entry in agenda_of(made)],
        list(made.invitations.values_list("participant", "status")),
    ) == (
        (201, f"{LIST}{made.pk}/"),
        ({"en": "Experts"}, last.series, None, ["az"], True),
        [{"en": "Adoption"}],
        [("azerbaijan", "draft")],
    )


def test_the_next_meeting_needs_its_hours(officers):
    last = MeetingFactory(status="adjourned")

    answer = post(officers, f"{LIST}{last.pk}/follow/")

    assert refusal(answer) == (400, ["#/starts_at", "#/ends_at"])


# ── inviting many ───────────────────────────────────────────────────────────────────────────────


def test_all_of_a_kind_are_invited_and_sent(officers, azerbaijan):
    meeting = MeetingFactory(status="convened")

    drafted = post(
        officers,
        f"{LIST}{meeting.pk}/invitations/invite-all/",
        {"kinds": ["member"], "note_verbale": "NV 1"},
    ).json()["results"]
    sent = post(officers, f"{LIST}{meeting.pk}/invitations/send-all/").json()["results"]
    again = post(officers, f"{LIST}{meeting.pk}/invitations/send-all/").json()["results"]

    assert (
        [(row["participant"], row["status"], row["note_verbale"]) for row in drafted],
        [row["status"] for row in sent],
        again,
    ) == (
        [("azerbaijan", "draft", "NV 1"), ("turkiye", "draft", "NV 1")],
        ["sent", "sent"],
        [],
    )


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({}, (400, ["#/kinds"])),
        ({"kinds": []}, (400, ["#/kinds"])),
        ({"kinds": ["third"]}, (400, ["#/kinds/0"])),
        ({"kinds": ["member"], "status": "sent"}, (400, ["#/status"])),
    ],
)
def test_inviting_nobody_or_in_another_status_is_refused(officers, body, answer):
    meeting = MeetingFactory(status="convened")

    found = refusal(post(officers, f"{LIST}{meeting.pk}/invitations/invite-all/", body))

    assert found == answer


def test_drafts_are_not_sent_before_the_meeting_is_convened(officers, azerbaijan):
    meeting = MeetingFactory(status="planned")
    InvitationFactory(meeting=meeting, participant=azerbaijan, status="draft")

    answer = post(officers, f"{LIST}{meeting.pk}/invitations/send-all/")

    assert refusal(answer) == (409, "wrong_status")


# ── the agenda ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def meeting(turkiye):
    return MeetingFactory(status="convened")


def agenda(client, meeting):
    return client.get(f"{LIST}{meeting.pk}/agenda/").json()


def numbers(told):
    return {item["number"]: item["titles"]["en"] for item in told["items"]}


def item_address(item, verb=""):
    return reverse("api:agenda-items-detail", args=[item.pk]) + (f"{verb}/" if verb else "")


def test_an_item_is_put_on_the_agenda_and_under_another_one(officers, meeting):
    address = f"{LIST}{meeting.pk}/agenda/"
    first = post(officers, address, {"titles": {"en": "Adoption"}, "kind": "procedural"})
    (item,) = first.json()["items"]

    second = post(
        officers,
        address,
        {
            "titles": {"en": "Hour"}, "kind": "decision", "parent": item["id"], "minutes_allotted": 30,
            "proposed_by": "turkiye", "access": "heads_only",
        },
    )  # fmt: skip

    deeper = AgendaItem.objects.get(parent=item["id"])
    assert (
        (first.status_code, first["Location"]),
        numbers(second.json()),
        (deeper.minutes_allotted, deeper.proposed_by_id, deeper.access),
    ) == (
        (201, f"/api/v1/agenda-items/{item['id']}/"),
        {"1": "Adoption", "1.1": "Hour"},
        (30, "turkiye", "heads_only"),
    )


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"titles": {}}, ["#/titles"]),
        ({"kind": "party"}, ["#/kind"]),
        ({"minutes_allotted": 0}, ["#/minutes_allotted"]),
        ({"proposed_by": "nobody"}, ["#/proposed_by"]),
        ({"parent": "00000000-0000-4000-8000-000000000000"}, ["#/parent"]),
        ({"consent": "All agreed."}, ["#/consent"]),
        ({"position": 1}, ["#/position"]),
        ({"outcome": "concluded"}, ["#/outcome"]),
    ],
)
def test_an_item_that_cannot_be_is_refused_by_its_pointer(officers, meeting, changes, pointers):
    body = {"titles": {"en": "Radio"}, "kind": "discussion", **changes}

    answer = post(officers, f"{LIST}{meeting.pk}/agenda/", body)

    assert (refusal(answer), AgendaItem.objects.count()) == ((400, pointers), 0)


def test_an_item_stands_on_three_levels_at_most(officers, meeting):
    item = None
    for _level in range(3):
        item = AgendaItemFactory(meeting=meeting, parent=item)

    body = {"titles": {"en": "Radio"}, "kind": "discussion", "parent": str(item.pk)}

    answer = post(officers, f"{LIST}{meeting.pk}/agenda/", body)

    assert refusal(answer) == (400, ["#/parent"])


def test_another_meetings_item_is_no_parent(officers, meeting):
    other = AgendaItemFactory(meeting=MeetingFactory())
    body = {"titles": {"en": "Radio"}, "kind": "discussion", "parent": str(other.pk)}

    answer = post(officers, f"{LIST}{meeting.pk}/agenda/", body)

    assert refusal(answer) == (400, ["#/parent"])


def test_from_provisional_to_adopted_to_an_addendum(officers, meeting):
    """Circulated, adopted by opening the meeting, and added to with the meeting's consent."""
    address = f"{LIST}{meeting.pk}/agenda/"
    item = {"titles": {"en": "Adoption"}, "kind": "procedural"}
    post(officers, address, item)

    post(officers, f"{address}circulate/")
    post(officers, f"{LIST}{meeting.pk}/open/")
    without = post(officers, address, {"titles": {"en": "Fire"}, "kind": "discussion"})
    late = post(
        officers,
        address,
        {"titles": {"en": "Fire"}, "kind": "discussion", "consent": "All agreed."},
    )

    told = late.json()
    assert (
        refusal(without),
        [version["stage"] for version in told["versions"]],
        [(one["is_late"], one["consent"]) for one in told["items"]],
    ) == (
        (400, ["#/consent"]),
        ["addendum", "adopted", "provisional"],
        [(False, ""), (True, "All agreed.")],
    )


def test_an_item_is_worded_anew_and_nobody_overwrites_it(officers, meeting):
    item = AgendaItemFactory(meeting=meeting, titles={"en": "Fire"}, minutes_allotted=20)
    etag = officers.get(item_address(item))["ETag"]

    saved = officers.patch(
        item_address(item),
        {"titles": {"tr": "Yangın"}},
        content_type=JSON,
        headers={"If-Match": etag},
    )
    late = officers.patch(
        item_address(item),
        {"titles": {"en": "Flood"}},
        content_type=JSON,
        headers={"If-Match": etag},
    )

    item.refresh_from_db()
    assert (saved.status_code, refusal(late), item.titles, item.minutes_allotted) == (
        200,
        (412, "stale_version"),
        {"en": "Fire", "tr": "Yangın"},
        20,
    )


def test_items_are_put_in_another_order(officers, meeting):
    first, second, third = (
        AgendaItemFactory(meeting=meeting, position=n, titles={"en": title})
        for n, title in enumerate(("Fire", "Flood", "Radio"), start=1)
    )

    post(officers, item_address(third, "move"), {"before": str(first.pk)})
    post(officers, item_address(second, "move"), {"direction": "in"})

    assert numbers(agenda(officers, meeting)) == {"1": "Radio", "2": "Fire", "2.1": "Flood"}


def test_an_item_is_not_moved_where_it_cannot_stand(officers, meeting):
    item = AgendaItemFactory(meeting=meeting)
    deeper = AgendaItemFactory(meeting=meeting, parent=item)
    other = AgendaItemFactory(meeting=MeetingFactory())
    bodies = [
        {"before": str(deeper.pk)},
        {"before": str(other.pk)},
        {"direction": "sideways"},
        {"direction": "up", "before": str(deeper.pk)},
        {},
    ]

    answers = [refusal(post(officers, item_address(item, "move"), body)) for body in bodies]

    assert answers == [
        (400, ["#/before"]),
        (400, ["#/before"]),
        (400, ["#/direction"]),
        (400, ["#"]),
        (400, ["#"]),
    ]


def test_an_item_is_taken_off_unless_something_belongs_to_it(officers, meeting):
    item = AgendaItemFactory(meeting=meeting, position=1)
    deeper = AgendaItemFactory(meeting=meeting, parent=item)
    decided = AgendaItemFactory(meeting=meeting, position=2)
    DecisionFactory(meeting=meeting, item=decided)

    answers = [
        post(officers, item_address(one, "remove")).status_code for one in (item, decided, deeper)
    ]

    assert (answers, set(AgendaItem.objects.all())) == ([409, 409, 204], {item, decided})


def test_what_became_of_an_item_is_recorded(officers):
    now = MeetingFactory(status="in_session")
    later = MeetingFactory(starts_at=now.ends_at)
    item = AgendaItemFactory(meeting=now)
    body = {"outcome": "postponed", "postponed_to": str(later.pk)}

    blind = post(officers, item_address(item, "settle"), body)
    seen = post(officers, item_address(item, "settle"), body, headers={"If-Match": '"1.x"'})

    assert (refusal(blind), seen.json()["outcome"], seen.json()["postponed_to"]) == (
        (428, "version_required"),
        "postponed",
        str(later.pk),
    )


def test_an_item_is_put_off_to_a_later_meeting_only(officers):
    now = MeetingFactory(status="in_session")
    item = AgendaItemFactory(meeting=now)
    body = {"outcome": "postponed", "postponed_to": str(now.pk)}

    answer = post(officers, item_address(item, "settle"), body, headers={"If-Match": '"1.x"'})

    assert refusal(answer) == (400, ["#/postponed_to"])


def test_a_meeting_that_is_not_announced_is_not_named_by_an_item_put_off_to_it(client, reader_a):
    now = MeetingFactory(status="in_session")
    planned = MeetingFactory(status="planned")
    item = AgendaItemFactory(meeting=now, outcome="postponed", postponed_to=planned)
    client.force_login(reader_a)

    told = client.get(item_address(item)).json()

    assert (told["outcome"], told["postponed_to"]) == ("postponed", None)


def test_the_agenda_tells_nothing_of_items_that_are_closed_to_the_reader(client, observer, officer):
    meeting = MeetingFactory(status="convened", visibility="observers")
    AgendaItemFactory(meeting=meeting, position=1, titles={"en": "Shut"}, access="members")
    shut = AgendaItem.objects.get()
    AgendaItemFactory(meeting=meeting, position=2, titles={"en": "Open"})

    seen = {}
    for user in (observer, officer):
        client.force_login(user)
        told = numbers(agenda(client, meeting))
        seen[user] = (told, client.get(item_address(shut)).status_code)

    assert seen == {observer: ({"2": "Open"}, 404), officer: ({"1": "Shut", "2": "Open"}, 200)}


def test_an_unchanged_agenda_is_not_sent_again(officers, meeting):
    AgendaItemFactory(meeting=meeting)
    address = f"{LIST}{meeting.pk}/agenda/"
    etag = officers.get(address)["ETag"]

    same = officers.get(address, headers={"If-None-Match": etag})
    post(officers, address, {"titles": {"en": "Fire"}, "kind": "discussion"})
    changed = officers.get(address, headers={"If-None-Match": etag})

    assert (same.status_code, changed.status_code) == (304, 200)


@pytest.mark.parametrize("rows", [1, 3])
def test_an_agenda_needs_the_same_queries_for_any_number_of_items(
    client, reader_a, rows, django_assert_num_queries
):
    meeting = MeetingFactory(status="convened")
    for position in range(1, rows + 1):
        AgendaItemFactory(meeting=meeting, position=position)
    client.force_login(reader_a)
    agenda(client, meeting)

    with django_assert_num_queries(6):
        agenda(client, meeting)


def test_the_record_says_who_wrote_the_agenda(officers, officer, meeting):
    post(officers, f"{LIST}{meeting.pk}/agenda/", {"titles": {"en": "Fire"}, "kind": "discussion"})

    entry = AuditEntry.objects.get(kind="meetings.agenda_item.added")
    assert (entry.actor_id, entry.subject_id) == (officer.pk, str(meeting.pk))


def test_what_is_done_to_a_closed_item_changes_nothing_that_a_reader_is_told(client, officer, now):
    meeting = MeetingFactory(status="convened", visibility="public")
    AgendaItemFactory(meeting=meeting, position=1)
    address = reverse("api:meetings-agenda", args=[meeting.pk])
    before = client.get(address)
    AgendaItemFactory(meeting=meeting, position=2, access="heads_only")
    Meeting.objects.filter(pk=meeting.pk).update(version=F("version") + 1)

    again = client.get(address, headers={"If-None-Match": before["ETag"]})

    assert (before.status_code, again.status_code) == (200, 304)
