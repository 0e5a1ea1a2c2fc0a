"""A person's calendar and messages at a secret address: what programs read, and who else does not."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import icalendar
import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client

from incidents.models import RequestItem
from ots_portal.access import sessions
from ots_portal.audit.models import AuditEntry
from ots_portal.clock import database_now
from ots_portal.notifications.models import Delivery, OutboxRow
from ots_portal.notifications.services import fan_out_waiting
from ots_portal.personal_feeds import queries, rules, services
from ots_portal.personal_feeds.models import FeedAddress, FeedKind
from ots_portal.staff.services import people
from ots_portal.verdicts import Refused
from tests.factories.incidents import IncidentFactory
from tests.factories.notifications import InboxItemFactory
from tests.factories.offers import submitted_offer
from tests.factories.people import UserFactory
from tests.factories.requests import circulated, drafted
from tests.factories.sessions import sign_in, with_second_factor

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def made(editor_b, now):
    """Call it with a kind to make an address of editor_b's; it returns where a program reads."""

    def make(kind):
        secret = services.make(kind=kind, name="My phone", by=editor_b, at=now).secret
        name = "calendar.ics" if kind == FeedKind.CALENDAR else f"{kind}.atom"
        return f"/feeds/{secret}/{name}"

    return make


def events(answer):
    return icalendar.Calendar.from_ical(answer.content).events


def titles(answer):
    root = ET.fromstring(answer.content)  # noqa: S314 -- our own answer
    return [title.text for title in root.findall("a:entry/a:title", ATOM)]


# ── addresses ───────────────────────────────────────────────────────────────────────────────────


def test_an_address_is_shown_once_and_its_secret_is_kept_nowhere(client, editor_a):
    sign_in(client, editor_a)

    page = client.post(
        "/people/settings/feeds/make/", {"kind": "calendar", "name": "My phone"}
    ).content.decode()
    again = client.get("/people/settings/feeds/").content.decode()

    secret = page.partition("data-secret-address>")[2].partition("/feeds/")[2].partition("/")[0]
    assert len(secret) >= 43
    assert (secret in again, "My phone" in again) == (False, True)
    address = FeedAddress.objects.get()
    assert address.digest == queries.digest_of(secret)
    entry = AuditEntry.objects.get(kind="personal_feeds.address.made")
    assert secret not in entry.body


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"kind": "calendar", "name": ""}, "name"), ({"kind": "letters", "name": "Phone"}, "kind")],
)
def test_what_is_missing_is_said_at_its_field(client, editor_a, fields, field):
    sign_in(client, editor_a)

    answer = client.post("/people/settings/feeds/make/", fields)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not FeedAddress.objects.exists()


def test_nobody_makes_more_addresses_than_they_can_look_after(editor_a, now, monkeypatch):
    monkeypatch.setattr(services, "MOST_ADDRESSES", 2)
    for number in range(2):
        services.make(kind=FeedKind.CALENDAR, name=f"Phone {number}", by=editor_a, at=now)

    with pytest.raises(ValidationError, match="2 addresses in use"):
        services.make(kind=FeedKind.CALENDAR, name="One more", by=editor_a, at=now)


def test_a_partner_system_makes_none(machine_a, now):
    with pytest.raises(Refused, match="call the API"):
        services.make(kind=FeedKind.CALENDAR, name="Robot", by=machine_a, at=now)


def test_a_revoked_address_answers_like_one_that_never_was(client, made, editor_b, now):
    path = made(FeedKind.CALENDAR)
    never = client.get("/feeds/nobody-ever-had-this/calendar.ics")

    services.revoke(FeedAddress.objects.get(), by=editor_b, at=now)
    revoked = client.get(path)

    assert (revoked.status_code, revoked.content) == (404, never.content)


def test_a_colleague_cannot_revoke_it(client, made, editor_a):
    made(FeedKind.CALENDAR)
    sign_in(client, editor_a)

    answer = client.post(f"/people/settings/feeds/{FeedAddress.objects.get().pk}/revoke/")

    assert (answer.status_code, FeedAddress.objects.get().revoked_at) == (404, None)


# ── whoever answers for the account ─────────────────────────────────────────────────────────────


@pytest.fixture
def mails_of(now):
    def found(person):
        fan_out_waiting(clock=lambda: now)
        mails = Delivery.objects.filter(recipient=person, channel="mail")
        return sorted(mails.values_list("entry__kind", flat=True))

    return found


def test_the_head_sees_which_programs_read_and_never_where(client, made, editor_b, head_b):
    path = made(FeedKind.CALENDAR)
    client.get(path)
    sign_in(client, head_b)

    text = client.get(f"/people/{editor_b.pk}/").content.decode()

    feeds = text[text.index('id="feeds"') :]
    assert ("My phone" in feeds, "Calendar" in feeds, "Not yet" in feeds) == (True, True, False)
    assert path.split("/")[2] not in text
    assert FeedAddress.objects.get().digest not in text


def test_a_person_without_addresses_has_none_on_the_page(client, editor_b, head_b):
    sign_in(client, head_b)

    text = client.get(f"/people/{editor_b.pk}/").content.decode()

    assert "No program reads this person’s calendar or messages." in text


@pytest.mark.parametrize("reader", ["editor_b", "second_of_b", "officer", "auditor"])
def test_nobody_else_sees_them_on_the_page(client, made, editor_b, azerbaijan, request, reader):
    made(FeedKind.CALENDAR)
    second = UserFactory(participant=azerbaijan)
    user = second if reader == "second_of_b" else request.getfixturevalue(reader)
    sign_in(client, user)

    text = client.get(f"/people/{editor_b.pk}/").content.decode()

    assert "My phone" not in text


def test_the_head_revokes_one_and_the_person_is_told(client, made, editor_b, head_b, now, mails_of):
    lost, kept = made(FeedKind.CALENDAR), made(FeedKind.MESSAGES)
    address = FeedAddress.objects.get(kind="calendar")
    sign_in(client, head_b)

    answer = client.post(f"/people/feeds/{address.pk}/revoke/", follow=True)

    assert answer.redirect_chain == [(f"/people/{editor_b.pk}/", 302)]
    assert "The address of “My phone” answers nobody any more" in answer.content.decode()
    assert [client.get(path).status_code for path in (lost, kept)] == [404, 200]
    entry = AuditEntry.objects.get(kind="personal_feeds.address.revoked")
    assert (entry.actor_id, entry.subject_id) == (head_b.pk, str(address.pk))
    assert (entry.participant, entry.data) == ("azerbaijan", {"feed": "calendar"})
    OutboxRow.objects.update(due_at=now)
    assert "personal_feeds.address.revoked" in mails_of(editor_b)


def test_who_revokes_the_own_one_is_told_nothing(made, editor_b, now, mails_of):
    made(FeedKind.CALENDAR)
    services.revoke(FeedAddress.objects.get(), by=editor_b, at=now)

    assert mails_of(editor_b) == ["personal_feeds.address.made"]


def test_who_is_shut_out_is_told_of_that_and_not_of_each_address(
    made, editor_b, head_b, now, mails_of
):
    made(FeedKind.CALENDAR)
    made(FeedKind.MESSAGES)
    sign_in(Client(), editor_b)
    people.end_sessions(editor_b, by=head_b, at=now)

    assert AuditEntry.objects.filter(kind="personal_feeds.address.revoked").count() == 2
    assert "personal_feeds.address.revoked" not in mails_of(editor_b)


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("editor_b", True), ("head_b", True), ("secretary", True), ("administrator", True),
        ("head_a", False), ("officer", False), ("auditor", False), ("editor_a", False), ("machine_b", False),
    ],
)  # fmt: skip
def test_who_may_revoke(made, request, now, who, allowed):
    made(FeedKind.CALENDAR)
    user, address = request.getfixturevalue(who), FeedAddress.objects.get()

    assert bool(rules.may_revoke(user, address)) is allowed
    is_anothers = who != "editor_b"
    assert queries.looked_after_by(user).exists() is (allowed and is_anothers)


@pytest.mark.parametrize("deed", ["suspend", "reset_second_factor", "end_sessions"])
def test_who_is_shut_out_by_somebody_has_to_make_new_addresses(
    client, made, editor_b, head_b, administrator, now, deed
):
    address = made(FeedKind.CALENDAR)
    sign_in(Client(), editor_b)  # a browser somewhere

    if deed == "suspend":
        people.suspend(editor_b, reason="security", by=head_b, at=now)
        people.reactivate(editor_b, by=head_b, at=now)
    elif deed == "reset_second_factor":
        with_second_factor(editor_b)
        people.reset_second_factor(editor_b, by=administrator, at=now)
    else:
        people.end_sessions(editor_b, by=head_b, at=now)

    assert client.get(address).status_code == 404
    entry = AuditEntry.objects.get(kind="personal_feeds.address.revoked")
    assert entry.participant == "azerbaijan"
    assert entry.actor_id in (head_b.pk, administrator.pk)


def test_ending_the_own_sessions_leaves_the_addresses(client, made, editor_b, now):
    address = made(FeedKind.CALENDAR)
    sign_in(Client(), editor_b)

    assert sessions.end_sessions(editor_b, by=editor_b, at=now) == 1

    assert client.get(address).status_code == 200


@pytest.mark.parametrize("kind", FeedKind)
def test_a_person_who_is_suspended_has_no_feeds(client, made, editor_b, kind):
    path = made(kind)
    assert client.get(path).status_code == 200

    editor_b.is_active = False
    editor_b.save()

    assert client.get(path).status_code == 404


def test_the_secret_of_a_calendar_opens_no_messages(client, made):
    path = made(FeedKind.CALENDAR)

    answer = client.get(path.replace("calendar.ics", "messages.atom"))

    assert answer.status_code == 404


def test_who_reads_too_often_is_asked_to_come_again(client, made, settings, monkeypatch):
    cache.clear()
    path = made(FeedKind.CALENDAR)
    rates = {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "feeds": "2/min"}
    monkeypatch.setattr(
        "ots_portal.api.throttling.api_settings.DEFAULT_THROTTLE_RATES", rates, raising=False
    )

    answers = [client.get(path) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60


@pytest.mark.parametrize("kind", FeedKind)
def test_a_feed_has_no_session_no_cookie_and_no_place_in_caches_or_search_engines(
    client, made, kind
):
    answer = client.get(made(kind))

    assert (answer["Cache-Control"], answer["X-Robots-Tag"], answer["Referrer-Policy"]) == (
        "private, no-cache",
        "noindex",
        "no-referrer",
    )
    assert not answer.cookies


@pytest.mark.parametrize("kind", FeedKind)
def test_what_has_not_changed_is_not_sent_again(client, made, kind):
    path = made(kind)
    first = client.get(path)

    second = client.get(path, headers={"If-None-Match": first["ETag"]})

    assert (second.status_code, second.content) == (304, b"")


def test_when_it_was_read_last_is_noted(client, made):
    path = made(FeedKind.CALENDAR)
    assert FeedAddress.objects.get().last_read_at is None

    client.get(path)

    assert database_now() - FeedAddress.objects.get().last_read_at < timedelta(minutes=1)


# ── the calendar ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def soon():
    return database_now() + timedelta(days=3)


def test_a_line_that_is_needed_stands_in_the_calendar_of_who_reads_the_request(
    client, made, editor_a, soon
):
    request = circulated(by=editor_a)
    RequestItem.objects.filter(request=request).update(needed_by=soon)

    event = events(client.get(made(FeedKind.CALENDAR)))[0]

    assert request.number in event["SUMMARY"]
    assert event.start.replace(microsecond=0) == soon.replace(microsecond=0)
    assert str(event["URL"]).endswith(f"/incidents/requests/{request.pk}/")


def test_what_the_person_may_not_see_is_not_in_the_calendar(client, made, editor_a, soon):
    request = drafted(by=editor_a)
    RequestItem.objects.filter(request=request).update(needed_by=soon)

    assert events(client.get(made(FeedKind.CALENDAR))) == []


def test_an_offer_ends_in_the_calendars_of_its_parties_only(
    client, editor_a, editor_b, kazakhstan, soon, now
):
    request = circulated(by=editor_a)
    RequestItem.objects.filter(request=request).update(needed_by=None)
    offer = submitted_offer(request, by=editor_b, valid_until=soon)
    other = UserFactory(participant=kazakhstan, role="editor")
    found = []
    for person in (editor_a, editor_b, other):
        secret = services.make(kind=FeedKind.CALENDAR, name="x", by=person, at=now).secret
        answer = client.get(f"/feeds/{secret}/calendar.ics")
        found.append([offer.number in event["SUMMARY"] for event in events(answer)])

    assert found == [[True], [True], []]


# ── the messages ────────────────────────────────────────────────────────────────────────────────


def test_messages_are_worded_in_the_persons_language(client, made, editor_b, turkiye):
    incident = IncidentFactory(status="verified", participant=turkiye, titles={"az": "Zəlzələ"})
    InboxItemFactory(recipient=editor_b, subject=incident)

    (title,) = titles(client.get(made(FeedKind.MESSAGES)))

    assert "Zəlzələ" in title


def test_a_message_about_what_may_not_be_seen_any_more_says_only_that(
    client, made, editor_b, turkiye
):
    editor_b.language = "en"
    editor_b.save()
    incident = IncidentFactory(
        status="draft", participant=turkiye, titles={"en": "Something secret"}
    )
    InboxItemFactory(recipient=editor_b, subject=incident)

    (title,) = titles(client.get(made(FeedKind.MESSAGES)))

    assert title == "This record is no longer available to you."


def test_anothers_messages_are_not_in_it(client, made, editor_a, turkiye):
    InboxItemFactory(
        recipient=editor_a, subject=IncidentFactory(status="verified", participant=turkiye)
    )

    assert titles(client.get(made(FeedKind.MESSAGES))) == []
