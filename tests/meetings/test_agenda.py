"""The agenda: who reads which item, its places and times, its versions and what became of its items."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from meetings.models import AgendaItem, AgendaVersion, HeadOfDelegation
from meetings.queries import agenda as queries
from meetings.services import agenda, agenda_versions
from meetings.services import meetings as meeting_services
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.notifications.wording import wording_for
from ots_portal.plugs import notices as registered
from ots_portal.verdicts import Refused
from tests.factories.api import bearer
from tests.factories.meetings import (
    AgendaItemFactory,
    MeetingFactory,
    MinutesFactory,
    MinutesParagraphFactory,
)
from tests.factories.sittings import DelegateFactory


def facts(title="Alerts", **more):
    return agenda.ItemFacts(titles={"en": title}, kind="discussion", **more)


def tree(meeting):
    return [f"{entry.number} {entry.item.title}" for entry in queries.agenda_of(meeting)]


@pytest.fixture
def meeting():
    """Convened, open to observers: 1 Adoption, 2 Alerts (2.1 Answers), 3 Other."""
    meeting = MeetingFactory(status="convened", visibility="observers")
    make = AgendaItemFactory
    make(meeting=meeting, position=1, titles={"en": "Adoption"})
    alerts = make(meeting=meeting, position=2, titles={"en": "Alerts"}, kind="discussion")
    make(meeting=meeting, parent=alerts, position=1, titles={"en": "Answers"})
    make(meeting=meeting, position=3, titles={"en": "Other"})
    return meeting


def item(title):
    return AgendaItem.objects.get(titles__en=title)


# ── who reads which item ────────────────────────────────────────────────────────────────────────

READ = {
    "anonymous": ["3"],
    "observer": ["1", "3"],
    "reader_a": ["1", "2", "3"],
    "head_b": ["1", "2", "2.1", "3"],
    "officer": ["1", "2", "2.1", "3"],
}


@pytest.fixture
def levels(meeting):
    """Each item of another level: observers, members, and heads under it; the last is the meeting's."""
    meeting.visibility = "public"
    meeting.save()
    for title, access in (
        ("Adoption", "observers"),
        ("Alerts", "members"),
        ("Answers", "heads_only"),
    ):
        AgendaItem.objects.filter(titles__en=title).update(access=access)
    return meeting


@pytest.mark.parametrize(("who", "numbers"), READ.items())
def test_the_agenda_shows_what_is_open_to_its_reader_and_keeps_the_numbers(
    request, levels, who, numbers
):
    person = request.getfixturevalue(who)

    shown = [entry.number for entry in queries.agenda_for(levels, person)]
    found = set(queries.visible_to(person).values_list("titles__en", flat=True))

    assert shown == numbers
    assert found == {
        entry.item.title for entry in queries.agenda_of(levels) if entry.number in numbers
    }


def test_an_item_is_never_wider_than_the_one_above_it(levels, reader_a):
    AgendaItem.objects.filter(titles__en="Alerts").update(access="heads_only")
    AgendaItem.objects.filter(titles__en="Answers").update(access="meeting")

    assert not queries.visible_to(reader_a).filter(titles__en="Answers").exists()
    assert [entry.number for entry in queries.agenda_for(levels, reader_a)] == ["1", "3"]


def test_who_heads_the_delegation_now_reads_what_is_for_heads(levels, reader_a):
    delegate = DelegateFactory(
        user=reader_a, delegation__meeting=levels, delegation__participant=reader_a.participant
    )
    term = HeadOfDelegation.objects.create(
        delegation=delegate.delegation, delegate=delegate, since=levels.starts_at
    )
    before = queries.visible_to(reader_a).filter(titles__en="Answers").exists()
    term.until = levels.starts_at + timedelta(hours=1)
    term.save()

    after = queries.visible_to(reader_a).filter(titles__en="Answers").exists()

    assert (before, after) == (True, False)


def test_page_and_api_show_the_same_items(client, levels, reader_a, machine_a):
    client.force_login(reader_a)
    page = client.get(levels.get_absolute_url()).content.decode()
    told = client.get(f"/api/v1/meetings/{levels.pk}/", **bearer(machine_a, "meetings:read")).json()

    assert ("Alerts" in page, "Answers" in page) == (True, False)
    assert [row["number"] for row in told["agenda"]] == ["1", "2", "3"]


def test_a_paragraph_on_a_closed_item_stands_without_its_heading(client, levels, machine_a):
    minutes = MinutesFactory(meeting=levels, status="published")
    MinutesParagraphFactory(minutes=minutes, item=item("Answers"), texts={"en": "It was agreed."})

    page = client.get(minutes.get_absolute_url(), follow=True).content.decode()
    told = client.get(f"/api/v1/minutes/{minutes.pk}/", **bearer(machine_a, "meetings:read")).json()

    assert "Answers" not in page
    assert (told["paragraphs"][0]["item"], told["paragraphs"][0]["item_titles"]) == (None, None)


# ── places and times ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("title", "direction", "wanted"),
    [
        ("Other", "up", ["1 Adoption", "2 Other", "3 Alerts", "3.1 Answers"]),
        ("Adoption", "down", ["1 Alerts", "1.1 Answers", "2 Adoption", "3 Other"]),
        ("Other", "in", ["1 Adoption", "2 Alerts", "2.1 Answers", "2.2 Other"]),
        ("Answers", "out", ["1 Adoption", "2 Alerts", "3 Answers", "4 Other"]),
        ("Adoption", "in", ["1 Adoption", "2 Alerts", "2.1 Answers", "3 Other"]),
        ("Other", "out", ["1 Adoption", "2 Alerts", "2.1 Answers", "3 Other"]),
    ],
)
def test_an_item_moves_by_one_place(meeting, officer, now, title, direction, wanted):
    agenda.move_item(item(title), by=officer, at=now, direction=direction)

    assert tree(meeting) == wanted


def test_an_item_is_put_before_another_one_on_its_level(meeting, officer, now):
    agenda.place_item(item("Other"), before=item("Answers"), by=officer, at=now)

    assert tree(meeting) == ["1 Adoption", "2 Alerts", "2.1 Other", "2.2 Answers"]


def test_an_item_stands_neither_under_itself_nor_too_deep_nor_elsewhere(meeting, officer, now):
    deepest = AgendaItemFactory(meeting=meeting, parent=item("Answers"), titles={"en": "Deepest"})
    elsewhere = AgendaItemFactory()

    for moved, before in (("Alerts", deepest), ("Alerts", item("Answers")), ("Other", elsewhere)):
        with pytest.raises(agenda.NoPlace):
            agenda.place_item(item(moved), before=before, by=officer, at=now)

    assert tree(meeting)[:2] == ["1 Adoption", "2 Alerts"]


def test_dragging_over_the_page_and_a_place_that_is_none(client, meeting, officer):
    client.force_login(officer)
    url = reverse("meetings:item_move", args=[item("Other").pk])

    client.post(url, {"before": str(item("Adoption").pk)})
    refused = client.post(url, {"before": "nonsense"}, follow=True)

    assert tree(meeting)[0] == "1 Other"
    assert "nor deeper than three levels" in refused.content.decode()


def test_times_follow_from_the_minutes_allotted(meeting):
    AgendaItem.objects.filter(titles__en="Adoption").update(minutes_allotted=10)
    AgendaItem.objects.filter(titles__en="Answers").update(minutes_allotted=45)

    minutes = [
        (entry.starts_at - meeting.starts_at).seconds // 60 for entry in queries.agenda_of(meeting)
    ]

    assert minutes == [0, 10, 10, 55]


def test_after_an_open_ended_item_no_time_is_claimed(meeting):
    AgendaItem.objects.filter(titles__en="Adoption").update(minutes_allotted=10)

    times = [entry.starts_at is not None for entry in queries.agenda_of(meeting)]

    assert times == [True, True, True, False]


# ── versions ────────────────────────────────────────────────────────────────────────────────────


def test_a_circulated_agenda_is_kept_and_told(meeting, officer, now, head_b, reader_a, observer):
    agenda_versions.circulate_agenda(meeting, by=officer, at=now)

    entry = AuditEntry.objects.get(kind="meetings.agenda.circulated")
    notice = registered[entry.kind]
    assert set(notice.recipients(entry)) == {head_b}
    assert (
        "has circulated the provisional agenda" in wording_for(notice, entry, meeting, head_b).text
    )
    version = AgendaVersion.objects.get()
    assert (version.number, version.stage) == (1, "provisional")
    assert [row["number"] for row in version.items] == ["1", "2", "2.1", "3"]
    assert version.sha256 == queries.digest_of(version.items)


def test_opening_adopts_and_a_late_item_is_an_addendum_with_consent(meeting, officer, now):
    meeting_services.open(meeting, by=officer, at=now)
    with pytest.raises(agenda.NoConsent):
        agenda.add_item(meeting, facts("Late"), by=officer, at=now)
    agenda.add_item(meeting, facts("Late"), by=officer, at=now, consent="No objection")
    with pytest.raises(WrongStatus, match="agenda was adopted"):
        agenda.remove_item(item("Adoption"), by=officer, at=now)

    stages = list(AgendaVersion.objects.values_list("stage", flat=True))
    late = [row["titles"]["en"] for row in AgendaVersion.objects.last().items if row["is_late"]]
    assert (stages, late) == (["adopted", "addendum"], ["Late"])
    assert tree(meeting)[-1] == "4 Late"


def test_consent_is_asked_beside_the_field(client, meeting, officer, now):
    meeting_services.open(meeting, by=officer, at=now)
    client.force_login(officer)

    answer = client.post(
        reverse("meetings:agenda", args=[meeting.pk]), {"title_en": "Late", "kind": "discussion"}
    )

    assert (answer.status_code, "consent" in answer.context["form"].errors) == (422, True)


def test_a_kept_version_is_changed_by_nobody(meeting, officer, now):
    version = agenda_versions.circulate_agenda(meeting, by=officer, at=now)

    with pytest.raises(DatabaseError), transaction.atomic():
        AgendaVersion.objects.filter(pk=version.pk).update(items=[])


def test_a_planned_meeting_has_nobody_to_circulate_to(officer, now):
    planned = AgendaItemFactory(meeting=MeetingFactory()).meeting

    with pytest.raises(WrongStatus, match="Convene the meeting first"):
        agenda_versions.circulate_agenda(planned, by=officer, at=now)


def test_an_empty_agenda_is_not_circulated(officer, now):
    with pytest.raises(WrongStatus, match="no item to circulate"):
        agenda_versions.circulate_agenda(MeetingFactory(status="convened"), by=officer, at=now)


def test_only_the_secretariat_circulates(meeting, head_b, now):
    with pytest.raises(Refused):
        agenda_versions.circulate_agenda(meeting, by=head_b, at=now)


def test_two_versions_are_compared_item_by_item(client, meeting, officer, reader_a, now):
    agenda_versions.circulate_agenda(meeting, by=officer, at=now)
    agenda.remove_item(item("Other"), by=officer, at=now)
    agenda.update_item(item("Answers"), facts("Replies"), by=officer, at=now, version=1)
    agenda.add_item(meeting, facts("Closing"), by=officer, at=now)
    agenda_versions.circulate_agenda(meeting, by=officer, at=now)
    client.force_login(reader_a)

    answer = client.get(reverse("meetings:agenda_version", args=[meeting.pk, 2]))

    kinds = [
        (row.kind, (row.after or row.before)["titles"]["en"]) for row in answer.context["rows"]
    ]
    assert kinds == [
        ("same", "Adoption"), ("same", "Alerts"), ("changed", "Replies"),
        ("added", "Closing"), ("removed", "Other"),
    ]  # fmt: skip


def test_a_version_hides_what_is_closed_to_its_reader(client, levels, officer, reader_a, now):
    agenda_versions.circulate_agenda(levels, by=officer, at=now)
    client.force_login(reader_a)

    page = client.get(reverse("meetings:agenda_version", args=[levels.pk, 1])).content.decode()

    sha256 = AgendaVersion.objects.get().sha256
    assert ("Alerts" in page, "Answers" in page, sha256 in page) == (True, False, False)


@pytest.mark.parametrize("number", ["2", "99999999999"])
def test_a_version_that_is_none_is_not_found(client, meeting, officer, now, number):
    agenda_versions.circulate_agenda(meeting, by=officer, at=now)
    client.force_login(officer)

    assert client.get(f"{meeting.get_absolute_url()}agenda/{number}/").status_code == 404


# ── outcome ─────────────────────────────────────────────────────────────────────────────────────


def test_an_item_is_put_off_to_another_meeting(client, meeting, officer, now):
    later = MeetingFactory(starts_at=meeting.starts_at + timedelta(days=90))
    meeting_services.open(meeting, by=officer, at=now)
    client.force_login(officer)
    url = reverse("meetings:item_settle", args=[item("Alerts").pk])

    client.post(url, {"outcome": "postponed", "postponed_to": str(later.pk), "version": "1"})

    settled = item("Alerts")
    assert (settled.outcome, settled.postponed_to) == ("postponed", later)
    assert "Postponed" in client.get(meeting.get_absolute_url()).content.decode()


def test_a_reader_is_led_to_the_later_meeting_only_where_that_may_be_read(
    client, meeting, editor_b, officer
):
    later = MeetingFactory(status="planned")
    AgendaItemFactory(meeting=meeting, outcome="postponed", postponed_to=later)
    told = {}

    for reader in (officer, editor_b):
        client.force_login(reader)
        page = client.get(meeting.get_absolute_url()).content.decode()
        told[reader] = later.get_absolute_url() in page

    assert told == {officer: True, editor_b: False}


def test_what_is_not_postponed_goes_nowhere(client, meeting, officer, now):
    later = MeetingFactory(starts_at=meeting.starts_at + timedelta(days=90))
    meeting_services.open(meeting, by=officer, at=now)
    client.force_login(officer)
    url = reverse("meetings:item_settle", args=[item("Alerts").pk])

    answer = client.post(
        url, {"outcome": "concluded", "postponed_to": str(later.pk), "version": "1"}
    )

    assert (answer.status_code, item("Alerts").outcome) == (422, "open")
    assert "Only a postponed item" in answer.content.decode()


def test_an_outcome_waits_for_the_meeting_and_ends_with_it(meeting, officer, now):
    with pytest.raises(WrongStatus, match="once the meeting is open"):
        agenda.settle_item(item("Alerts"), outcome="concluded", by=officer, at=now, version=1)
    meeting.status = "closed"
    meeting.save()
    with pytest.raises(WrongStatus):
        agenda.settle_item(item("Alerts"), outcome="concluded", by=officer, at=now, version=1)


def test_a_stale_outcome_shows_both_and_saves_nothing(client, meeting, officer, now):
    meeting_services.open(meeting, by=officer, at=now)
    agenda.settle_item(item("Alerts"), outcome="concluded", by=officer, at=now, version=1)
    with pytest.raises(StaleVersion):
        agenda.settle_item(item("Alerts"), outcome="withdrawn", by=officer, at=now, version=1)
    client.force_login(officer)

    answer = client.post(
        reverse("meetings:item_settle", args=[item("Alerts").pk]),
        {"outcome": "withdrawn", "version": "1"},
    )

    assert (answer.status_code, item("Alerts").outcome) == (409, "concluded")


def test_the_page_of_the_agenda_costs_the_same_however_long_it_is(
    client, meeting, officer, django_assert_num_queries
):
    client.force_login(officer)
    url = reverse("meetings:agenda", args=[meeting.pk])
    client.get(url)
    with django_assert_num_queries(10):
        client.get(url)
    AgendaItemFactory.create_batch(20, meeting=meeting)

    with django_assert_num_queries(10):
        client.get(url)
