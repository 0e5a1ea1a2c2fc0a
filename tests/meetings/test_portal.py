"""What meetings plug into the portal, and the portal's own data."""

from collections import Counter

import pytest

from meetings.models import Meeting, Minutes, Series
from meetings.portal import load_demo
from meetings.queries import meetings, minutes
from ots_portal import plugs
from ots_portal.audit.models import AuditEntry
from ots_portal.notifications.models import OutboxRow
from ots_portal.people.models import Role
from tests.factories.meetings import MeetingFactory, MinutesFactory
from tests.factories.people import ParticipantFactory, UserFactory

SUMMARY = "Summary from public sources, not the official minutes"
STATES = ("azerbaijan", "kazakhstan", "kyrgyzstan", "turkiye", "uzbekistan", "turkmenistan", "trnc")


@pytest.fixture
def loaded(hungary, secretariat, now):
    for slug in STATES:
        ParticipantFactory(slug=slug)
    UserFactory(
        email="officer@secretariat.example", participant=secretariat, role=Role.SECRETARIAT_OFFICER
    )
    load_demo(now)


def lines(title, user):
    (card,) = (card for card in plugs.cards if str(card.title) == title)
    return [line.title for line in card.lines(user)] if card.visible(user) else None


def test_the_data_are_two_ministerial_meetings_six_rounds_and_one_for_training(loaded):
    found = Meeting.objects.order_by("starts_at").values_list(
        "kind", "ordinal", "status", "is_training"
    )

    assert list(found) == [
        ("ministerial", 1, "closed", False),
        *[("negotiation_round", None, "closed", False)] * 4,
        ("ministerial", 2, "closed", False),
        *[("negotiation_round", None, "closed", False)] * 2,
        ("senior_officials", None, "adjourned", True),
    ]


def test_loading_twice_changes_nothing_and_nobody_is_told(loaded, now):
    Meeting.objects.filter(ordinal=2).update(city="Changed by a person")

    load_demo(now)

    assert (Meeting.objects.count(), Minutes.objects.count(), Series.objects.count()) == (9, 1, 2)
    assert Meeting.objects.get(ordinal=2).city == "Changed by a person"
    kinds = AuditEntry.objects.values_list("kind", flat=True)
    assert Counter(kinds) == {
        "meetings.meeting.entered": 9,
        "meetings.minutes.entered": 1,
        "meetings.series.entered": 2,
    }
    assert not OutboxRow.objects.exists()


def test_sourced_meetings_stand_in_their_series_without_invented_rules(loaded):
    found = Series.objects.order_by("code").values_list(
        "code", "rules_source", "invite_days", "silence_hours"
    )

    assert list(found) == [("CPMN", "", None, None), ("EMM", "", None, None)]
    assert Meeting.objects.filter(series__code="EMM").count() == 2
    assert all(meeting.series for meeting in Meeting.objects.all() if meeting.sources)


def test_every_known_meeting_is_there_with_its_day_and_its_sources(loaded):
    """What public sources tell up to May 2026: no third ministerial meeting, no Council of Ministers."""
    sourced = Meeting.objects.exclude(sources=[]).order_by("starts_at")

    found = [
        (
            one.kind,
            one.ordinal,
            f"{one.first_day} {one.last_day}",
            one.city,
            one.confidence,
            len(one.sources),
        )
        for one in sourced
    ]

    assert found == [
        ("ministerial", 1, "2022-12-21 2022-12-21", "Ankara", "confirmed", 4),
        ("negotiation_round", None, "2023-05-23 2023-05-23", "", "single", 1),
        ("negotiation_round", None, "2023-05-30 2023-05-30", "", "single", 1),
        ("negotiation_round", None, "2023-06-02 2023-06-02", "", "single", 1),
        ("negotiation_round", None, "2023-07-04 2023-07-05", "Istanbul", "confirmed", 2),
        ("ministerial", 2, "2023-09-07 2023-09-07", "Baku", "confirmed", 9),
        ("negotiation_round", None, "2024-06-07 2024-06-07", "", "single", 1),
        ("negotiation_round", None, "2024-07-17 2024-07-17", "", "single", 1),
    ]


def test_a_meeting_entered_before_there_were_series_joins_its_own(loaded, now):
    Meeting.objects.filter(ordinal=2).update(series=None)

    load_demo(now)

    assert Meeting.objects.get(ordinal=2).series.code == "EMM"


def test_the_baku_meeting_shows_what_public_sources_tell_to_everybody(loaded, client):
    baku = Meeting.objects.get(ordinal=2)

    text = client.get(baku.get_absolute_url()).content.decode()

    assert all(
        words in text
        for words in (
            SUMMARY,
            "7 Sep 2023",
            "The hall is not named in public sources.",
            "Hungary and Turkmenistan are not listed by name",
            "Kubanychbek Omuraliev, Secretary General",
            "Confirmed by two or more sources",
            "en.trend.az",
        )
    )
    assert "00:00" not in text


def test_the_training_minutes_wait_for_the_head_to_publish_them(loaded, secretary, observer):
    record = Minutes.objects.get()

    assert (record.status, record.paragraphs.count()) == ("adopted", 6)
    assert lines("Minutes waiting for publication", secretary) == [record.meeting.title]
    assert lines("Minutes waiting for publication", observer) is None
    assert not minutes.visible_to(observer).exists()
    assert meetings.visible_to(observer).filter(pk=record.meeting_id).exists()


def test_without_the_officer_there_are_no_training_minutes(hungary, secretariat, now):
    for slug in STATES:
        ParticipantFactory(slug=slug)

    load_demo(now)

    assert (Meeting.objects.count(), Minutes.objects.count()) == (9, 0)


def test_cards_show_what_the_reader_may_see(observer, reader_a, anonymous):
    far = {"starts_at": MeetingFactory.build().starts_at.replace(year=2090)}
    MeetingFactory(status="convened", visibility="members", titles={"en": "For members"}, **far)
    MeetingFactory(status="convened", visibility="observers", titles={"en": "For observers"}, **far)
    MinutesFactory(
        status="published", classification="public", meeting__titles={"en": "For all"},
        meeting__status="adjourned",
    )  # fmt: skip

    found = [
        (lines("Next meetings", user), lines("Published minutes", user))
        for user in (reader_a, observer, anonymous)
    ]

    assert [(sorted(ahead) if ahead else ahead, read) for ahead, read in found] == [
        (["For members", "For observers"], ["For all"]),
        (["For observers"], ["For all"]),
        (None, ["For all"]),
    ]


def test_documents_hang_on_meetings():
    assert plugs.document_owners["meetings.meeting"].visible_to is meetings.visible_to
