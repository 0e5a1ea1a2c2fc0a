"""The link of a mail: one button without signing in, once, for one person, and nothing else."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import signing
from django.core.cache import cache
from django.test import Client

from incidents.models import Acknowledgement
from incidents.services import acknowledgements
from incidents.services import requests as request_services
from ots_portal.audit.models import AuditEntry
from ots_portal.escalations import links
from ots_portal.escalations.models import Clock
from ots_portal.notifications import services as notifications
from ots_portal.notifications.channels.mail import Forms, message_for
from ots_portal.notifications.models import Delivery
from ots_portal.notifications.wording import Wording, wording_for
from ots_portal.people.models import User
from ots_portal.plugs import notices
from tests.factories.people import UserFactory
from tests.factories.requests import a_head

pytestmark = pytest.mark.usefixtures("_fresh_counters")


@pytest.fixture
def _fresh_counters():
    cache.clear()


@pytest.fixture
def mail(clock, editor_b) -> Delivery:
    """The alert's mail to the officer on duty."""
    return Delivery.objects.get(recipient=editor_b, channel="mail")


@pytest.fixture
def address(mail, settings) -> str:
    return links.link_of(mail).removeprefix(settings.PORTAL_ADDRESS)


@pytest.fixture(autouse=True)
def _it_is_noon(monkeypatch, now):
    """The pages ask the database's clock: it stands at two minutes past noon."""
    monkeypatch.setattr(
        "ots_portal.escalations.views.database_now", lambda: now + timedelta(minutes=2)
    )


@pytest.fixture(autouse=True)
def _in_english(editor_b):
    User.objects.filter(pk=editor_b.pk).update(language="en")


def wording_of(delivery: Delivery) -> Wording:
    notice = notices[delivery.entry.kind]
    record = notice.record_for(delivery.recipient, delivery.entry.subject_id)
    return wording_for(notice, delivery.entry, record, delivery.recipient)


def sent(delivery: Delivery):
    return message_for(delivery, wording_of(delivery))


def text_of(answer) -> str:
    """What a person reads on the page, in one line."""
    main = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL).group()
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


# ── in the mail ─────────────────────────────────────────────────────────────────────────────────


def test_both_twins_of_the_mail_hold_the_recipients_own_link(mail):
    message = sent(mail)

    link = links.link_of(mail)
    html = message.alternatives[0][0]
    assert (message.body.count(link), html.count(f'href="{link}"')) == (1, 1)
    assert "link.invalid" not in message.body + html


def test_the_message_that_is_made_in_advance_holds_the_link_too(mail):
    ready = Forms().bytes_for(mail, wording_of(mail))

    assert ready.count(links.link_of(mail).encode()) == 2
    assert b"link.invalid" not in ready


def test_a_text_with_lines_that_must_be_broken_is_not_made_in_advance(mail):
    # quoted-printable would break the place of the link as well
    wording = wording_of(mail)
    place = re.search(r"https://link\.invalid/\w+/acknowledge_link/", wording.html).group()
    long = replace(wording, html="".join("x" * length + place for length in range(900, 940)))

    assert Forms().bytes_for(mail, long) is None
    assert message_for(mail, long).alternatives[0][0].count(links.link_of(mail)) == 40


@pytest.mark.parametrize("name", ["acknowledge_link", "acknowledge_link_begins", "mute_link"])
def test_a_place_for_a_link_that_somebody_wrote_into_a_title_stays_what_it_is(mail, name):
    # In an address of theirs it would carry the reader's own link away, and hide what stands after it.
    written = f"Read https://evil.example/?u=https://link.invalid/{name}/ first"
    wording = wording_of(mail)
    wording = replace(
        wording,
        subject=f"message-of-the-delivery recipient@link.invalid {written}",
        text=f"{written}\n{wording.text}",
    )

    ready, message = Forms().bytes_for(mail, wording).decode(), message_for(mail, wording)

    assert written in message.body
    assert written in ready.replace("\r\n", "\n").replace("\n ", " ")
    assert f"Message-ID: <{mail.pk}@" in ready
    assert f"To: {mail.recipient.email}" in ready


def test_who_could_not_acknowledge_finds_no_link_in_the_mail(clock, officer, mail):
    mail.recipient = officer

    message = sent(mail)

    assert "by-link" not in message.body + message.alternatives[0][0]
    assert "link.invalid" not in message.body + message.alternatives[0][0]


def test_deputy_and_head_have_a_link_of_their_own_and_the_secretariat_has_none(
    clock, deputy_b, head_b, officer_on_duty, at, work
):
    for minute in (5, 10, 15):
        work(at(minute))
    mails = Delivery.objects.filter(entry__kind__startswith="escalations.", channel="mail")

    found = {mail.recipient.full_name: sent(mail).body.count("/by-link/") for mail in mails}

    assert found == {"Deputy of B": 1, "Head of B": 1, "Officer": 0}


def test_nothing_of_the_link_is_stored(mail, address):
    token = address.rstrip("/").rpartition("/")[2]

    stored = [
        str(value)
        for model in (Delivery, Clock, AuditEntry)
        for row in model.objects.values()
        for value in row.values()
    ]

    assert [value for value in stored if token in value] == []


# ── the button ──────────────────────────────────────────────────────────────────────────────────


def test_opening_it_shows_one_button_with_what_and_for_whom_and_changes_nothing(
    client, address, told, editor_b
):
    User.objects.filter(pk=editor_b.pk).update(time_zone="Asia/Baku")

    answer = client.get(address)

    assert answer.status_code == 200
    assert (answer.content.count(b"<form"), answer.content.count(b"<button")) == (1, 1)
    assert text_of(answer) == (
        f"Acknowledge receipt What Assistance is asked for, {told.number} Told "
        "20 Nov 2026, 16:00 UTC+4 In the name of Azerbaijan You say that it has reached your participant, and "
        "nothing else. Your name is kept with it. The link works once. Acknowledge"
    )
    assert Acknowledgement.objects.count() == 0


def test_opening_it_as_mail_programs_do_changes_nothing(client, address):
    for _ in range(3):
        client.get(address)
        client.head(address)

    assert (Acknowledgement.objects.count(), Clock.objects.get().status) == (0, "officers_told")


def test_the_page_tells_nothing_of_the_record_beyond_its_number(client, address, told):
    text = client.get(address).content.decode()

    assert [
        word for word in ("Gaziantep", "tents", "nights are cold", "earthquake") if word in text
    ] == []


def test_it_sets_no_cookie_is_kept_nowhere_and_passes_its_address_on_to_nobody(client, address):
    for answer in (client.get(address), client.post(address)):
        assert answer.cookies == {}
        assert [answer[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")] == [
            "no-store", "no-referrer", "noindex, nofollow",
        ]  # fmt: skip
    assert dict(client.cookies) == {}


def test_it_speaks_the_recipients_language(client, address, editor_b):
    User.objects.filter(pk=editor_b.pk).update(language="az")

    assert client.get(address)["Content-Language"] == "az"


def test_pressing_it_acknowledges_in_the_persons_name_without_signing_in(
    address, told, editor_b, at
):
    answer = Client(enforce_csrf_checks=True).post(address)

    (given,) = told.acknowledgements.all()
    clock = Clock.objects.get()
    assert (answer.status_code, given.by, given.participant_id) == (200, editor_b, "azerbaijan")
    assert (clock.status, clock.stopped_by, clock.is_by_link) == ("acknowledged", editor_b, True)
    entry = AuditEntry.objects.get(kind="escalations.clock.acknowledged")
    assert (entry.actor_id, entry.data["by_link"]) == (editor_b.pk, True)


def test_pressing_it_opens_nothing_else(client, address):
    client.post(address)

    assert client.get("/inbox/").status_code == 302


def test_the_link_of_an_escalation_acknowledges_the_record_itself(
    client, clock, told, deputy_b, at, work, settings
):
    work(at(5))
    mail = Delivery.objects.get(recipient=deputy_b, channel="mail")

    answer = client.post(links.link_of(mail).removeprefix(settings.PORTAL_ADDRESS))

    assert (answer.status_code, told.acknowledgements.get().by) == (200, deputy_b)


# ── what it does not do ─────────────────────────────────────────────────────────────────────────


def refused(client, address) -> tuple[int, str]:
    """The status and the problem of a link that does nothing; opening and pressing it are the same."""
    before = Acknowledgement.objects.count()
    answers = [client.get(address), client.post(address)]
    assert Acknowledgement.objects.count() == before
    assert len({(answer.status_code, answer.content) for answer in answers}) == 1
    for problem in links.Problem:
        if str(problem.label) in answers[0].content.decode():
            return answers[0].status_code, problem.value
    pytest.fail(text_of(answers[0]))


def test_used_twice(client, address):
    client.post(address)

    assert refused(client, address) == (410, "used")


def test_acknowledged_by_a_colleague(client, address, told, head_b, at):
    acknowledgements.acknowledge(told, by=head_b, at=at(1))

    assert refused(client, address) == (410, "acknowledged")
    assert "Nothing was acknowledged" not in text_of(client.get(address))


def test_the_record_is_over(client, address, told, editor_a, at):
    request_services.withdraw(told, by=a_head(editor_a), at=at(1), reason="Found at home.")

    assert refused(client, address) == (410, "over")


def test_a_day_later(client, address, at, monkeypatch):
    monkeypatch.setattr(
        "ots_portal.escalations.views.database_now", lambda: at(0) + timedelta(hours=24)
    )

    assert refused(client, address) == (410, "expired")


@pytest.mark.parametrize(
    "change",
    [
        {"is_active": False},
        {"email": "other@ots.example"},
        {"role": "reader", "is_on_duty": False},
    ],
    ids=["suspended", "another address", "a reader by now"],
)
def test_the_person_is_not_who_they_were(client, address, editor_b, change):
    User.objects.filter(pk=editor_b.pk).update(**change)

    assert refused(client, address) == (403, "not_yours")


def test_the_person_serves_another_participant_by_now(client, address, editor_b, kazakhstan):
    User.objects.filter(pk=editor_b.pk).update(participant=kazakhstan)

    assert refused(client, address) == (403, "not_yours")


def test_the_person_may_not_see_the_record_any_more(client, address, told):
    incident = told.incident
    incident.classification = "named"
    incident.save()

    assert refused(client, address) == (403, "not_yours")
    assert told.number not in client.get(address).content.decode()


@pytest.mark.parametrize("token", ["x", "W10:abc", "a" * 900, "%F0%9F%92%A5"])
def test_an_altered_link(client, token):
    answer = client.get(f"/incidents/acknowledgements/by-link/{token}/")

    assert (answer.status_code, str(links.Problem.ALTERED.label) in text_of(answer)) == (400, True)


def test_a_link_whose_parts_were_exchanged_is_altered(client, address, head_b, clock):
    head, _, signature = address.rstrip("/").rpartition(":")

    answer = client.post(f"{head[:-2]}AA:{signature}/")

    assert (answer.status_code, Acknowledgement.objects.count()) == (400, 0)


def test_a_signature_of_another_purpose_opens_nothing(client, mail):
    parts = [mail.pk.hex, "azerbaijan", "0" * 16]
    token = signing.Signer(salt="another").sign_object(parts)

    assert client.get(f"/incidents/acknowledgements/by-link/{token}/").status_code == 400


def test_a_message_that_was_forgotten(client, address, mail):
    mail.delete()

    answer = client.get(address)

    assert (answer.status_code, str(links.Problem.EXPIRED.label) in text_of(answer)) == (410, True)


def test_no_more_than_sixty_a_minute_from_one_address(client, settings):
    answers = [client.get("/incidents/acknowledgements/by-link/x/").status_code for _ in range(61)]

    assert (set(answers[:60]), answers[60]) == ({400}, 429)


def test_nothing_but_opening_and_pressing(client, address):
    assert client.put(address).status_code == 405


def test_who_is_signed_in_as_somebody_else_acknowledges_for_whom_the_link_stands(
    client, address, editor_a, editor_b, told
):
    client.force_login(editor_a)

    client.post(address)

    assert told.acknowledgements.get().by == editor_b


def test_the_link_stands_for_its_participant_alone(address, kazakhstan, clock, client):
    other = UserFactory(participant=kazakhstan)
    mail = Delivery.objects.get(channel="mail", entry=clock.entry)
    Delivery.objects.filter(pk=mail.pk).update(recipient=other)

    assert client.post(address).status_code == 403
    clock.refresh_from_db()
    assert clock.status == "officers_told"
    assert notifications.fan_out_waiting(clock=lambda: clock.started_at) == 0
