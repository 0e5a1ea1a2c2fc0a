from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from incidents.formats import gdacs, usgs
from incidents.formats.fields import FormatError
from incidents.models import FeedItem, Incident, Observation, ReferenceVersion
from incidents.services import feed_items as services
from incidents.services import incidents
from incidents.services.feed_items import Outcome, from_gdacs, from_usgs, take_in
from incidents.services.incidents import KnownAlready
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import WrongStatus
from ots_portal.notifications.models import OutboxRow
from ots_portal.people.models import User
from ots_portal.plugs import notices
from ots_portal.verdicts import Refused
from tests.factories.feeds import QUAKE, feed_item, sighting
from tests.factories.incidents import ONSET, IncidentFactory
from tests.samples import EARTHQUAKE, shared_sample

LATER = ONSET + timedelta(hours=2)
NEWER = {"version_at": LATER, "alert_level": "red", "digest": "2" * 64, "episode": "2"}
TURKIYE = frozenset({"TR"})


def levels():
    return list(
        Observation.objects.order_by("version_at", "received_at").values_list(
            "episode", "alert_level"
        )
    )


def kinds():
    return list(AuditEntry.objects.order_by("recorded_at", "id").values_list("kind", flat=True))


def recipients(kind):
    """The people who hear of the newest entry of this kind."""
    entry = AuditEntry.objects.filter(kind=kind).latest("recorded_at")
    return set(notices[kind].recipients(entry))


# ── taking in ───────────────────────────────────────────────────────────────────────────────────


def test_what_is_said_first_becomes_a_proposal(turkiye):
    outcome = take_in(QUAKE, at=ONSET, countries=TURKIYE)

    item = FeedItem.objects.get()
    assert (outcome, item.status, item.alert_level, item.countries, levels()) == (
        Outcome.NEW,
        "new",
        "orange",
        ["TR"],
        [("1", "orange")],
    )


def test_nothing_becomes_an_incident_by_itself(turkiye):
    take_in(QUAKE, at=ONSET, countries=TURKIYE)

    assert not Incident.objects.exists()


def test_the_same_said_twice_changes_nothing():
    take_in(QUAKE, at=ONSET)

    again = take_in(QUAKE, at=LATER)

    item = FeedItem.objects.get()
    assert (again, item.version, item.updated_at, kinds()) == (
        Outcome.UNCHANGED,
        1,
        ONSET,
        ["incidents.feed_item.received"],
    )


def test_the_same_said_again_under_a_later_date_changes_nothing():
    take_in(QUAKE, at=ONSET)

    assert take_in(sighting(version_at=LATER), at=LATER) == Outcome.UNCHANGED
    assert FeedItem.objects.get().version == 1


def test_a_newer_version_updates_the_proposal_and_tells_once():
    take_in(QUAKE, at=ONSET)

    outcome = take_in(sighting(**NEWER), at=LATER)

    item = FeedItem.objects.get()
    entry = AuditEntry.objects.get(kind="incidents.feed_item.updated")
    assert (outcome, item.alert_level, item.version) == (Outcome.UPDATED, "red", 2)
    assert entry.data == {"alert_level": {"before": "orange", "after": "red"}}
    assert OutboxRow.objects.filter(entry=entry).count() == 1


def test_an_older_version_becomes_history_and_overwrites_nothing():
    take_in(sighting(**NEWER), at=LATER)

    outcome = take_in(QUAKE, at=LATER)

    item = FeedItem.objects.get()
    assert (outcome, item.alert_level, item.version_at, levels()) == (
        Outcome.OLDER,
        "red",
        LATER,
        [("1", "orange"), ("2", "red")],
    )
    assert "incidents.feed_item.updated" not in kinds()


def test_a_later_episode_of_the_same_moment_is_the_newer_one():
    take_in(QUAKE, at=ONSET)

    outcome = take_in(sighting(episode="10", digest="3" * 64, alert_level="green"), at=ONSET)

    assert (outcome, FeedItem.objects.get().alert_level) == (Outcome.UPDATED, "green")
    # As numbers, not as words: 9 comes before 10.
    assert (
        take_in(sighting(episode="9", digest="4" * 64, alert_level="red"), at=ONSET)
        == Outcome.OLDER
    )


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 1, 0)])
def test_the_real_flood_that_was_red_and_became_orange_keeps_both(order):
    names = [
        "fl-1102983-ep1-event-as-of-2024-11-08-red.json",
        "fl-1102983-ep1-event.json",
        "fl-1102983-ep2-event.json",
    ]

    for number in order:
        (said,) = gdacs.read(shared_sample(f"gdacs/{names[number]}").read_bytes()).items
        take_in(from_gdacs(said), at=ONSET)

    item = FeedItem.objects.get()
    assert (item.alert_level, sorted(levels())) == (
        "orange",
        [("1", "orange"), ("1", "red"), ("2", "orange")],
    )


@pytest.mark.parametrize("name", ["onset_at", "version_at"])
def test_what_is_dated_in_the_future_is_refused(name):
    with pytest.raises(FormatError, match="dated in the future"):
        take_in(sighting(**{name: ONSET + timedelta(days=2)}), at=ONSET)
    assert not FeedItem.objects.exists()


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, Outcome.NEW),
        ({"countries": ("ES", "TR"), "latitude": 40.0, "longitude": -3.0}, Outcome.NEW),
        ({"countries": ("ES",), "latitude": 40.0, "longitude": -3.0}, Outcome.PASSED_OVER),
        ({"countries": (), "latitude": 35.6, "longitude": 30.0}, Outcome.NEW),  # at sea, near
        ({"countries": (), "latitude": 34.0, "longitude": 28.0}, Outcome.PASSED_OVER),
        ({"countries": ("BG",), "latitude": 41.9, "longitude": 25.9}, Outcome.NEW),
    ],
)
def test_only_what_touches_a_participant_or_lies_within_100_km_is_kept(changes, outcome):
    assert take_in(sighting(**changes), at=ONSET, countries=TURKIYE) == outcome


def test_what_is_known_already_is_followed_wherever_it_goes():
    take_in(QUAKE, at=ONSET, countries=TURKIYE)

    moved = sighting(**{**NEWER, "countries": ("ES",), "latitude": 40.0, "longitude": -3.0})

    assert take_in(moved, at=LATER, countries=TURKIYE) == Outcome.UPDATED


def test_the_real_item_of_four_countries_is_a_proposal_for_turkiye(turkiye):
    said = gdacs.read(shared_sample("gdacs/gdacs-rss-2019-12-30.xml").read_bytes())

    outcomes = [
        take_in(from_gdacs(item), at=ONSET, countries=services.participants_countries())
        for item in said.items
    ]

    assert (outcomes.count(Outcome.NEW), outcomes.count(Outcome.PASSED_OVER)) == (1, 15)
    assert FeedItem.objects.get().countries == ["BG", "IQ", "IR", "TR"]


def test_an_earthquake_of_the_usgs_names_the_country_it_lies_in(turkiye):
    earthquake = usgs.read(EARTHQUAKE.read_bytes())

    take_in(from_usgs(earthquake), at=ONSET, countries=services.participants_countries())

    item = FeedItem.objects.get()
    assert (item.scheme, item.hazard, item.countries, item.alert_level) == (
        "usgs",
        "GH0101",
        ["TR"],
        "red",
    )


# ── who is woken ────────────────────────────────────────────────────────────────────────────────


def test_a_grave_proposal_wakes_the_officers_on_duty_where_it_happens(editor_a, editor_b):
    User.objects.filter(pk=editor_a.pk).update(is_on_duty=True)

    take_in(QUAKE, at=ONSET)

    assert recipients("incidents.feed_item.received") == {editor_a}


def test_a_green_proposal_wakes_nobody(editor_a):
    User.objects.filter(pk=editor_a.pk).update(is_on_duty=True)

    take_in(sighting(alert_level="green"), at=ONSET)

    assert recipients("incidents.feed_item.received") == set()


@pytest.mark.parametrize(("level", "is_told"), [("red", True), ("green", False)])
def test_of_a_proposal_nobody_took_up_only_a_rise_is_told(editor_a, level, is_told):
    User.objects.filter(pk=editor_a.pk).update(is_on_duty=True)
    take_in(QUAKE, at=ONSET)

    take_in(sighting(**{**NEWER, "alert_level": level}), at=LATER)

    assert recipients("incidents.feed_item.updated") == ({editor_a} if is_told else set())


def test_the_owners_hear_of_every_newer_version_up_and_down(editor_a, head_a, reader_a, editor_b):
    services.take_up(feed_item(), by=editor_a, at=ONSET)

    take_in(sighting(**{**NEWER, "alert_level": "green"}), at=LATER)

    assert recipients("incidents.feed_item.updated") == {editor_a, head_a}


# ── taking up ───────────────────────────────────────────────────────────────────────────────────


def test_take_up_makes_a_draft_of_the_persons_participant_with_facts_and_reference(editor_a):
    item = services.take_up(feed_item(), by=editor_a, at=LATER)

    incident = Incident.objects.get()
    assert (item.status, item.incident, incident.status, incident.participant_id) == (
        "taken_up",
        incident,
        "draft",
        "turkiye",
    )
    assert (incident.hazard, incident.alert_level, incident.magnitude, incident.countries) == (
        "GH0101",
        "orange",
        6.1,
        ["TR"],
    )
    assert set(incident.references.values_list("scheme", "value")) == {
        ("gdacs", "EQ1"),
        ("glide", "EQ-2026-000123-TUR"),
    }


def test_take_up_keeps_every_version_with_the_reference(editor_a):
    take_in(QUAKE, at=ONSET)
    take_in(sighting(**NEWER), at=LATER)

    services.take_up(FeedItem.objects.get(), by=editor_a, at=LATER)

    assert list(
        ReferenceVersion.objects.order_by("version_at").values_list("version_at", "alert_level")
    ) == [(ONSET, "orange"), (LATER, "red")]
    assert Incident.objects.get().references.get(scheme="gdacs").version_at == LATER


def test_take_up_of_what_has_no_level_makes_a_green_draft(editor_a):
    services.take_up(feed_item(alert_level=""), by=editor_a, at=LATER)

    assert Incident.objects.get().alert_level == "green"


def test_take_up_ties_to_an_incident_there_is(editor_a):
    own = IncidentFactory(participant=editor_a.participant, status="reported")

    item = services.take_up(feed_item(), by=editor_a, at=LATER, incident=own.pk)

    own.refresh_from_db()
    assert (item.incident, Incident.objects.count(), own.alert_level) == (own, 1, "orange")
    assert "EQ1" in own.row_json


def test_a_later_version_is_added_to_the_incidents_reference_and_its_level_stays(editor_a):
    own = IncidentFactory(participant=editor_a.participant, status="reported", alert_level="green")
    services.take_up(feed_item(), by=editor_a, at=LATER, incident=own.pk)

    take_in(sighting(**NEWER), at=LATER)

    own.refresh_from_db()
    reference = own.references.get(scheme="gdacs")
    assert (own.alert_level, reference.version_at, reference.versions.count()) == (
        "green",
        LATER,
        2,
    )


def test_take_up_twice_is_refused(editor_a):
    item = services.take_up(feed_item(), by=editor_a, at=LATER)

    with pytest.raises(WrongStatus):
        services.take_up(item, by=editor_a, at=LATER)
    assert Incident.objects.count() == 1


def test_what_was_dismissed_can_still_be_taken_up(editor_a, second_editor_a):
    item = services.dismiss(feed_item(), by=second_editor_a, at=ONSET, reason="Nothing was felt.")

    assert services.take_up(item, by=editor_a, at=LATER).status == "taken_up"


@pytest.mark.parametrize("person", ["reader_a", "machine_a", "officer", "administrator"])
def test_take_up_by_others_than_editors_and_heads_is_refused(request, person):
    with pytest.raises(Refused):
        services.take_up(feed_item(), by=request.getfixturevalue(person), at=LATER)
    assert not Incident.objects.exists()


def test_take_up_into_an_exercise_is_refused(editor_a):
    drill = IncidentFactory(participant=editor_a.participant, status="reported", is_exercise=True)

    with pytest.raises(Refused, match="never tied to an exercise"):
        services.take_up(feed_item(), by=editor_a, at=LATER, incident=drill.pk)


def test_take_up_into_the_incident_of_another_participant_is_refused(editor_a, azerbaijan):
    theirs = IncidentFactory(participant=azerbaijan, status="reported")

    with pytest.raises(Refused):
        services.take_up(feed_item(), by=editor_a, at=LATER, incident=theirs.pk)


def test_take_up_into_what_the_person_may_not_see_says_there_is_none(editor_a, azerbaijan):
    hidden = IncidentFactory(participant=azerbaijan, status="draft")

    for key in (hidden.pk, uuid4(), "nonsense"):
        with pytest.raises(ValidationError, match="There is no such incident"):
            services.take_up(feed_item(), by=editor_a, at=LATER, incident=key)


def test_take_up_into_a_second_incident_of_that_name_is_refused(editor_a):
    services.take_up(feed_item(), by=editor_a, at=LATER)
    FeedItem.objects.update(status="dismissed", incident=None)
    other = IncidentFactory(participant=editor_a.participant, status="reported")

    with pytest.raises(ValidationError, match="has this name already"):
        services.take_up(FeedItem.objects.get(), by=editor_a, at=LATER, incident=other.pk)


def test_take_up_of_a_name_the_portal_knows_is_refused_unless_it_is_tied(editor_a):
    services.take_up(feed_item(), by=editor_a, at=LATER)
    FeedItem.objects.update(status="dismissed", incident=None)
    item, first = FeedItem.objects.get(), Incident.objects.get()

    with pytest.raises(KnownAlready):
        services.take_up(item, by=editor_a, at=LATER)
    assert services.take_up(item, by=editor_a, at=LATER, incident=first.pk).incident == first


def test_a_glide_number_of_a_country_that_is_not_affected_is_left_to_a_person(editor_a):
    facts = {**QUAKE.facts, "glide": "EQ-2026-000123-SYR"}

    services.take_up(feed_item(facts=facts), by=editor_a, at=LATER)

    assert [r.scheme for r in Incident.objects.get().references.all()] == ["gdacs"]


def test_a_failed_take_up_leaves_no_draft_behind(editor_a):
    item = feed_item(onset_at=ONSET + timedelta(hours=20))

    with pytest.raises(ValidationError):
        services.take_up(item, by=editor_a, at=ONSET)
    assert (Incident.objects.count(), FeedItem.objects.get().status) == (0, "new")


# ── dismissing ──────────────────────────────────────────────────────────────────────────────────


def test_dismiss_says_who_and_why(editor_a):
    item = services.dismiss(feed_item(), by=editor_a, at=LATER, reason=" Nothing was felt. ")

    assert (item.status, item.dismissed_by, item.reason) == (
        "dismissed",
        editor_a,
        "Nothing was felt.",
    )


def test_dismiss_without_a_reason_is_refused(editor_a):
    with pytest.raises(ValidationError):
        services.dismiss(feed_item(), by=editor_a, at=LATER, reason="  ")


def test_dismiss_of_what_was_taken_up_is_refused(editor_a, second_editor_a):
    item = services.take_up(feed_item(), by=editor_a, at=LATER)

    with pytest.raises(WrongStatus):
        services.dismiss(item, by=second_editor_a, at=LATER, reason="Too late.")


def test_a_later_version_leaves_a_dismissed_proposal_dismissed(editor_a):
    services.dismiss(feed_item(), by=editor_a, at=ONSET, reason="Nothing was felt.")

    take_in(sighting(**NEWER), at=LATER)

    item = FeedItem.objects.get()
    assert (item.status, item.alert_level) == ("dismissed", "red")


def test_what_happened_elsewhere_is_dismissed_and_taken_up_by_nobody_from_here(editor_b):
    item = feed_item()

    with pytest.raises(Refused, match="neither in your country nor within 100 km"):
        services.dismiss(item, by=editor_b, at=LATER, reason="Nothing was felt here.")
    with pytest.raises(Refused, match="neither in your country nor within 100 km"):
        services.take_up(item, by=editor_b, at=LATER)
    assert not Incident.objects.exists()


def test_what_lies_within_100_km_is_taken_up_though_the_country_is_not_named(editor_a):
    item = feed_item(countries=("BG",), latitude=41.9, longitude=25.9)

    assert services.take_up(item, by=editor_a, at=LATER).status == "taken_up"


# ── several countries, and giving back ──────────────────────────────────────────────────────────

BOTH = {"countries": ("TR", "AZ")}


def taken_by_both(editor_a, editor_b):
    item = services.take_up(feed_item(**BOTH), by=editor_a, at=LATER)
    return services.take_up(item, by=editor_b, at=LATER)


def test_another_country_named_makes_an_incident_of_its_own_with_the_same_name(editor_a, editor_b):
    item = taken_by_both(editor_a, editor_b)

    assert item.incident.participant_id == editor_a.participant_id
    assert set(
        Incident.objects.filter(references__value="EQ1").values_list("participant_id", flat=True)
    ) == {editor_a.participant_id, editor_b.participant_id}
    assert kinds().count("incidents.feed_item.joined") == 1
    with pytest.raises(WrongStatus):
        services.take_up(item, by=editor_b, at=LATER)


def test_another_country_named_ties_it_to_an_incident_of_its_own(editor_a, editor_b):
    own = IncidentFactory(participant=editor_b.participant, status="reported")
    item = services.take_up(feed_item(**BOTH), by=editor_a, at=LATER)

    services.take_up(item, by=editor_b, at=LATER, incident=own.pk)

    assert own.references.get(scheme="gdacs").versions.count() == 1


def test_later_versions_reach_all_incidents_and_wake_where_it_happens(editor_a, editor_b):
    services.take_up(feed_item(**BOTH), by=editor_a, at=LATER)

    take_in(sighting(**NEWER, **BOTH), at=LATER)

    assert recipients("incidents.feed_item.updated") == {editor_a, editor_b}  # B is on duty
    services.take_up(FeedItem.objects.get(), by=editor_b, at=LATER)
    take_in(sighting(**{**NEWER, "episode": "3", "digest": "3" * 64}, **BOTH), at=LATER)
    assert {editor_a, editor_b} <= recipients("incidents.feed_item.updated")


def test_a_discarded_draft_gives_the_proposal_back_to_everybody(editor_a):
    item = services.take_up(feed_item(), by=editor_a, at=LATER)

    incidents.discard(item.incident, by=editor_a, at=LATER)

    item.refresh_from_db()
    assert (item.status, item.incident) == ("new", None)
    again = services.take_up(item, by=editor_a, at=LATER)
    assert again.incident.status == "draft"
    assert set(again.incident.references.values_list("scheme", flat=True)) == {"gdacs", "glide"}


def test_a_discarded_draft_leaves_it_with_the_other_country_that_has_it(editor_a, editor_b):
    item = taken_by_both(editor_a, editor_b)

    incidents.discard(item.incident, by=editor_a, at=LATER)

    item.refresh_from_db()
    assert (item.status, item.incident.participant_id) == ("taken_up", editor_b.participant_id)


# ── history wakes nobody ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("changes", "days", "is_woken"),
    [
        ({}, 1, True),
        ({}, 3, False),
        ({"is_current": False}, 0, False),
        # An old earthquake that is looked through again is no news, a drought that goes on is.
        ({"version_at": ONSET + timedelta(days=3)}, 3, False),
        ({"version_at": ONSET + timedelta(days=3), "hazard": "MH0401"}, 3, True),
        ({"hazard": "MH0401"}, 3, False),
    ],
)
def test_only_what_is_news_wakes_the_officers_on_duty(editor_a, changes, days, is_woken):
    User.objects.filter(pk=editor_a.pk).update(is_on_duty=True)

    take_in(sighting(**changes), at=ONSET + timedelta(days=days))

    assert recipients("incidents.feed_item.received") == ({editor_a} if is_woken else set())
