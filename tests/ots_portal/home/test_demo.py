import time
from importlib import import_module
from io import StringIO

import pytest
from django.conf import settings as portal
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from oauth2_provider.models import Application

from ots_portal.audit.models import AuditEntry
from ots_portal.escalations.models import Clock
from ots_portal.notifications.models import Delivery, OutboxRow
from ots_portal.people.demo import (
    DEMO_ACCOUNTS,
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    DEMO_PASSWORD,
)
from ots_portal.people.models import Invitation, User
from tests.factories.sessions import sign_in


@pytest.fixture(autouse=True)
def _reference_data(settings):
    settings.PORTAL_DEMO = True
    call_command("load_reference_data", verbosity=0)


def load():
    call_command("load_demo_data", verbosity=0)


@pytest.fixture
def _people_only(monkeypatch):
    """The apps bring nothing: what they load is their own tests' business."""
    for app in portal.DOMAIN_APPS:
        monkeypatch.delattr(import_module(f"{app}.portal"), "load_demo")


@pytest.mark.usefixtures("_people_only")
def test_every_account_can_sign_in_and_serves_its_participant():
    load()

    people = {user.email: user for user in User.objects.filter(kind="person", is_active=True)}
    assert {
        email: (user.participant_id, user.role, user.is_on_duty, user.is_demo, user.check_password(DEMO_PASSWORD))
        for email, user in people.items()
    } == {
        account.email: (account.participant, account.role, account.is_on_duty, True, True)
        for account in DEMO_ACCOUNTS
    }  # fmt: skip


@pytest.mark.usefixtures("_people_only")
@pytest.mark.parametrize(
    ("email", "language", "time_zone"),
    [
        ("duty@turkiye.example", "tr", "Europe/Istanbul"),
        ("duty@azerbaijan.example", "az", "Asia/Baku"),
        ("duty@kazakhstan.example", "en", "Asia/Almaty"),
        ("reader@hungary.example", "en", "Europe/Budapest"),
        ("officer@secretariat.example", "en", "Europe/Istanbul"),
    ],
)
def test_people_speak_their_participants_language_in_its_time_zone(email, language, time_zone):
    load()

    user = User.objects.get(email=email)
    assert (user.language, user.time_zone) == (language, time_zone)


@pytest.mark.usefixtures("_people_only")
def test_the_partner_system_is_a_machine_of_its_participant():
    load()

    client = Application.objects.get(client_id=DEMO_CLIENT_ID)
    assert (client.client_type, client.authorization_grant_type) == (
        "confidential",
        "client-credentials",
    )
    assert (client.user.is_machine, client.user.participant_id) == (True, "azerbaijan")
    assert (client.user.has_usable_password(), client.client_secret != DEMO_CLIENT_SECRET) == (
        False,
        True,
    )


@pytest.mark.usefixtures("_people_only")
def test_a_second_run_keeps_what_people_changed():
    load()
    user = User.objects.get(email="duty@turkiye.example")
    user.set_password("my own long password")
    user.language, user.time_zone, user.full_name = "en", "UTC", "Somebody Else"
    user.save()

    load()

    again = User.objects.get(pk=user.pk)
    assert (again.check_password("my own long password"), again.language) == (True, "en")
    assert (again.time_zone, again.full_name) == ("UTC", "Somebody Else")


def test_a_second_run_changes_nothing_and_is_quick():
    load()
    before = (AuditEntry.objects.count(), User.objects.count(), Application.objects.count())

    started = time.process_time()
    load()
    seconds = time.process_time() - started

    after = (AuditEntry.objects.count(), User.objects.count(), Application.objects.count())
    assert (after, seconds < 1) == (before, True)


def test_nobody_is_told_of_the_demonstrations_records():
    load()

    assert (AuditEntry.objects.exists(), OutboxRow.objects.count()) == (True, 0)


def test_people_find_what_was_recorded_in_their_inboxes_read_and_unread():
    load()

    acting = User.objects.filter(
        is_demo=True, is_active=True, participant__kind__in=("member", "secretariat")
    ).exclude(role__in=("system_administrator", "auditor"))
    counted = acting.filter(kind="person").annotate(
        items=Count("deliveries"), unread=Count("deliveries", filter=Q(deliveries__read_at=None))
    )
    assert len(counted) >= 10
    assert [person.email for person in counted if not 0 < person.unread < person.items] == []
    # Nothing leaves the portal, and only people are told.
    assert set(Delivery.objects.values_list("channel", "status")) == {("inbox", "sent")}
    assert not Delivery.objects.filter(recipient__kind="machine").exists()
    assert not Clock.objects.exists()
    entries = Delivery.objects.annotate(at=F("entry__recorded_at"))
    assert not entries.exclude(created_at=F("at"), finished_at=F("at")).exists()


def test_each_item_of_an_inbox_can_be_opened(client):
    load()
    duty = User.objects.get(email="duty@turkiye.example")
    sign_in(client, duty)

    items = client.get(reverse("notifications:inbox")).context["items"]

    assert len(items) >= 8
    assert [item.headline for item in items if not item.is_readable] == []
    assert {item.is_unread for item in items} == {True, False}


def test_a_second_run_puts_nothing_more_into_the_inboxes():
    load()
    duty = User.objects.get(email="duty@turkiye.example")
    Delivery.objects.filter(recipient=duty).update(read_at=timezone.now())
    before = Delivery.objects.count()

    load()

    assert (
        Delivery.objects.count(),
        Delivery.objects.filter(recipient=duty, read_at=None).count(),
    ) == (before, 0)


def test_every_app_brings_its_part(monkeypatch):
    called = []
    for app in portal.DOMAIN_APPS:
        monkeypatch.setattr(
            import_module(f"{app}.portal"), "load_demo", lambda at, app=app: called.append(app)
        )

    load()

    assert called == ["incidents", "meetings", "agreements"]


@pytest.mark.usefixtures("_people_only")
def test_the_command_says_in_one_line_that_all_is_there():
    said = StringIO()

    call_command("load_demo_data", stdout=said)

    assert said.getvalue() == "Demonstration data is in place.\n"


def test_it_is_refused_where_no_demonstration_runs(settings):
    settings.PORTAL_DEMO = False

    with pytest.raises(CommandError, match="This is not a demonstration"):
        load()

    assert User.objects.count() == 0


@pytest.mark.usefixtures("_people_only")
def test_some_people_are_invited_and_nobody_is_sent_a_link():
    load()
    load()

    now = timezone.now()
    standing = {
        invitation.person.email: str(invitation.status_at(now))
        for invitation in Invitation.objects.select_related("person")
    }
    assert standing == {
        "night@turkiye.example": "pending",
        "analyst@turkiye.example": "expired",
        "head@uzbekistan.example": "pending",
    }
    assert OutboxRow.objects.count() == 0
