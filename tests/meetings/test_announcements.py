"""What came of silence procedures is announced by the next meeting of the body, each result once."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from meetings.models import AgendaItem, Meeting, SilenceAnnouncement
from meetings.queries import announcements as queries
from meetings.services import agenda, decisions
from meetings.services.announcements import announce_results
from meetings.services.following import follow
from meetings.services.meetings import FACTS
from ots_portal.audit.models import AuditEntry
from ots_portal.crossrefs import services as ties
from ots_portal.lifecycle import WrongStatus
from ots_portal.silence import services as silence
from ots_portal.silence.models import SilenceProcedure
from ots_portal.verdicts import Refused
from tests.factories import silence as factories
from tests.factories.meetings import AgendaItemFactory, MeetingFactory, MinutesFactory
from tests.factories.silence import EXPIRES_AT, STARTED_AT, ProcedureFactory
from tests.factories.sittings import DecisionFactory, SeriesFactory
from tests.meetings.in_session.conftest import OPENED

NOW = EXPIRES_AT + timedelta(days=1)
HOUR = timedelta(hours=1)
ENDS = {
    "adopted": {"status": "adopted", "result_at": EXPIRES_AT},
    "broken": {"status": "broken", "result_at": EXPIRES_AT - HOUR},
    "withdrawn": {
        "status": "withdrawn", "result_at": EXPIRES_AT - HOUR, "withdraw_reason": "Reworded.",
    },
}  # fmt: skip


@pytest.fixture
def series():
    return SeriesFactory(names={"en": "Experts"})


def meeting_of(series, status, days, **more):
    starts_at = OPENED + timedelta(days=days)
    return MeetingFactory(
        series=series, status=status, starts_at=starts_at, ends_at=starts_at + 2 * HOUR, **more
    )


@pytest.fixture
def last(series, turkiye):
    return meeting_of(series, "adjourned", 0)


@pytest.fixture
def coming(series, last):
    """The next meeting, whose agenda is open."""
    return meeting_of(series, "convened", 90)


def result(meeting, *, end="adopted", title="Winter stocks", **more):
    decision = DecisionFactory(meeting=meeting, titles={"en": title})
    return ProcedureFactory(
        subject_type="meetings.decision", subject_id=decision.pk, titles={"en": title},
        **ENDS[end], **more,
    )  # fmt: skip


def waiting(meeting, user, *, at=NOW):
    return list(queries.to_announce_at(meeting, user, at=at))


def announce(meeting, *, by, **more):
    return announce_results(meeting, by=by, at=NOW, **more)


def words_of(answer):
    return " ".join(answer.content.decode().split())


# ── what waits to be announced ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("end", ENDS)
def test_every_kind_of_result_waits_for_the_next_agenda(last, coming, officer, end):
    procedure = result(last, end=end)

    assert waiting(coming, officer) == [procedure]


def test_what_still_runs_is_no_result(last, coming, officer):
    decision = DecisionFactory(meeting=last)
    ProcedureFactory(subject_type="meetings.decision", subject_id=decision.pk)

    assert waiting(coming, officer) == []


def test_minutes_and_other_subjects_of_the_meeting_count_as_well(last, coming, officer):
    minutes = MinutesFactory(meeting=last, status="circulated")
    procedure = ProcedureFactory(
        subject_type="meetings.minutes", subject_id=minutes.pk, **ENDS["broken"]
    )

    assert waiting(coming, officer) == [procedure]


def test_only_the_next_meeting_of_the_same_body_announces_it(series, last, coming, officer):
    procedure = result(last)
    others = [
        last,
        meeting_of(series, "planned", 180),
        meeting_of(SeriesFactory(), "convened", 90),
        meeting_of(None, "convened", 90),
        meeting_of(series, "convened", 80, is_training=True),
    ]

    assert [waiting(one, officer) for one in others] == [[]] * len(others)
    assert waiting(coming, officer) == [procedure]


def test_a_postponed_or_cancelled_meeting_is_not_the_next_one(series, last, coming, officer):
    procedure = result(last)
    for status in ("postponed", "cancelled"):
        Meeting.objects.filter(pk=coming.pk).update(status=status)
        coming.refresh_from_db()
        assert waiting(coming, officer) == []

    assert waiting(meeting_of(series, "planned", 180), officer) == [procedure]


def test_a_meeting_whose_day_is_over_and_that_was_never_opened_keeps_nothing_to_itself(
    series, last, coming, officer
):
    procedure = result(last)
    later = meeting_of(series, "planned", 180)

    assert waiting(later, officer) == []
    assert waiting(later, officer, at=coming.ends_at + HOUR) == [procedure]


def test_the_next_meeting_copies_no_item_that_only_announces(series, last, coming, officer):
    result(last)
    announce(coming, by=officer)
    Meeting.objects.filter(pk=coming.pk).update(status="adjourned")
    coming.refresh_from_db()
    facts = {
        **dict.fromkeys(FACTS, ""), "kind": coming.kind, "titles": {"en": "The one after"}, "series_id": series.pk,
        "host_id": coming.host_id, "chair_id": None, "ordinal": None, "city": "Baku", "mode": coming.mode,
        "starts_at": coming.starts_at + timedelta(days=90), "ends_at": coming.ends_at + timedelta(days=90),
        "time_zone": "Asia/Baku", "date_precision": coming.date_precision, "visibility": coming.visibility,
        "working_languages": [],
    }  # fmt: skip

    made = follow(coming, facts, by=officer, at=NOW)

    assert (coming.agenda_items.count(), made.agenda_items.count()) == (1, 0)


def test_of_other_records_those_count_that_the_body_spoke_of(last, coming, officer, monkeypatch):
    monkeypatch.setitem(factories.plugs.silent_subjects, factories.MODEL, factories.SUBJECT)
    procedure = ProcedureFactory(**ENDS["adopted"])
    ProcedureFactory(**ENDS["adopted"])  # nobody spoke of that one
    assert waiting(coming, officer) == []

    item = AgendaItemFactory(meeting=last)
    Meeting.objects.filter(pk=last.pk).update(status="in_session")
    item.meeting.refresh_from_db()
    incident = factories.subject_of(procedure)
    ties.tie(item, to=incident, by=officer, at=NOW)
    Meeting.objects.filter(pk=last.pk).update(status="adjourned")

    assert waiting(coming, officer) == [procedure]


def test_the_end_of_silence_lands_on_the_next_agenda(series, last, coming, officer, turkiye):
    decision = DecisionFactory(meeting=last, proposed_by=officer)
    with time_machine.travel(STARTED_AT, tick=False):
        decisions.put_under_silence(
            decision, expires_at=EXPIRES_AT, time_zone="UTC", by=officer, at=STARTED_AT
        )
        assert waiting(coming, officer) == []

    silence.settle_due(clock=lambda: NOW)

    assert [one.status for one in waiting(coming, officer)] == ["adopted"]


# ── putting it on the agenda ────────────────────────────────────────────────────────────────────
def test_all_that_waits_becomes_one_item_and_is_proposed_once(last, coming, officer):
    procedures = [result(last, end=end) for end in ENDS]

    announce(coming, by=officer)
    with pytest.raises(WrongStatus, match="No result"):
        announce(coming, by=officer)

    item = coming.agenda_items.get()
    assert item.title == "Announcements: results of silence procedures"
    assert {one.procedure for one in item.announcements.all()} == set(procedures)
    entry = AuditEntry.objects.get(kind="meetings.agenda_item.announced")
    assert set(entry.data["procedures"]) == {str(one.pk) for one in procedures}


def test_a_later_result_joins_the_item_while_the_agenda_is_open(last, coming, officer):
    result(last)
    announce(coming, by=officer)
    second = result(last, end="broken")

    announce(coming, by=officer)

    item = coming.agenda_items.get()
    assert (item.announcements.count(), second in waiting(coming, officer)) == (2, False)


def test_what_was_announced_does_not_wait_for_the_meeting_after(series, last, coming, officer):
    result(last)
    announce(coming, by=officer)
    Meeting.objects.filter(pk=coming.pk).update(status="closed")

    assert waiting(meeting_of(series, "convened", 180), officer) == []


def test_an_adopted_agenda_gets_a_late_item_with_the_meetings_consent(last, coming, officer):
    result(last)
    announce(coming, by=officer)
    first = coming.agenda_items.get()
    Meeting.objects.filter(pk=coming.pk).update(status="in_session")
    coming.refresh_from_db()
    late = result(last, end="broken")

    with pytest.raises(ValidationError) as refusal:
        announce(coming, by=officer)
    assert list(refusal.value.message_dict) == ["consent"]
    assert first.announcements.count() == 1

    announce(coming, by=officer, consent="Nobody spoke against it.")
    item = coming.agenda_items.exclude(pk=first.pk).get()
    assert (item.is_late, item.announcements.get().procedure) == (True, late)
    assert coming.agenda_versions.get().stage == "addendum"


def test_an_item_that_is_taken_off_leaves_its_results_to_propose_again(last, coming, officer):
    procedure = result(last)
    announce(coming, by=officer)

    agenda.remove_item(AgendaItem.objects.get(), by=officer, at=NOW)

    assert waiting(coming, officer) == [procedure]


def test_the_database_announces_a_result_once(last, coming, officer):
    procedure = result(last)
    announce(coming, by=officer)
    other = AgendaItemFactory(meeting=coming)

    with pytest.raises(IntegrityError), transaction.atomic():
        SilenceAnnouncement.objects.create(
            item=other, procedure=procedure, created_at=NOW, created_by=officer
        )


def test_announcing_is_the_secretariats_and_ends_with_the_meeting(last, coming, officer, head_a):
    result(last)
    with pytest.raises(Refused):
        announce(coming, by=head_a)

    Meeting.objects.filter(pk=coming.pk).update(status="adjourned")
    coming.refresh_from_db()
    with pytest.raises(WrongStatus, match="over"):
        announce(coming, by=officer)


# ── pages and programs ──────────────────────────────────────────────────────────────────────────
def test_one_click_on_the_agenda_page(client, last, coming, officer):
    result(last, title="Winter stocks")
    client.force_login(officer)
    page = reverse("meetings:agenda", args=[coming.pk])
    button = reverse("meetings:agenda_announce", args=[coming.pk])

    before = words_of(client.get(page))
    answers = [client.post(button), client.post(button)]
    after = words_of(client.get(page))
    history = words_of(client.get(coming.get_absolute_url()))

    assert "Agenda: results of silence procedures added" in history
    assert all(text in before for text in ("Winter stocks", f'action="{button}#announce"'))
    assert [one.status_code for one in answers] == [302, 409]
    assert (f'action="{button}#announce"' in after, "Winter stocks" in after) == (False, True)


def test_without_a_result_the_agenda_says_nothing_of_it(client, coming, officer):
    client.force_login(officer)

    page = words_of(client.get(reverse("meetings:agenda", args=[coming.pk])))

    assert "results of silence procedures" not in page


def test_the_page_of_a_meeting_in_session_asks_for_the_consent(client, last, coming, officer):
    result(last)
    Meeting.objects.filter(pk=coming.pk).update(status="in_session")
    client.force_login(officer)
    button = reverse("meetings:agenda_announce", args=[coming.pk])

    without = client.post(button, {"consent": ""})
    done = client.post(button, {"consent": "Agreed."})

    assert (without.status_code, done.status_code) == (422, 302)
    assert "How the meeting agreed to it" in words_of(without)
    assert coming.agenda_items.get().is_late


def test_the_meeting_shows_what_it_announces_to_whoever_may_read_it(
    sign_in, client, series, last, officer, reader_a, observer
):
    coming = meeting_of(series, "convened", 90, visibility="public")
    result(last, end="broken", title="Winter stocks")
    announce(coming, by=officer)
    address = coming.get_absolute_url()

    to_visitor, to_observer = client.get(address), sign_in(observer).get(address)
    to_member = sign_in(reader_a).get(address)

    assert ("Winter stocks" in words_of(to_member), "Broken" in words_of(to_member)) == (True, True)
    for page in (to_visitor, to_observer):
        assert "Winter stocks" not in words_of(page)
        assert "silence procedures" not in words_of(page)


def test_the_api_announces_and_tells(client, last, coming, officer, reader_a, observer):
    procedure = result(last)
    address = f"/api/v1/meetings/{coming.pk}/"
    client.force_login(officer)

    before = client.get(address).json()
    answers = [
        client.post(f"{address}announce-results/", {}, content_type="application/json")
        for _twice in range(2)
    ]
    client.force_login(reader_a)
    told = client.get(address).json()

    assert before["to_announce"] == [str(procedure.pk)]
    assert [one.status_code for one in answers] == [200, 409]
    assert (told["to_announce"], [one["procedure"] for one in told["announced"]]) == (
        [],
        [str(procedure.pk)],
    )


def test_the_api_names_the_consent_that_is_missing(client, last, coming, officer):
    result(last)
    Meeting.objects.filter(pk=coming.pk).update(status="suspended")
    client.force_login(officer)

    answer = client.post(
        f"/api/v1/meetings/{coming.pk}/announce-results/", {}, content_type="application/json"
    )

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "#/consent")
    assert SilenceProcedure.objects.count() == 1


@pytest.mark.parametrize("count", [1, 4])
def test_the_agenda_costs_the_same_for_any_number_of_results(
    client, last, coming, officer, count, django_assert_num_queries
):
    for _one in range(count):
        result(last)
    client.force_login(officer)
    address = reverse("meetings:agenda", args=[coming.pk])
    client.get(address)

    with django_assert_num_queries(10):
        client.get(address)
