import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from ots_portal import plugs
from ots_portal.audit.models import AuditEntry
from ots_portal.audit.services import record
from ots_portal.notifications import matching, preferences, subscriptions
from ots_portal.notifications.fan_out import insert_deliveries
from ots_portal.notifications.models import Cadence, Delivery, Subscription
from ots_portal.plugs import Wish, notices
from tests.factories.incidents import IncidentFactory
from tests.factories.sessions import sign_in

LOWERED, VERIFIED = "incidents.incident.level_lowered", "incidents.incident.verified"
REPORTED = "incidents.incident.reported"


@pytest.fixture
def incident(turkiye, hungary):
    """An orange earthquake of Türkiye, with Hungary at risk."""
    return IncidentFactory(participant=turkiye, status="active", involved=[hungary])


def entry_of(incident, kind=LOWERED, by=None, at=None):
    return record(kind, subject=incident, by=by, at=at, participant=incident.participant_id)


def subscribe(user, now, cadence=Cadence.AT_ONCE, name="Mine", **values):
    return subscriptions.add(user, Wish(name, cadence, values), by=user, at=now)


def fan_out(entry, now):
    insert_deliveries(notices[entry.kind], entry, at=now)


def told(user):
    found = Delivery.objects.filter(recipient=user).order_by("channel")
    return list(found.values_list("channel", "cadence"))


@pytest.mark.parametrize(
    ("values", "fits"),
    [
        ({}, True),
        ({"participants": ["turkiye"]}, True),
        ({"participants": ["hungary"]}, True),
        ({"participants": ["kazakhstan"]}, False),
        ({"participants": ["kazakhstan", "turkiye"]}, True),
        ({"hazards": ["GH0101"]}, True),
        ({"hazards": ["MH0600"]}, False),
        ({"alert_levels": ["green"]}, True),
        ({"alert_levels": ["orange"]}, True),
        ({"alert_levels": ["red"]}, False),
        ({"kinds": [LOWERED]}, True),
        ({"kinds": [VERIFIED]}, False),
        ({"participants": ["turkiye"], "hazards": ["GH0101"], "alert_levels": ["orange"]}, True),
        ({"participants": ["turkiye"], "hazards": ["MH0600"]}, False),
        ({"participants": ["turkiye"], "kinds": [VERIFIED]}, False),
        # What nobody offers any more fits nothing, rather than everything.
        ({"moons": ["full"]}, False),
    ],
)
def test_every_field_must_fit_and_of_one_field_any_value(incident, reader_a, now, values, fits):
    subscribe(reader_a, now, **values)
    entry = entry_of(incident, at=now)

    assert matching.fitting(notices[LOWERED], entry).exists() is fits


def test_secondary_hazard_fits_too(turkiye, reader_a, now):
    flood = IncidentFactory(participant=turkiye, status="active", secondary_hazards=["MH0600"])
    subscribe(reader_a, now, hazards=["MH0600"])

    assert matching.fitting(notices[LOWERED], entry_of(flood, at=now)).exists()


def test_who_subscribed_is_told_beside_those_on_duty(incident, editor_b, reader_a, now):
    subscribe(reader_a, now)

    fan_out(entry_of(incident, at=now), now)

    assert (told(reader_a), told(editor_b)) == (
        [("inbox", "at_once"), ("mail", "at_once")],
        [("inbox", "at_once"), ("mail", "at_once")],
    )


def test_subscription_opens_nothing_that_may_not_be_read(turkiye, hungary, observer, reader_a, now):
    named = IncidentFactory(participant=turkiye, status="active", classification="named")
    for person in (observer, reader_a):
        subscribe(person, now)

    fan_out(entry_of(named, at=now), now)

    assert (told(observer), len(told(reader_a))) == ([], 2)


def test_whoever_did_it_is_not_told_by_the_own_subscription(incident, editor_a, now):
    subscribe(editor_a, now)

    fan_out(entry_of(incident, by=editor_a, at=now), now)

    assert told(editor_a) == []


def test_message_worded_for_its_recipients_reaches_no_subscriber(incident, reader_a, officer, now):
    subscribe(officer, now)

    fan_out(entry_of(incident, REPORTED, at=now), now)

    assert (told(officer), REPORTED in {n.kind for n in subscriptions.open_notices()}) == (
        [],
        False,
    )


@pytest.mark.parametrize(
    ("of_subscription", "of_kind", "mailed"),
    [
        ("daily", "at_once", "at_once"),
        ("daily", "hourly", "hourly"),
        ("at_once", "daily", "at_once"),
        ("hourly", "daily", "hourly"),
        ("never", "daily", "daily"),
        # "In the inbox only" counts against every subscription.
        ("at_once", "never", None),
    ],
)
def test_of_two_ways_the_sooner_counts_and_inbox_only_counts_most(
    incident, editor_b, now, of_subscription, of_kind, mailed
):
    subscribe(editor_b, now, of_subscription)
    preferences.choose(editor_b, cadences={LOWERED: of_kind}, by=editor_b, at=now)

    fan_out(entry_of(incident, at=now), now)

    mails = [cadence for channel, cadence in told(editor_b) if channel == "mail"]
    assert mails == ([mailed] if mailed else [])


def test_of_two_subscriptions_the_sooner_counts(incident, reader_a, now):
    subscribe(reader_a, now, Cadence.DAILY, name="All")
    subscribe(reader_a, now, Cadence.HOURLY, name="Earthquakes", hazards=["GH0101"])

    fan_out(entry_of(incident, at=now), now)

    assert told(reader_a) == [("inbox", "at_once"), ("mail", "hourly")]


def test_alert_by_a_subscription_reaches_who_is_on_duty_at_once(incident, editor_a, now):
    editor_a.is_on_duty = True
    editor_a.save()
    subscribe(editor_a, now, Cadence.NEVER)

    fan_out(entry_of(incident, VERIFIED, at=now), now)

    assert told(editor_a) == [("inbox", "at_once"), ("mail", "at_once")]


def test_many_subscriptions_cost_the_fan_out_no_query_more(
    incident, reader_a, editor_b, head_b, now, django_assert_num_queries
):
    for number, person in enumerate((reader_a, editor_b, head_b)):
        subscribe(person, now, name=f"{number}", participants=["turkiye"])
    entry = entry_of(incident, at=now)

    # the incident for recipients, readers and topics, its participants; the inbox twice, mail three times
    with django_assert_num_queries(10):
        fan_out(entry, now)


# ── keeping them ────────────────────────────────────────────────────────────────────────────────
def test_subscription_is_added_changed_and_removed_on_its_pages(client, reader_a, now):
    sign_in(client, reader_a)
    new = {"name": "Quakes", "cadence": "hourly", "hazards": ["GH0101"], "alert_levels": "orange"}

    client.post("/inbox/choices/subscriptions/new/", new)
    subscription = Subscription.objects.get()
    first = subscriptions.values_of(subscription)
    address = f"/inbox/choices/subscriptions/{subscription.pk}/"
    shown = client.get(address).content.decode()
    client.post(address, {"name": "Quakes", "cadence": "daily", "participants": ["turkiye"]})
    subscription = Subscription.objects.get()
    second = (subscription.cadence, subscriptions.values_of(subscription))
    client.post(f"{address}remove/")

    assert first == {"alert_levels": ["orange"], "hazards": ["GH0101"]}
    assert '<option value="orange" selected>' in shown
    assert second == ("daily", {"participants": ["turkiye"]})
    assert not Subscription.objects.exists()
    kinds = AuditEntry.objects.filter(kind__startswith="notifications.subscription").order_by("pk")
    assert {entry.kind.rpartition(".")[2] for entry in kinds} == {"added", "changed", "removed"}


def test_names_are_told_apart(client, reader_a, now):
    subscribe(reader_a, now, name="Quakes")
    sign_in(client, reader_a)

    answer = client.post(
        "/inbox/choices/subscriptions/new/", {"name": "Quakes", "cadence": "daily"}
    )

    assert (answer.status_code, Subscription.objects.count()) == (422, 1)


def test_there_is_an_end_to_subscriptions(reader_a, now):
    for number in range(subscriptions.MOST):
        subscribe(reader_a, now, name=str(number))

    with pytest.raises(PermissionDenied, match="20 subscriptions already"):
        subscribe(reader_a, now, name="One more")


def test_the_page_says_that_there_is_an_end_to_subscriptions(client, reader_a, now):
    for number in range(subscriptions.MOST):
        subscribe(reader_a, now, name=str(number))
    sign_in(client, reader_a)

    answer = client.post(
        "/inbox/choices/subscriptions/new/", {"name": "One more", "cadence": "daily"}
    )

    assert (answer.status_code, Subscription.objects.count()) == (422, subscriptions.MOST)
    text = answer.content.decode()
    assert "You have 20 subscriptions already. Remove one first." in text
    assert 'value="One more"' in text


def test_another_subscription_does_not_take_the_name_of_one(reader_a, now):
    subscribe(reader_a, now, name="Quakes")
    other = subscribe(reader_a, now, name="Floods")

    with pytest.raises(ValidationError, match="with this name already"):
        subscriptions.add(reader_a, Wish("Quakes"), by=reader_a, at=now)
    with pytest.raises(ValidationError, match="with this name already"):
        subscriptions.change(other, Wish("Quakes"), by=reader_a, at=now)
    subscriptions.change(other, Wish("Floods", "hourly"), by=reader_a, at=now)
    assert sorted(Subscription.objects.values_list("name", "cadence")) == [
        ("Floods", "hourly"),
        ("Quakes", "at_once"),
    ]


def test_what_is_no_longer_offered_is_kept_until_somebody_takes_it_out(client, reader_a, now):
    subscription = subscribe(reader_a, now, hazards=["XX9999"])
    sign_in(client, reader_a)

    page = client.get(f"/inbox/choices/subscriptions/{subscription.pk}/").content.decode()

    assert '<option value="XX9999" selected>XX9999</option>' in page


def test_subscription_of_another_is_not_there(client, reader_a, editor_b, now):
    foreign = subscribe(editor_b, now)
    sign_in(client, reader_a)

    answers = [
        client.get(f"/inbox/choices/subscriptions/{foreign.pk}/"),
        client.post(f"/inbox/choices/subscriptions/{foreign.pk}/remove/"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert Subscription.objects.exists()


# ── from the start ──────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("reader_a", [("What concerns Türkiye", "daily"), ("Grave incidents", "daily")]),
        ("editor_a", [("What concerns Türkiye", "hourly"), ("Grave incidents", "daily")]),
        ("observer", [("What concerns Hungary", "daily"), ("Grave incidents", "daily")]),
        ("officer", [("Grave incidents", "hourly")]),
        ("auditor", []),
        ("machine_a", []),
    ],
)
def test_each_role_hears_of_what_matters_without_touching_anything(request, now, who, expected):
    person = request.getfixturevalue(who)

    subscriptions.give_the_first(person, by=person, at=now)
    subscriptions.give_the_first(person, by=person, at=now)

    kept = Subscription.objects.filter(user=person).order_by("-name")
    assert list(kept.values_list("name", "cadence")) == expected


def test_what_is_usual_is_not_offered_again_in_another_language(reader_a, now):
    subscriptions.give_the_first(reader_a, by=None, at=now)
    reader_a.language = "tr"

    names = {wish.name for wish in subscriptions.first_wishes_of(reader_a)}

    assert names.isdisjoint(subscriptions.of_user(reader_a).values_list("name", flat=True))
    assert subscriptions.missing_wishes(reader_a) == []


def test_first_wishes_name_topics_that_there_are(reader_a, officer):
    wishes = [
        wish for person in (reader_a, officer) for wish in subscriptions.first_wishes_of(person)
    ]

    offered = {
        (topic.name, str(value))
        for topic in plugs.topics.values()
        for value, _label in topic.choices()
    }
    said = {
        (name, value) for wish in wishes for name, values in wish.values.items() for value in values
    }
    assert said
    assert said - offered == set()
