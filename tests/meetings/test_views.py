import re
import uuid

import pytest
from django.urls import reverse

from meetings.models import AgendaItem, Meeting, Minutes
from ots_portal.audit.models import AuditEntry
from tests.factories.meetings import (
    AgendaItemFactory,
    MeetingFactory,
    MinutesFactory,
    MinutesParagraphFactory,
)

STEPS = ("convene", "open", "suspend", "resume", "adjourn", "close", "postpone", "cancel")
PAGES = ("detail", "edit", "agenda", "minutes_new", *STEPS)
MINUTES_PAGES = (
    "minutes_detail", "minutes_edit", "minutes_circulate", "minutes_withdraw", "minutes_adopt",
    "minutes_publish",
)  # fmt: skip
ITEM_PAGES = ("item_edit", "item_move", "item_remove")
METHODS = ("get", "head", "options", "post", "put", "delete")


def address(name, pk):
    return reverse(f"meetings:{name}", args=[pk])


def whole_answer(response):
    """Everything a person can compare: status, headers and body; each request has a name of its own."""
    headers = {name: value for name, value in response.items() if name != "X-Request-ID"}
    return response.status_code, headers, response.content


def without_token(response):
    """A page without the forms' tokens, which are new each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


def page(response):
    return response.content.decode()


# ── not readable is not there ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", MINUTES_PAGES)
@pytest.mark.parametrize("status", ["draft", "circulated", "adopted"])
def test_unpublished_minutes_are_to_an_observer_as_if_they_never_were(
    sign_in, observer, status, name, method
):
    meeting = MeetingFactory(status="adjourned", visibility="observers")
    record = MinutesFactory(meeting=meeting, status=status)
    client = sign_in(observer)

    there = getattr(client, method)(address(name, record.pk))
    nowhere = getattr(client, method)(address(name, uuid.uuid4()))

    assert whole_answer(there) == whole_answer(nowhere)
    assert there.status_code in (404, 405)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", PAGES)
def test_a_members_meeting_is_to_an_observer_as_if_it_never_was(sign_in, observer, name, method):
    meeting = MeetingFactory(status="convened", visibility="members")
    client = sign_in(observer)

    there = getattr(client, method)(address(name, meeting.pk))
    nowhere = getattr(client, method)(address(name, uuid.uuid4()))

    assert whole_answer(there) == whole_answer(nowhere)
    assert there.status_code in (404, 405)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", ITEM_PAGES)
def test_an_item_of_a_members_meeting_is_to_an_observer_as_if_it_never_was(
    sign_in, observer, name, method
):
    item = AgendaItemFactory(meeting__status="convened")
    client = sign_in(observer)

    there = getattr(client, method)(address(name, item.pk))
    nowhere = getattr(client, method)(address(name, uuid.uuid4()))

    assert whole_answer(there) == whole_answer(nowhere)
    assert there.status_code in (404, 405)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", [*PAGES, *MINUTES_PAGES, *ITEM_PAGES])
def test_visitors_are_sent_to_sign_in_for_existing_and_missing_ids_alike(client, name, method):
    meeting = MeetingFactory(status="convened")
    item = AgendaItemFactory(meeting=meeting)
    record = MinutesFactory(status="circulated")
    pk = item.pk if name in ITEM_PAGES else record.pk if name in MINUTES_PAGES else meeting.pk
    missing = uuid.uuid4()

    there = getattr(client, method)(address(name, pk))
    nowhere = getattr(client, method)(address(name, missing))

    assert there.status_code == nowhere.status_code
    assert there.get("Location", "").replace(str(pk), str(missing)) == nowhere.get("Location", "")
    assert there.status_code in (302, 405)


@pytest.mark.parametrize("status", [None, "draft", "circulated", "adopted"])
def test_the_page_of_a_meeting_does_not_tell_an_observer_of_unpublished_minutes(
    sign_in, observer, status
):
    meeting = MeetingFactory(status="adjourned", visibility="observers")
    client = sign_in(observer)
    before = client.get(meeting.get_absolute_url())
    if status:
        MinutesFactory(meeting=meeting, status=status)

    after = client.get(meeting.get_absolute_url())

    assert (after.status_code, without_token(after)) == (200, without_token(before))


def test_published_minutes_show_only_title_date_and_place_of_a_members_meeting(sign_in, observer):
    meeting = MeetingFactory(
        status="adjourned", visibility="members", titles={"en": "Closed circle"}, venue="Room 7"
    )
    record = MinutesFactory(meeting=meeting, status="published")
    MinutesParagraphFactory(minutes=record, texts={"en": "They agreed."})
    client = sign_in(observer)

    minutes, hidden = client.get(record.get_absolute_url()), client.get(meeting.get_absolute_url())

    text = page(minutes)
    assert (minutes.status_code, hidden.status_code) == (200, 404)
    assert all(words in text for words in ("Closed circle", "Ankara", "They agreed."))
    assert "Room 7" not in text
    assert meeting.get_absolute_url() not in text


# ── what is open to visitors ────────────────────────────────────────────────────────────────────


def test_visitors_read_public_meetings_and_public_minutes_without_a_cookie(client):
    meeting = MeetingFactory(status="adjourned", visibility="public", titles={"en": "Open doors"})
    record = MinutesFactory(meeting=meeting, status="published", classification="public")
    MinutesParagraphFactory(minutes=record, texts={"en": "All agreed."})

    pages = [
        client.get(url)
        for url in (
            reverse("meetings:list"),
            reverse("meetings:minutes_list"),
            meeting.get_absolute_url(),
            record.get_absolute_url(),
        )
    ]

    assert [response.status_code for response in pages] == [200] * 4
    assert all("Open doors" in page(response) for response in pages)
    assert "All agreed." in page(pages[3])
    assert not any(response.cookies for response in pages)


def test_the_list_of_visitors_leaves_out_what_is_not_public(client):
    MeetingFactory(status="convened", visibility="public", titles={"en": "Open doors"})
    MeetingFactory(status="convened", visibility="observers", titles={"en": "Half open"})
    MeetingFactory(status="planned", visibility="public", titles={"en": "Not yet"})

    text = page(client.get(reverse("meetings:list")))

    assert [title in text for title in ("Open doors", "Half open", "Not yet")] == [
        True,
        False,
        False,
    ]


# ── lists ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_needs_the_same_queries_for_any_number_of_rows(
    client, reader_a, rows, django_assert_num_queries
):
    for _row in range(rows):
        meeting = MeetingFactory(status="adjourned", is_training=True)
        MinutesFactory(meeting=meeting, status="published")
    client.force_login(reader_a)
    client.get(reverse("meetings:list"))

    with django_assert_num_queries(6):
        client.get(reverse("meetings:list"))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_reading_room_needs_the_same_queries_for_any_number_of_rows(
    client, reader_a, rows, django_assert_num_queries
):
    for _row in range(rows):
        MinutesFactory(status="published")
    client.force_login(reader_a)
    client.get(reverse("meetings:minutes_list"))

    with django_assert_num_queries(4):
        client.get(reverse("meetings:minutes_list"))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_of_records_need_the_same_queries_for_any_number_of_lines(
    client, observer, rows, django_assert_num_queries
):
    record = MinutesFactory(status="published", meeting__visibility="observers")
    for _row in range(rows):
        item = AgendaItemFactory(meeting=record.meeting)
        MinutesParagraphFactory(minutes=record, item=item)
    client.force_login(observer)
    client.get(record.get_absolute_url())

    with django_assert_num_queries(12):
        client.get(record.get_absolute_url())
    with django_assert_num_queries(18):
        client.get(record.meeting.get_absolute_url())


def test_the_list_answers_htmx_with_the_rows_alone(client, reader_a):
    MeetingFactory(status="convened", titles={"en": "Experts"})
    client.force_login(reader_a)

    text = page(client.get(reverse("meetings:list"), headers={"HX-Request": "true"}))

    assert ("Experts" in text, "<h1" in text) == (True, False)


def test_pages_of_the_list_lead_on_and_keep_the_filters(client, reader_a):
    MeetingFactory.create_batch(30, status="convened")
    client.force_login(reader_a)

    first = client.get(reverse("meetings:list"), {"status": "convened"})
    second = client.get(reverse("meetings:list") + first.context["older"])

    assert (len(first.context["rows"]), len(second.context["rows"])) == (25, 5)
    assert "status=convened" in first.context["older"]


@pytest.mark.parametrize(
    "query",
    [
        {"q": "\x00"},
        {"q": "x" * 5000},
        {"year": "99999999999999999999"},
        {"year": "soon"},
        {"kind": "party"},
        {"host": "nowhere"},
        {"when": "never"},
        {"status": "'; drop table"},
    ],
)
def test_impossible_filters_narrow_nothing_and_say_so(client, reader_a, query):
    MeetingFactory(status="convened", titles={"en": "Experts"})
    client.force_login(reader_a)

    response = client.get(reverse("meetings:list"), query)

    assert response.status_code in (200, 400)
    if response.status_code == 200:
        assert "Experts" in page(response)
        assert response.context["filters"].errors


def test_a_cursor_nobody_gave_out_leads_nowhere(client, reader_a):
    client.force_login(reader_a)

    assert client.get(reverse("meetings:list"), {"cursor": "tomorrow"}).status_code == 404


# ── training is marked ──────────────────────────────────────────────────────────────────────────


def test_a_training_meeting_is_marked_on_every_page(sign_in, officer):
    meeting = MeetingFactory(status="convened", is_training=True)
    record = MinutesFactory(meeting__is_training=True, meeting__status="adjourned")
    client = sign_in(officer)

    urls = [
        meeting.get_absolute_url(),
        address("edit", meeting.pk),
        address("agenda", meeting.pk),
        record.get_absolute_url(),
        address("minutes_edit", record.pk),
    ]

    assert ["This is practice" in page(client.get(url)) for url in urls] == [True] * 5


def test_a_real_meeting_is_not_marked(sign_in, officer):
    meeting = MeetingFactory(status="convened")

    assert "This is practice" not in page(sign_in(officer).get(meeting.get_absolute_url()))


# ── times ───────────────────────────────────────────────────────────────────────────────────────


def test_hours_are_shown_at_the_place_and_in_the_readers_zone(client, reader_a, now):
    reader_a.time_zone = "Asia/Tashkent"
    reader_a.save()
    meeting = MeetingFactory(status="convened", starts_at=now, time_zone="Asia/Baku")
    client.force_login(reader_a)

    text = page(client.get(meeting.get_absolute_url()))

    assert '20 Nov 2026, 16:00 <span class="zone">UTC+4</span>' in text


def test_a_meeting_known_by_its_day_shows_no_hour(client, now):
    meeting = MeetingFactory(
        status="closed",
        visibility="public",
        date_precision="day",
        time_zone="Asia/Baku",
        starts_at=now.replace(year=2023, month=9, day=6, hour=20),
        ends_at=now.replace(year=2023, month=9, day=7, hour=19, minute=59),
    )

    text = page(client.get(meeting.get_absolute_url()))

    assert "7 Sep 2023" in text
    assert "hours not known" in text
    assert not any(hour in text for hour in ("20:00", "19:59", "00:00", "23:59"))


# ── planning and editing ────────────────────────────────────────────────────────────────────────


def meeting_data(**changes):
    return {
        "title_en": "Experts on floods",
        "kind": "expert_group",
        "host": "turkiye",
        "mode": "in_person",
        "city": "Ankara",
        "time_zone": "Europe/Istanbul",
        "starts": "2026-12-01T10:00",
        "ends": "2026-12-01T12:00",
        "date_precision": "minute",
        "visibility": "members",
        **changes,
    }


def test_the_form_plans_a_meeting_by_the_clocks_of_its_place(sign_in, officer, turkiye):
    client = sign_in(officer)

    response = client.post(reverse("meetings:new"), meeting_data(time_zone="Asia/Tashkent"))

    meeting = Meeting.objects.get()
    assert (response.status_code, response["Location"]) == (302, meeting.get_absolute_url())
    assert (meeting.title, meeting.starts_at.isoformat(), meeting.created_by) == (
        "Experts on floods",
        "2026-12-01T05:00:00+00:00",
        officer,
    )


def test_a_meeting_of_days_lasts_from_the_first_minute_to_the_last(sign_in, officer, turkiye):
    data = meeting_data(date_precision="day", ends="2026-12-02T09:00")

    sign_in(officer).post(reverse("meetings:new"), data)

    meeting = Meeting.objects.get()
    assert (f"{meeting.starts_there:%d %H:%M}", f"{meeting.ends_there:%d %H:%M}") == (
        "01 00:00",
        "02 23:59",
    )


BAD = [
    ({"ends": "2026-12-01T09:00"}, "ends"),
    ({"ends": "2026-12-01T10:00"}, "ends"),
    ({"time_zone": "Mars/Olympus"}, "time_zone"),
    ({"time_zone": ""}, "time_zone"),
    ({"starts": "soon"}, "starts"),
    ({"starts": "2026-13-01T10:00"}, "starts"),
    ({"starts": "0001-01-01T00:00"}, "starts"),
    ({"starts": "2026-12-01T10:00+03:00"}, "starts"),
    ({"starts": "2026-03-29T02:30", "ends": "2026-03-29T09:00", "time_zone": "Europe/Budapest"}, "starts"),
    ({"title_en": ""}, "title_en"),
    ({"title_en": "a\x00b"}, "title_en"),
    ({"title_en": "turn \u202e around"}, "title_en"),
    ({"title_en": "x" * 1_000_001}, "title_en"),
    ({"city": ""}, "city"),
    ({"city": "x" * 1_000_001}, "city"),
    ({"host": "nowhere"}, "host"),
    ({"host": ""}, "host"),
    ({"kind": "party"}, "kind"),
    ({"visibility": "friends"}, "visibility"),
    ({"ordinal": "0"}, "ordinal"),
    ({"ordinal": "99999999999"}, "ordinal"),
    ({"ordinal": "7"}, "ordinal"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "field"), BAD)
def test_bad_input_is_told_beside_its_field_and_nothing_is_saved(
    sign_in, officer, turkiye, changes, field
):
    MeetingFactory(kind="expert_group", ordinal=7)

    response = sign_in(officer).post(reverse("meetings:new"), meeting_data(**changes))

    # An input the portal refuses to read at all never reaches the form.
    assert response.status_code in (400, 422)
    assert Meeting.objects.count() == 1
    if response.status_code == 422:
        assert field in response.context["form"].errors


def test_an_online_meeting_needs_no_city(sign_in, officer, turkiye):
    sign_in(officer).post(reverse("meetings:new"), meeting_data(mode="virtual", city=""))

    assert Meeting.objects.get().city == ""


@pytest.mark.parametrize("field", ["status", "version", "created_by", "announced_at", "sources"])
def test_fields_that_are_not_in_the_form_are_ignored(sign_in, officer, turkiye, field):
    sign_in(officer).post(reverse("meetings:new"), meeting_data(**{field: "9"}))

    meeting = Meeting.objects.get()
    assert (meeting.status, meeting.version, meeting.created_by, meeting.announced_at, meeting.sources) == (
        "planned", 1, officer, None, [],
    )  # fmt: skip


@pytest.mark.parametrize("name", ["head_a", "observer", "auditor", "administrator"])
def test_others_do_not_plan_meetings(request, client, name):
    client.force_login(request.getfixturevalue(name))

    statuses = [
        client.get(reverse("meetings:new")).status_code,
        client.post(reverse("meetings:new"), meeting_data()).status_code,
    ]

    assert (statuses, Meeting.objects.count()) == ([403, 403], 0)


def test_editing_saves_and_keeps_texts_in_other_languages(sign_in, officer, turkiye):
    meeting = MeetingFactory(titles={"en": "Experts", "kk": "Сарапшылар"})

    response = sign_in(officer).post(
        address("edit", meeting.pk), meeting_data(version="1", title_tr="Uzmanlar")
    )

    meeting.refresh_from_db()
    assert (response.status_code, meeting.titles, meeting.version) == (
        302,
        {"en": "Experts on floods", "kk": "Сарапшылар", "tr": "Uzmanlar"},
        2,
    )


def test_a_stale_edit_shows_both_texts_and_saves_nothing(sign_in, officer, turkiye):
    meeting = MeetingFactory(titles={"en": "What stands now"}, version=2)

    response = sign_in(officer).post(
        address("edit", meeting.pk), meeting_data(version="1", title_en="What I wrote")
    )

    meeting.refresh_from_db()
    text = page(response)
    assert (response.status_code, meeting.title, meeting.version) == (409, "What stands now", 2)
    assert all(words in text for words in ("What stands now", "What I wrote", 'value="2"'))


def test_a_closed_meeting_is_not_edited(sign_in, officer, turkiye):
    meeting = MeetingFactory(status="closed")

    response = sign_in(officer).post(address("edit", meeting.pk), meeting_data(version="1"))

    assert (response.status_code, "not changed any more" in page(response)) == (409, True)


# ── steps ───────────────────────────────────────────────────────────────────────────────────────


def test_a_meeting_is_led_from_its_plan_to_its_end(sign_in, officer):
    meeting = MeetingFactory()
    AgendaItemFactory(meeting=meeting)
    client = sign_in(officer)

    statuses = []
    for verb in ("convene", "open", "suspend", "resume", "adjourn"):
        client.post(address(verb, meeting.pk))
        meeting.refresh_from_db()
        statuses.append(meeting.status)

    assert statuses == ["convened", "in_session", "suspended", "in_session", "adjourned"]


@pytest.mark.parametrize("verb", STEPS)
def test_a_member_may_read_but_takes_no_step(client, head_a, verb):
    meeting = MeetingFactory(status="convened")
    client.force_login(head_a)

    response = client.post(address(verb, meeting.pk))

    meeting.refresh_from_db()
    assert (response.status_code, meeting.status) == (403, "convened")


@pytest.mark.parametrize("verb", ["postpone", "cancel"])
def test_an_officer_is_refused_what_the_head_decides(client, officer, verb):
    meeting = MeetingFactory(status="convened")
    client.force_login(officer)

    response = client.post(address(verb, meeting.pk))

    assert (response.status_code, "Only the head of the secretariat" in page(response)) == (
        403,
        True,
    )


def test_a_step_from_a_wrong_status_is_a_409(client, officer):
    meeting = MeetingFactory(status="closed")
    client.force_login(officer)

    assert client.post(address("convene", meeting.pk)).status_code == 409


@pytest.mark.parametrize("verb", STEPS)
def test_a_step_is_not_taken_by_looking(client, secretary, verb):
    meeting = MeetingFactory(status="convened")
    client.force_login(secretary)

    assert client.get(address(verb, meeting.pk)).status_code == 405


def test_the_officer_sees_why_a_button_is_refused(client, officer):
    meeting = MeetingFactory(status="convened")
    client.force_login(officer)

    text = page(client.get(meeting.get_absolute_url()))

    assert "Only the head of the secretariat does this." in text
    assert "must begin with a procedural item" in text


def test_a_member_sees_no_buttons_at_all(client, head_a):
    meeting = MeetingFactory(status="convened")
    client.force_login(head_a)

    assert "Only the secretariat" not in page(client.get(meeting.get_absolute_url()))


# ── agenda ──────────────────────────────────────────────────────────────────────────────────────


def test_the_agenda_is_built_on_its_page(sign_in, officer):
    meeting = MeetingFactory()
    client = sign_in(officer)
    url = address("agenda", meeting.pk)

    client.post(url, {"title_en": "Alerts", "kind": "discussion"})
    alerts = AgendaItem.objects.get()
    client.post(url, {"title_en": "Answers", "kind": "decision", "parent": str(alerts.pk)})
    client.post(url, {"title_en": "Adoption", "kind": "procedural"})
    adoption = AgendaItem.objects.get(kind="procedural")
    client.post(address("item_move", adoption.pk), {"direction": "up"})

    entries = client.get(url).context["agenda"]
    assert [str(entry) for entry in entries] == ["1. Adoption", "2. Alerts", "2.1. Answers"]


def test_an_item_of_another_meeting_is_no_parent(sign_in, officer):
    meeting, elsewhere = MeetingFactory(), AgendaItemFactory()

    response = sign_in(officer).post(
        address("agenda", meeting.pk),
        {"title_en": "Alerts", "kind": "discussion", "parent": str(elsewhere.pk)},
    )

    assert (response.status_code, meeting.agenda_items.count()) == (422, 0)


def test_a_stale_wording_of_an_item_shows_both_and_saves_nothing(sign_in, officer):
    item = AgendaItemFactory(titles={"en": "What stands now"}, version=2)

    response = sign_in(officer).post(
        address("item_edit", item.pk),
        {"title_en": "What I wrote", "kind": "discussion", "version": "1"},
    )

    item.refresh_from_db()
    assert (response.status_code, item.title) == (409, "What stands now")
    assert all(words in page(response) for words in ("What stands now", "What I wrote"))


def test_an_item_with_items_under_it_is_not_removed(sign_in, officer):
    item = AgendaItemFactory()
    AgendaItemFactory(meeting=item.meeting, parent=item)

    response = sign_in(officer).post(address("item_remove", item.pk), follow=True)

    assert ("items under it first" in page(response), AgendaItem.objects.count()) == (True, 2)


# ── minutes ─────────────────────────────────────────────────────────────────────────────────────


def editor_data(record, texts, **more):
    """Return what the editor sends: a text for each paragraph, in order."""
    rows = zip(record.paragraphs.order_by("position"), texts, strict=True)
    sent = {f"text_{paragraph.pk.hex}": text for paragraph, text in rows}
    return {"version": str(record.version), "op": "save", **sent, **more}


@pytest.fixture
def draft():
    record = MinutesFactory()
    for number, text in enumerate(("One", "Two", "Three"), start=1):
        MinutesParagraphFactory(minutes=record, position=number, texts={"en": text})
    return record


def texts_of(record):
    return [paragraph.texts.get("en") for paragraph in record.paragraphs.order_by("position")]


def test_the_editor_saves_all_paragraphs_and_a_new_one(sign_in, officer, draft):
    item = AgendaItemFactory(meeting=draft.meeting)
    data = editor_data(draft, ["1", "2", "3"], text_new="4", item_new=str(item.pk))

    response = sign_in(officer).post(address("minutes_edit", draft.pk), data)

    assert response.status_code == 302
    assert texts_of(draft) == ["1", "2", "3", "4"]
    assert draft.paragraphs.get(position=4).item == item


@pytest.mark.parametrize(
    ("verb", "index", "expected"),
    [
        ("up", 2, ["1", "3", "2"]),
        ("down", 0, ["2", "1", "3"]),
        ("up", 0, ["1", "2", "3"]),
        ("down", 2, ["1", "2", "3"]),
        ("remove", 1, ["1", "3"]),
        ("explode", 1, ["1", "2", "3"]),
    ],
)
def test_every_button_saves_and_does_its_own(sign_in, officer, draft, verb, index, expected):
    target = draft.paragraphs.order_by("position")[index].pk.hex
    data = editor_data(draft, ["1", "2", "3"], op=f"{verb}:{target}")

    sign_in(officer).post(address("minutes_edit", draft.pk), data)

    assert texts_of(draft) == expected


def test_writing_one_language_leaves_the_others(sign_in, officer, draft):
    data = editor_data(draft, ["Bir", "", "Üç"])

    sign_in(officer).post(address("minutes_edit", draft.pk) + "?language=tr", data)

    assert [p.texts for p in draft.paragraphs.order_by("position")] == [
        {"en": "One", "tr": "Bir"},
        {"en": "Two"},
        {"en": "Three", "tr": "Üç"},
    ]


@pytest.mark.parametrize("bad", ["", "a\x00b", "\u202e", "x" * 1_000_001])
def test_a_bad_paragraph_is_told_beside_its_field_and_nothing_is_saved(
    sign_in, officer, draft, bad
):
    response = sign_in(officer).post(
        address("minutes_edit", draft.pk), editor_data(draft, ["1", bad, "3"])
    )

    assert response.status_code in (400, 422)
    assert texts_of(draft) == ["One", "Two", "Three"]


def test_an_item_of_another_meeting_is_refused(sign_in, officer, draft):
    elsewhere = AgendaItemFactory()
    data = editor_data(draft, ["1", "2", "3"], text_new="4", item_new=str(elsewhere.pk))

    response = sign_in(officer).post(address("minutes_edit", draft.pk), data)

    assert (response.status_code, texts_of(draft)) == (422, ["One", "Two", "Three"])


def test_a_stale_edit_of_minutes_shows_both_texts_and_saves_nothing(sign_in, officer, draft):
    data = editor_data(draft, ["One", "What I wrote", "Three"], text_new="My new one")
    Minutes.objects.filter(pk=draft.pk).update(version=2)
    second = draft.paragraphs.get(position=2)
    second.texts = {"en": "What stands now"}
    second.save()

    response = sign_in(officer).post(address("minutes_edit", draft.pk), data)

    text = page(response)
    assert (response.status_code, texts_of(draft)) == (409, ["One", "What stands now", "Three"])
    assert text.count("What I wrote") == 2  # in the comparison, and in the form to save again
    assert all(words in text for words in ("What stands now", "My new one", 'value="2"'))
    assert not AuditEntry.objects.exists()


def test_a_stale_edit_shows_what_was_written_in_a_removed_paragraph(sign_in, officer, draft):
    data = editor_data(draft, ["One", "What I wrote", "Three"])
    Minutes.objects.filter(pk=draft.pk).update(version=2)
    draft.paragraphs.get(position=2).delete()

    response = sign_in(officer).post(address("minutes_edit", draft.pk), data)

    assert (response.status_code, "What I wrote" in page(response)) == (409, True)


@pytest.mark.parametrize("name", ["head_a", "reader_a"])
def test_a_member_does_not_see_the_draft(request, client, draft, name):
    client.force_login(request.getfixturevalue(name))

    statuses = [
        client.get(address(page_name, draft.pk)).status_code
        for page_name in ("minutes_detail", "minutes_edit")
    ]

    assert statuses == [404, 404]


def test_a_member_reads_circulated_minutes_and_changes_nothing(client, head_a):
    record = MinutesFactory(status="circulated")
    client.force_login(head_a)

    statuses = [
        client.get(record.get_absolute_url()).status_code,
        client.get(address("minutes_edit", record.pk)).status_code,
        client.post(address("minutes_adopt", record.pk)).status_code,
        client.post(address("minutes_publish", record.pk)).status_code,
    ]

    assert statuses == [200, 403, 403, 403]


# ── publication ─────────────────────────────────────────────────────────────────────────────────


def test_publishing_asks_for_whom_first(sign_in, secretary, hungary):
    record = MinutesFactory(status="adopted")
    client = sign_in(secretary)

    asked = client.get(address("minutes_publish", record.pk))
    unanswered = client.post(address("minutes_publish", record.pk))

    record.refresh_from_db()
    assert (asked.status_code, unanswered.status_code, record.status) == (200, 422, "adopted")
    assert "Hungary" in page(asked)


@pytest.mark.parametrize("classification", ["observers", "public"])
def test_the_head_publishes_for_those_chosen(sign_in, secretary, classification):
    record = MinutesFactory(status="adopted")

    sign_in(secretary).post(
        address("minutes_publish", record.pk), {"classification": classification}
    )

    record.refresh_from_db()
    assert (record.status, record.classification) == ("published", classification)


def test_whoever_is_not_fresh_confirms_first_and_nothing_is_published(sign_in, secretary):
    record = MinutesFactory(status="adopted")

    response = sign_in(secretary, fresh=False).post(
        address("minutes_publish", record.pk), {"classification": "public"}
    )

    record.refresh_from_db()
    assert (response.status_code, record.status) == (302, "adopted")
    assert "reauthenticate" in response["Location"]


def test_the_author_is_refused_and_told_why(sign_in, secretary):
    record = MinutesFactory(status="adopted", prepared_by=secretary)

    response = sign_in(secretary).post(
        address("minutes_publish", record.pk), {"classification": "observers"}
    )

    record.refresh_from_db()
    assert (response.status_code, record.status) == (403, "adopted")
    assert "a second person publishes them" in page(response)


def test_publishing_twice_is_a_409(sign_in, secretary):
    record = MinutesFactory(status="published")

    response = sign_in(secretary).post(
        address("minutes_publish", record.pk), {"classification": "public"}
    )

    record.refresh_from_db()
    assert (response.status_code, record.classification) == (409, "observers")
