import json

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from incidents.services import incidents
from ots_portal.audit.models import AuditEntry
from ots_portal.audit.services import record
from ots_portal.notifications.models import Delivery
from ots_portal.plugs import PersonalData, personal_data
from ots_portal.privacy import copies, traces
from tests.factories.incidents import a_draft
from tests.factories.notifications import InboxItemFactory
from tests.factories.sessions import with_password, with_second_factor
from tests.ots_portal.privacy.conftest import EMAIL, NAME

OWN = reverse("privacy:download_own")


def told(response):
    return json.loads(b"".join(response.streaming_content))


def test_the_copy_tells_everything_about_the_person(as_, aylin, now):
    with_second_factor(aylin)
    incident = incidents.create(a_draft(), by=aylin, at=now)
    InboxItemFactory(recipient=aylin, subject=incident)

    copy = told(as_(aylin).post(OWN))

    assert (
        copy["format"],
        copy["profile"]["full_name"],
        copy["profile"]["email"],
        copy["settings"],
        [factor["type"] for factor in copy["second_factors"]],
        copy["authored"],
        [delivery["about"] for delivery in copy["deliveries"]],
        len(copy["sessions"]),
    ) == (
        "ots-person-1",
        NAME,
        EMAIL,
        {"language": "en", "time_zone": "UTC"},
        ["totp"],
        {"incidents.incident": {"created_by": [str(incident.pk)]}},
        ["incidents.incident.reported"],
        1,
    )


def test_the_copy_tells_what_the_person_did_and_what_was_done_to_them(as_, aylin, editor_a, now):
    record("test.thing.done", subject=editor_a, by=aylin, at=now)
    record("test.thing.suffered", subject=aylin, by=None, at=now)
    record("test.thing.elsewhere", subject=editor_a, by=editor_a, at=now)

    copy = told(as_(aylin).post(OWN))

    acts = {(entry["kind"], entry["by_you"]) for entry in copy["audit"]}
    assert acts == {
        ("test.thing.done", True),
        ("test.thing.suffered", False),
        ("people.user.copy_taken", True),
    }


def test_the_copy_holds_no_secret(as_, aylin):
    secret = with_second_factor(with_password(aylin))

    text = b"".join(as_(aylin).post(OWN).streaming_content).decode()

    assert [mark in text for mark in (secret, aylin.password, "session_key")] == [False] * 3


def test_the_file_is_an_attachment_that_nobody_keeps(as_, aylin):
    response = as_(aylin).post(OWN)

    assert (
        response["Content-Type"],
        response["Content-Disposition"].startswith('attachment; filename="person-'),
        response["Cache-Control"],
    ) == ("application/json; charset=utf-8", True, "no-store, private")


def test_taking_a_copy_asks_first_who_is_there(as_, aylin):
    response = as_(aylin, minutes_ago=11).post(OWN)

    assert (response.status_code, AuditEntry.objects.count()) == (302, 0)


def test_the_administrator_takes_a_copy_and_it_is_recorded(as_, aylin, administrator):
    response = as_(administrator).post(reverse("privacy:download", args=[aylin.pk]))

    entry = AuditEntry.objects.get(kind="people.user.copy_taken")
    assert (
        told(response)["profile"]["email"],
        entry.actor_id,
        entry.subject_id,
        entry.participant,
    ) == (
        EMAIL,
        administrator.pk,
        str(aylin.pk),
        "turkiye",
    )


def test_an_app_adds_what_it_keeps(as_, aylin, monkeypatch):
    roster = PersonalData("roster", told=lambda person: [{"duty": str(person.pk)}])
    monkeypatch.setitem(personal_data, "roster", roster)

    assert told(as_(aylin).post(OWN))["roster"] == [{"duty": str(aylin.pk)}]


def test_the_copy_costs_the_same_queries_for_any_length(aylin, editor_a, now):
    counts = []
    for length in (1, 3):
        while Delivery.objects.count() < length:
            InboxItemFactory(recipient=aylin, subject=editor_a)
        with CaptureQueriesContext(connection) as caught:
            copy = json.loads(b"".join(copies.stream(aylin, at=now)))
        counts.append((len(copy["deliveries"]), len(caught)))

    # The number itself grows with every table that points to people.
    assert counts == [(1, counts[0][1]), (3, counts[0][1])]


# What goes with a person is told in the person's copy; these say nothing that the copy has not said.
TOLD = {
    "usersessions.usersession": "open_sessions",
    "access.identity": "identities",
    "notifications.kindchoice": "message_choices",
    "notifications.mailtimes": "message_choices",
    "notifications.subscription": "message_choices",
    "notifications.mutedthread": "message_choices",
    "notifications.digest": "",  # what stood in it, the deliveries say
    "people.invitation": "invitations",
    "circulars.receipt": "circular_receipts",
    "personal_feeds.feedaddress": "feed_addresses",
    "jobs.job": "jobs",
    "mfa.authenticator": "second_factors",
    "api.partnersystem": "",  # a machine's own
    "api.idempotentanswer": "",  # answers to a machine's own requests, for a day
    "account.emailaddress": "",  # the profile's address once more
    "oauth2_provider.accesstoken": "",  # a machine's, and secret
    "oauth2_provider.refreshtoken": "",
    "oauth2_provider.grant": "",
    "oauth2_provider.idtoken": "",
    "oauth2_provider.devicegrant": "",
    "oauth2_provider.application": "",
}


def test_whatever_goes_with_a_person_is_told_in_the_copy(as_, aylin):
    copy = told(as_(aylin).post(OWN))

    belongings = {rows.model._meta.label_lower for rows in traces.belongings_of(aylin)}
    assert belongings - set(TOLD) == set()
    assert {TOLD[one] for one in belongings} - set(copy) - {""} == set()
    assert [one["ip"] for one in copy["open_sessions"]] == ["127.0.0.1"]
