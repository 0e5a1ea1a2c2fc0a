import re
from datetime import timedelta
from email import message_from_string

import pytest
import time_machine
from django.core import mail, signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents.services import incidents
from ots_portal.audit.services import record
from ots_portal.notifications import links, preferences, services, subscriptions
from ots_portal.notifications.models import KindChoice, MutedThread, OutboxRow
from ots_portal.plugs import Thread, Wish
from tests.factories.incidents import IncidentFactory, reported

LOWERED, VERIFIED = "incidents.incident.level_lowered", "incidents.incident.verified"


@pytest.fixture
def anybody():
    """A mailbox's own server, or a mail program: no session, no token of a form."""
    return Client(enforce_csrf_checks=True)


def path_of(link):
    return re.sub(r"^https?://[^/]+", "", link)


def test_button_of_the_link_leaves_the_kind_to_the_inbox(anybody, editor_b):
    address = path_of(links.kind_link(editor_b, LOWERED, at=timezone.now()))

    page = anybody.get(address)
    before = preferences.chosen_by(editor_b)
    done = anybody.post(address)

    assert page.content.decode().count("<button") == done.content.decode().count("<button") + 1
    assert (before, preferences.chosen_by(editor_b)) == ({}, {LOWERED: "never"})
    assert (page.cookies, done.cookies) == ({}, {})


def test_mailbox_stops_it_with_one_post(anybody, editor_b):
    """RFC 8058, 3.2: a POST with this body, without cookies."""
    address = path_of(links.kind_link(editor_b, LOWERED, at=timezone.now()))

    answer = anybody.post(address, {"List-Unsubscribe": "One-Click"})

    assert (answer.status_code, preferences.chosen_by(editor_b)) == (200, {LOWERED: "never"})


def test_the_page_is_kept_out_of_search_engines_and_referrers(anybody, editor_b):
    address = path_of(links.kind_link(editor_b, LOWERED, at=timezone.now()))

    answers = [anybody.get(address), anybody.post(address), anybody.get(f"{address[:-2]}x/")]

    assert [answer.status_code for answer in answers] == [200, 200, 410]
    assert [(answer["X-Robots-Tag"], answer["Referrer-Policy"]) for answer in answers] == [
        ("noindex, nofollow", "no-referrer")
    ] * 3


def test_pressing_twice_is_pressing_once(anybody, editor_b):
    address = path_of(links.kind_link(editor_b, LOWERED, at=timezone.now()))

    answers = [anybody.post(address).status_code for _ in range(2)]

    assert (answers, KindChoice.objects.count()) == ([200, 200], 1)


def test_link_of_a_digest_stops_what_came_in_it(anybody, editor_b, now):
    preferences.choose(
        editor_b, cadences={LOWERED: "daily", VERIFIED: "hourly"}, by=editor_b, at=now
    )
    for cadence in ("daily", "hourly"):
        subscriptions.add(editor_b, Wish(cadence, cadence), by=editor_b, at=now)

    anybody.post(path_of(links.digest_link(editor_b, "daily", at=timezone.now())))

    assert preferences.chosen_by(editor_b) == {LOWERED: "never", VERIFIED: "hourly"}
    kept = subscriptions.of_user(editor_b).order_by("name")
    assert list(kept.values_list("name", "cadence")) == [("daily", "never"), ("hourly", "hourly")]


def test_link_of_a_thread_mutes_it_and_says_nothing_of_the_record(anybody, turkiye, editor_b):
    incident = IncidentFactory(participant=turkiye, status="active", titles={"en": "Secret quake"})
    thread = Thread("incidents.incident", str(incident.pk))
    address = path_of(links.thread_link(editor_b, thread, at=timezone.now()))

    page = anybody.get(address).content.decode()
    anybody.post(address)

    assert ("Secret quake" in page, incident.number in page) == (False, False)
    assert [(mute.user, mute.key) for mute in MutedThread.objects.all()] == [
        (editor_b, str(incident.pk))
    ]


def test_page_speaks_the_recipients_language(anybody, editor_b, editor_a):
    pages = [
        anybody.get(path_of(links.kind_link(person, LOWERED, at=timezone.now()))).content.decode()
        for person in (editor_a, editor_b)
    ]

    assert re.findall(r'<html lang="(\w+)"', "".join(pages)) == ["en", "az"]


def refused(anybody, address):
    answer = anybody.post(address)
    return (answer.status_code, KindChoice.objects.count(), MutedThread.objects.count()) == (
        410,
        0,
        0,
    )


def test_altered_link_stops_nothing(anybody, editor_b):
    address = path_of(links.kind_link(editor_b, LOWERED, at=timezone.now()))

    assert refused(anybody, address[:-3] + "xx/")


def test_old_link_stops_nothing(anybody, editor_b):
    address = path_of(links.kind_link(editor_b, LOWERED, at=timezone.now()))

    with time_machine.travel(timedelta(days=91), tick=False):
        assert refused(anybody, address)


def test_link_of_somebody_who_left_stops_nothing(anybody, editor_b):
    address = path_of(links.kind_link(editor_b, LOWERED, at=timezone.now()))
    editor_b.is_active = False
    editor_b.save()

    assert refused(anybody, address)


def test_what_is_mandatory_is_not_stopped(anybody, editor_b):
    assert refused(
        anybody,
        path_of(links.kind_link(editor_b, "people.user.password_changed", at=timezone.now())),
    )


def test_record_that_may_no_longer_be_read_is_not_muted(anybody, turkiye, editor_b):
    hidden = IncidentFactory(participant=turkiye, status="active", classification="named")
    thread = Thread("incidents.incident", str(hidden.pk))

    assert refused(anybody, path_of(links.thread_link(editor_b, thread, at=timezone.now())))


# ── in the mail ─────────────────────────────────────────────────────────────────────────────────
def test_mail_carries_the_links_and_the_fields_of_its_recipient(
    anybody, editor_a, second_editor_a, editor_b, now
):
    incident = reported(by=editor_a)
    OutboxRow.objects.update(fanned_out_at=now)
    incidents.verify(incident, by=second_editor_a, at=now)

    services.work_through(clock=lambda: now)

    (message,) = mail.outbox
    (link,) = re.findall(r"https?://\S+/inbox/stop/\S+/", message.body)
    assert message.extra_headers["List-Unsubscribe"] == f"<{link}>"
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f'href="{link}"' in message.alternatives[0].content
    on_the_wire = message_from_string(message.message().as_string())
    assert "".join(on_the_wire["List-Unsubscribe"].split()) == f"<{link}>"
    anybody.post(path_of(link))
    assert preferences.chosen_by(editor_b) == {VERIFIED: "never"}


def test_mail_that_is_mandatory_offers_no_way_out(client, editor_a, now):
    record("people.user.password_changed", subject=editor_a, by=editor_a, at=now)

    services.work_through(clock=lambda: now)

    (message,) = mail.outbox
    assert "List-Unsubscribe" not in message.extra_headers
    assert "/inbox/" not in message.body


@pytest.mark.parametrize(("kind", "is_warned"), [(VERIFIED, True), (LOWERED, False)])
def test_link_that_stops_alerts_says_that_duty_brings_them_back(anybody, editor_b, kind, is_warned):
    editor_b.language = "en"
    editor_b.save()
    address = path_of(links.kind_link(editor_b, kind, at=timezone.now()))

    page = anybody.get(address).content.decode()

    assert ("While you are on duty" in page) == is_warned


@pytest.mark.parametrize("said", [("kind", "ü", 7), ("a.b/c:d", "", -1), ('"', "\\", "Ə😀")])
def test_links_are_signed_as_django_signs_them(settings, said):
    settings.SECRET_KEY = "ünlü" * 20

    token = links.signed_address("notifications:stop", said, salt="a.salt")

    expected = signing.Signer(salt="a.salt").sign_object(list(said))
    assert path_of(token) == reverse("notifications:stop", args=[expected])
