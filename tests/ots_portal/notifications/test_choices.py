"""All choices together: shown, taken away, put back, and what would have come of them."""

from datetime import timedelta

import pytest
import time_machine

from ots_portal.audit.services import record
from ots_portal.notifications import mutes, preferences, previews, subscriptions
from ots_portal.notifications.models import KindChoice, MutedThread, Subscription
from ots_portal.notifications.preferences import Times
from ots_portal.notifications.silence import telling_nobody
from ots_portal.plugs import Thread, Wish
from tests.factories.incidents import IncidentFactory
from tests.factories.sessions import sign_in

LOWERED, VERIFIED = "incidents.incident.level_lowered", "incidents.incident.verified"


@pytest.fixture
def incident(turkiye):
    return IncidentFactory(participant=turkiye, status="active", titles={"en": "Quake"})


@pytest.fixture
def chooser(editor_b, incident, now):
    """Has chosen something of everything; on duty."""
    editor_b.language = "en"
    editor_b.save()
    preferences.choose(editor_b, cadences={LOWERED: "daily"}, by=editor_b, at=now)
    wish = Wish("Quakes", "hourly", {"hazards": ["GH0101"], "alert_levels": ["orange"]})
    subscriptions.add(editor_b, wish, by=editor_b, at=now)
    mutes.mute(editor_b, Thread("incidents.incident", str(incident.pk)), by=editor_b, at=now)
    return editor_b


def test_page_says_in_words_what_was_chosen(client, chooser):
    sign_in(client, chooser)

    page = client.get("/inbox/choices/").content.decode()

    for words in ("Quakes", "Hazards: Earthquake", "Alert level at least: Orange", "Quake"):
        assert words in page


def test_page_of_who_chose_nothing_says_so(client, reader_a):
    sign_in(client, reader_a)

    page = client.get("/inbox/choices/").content.decode()

    assert ("You have no subscriptions" in page, "Nothing is muted." in page) == (True, True)
    assert "Add the usual ones of your role" in page


def test_usual_subscriptions_are_added_by_one_click(client, reader_a):
    sign_in(client, reader_a)

    client.post("/inbox/choices/subscriptions/usual/")
    page = client.get("/inbox/choices/").content.decode()

    assert Subscription.objects.filter(user=reader_a).count() == 2
    assert "Add the usual ones of your role" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_the_same_queries_for_any_number_of_choices(
    client, reader_a, turkiye, now, count, django_assert_num_queries
):
    for number in range(count):
        wish = Wish(str(number), "daily", {"participants": ["turkiye"]})
        subscriptions.add(reader_a, wish, by=reader_a, at=now)
        each = IncidentFactory(participant=turkiye, status="active")
        thread = Thread("incidents.incident", str(each.pk))
        mutes.mute(reader_a, thread, by=reader_a, at=now)
    client.force_login(reader_a)
    client.get("/inbox/choices/")

    with django_assert_num_queries(PAGE_QUERIES):
        client.get("/inbox/choices/")


PAGE_QUERIES = 13


def test_choices_are_taken_away_as_a_file(client, chooser, incident, now):
    sign_in(client, chooser)

    answer = client.get("/inbox/choices/export/")

    assert answer["Content-Disposition"] == 'attachment; filename="message-choices.json"'
    assert answer.json() == {
        "format": "ots-message-choices-1",
        "mail_cadences": {LOWERED: "daily"},
        "digest_time": "07:00",
        "quiet_from": None,
        "quiet_until": None,
        "subscriptions": [
            {
                "name": "Quakes",
                "cadence": "hourly",
                "values": {"alert_levels": ["orange"], "hazards": ["GH0101"]},
                "created_at": "2026-11-20T12:00:00Z",
            }
        ],
        "muted": [
            {
                "record": ["incidents.incident", str(incident.pk)],
                "muted_at": "2026-11-20T12:00:00Z",
            }
        ],
    }


def test_one_click_puts_everything_back_to_the_usual(client, chooser):
    sign_in(client, chooser)

    client.post("/inbox/choices/reset/")

    names = Subscription.objects.filter(user=chooser).values_list("name", flat=True)
    assert sorted(names) == ["Grave incidents", "What concerns Azerbaijan"]
    assert (KindChoice.objects.count(), MutedThread.objects.count()) == (0, 0)
    chooser.refresh_from_db()
    assert preferences.times_of(chooser) == Times()


# ── what would have come ────────────────────────────────────────────────────────────────────────
def happened(kind, subject, at, by=None):
    record(kind, subject=subject, by=by, at=at)


def preview_of(person, now):
    return previews.of_late(person, at=now + timedelta(days=1))


def told(person, now):
    return [(line.why, line.cadence) for line in preview_of(person, now).lines]


def test_preview_names_role_and_subscriptions_and_the_way_it_would_have_come(
    incident, editor_b, now
):
    subscriptions.add(editor_b, Wish("Quakes", "hourly"), by=editor_b, at=now)
    preferences.choose(editor_b, cadences={LOWERED: "daily"}, by=editor_b, at=now)
    happened(LOWERED, incident, now)
    happened(VERIFIED, incident, now + timedelta(minutes=1))

    alert, lowered = preview_of(editor_b, now).lines

    assert (alert.why, alert.cadence, alert.mailed_at) == (("", "Quakes"), "at_once", alert.at)
    assert (lowered.why, lowered.cadence) == (("", "Quakes"), "hourly")
    assert lowered.mailed_at == now + timedelta(hours=1)


@pytest.mark.parametrize(
    ("of_kind", "expected"), [("never", "never"), ("daily", "hourly"), ("at_once", "at_once")]
)
def test_preview_and_fan_out_agree_on_the_way(incident, editor_b, now, of_kind, expected):
    subscriptions.add(editor_b, Wish("Quakes", "hourly"), by=editor_b, at=now)
    preferences.choose(editor_b, cadences={LOWERED: of_kind}, by=editor_b, at=now)
    happened(LOWERED, incident, now)

    assert told(editor_b, now) == [(("", "Quakes"), expected)]


def test_preview_of_a_subscriber_off_duty(incident, reader_a, now):
    subscriptions.add(reader_a, Wish("Quakes", "daily"), by=reader_a, at=now)
    happened(LOWERED, incident, now)

    (line,) = preview_of(reader_a, now).lines

    assert (line.why, line.cadence) == (("Quakes",), "daily")
    assert line.mailed_at == now.replace(hour=7) + timedelta(days=1)


def test_preview_shows_what_is_muted_as_muted(incident, chooser, now):
    happened(LOWERED, incident, now)

    (line,) = preview_of(chooser, now).lines

    assert (line.is_muted, line.cadence, line.mailed_at) == (True, "never", None)


def test_preview_shows_nothing_that_may_not_be_read_or_told_nobody_or_is_the_own_deed(
    turkiye, incident, editor_a, reader_a, observer, now
):
    for person in (editor_a, observer):
        subscriptions.add(person, Wish("All", "daily"), by=person, at=now)
    happened(LOWERED, incident, now, by=editor_a)
    with telling_nobody():
        happened(VERIFIED, incident, now)

    assert (told(editor_a, now), told(observer, now), told(reader_a, now)) == ([], [], [])


def test_preview_ends_after_thirty_days_and_says_where_it_was_cut(
    incident, editor_b, now, monkeypatch
):
    monkeypatch.setattr(previews, "MOST_ENTRIES", 2)
    happened(LOWERED, incident, now - timedelta(days=31))
    happened(LOWERED, incident, now)
    whole = preview_of(editor_b, now)
    for minute in (1, 2):
        happened(LOWERED, incident, now + timedelta(minutes=minute))
    cut = preview_of(editor_b, now)

    assert (len(whole.lines), whole.is_cut) == (1, False)
    assert (len(cut.lines), cut.is_cut) == (2, True)


def test_page_of_the_preview_lists_and_counts(client, incident, editor_b, now):
    happened(LOWERED, incident, now)
    editor_b.language = "en"
    editor_b.save()

    with time_machine.travel(now + timedelta(days=1), tick=False):
        sign_in(client, editor_b)
        page = client.get("/inbox/choices/preview/").content.decode()

    assert "Your role and duty" in page
    assert "Quake is lowered to Orange alert level" in page


def test_page_of_an_empty_preview_says_so(client, reader_a):
    sign_in(client, reader_a)

    assert "Nothing of these days" in client.get("/inbox/choices/preview/").content.decode()
