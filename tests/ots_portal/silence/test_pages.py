"""Silence as people meet it: the list, the page of a procedure, breaking, withdrawing, beginning."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from ots_portal import plugs
from ots_portal.notifications.services import fan_out_waiting
from ots_portal.people.models import User
from ots_portal.silence import services
from ots_portal.silence.forms import instant_at
from ots_portal.silence.models import Objection, SilenceProcedure
from ots_portal.silence.presentation import left_text
from tests.factories import sessions
from tests.factories.incidents import IncidentFactory
from tests.factories.people import ParticipantFactory
from tests.factories.silence import (
    EXPIRES_AT,
    MODEL,
    STARTED_AT,
    SUBJECT,
    ObjectionFactory,
    ProcedureFactory,
)
from tests.ots_portal.silence.test_services import objected, started

HOUR = timedelta(hours=1)
LIST = reverse("silence:list")
WHY = {"kind": "objection", "reason": "It names no depot.", "proposed_text": ""}


def sign_in(client, person):
    """Sign in somebody who reads the portal in English."""
    User.objects.filter(pk=person.pk).update(language="en")
    person.refresh_from_db()
    sessions.sign_in(client, person)


def page_of(procedure, verb="detail"):
    return reverse(f"silence:{verb}", args=[procedure.pk])


def start_page(incident):
    return reverse("silence:start", args=[MODEL, incident.pk])


def read(client, address, **more):
    return " ".join(client.get(address, **more).content.decode().split())


def text_of(answer):
    return " ".join(answer.content.decode().split())


# ── the list ────────────────────────────────────────────────────────────────────────────────────
def test_the_list_shows_what_one_may_read(client, editor_b, incident, officer, turkiye):
    started(incident, by=officer)
    ProcedureFactory(
        subject_id=IncidentFactory(participant=turkiye, status="active", classification="named").pk,
        titles={"en": "For a few"},
    )
    sign_in(client, editor_b)

    page = read(client, LIST)

    assert "2 days, 23 hours" not in page
    assert "3 days" in page
    assert str(incident) in page
    assert "For a few" not in page


def test_the_list_says_that_nothing_was_put_under_silence(client, editor_b):
    sign_in(client, editor_b)

    assert "Nothing that you may read has been put under silence yet." in read(client, LIST)


def test_the_list_is_narrowed_by_status_and_by_whom_it_asks(
    client, head_b, incident, officer, turkiye
):
    objected(started(incident, by=officer), by=head_b, at=STARTED_AT)
    ProcedureFactory(titles={"en": "For A alone"}, asked=[turkiye])
    sign_in(client, head_b)

    assert "For A alone" in read(client, LIST, data={"status": "running"})
    assert "For A alone" not in read(client, LIST, data={"mine": "yes"})
    assert "No silence procedure fits" in read(client, LIST, data={"status": "withdrawn"})


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_whatever_its_length(
    client, editor_b, turkiye, count, django_assert_num_queries
):
    for _number in range(count):
        ProcedureFactory(asked=[turkiye])
    sign_in(client, editor_b)
    client.get(LIST)

    with django_assert_num_queries(4):
        answer = client.get(LIST)
    assert len(answer.context["rows"]) == count


# ── one procedure ───────────────────────────────────────────────────────────────────────────────
def test_the_page_says_the_instant_in_every_capital(client, head_b, incident, officer):
    for slug, zone in (("turkiye", "Europe/Istanbul"), ("kazakhstan", "Asia/Almaty")):
        type(incident.participant).objects.filter(pk=slug).update(time_zone=zone)
    sign_in(client, head_b)

    page = read(client, page_of(started(incident, by=officer)))

    assert '23 Nov 2026, 15:00 <span class="zone">UTC+3</span>' in page
    assert '23 Nov 2026, 17:00 <span class="zone">UTC+5</span>' in page
    assert "Time left: 3 days." in page


def test_the_page_says_who_was_told_and_when(client, head_b, editor_b, incident, officer):
    procedure = started(incident, by=officer)
    fan_out_waiting(clock=lambda: STARTED_AT + HOUR)
    sign_in(client, editor_b)

    answer = client.get(page_of(procedure))

    rows = {row.participant.pk: row for row in answer.context["delivered"]}
    assert (rows["azerbaijan"].told_count, rows["azerbaijan"].first_told_at) == (
        2,
        STARTED_AT + HOUR,
    )
    assert (rows["turkiye"].told_count, rows["turkiye"].first_told_at) == (0, None)
    assert "Nobody yet" in text_of(answer)


def test_names_of_those_told_are_for_the_own_state_and_the_secretariat(
    client, editor_b, head_a, incident, officer
):
    procedure = started(incident, by=officer)
    fan_out_waiting(clock=lambda: STARTED_AT)

    sign_in(client, editor_b)
    to_b = read(client, page_of(procedure))
    sign_in(client, officer)
    to_officer = read(client, page_of(procedure))

    assert ("Editor of B" in to_b, "Head of A" in to_b) == (True, False)
    assert ("Editor of B" in to_officer, "Head of A" in to_officer) == (True, True)


def test_only_a_head_who_was_asked_finds_the_way_to_break_it(
    client, head_b, editor_b, officer, incident
):
    procedure = started(incident, by=officer)

    def finds_it(person):
        sign_in(client, person)
        return f'href="{page_of(procedure, "object_to")}"' in read(client, page_of(procedure))

    assert [finds_it(person) for person in (head_b, editor_b, officer)] == [True, False, False]


def test_an_editor_reads_why_not(client, editor_b, officer, incident):
    procedure = started(incident, by=officer)
    sign_in(client, editor_b)

    assert "Only the head of an authority objects" in read(client, page_of(procedure))


def test_the_page_between_the_end_and_its_result_says_so(client, head_b, officer, incident, clock):
    procedure = started(incident, by=officer)
    clock.move_to(EXPIRES_AT)
    sign_in(client, head_b)

    page = read(client, page_of(procedure))

    assert "The result is being written" in page
    assert page_of(procedure, "object_to") not in page


def test_the_clock_asks_again_for_itself(client, head_b, officer, incident):
    procedure = started(incident, by=officer)
    sign_in(client, head_b)

    answer = client.get(page_of(procedure), {"part": "live"}, headers={"HX-Request": "true"})

    assert (answer.status_code, "Time left" in text_of(answer)) == (200, True)
    assert "<html" not in text_of(answer)


@pytest.mark.parametrize("count", [0, 3])
def test_the_page_asks_as_often_however_many_are_asked(
    client, head_b, officer, incident, count, django_assert_num_queries
):
    for slug in ("kyrgyzstan", "uzbekistan", "turkmenistan")[:count]:
        ParticipantFactory(slug=slug)
    procedure = started(incident, by=officer)
    sign_in(client, head_b)
    client.get(page_of(procedure))

    with django_assert_num_queries(11):
        client.get(page_of(procedure))


# ── breaking ────────────────────────────────────────────────────────────────────────────────────
def test_a_head_breaks_the_silence(client, head_b, officer, incident):
    procedure = started(incident, by=officer)
    sign_in(client, head_b)
    assert "You object in the name of: Azerbaijan" in read(client, page_of(procedure, "object_to"))

    answer = client.post(page_of(procedure, "object_to"), WHY, follow=True)

    page = text_of(answer)
    assert "The silence is broken by Azerbaijan" in page
    assert "It names no depot." in page
    assert "Your State has broken the silence." in page


def test_an_objection_without_a_reason_is_shown_again(client, head_b, officer, incident):
    procedure = started(incident, by=officer)
    sign_in(client, head_b)

    answer = client.post(page_of(procedure, "object_to"), {**WHY, "reason": " "})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["reason"])
    assert not Objection.objects.exists()


def test_an_amendment_without_its_text_is_shown_again_with_what_was_written(
    client, head_b, officer, incident
):
    procedure = started(incident, by=officer)
    sign_in(client, head_b)

    answer = client.post(page_of(procedure, "object_to"), {**WHY, "kind": "amendment"})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["proposed_text"])
    assert "It names no depot." in text_of(answer)


def test_an_objection_with_a_text_says_what_to_do(client, head_b, officer, incident):
    procedure = started(incident, by=officer)
    sign_in(client, head_b)

    answer = client.post(page_of(procedure, "object_to"), {**WHY, "proposed_text": "Two."})

    assert answer.status_code == 422
    assert "An objection proposes no text" in text_of(answer)


@pytest.mark.parametrize("verb", ["object_to", "withdraw"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_at_the_very_instant_the_page_says_that_it_is_too_late(
    client, head_b, officer, incident, clock, verb, method
):
    procedure = started(incident, by=officer)
    clock.move_to(EXPIRES_AT)
    sign_in(client, head_b if verb == "object_to" else officer)

    answer = getattr(client, method)(page_of(procedure, verb), WHY)

    assert answer.status_code == 409
    assert "The silence ended at 23 Nov 2026, 1" in text_of(answer)


def test_a_second_objection_of_the_same_state_is_a_conflict(client, head_b, officer, incident):
    procedure = started(incident, by=officer)
    objected(procedure, by=head_b, at=STARTED_AT)
    sign_in(client, head_b)

    answer = client.post(page_of(procedure, "object_to"), WHY)

    assert answer.status_code == 409
    assert "Your State has broken the silence already" in text_of(answer)


def test_an_observers_head_is_refused_with_the_rules_sentence(
    client, head_of_h, officer, incident, hungary
):
    open_to_h = IncidentFactory(
        participant=incident.participant, status="active", involved=[hungary]
    )
    procedure = started(open_to_h, by=officer)
    sign_in(client, head_of_h)

    answer = client.post(page_of(procedure, "object_to"), WHY)

    assert answer.status_code == 403
    assert "takes no part in this decision" in text_of(answer)


# ── withdrawing ─────────────────────────────────────────────────────────────────────────────────
def test_the_secretariat_withdraws_it_with_a_reason(client, officer, incident):
    procedure = started(incident, by=officer)
    sign_in(client, officer)
    read(client, page_of(procedure, "withdraw"))

    answer = client.post(page_of(procedure, "withdraw"), {"reason": "A typing error."}, follow=True)

    assert "Withdrawn: it is not under silence any more" in text_of(answer)
    assert "A typing error." in text_of(answer)


def test_withdrawing_without_a_reason_is_shown_again(client, officer, incident):
    procedure = started(incident, by=officer)
    sign_in(client, officer)

    assert client.post(page_of(procedure, "withdraw"), {"reason": ""}).status_code == 422


# ── beginning ───────────────────────────────────────────────────────────────────────────────────
MONDAY = {"expires_at": "2026-11-23T15:30", "time_zone": "Europe/Istanbul"}
SATURDAY = {"expires_at": "2026-11-28T12:00", "time_zone": "UTC"}


@pytest.fixture
def officer(officer):
    """Works by Istanbul's clock."""
    officer.time_zone = "Europe/Istanbul"
    officer.save()
    return officer


def test_it_begins_only_once_the_moment_was_seen_in_every_capital(client, officer, incident):
    sign_in(client, officer)
    assert "Silence lasts at least 72 hours here" in read(client, start_page(incident))

    shown = client.post(start_page(incident), MONDAY)
    assert (shown.status_code, SilenceProcedure.objects.count()) == (200, 0)
    assert '23 Nov 2026, 12:30 <span class="zone">UTC</span>' in text_of(shown)
    answer = client.post(start_page(incident), {**MONDAY, "seen": shown.context["seen"]})

    procedure = SilenceProcedure.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, page_of(procedure))
    assert procedure.expires_at == datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
    assert procedure.text_sha256 == services.digest_of(incident)


def test_a_moment_changed_after_it_was_shown_is_shown_again(client, officer, incident):
    sign_in(client, officer)
    shown = client.post(start_page(incident), MONDAY)

    later = {**MONDAY, "expires_at": "2026-11-24T15:30", "seen": shown.context["seen"]}
    answer = client.post(start_page(incident), later)

    assert (answer.status_code, SilenceProcedure.objects.count()) == (200, 0)
    assert "24 Nov 2026" in text_of(answer)


def test_a_weekend_warns_and_does_not_forbid(client, officer, incident):
    sign_in(client, officer)

    shown = client.post(start_page(incident), SATURDAY)
    client.post(start_page(incident), {**SATURDAY, "seen": shown.context["seen"]})

    sentence = "It is Saturday then in: Azerbaijan, Kazakhstan, Türkiye."
    assert sentence in text_of(shown)
    assert SilenceProcedure.objects.count() == 1


def test_a_moment_before_or_after_midnight_warns_where_it_is_weekend(incident):
    from ots_portal.silence.advice import warnings  # noqa: PLC0415 -- beside its test

    moment = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)  # a Friday
    places = [
        ParticipantFactory(slug="kyrgyzstan", time_zone="Asia/Bishkek"),
        ParticipantFactory(slug="hungary", time_zone="Europe/Budapest"),
    ]

    assert warnings(moment, places) == [
        "The end falls on a weekend. It is Saturday then in: Kyrgyzstan."
    ]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"expires_at": "2026-11-22T15:30"}, "at least 72 hours here"),
        ({"expires_at": "2026-11-19T15:30"}, "This moment has passed"),
        ({"expires_at": "tomorrow"}, "Enter a day and a time"),
        ({"expires_at": "2999-11-19T15:30"}, "Check the year"),
        ({"expires_at": ""}, "This field is required"),
        ({"time_zone": "Europe/Atlantis"}, "Select a valid choice"),
    ],
)
def test_an_impossible_end_is_shown_again_with_a_sentence(
    client, officer, incident, changes, sentence
):
    sign_in(client, officer)

    answer = client.post(start_page(incident), {**MONDAY, **changes, "seen": "whatever"})

    assert (answer.status_code, sentence in text_of(answer)) == (422, True)
    assert not SilenceProcedure.objects.exists()


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        (datetime.fromisoformat("2027-03-28T02:30"), "go forward at that hour: it does not exist"),
        (datetime.fromisoformat("2027-10-31T02:30"), "go back at that hour: it comes twice"),
    ],
)
def test_an_hour_that_is_skipped_or_comes_twice_is_refused(moment, sentence):
    with pytest.raises(ValidationError, match=sentence):
        instant_at(moment, "Europe/Budapest")


def test_the_hours_around_a_change_are_taken():
    budapest = ZoneInfo("Europe/Budapest")
    told = ["2027-03-28T01:59", "2027-03-28T03:00", "2027-10-31T03:00"]
    taken = [datetime.fromisoformat(text) for text in told]

    assert [instant_at(moment, "Europe/Budapest") for moment in taken] == [
        moment.replace(tzinfo=budapest) for moment in taken
    ]


def test_a_doubled_hour_is_told_beside_its_field(client, officer, incident):
    type(incident.participant).objects.filter(pk="turkiye").update(time_zone="Europe/Budapest")
    sign_in(client, officer)

    twice = {"expires_at": "2027-10-31T02:30", "time_zone": "Europe/Budapest"}
    answer = client.post(start_page(incident), twice)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["expires_at"])


def test_a_second_procedure_is_a_conflict_that_shows_the_first(client, officer, incident):
    procedure = started(incident, by=officer)
    sign_in(client, officer)

    answer = client.post(start_page(incident), MONDAY)

    assert answer.status_code == 409
    assert "under silence already" in text_of(answer)
    assert page_of(procedure) in text_of(answer)


def test_beginning_is_for_those_whom_the_app_lets(client, head_a, incident):
    sign_in(client, head_a)

    assert client.get(start_page(incident)).status_code == 403


def test_a_record_that_is_never_under_silence_has_no_such_page(client, officer, incident):
    sign_in(client, officer)
    address = reverse("silence:start", args=["people.user", officer.pk])

    assert client.get(address).status_code == 404


def test_the_apps_own_service_begins_it(client, officer, incident, monkeypatch):
    """What moves the record's own status is called, and silence begins inside it."""
    moved = []

    def put_under_silence(record, **more):
        moved.append(record)
        return services.start(record, **more, text_sha256="a1" * 32)

    subject = type(SUBJECT)(**{**vars(SUBJECT), "start": put_under_silence})
    monkeypatch.setitem(plugs.silent_subjects, MODEL, subject)
    sign_in(client, officer)
    shown = client.post(start_page(incident), MONDAY)

    client.post(start_page(incident), {**MONDAY, "seen": shown.context["seen"]})

    assert (moved, SilenceProcedure.objects.get().text_sha256) == ([incident], "a1" * 32)


# ── words ───────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=2, hours=4, minutes=9), "2 days, 4 hours"),
        (timedelta(days=1, minutes=9), "1 day, 9 minutes"),
        (timedelta(hours=1, minutes=1, seconds=59), "1 hour, 1 minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(0), "The time is over"),
    ],
)
def test_how_long_it_lasts_is_said_in_two_parts(left, words):
    assert left_text(EXPIRES_AT, at=EXPIRES_AT - left) == words


def test_the_front_page_says_that_the_state_may_object(client, head_b, editor_b, officer, incident):
    started(incident, by=officer)
    home = reverse("home")

    sign_in(client, head_b)
    to_head = read(client, home)
    sign_in(client, editor_b)
    to_editor = read(client, home)

    assert "Silence running: your State may object" in to_head
    assert ("You may object" in to_head, "Your head may object" in to_editor) == (True, True)


def test_the_own_calendar_holds_the_end(editor_b, officer, incident, head_b):
    from ots_portal.silence.portal import own_ends  # noqa: PLC0415 -- beside its test

    procedure = started(incident, by=officer)
    (entry,) = own_ends(editor_b, STARTED_AT, EXPIRES_AT + HOUR)
    objected(procedure, by=head_b, at=STARTED_AT)
    (cancelled,) = own_ends(editor_b, STARTED_AT, EXPIRES_AT + HOUR)

    assert (entry.uid, entry.starts_at, entry.is_cancelled) == (
        f"silence-{procedure.pk}",
        EXPIRES_AT,
        False,
    )
    assert (cancelled.uid, cancelled.is_cancelled) == (entry.uid, True)
    assert own_ends(officer, STARTED_AT, EXPIRES_AT + HOUR) == []


def test_whoever_objected_finds_it_in_the_own_copy(head_b):
    ObjectionFactory(person=head_b)

    (told,) = plugs.personal_data["objections"].told(head_b)
    assert (told["kind"], told["reason"]) == ("objection", "It names no depot.")


def test_the_list_is_a_room_of_the_meetings(client, head_b):
    """Its address does not begin with theirs, and the menu says all the same where one is."""
    sign_in(client, head_b)

    portal = client.get(LIST).context["portal"]

    rooms = {room.url: room.is_current for room in portal.rooms}
    assert (rooms[reverse("meetings:reading_room")], rooms[LIST], sum(rooms.values())) == (
        False,
        True,
        1,
    )
    assert [link.url for link in portal.menu if link.is_current] == [reverse("meetings:list")]
