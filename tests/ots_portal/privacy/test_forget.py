"""A person is forgotten: no trace is left, every record and the chain stand."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.mail import send_mail
from django.test import Client
from django.urls import reverse

from incidents.models import Incident
from incidents.services import incidents
from ots_portal.audit.models import AuditEntry
from ots_portal.audit.services import record, seal, verify
from ots_portal.clock import database_now
from ots_portal.lifecycle import WrongStatus
from ots_portal.notifications.models import Attempt, Delivery, DeliveryStatus
from ots_portal.notifications.services import work_through
from ots_portal.people.models import Role, User
from ots_portal.privacy import services
from ots_portal.verdicts import Refused
from tests.factories.incidents import a_draft
from tests.factories.jobs import done_job
from tests.factories.people import MachineFactory, UserFactory
from tests.factories.sessions import sign_in, with_password, with_second_factor
from tests.ots_portal.privacy.conftest import EMAIL, NAME


def everything_stored():
    """Yield every value of every row of every table, as text."""
    for model in apps.get_models(include_auto_created=True):
        for row in model._default_manager.values_list():
            for value in row:
                text = value.decode(errors="replace") if isinstance(value, bytes) else str(value)
                yield model._meta.label, text
    for session in Session.objects.all():
        yield "session", str(session.get_decoded())


def traces(*folders):
    """Return where name or address still stand, case and accents of JSON included."""
    marks = [NAME, EMAIL, "zumrutoglu", "Zümrüto", NAME.encode("unicode_escape").decode()]
    marks = [mark.casefold() for mark in marks]
    found = {
        label for label, text in everything_stored() if any(m in text.casefold() for m in marks)
    }
    for folder in folders:
        found |= {
            str(path)
            for path in folder.rglob("*")
            if path.is_file()
            and any(m in path.read_text("utf-8", errors="replace").casefold() for m in marks)
        }
    return found


@pytest.fixture
def story(aylin, second_editor_a, now, mail_folder, tmp_path):
    """
    Aylin signs in, sets up a second factor, reports, is told by mail, changes settings, fails once.

    An export of hers lies in the file store.
    """
    with_password(aylin)
    with_second_factor(aylin)
    EmailAddress.objects.create(user=aylin, email=EMAIL, primary=True, verified=True)
    client = Client()
    client.post(reverse("account_login"), {"login": EMAIL, "password": "wrong and wrong again"})
    sign_in(client, aylin)
    client.post(reverse("people:settings"), {"language": "tr", "time_zone": "Europe/Istanbul"})
    client.post(reverse("privacy:ask"))
    incident = incidents.create(a_draft(), by=aylin, at=now)
    incidents.report(incident, by=aylin, at=now)  # tells the others by mail who has reported
    told = record("incidents.incident.verified", subject=incident, by=None, at=now)
    delivery = Delivery.objects.create(
        entry=told, recipient=aylin, channel="mail", created_at=now, due_at=now
    )
    Attempt.objects.create(
        delivery=delivery,
        started_at=now,
        finished_at=now,
        outcome="deferred",
        detail=f"450 <{EMAIL}>",
    )
    work_through(clock=lambda: now)
    Delivery.objects.filter(pk=delivery.pk).update(status=DeliveryStatus.WAITING)
    done_job(owner=aylin, parameters={"q": NAME}, content=f"name\r\n{NAME}\r\n".encode())
    send_mail("Hello", f"Dear {NAME}", "portal@ots.example", [EMAIL])
    seal(at=now)
    aylin.refresh_from_db()
    aylin.is_active = False
    aylin.save()
    return aylin


@pytest.fixture
def forgotten(story, administrator, now, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        return services.forget(story, reason="left", by=administrator, at=now)


def test_before_there_are_traces_in_many_places(story, mail_folder, settings):
    expected = {"people.User", "account.EmailAddress", "notifications.Attempt", "jobs.Job"}
    assert expected <= traces()
    assert traces(mail_folder) > traces()
    assert traces(settings.MEDIA_ROOT) > traces()


def test_afterwards_no_trace_of_name_or_address_is_left(forgotten, mail_folder, settings):
    assert traces(mail_folder, settings.MEDIA_ROOT) == set()


def test_the_chain_verifies_before_and_after(story, administrator, now):
    before = verify()

    services.forget(story, reason="left", by=administrator, at=now)
    seal(at=now)

    assert (before.broken, verify().broken, verify().unsealed_count) == ("", "", 0)


def test_the_records_stay_and_point_to_the_same_id(forgotten):
    incident = Incident.objects.get()

    assert (incident.reported_by_id, incident.created_by_id) == (forgotten.pk, forgotten.pk)


def test_what_the_person_had_is_gone(forgotten):
    left = [
        Authenticator.objects.filter(user=forgotten).count(),
        EmailAddress.objects.filter(user=forgotten).count(),
        Session.objects.count(),
        forgotten.has_usable_password(),
        (forgotten.language, forgotten.time_zone, forgotten.last_login),
    ]

    assert left == [0, 0, 0, False, ("en", "UTC", None)]


def test_mails_that_wait_are_withdrawn(forgotten):
    waiting = Delivery.objects.filter(recipient=forgotten, status=DeliveryStatus.WAITING)

    assert (waiting.count(), Delivery.objects.filter(recipient=forgotten).exists()) == (0, True)


def test_the_entry_names_the_id_and_a_code(forgotten, administrator):
    entry = AuditEntry.objects.get(kind="people.user.forgotten")

    assert (entry.actor_id, entry.subject_id, entry.data) == (
        administrator.pk,
        str(forgotten.pk),
        {"reason": "left"},
    )


@pytest.mark.parametrize(("language", "name"), [("en", "A person of Türkiye")])
def test_pages_say_whose_person_it_was(as_, forgotten, second_editor_a, language, name):
    incident = Incident.objects.get()

    page = as_(second_editor_a).get(incident.get_absolute_url()).content.decode()

    assert (name in page, NAME in page) == (True, False)


def test_the_address_can_be_used_again(forgotten, turkiye):
    again = User.objects.create_user(EMAIL, full_name="Somebody else", participant=turkiye)

    assert again.pk != forgotten.pk


def test_other_peoples_things_stay(story, second_editor_a, administrator, now):
    with_second_factor(second_editor_a)
    client = Client()
    sign_in(client, second_editor_a)

    services.forget(story, reason="left", by=administrator, at=now)

    assert (Authenticator.objects.count(), Session.objects.count()) == (1, 1)


def test_the_administrators_own_session_stays_although_its_form_names_the_person(
    as_, aylin_who_left, administrator
):
    address = reverse("privacy:forget", args=[aylin_who_left.pk])
    sent = {"reason": "left", "confirmed": "on"}
    client = as_(administrator, minutes_ago=11)
    client.post(address, sent)  # kept in the session until the administrator has confirmed
    session = client.session
    session["account_authentication_methods"][0]["at"] += 11 * 60
    session.save()

    answers = [client.post(address, sent), client.get(reverse("privacy:people"))]

    assert [answer.status_code for answer in answers] == [302, 200]


# ── when not ────────────────────────────────────────────────────────────────────────────────────


def test_who_may_still_sign_in_is_not_forgotten(aylin, administrator, now):
    with pytest.raises(Refused, match="Suspend the account first"):
        services.forget(aylin, reason="left", by=administrator, at=now)


def test_nobody_is_forgotten_twice(forgotten, administrator, now):
    with pytest.raises(Refused, match="forgotten already"):
        services.forget(forgotten, reason="left", by=administrator, at=now)


def test_of_two_who_forget_at_once_one_is_told(aylin_who_left, administrator, now):
    old_copy = User.objects.get(pk=aylin_who_left.pk)
    services.forget(aylin_who_left, reason="left", by=administrator, at=now)

    with pytest.raises(WrongStatus):
        services.forget(old_copy, reason="left", by=administrator, at=now)


def test_the_last_head_is_not_forgotten(turkiye, administrator, now):
    head = UserFactory(participant=turkiye, role=Role.HEAD, is_active=False)

    with pytest.raises(Refused, match="last head"):
        services.forget(head, reason="left", by=administrator, at=now)


def test_a_head_is_forgotten_once_there_is_another(turkiye, head_a, administrator, now):
    head = UserFactory(participant=turkiye, role=Role.HEAD, is_active=False)

    assert services.forget(head, reason="left", by=administrator, at=now).forgotten_at == now


def test_a_partner_system_is_no_person(turkiye, administrator, now):
    machine = MachineFactory(participant=turkiye, is_active=False)

    with pytest.raises(Refused, match="no person"):
        services.forget(machine, reason="left", by=administrator, at=now)


@pytest.mark.parametrize("role", ["head_a", "auditor", "secretary", "editor_a"])
def test_only_an_administrator_forgets(request, aylin_who_left, role, now):
    with pytest.raises(Refused):
        services.forget(aylin_who_left, reason="left", by=request.getfixturevalue(role), at=now)


def test_a_reason_that_is_no_code_forgets_nobody(aylin_who_left, administrator, now):
    with pytest.raises(ValueError, match="Aylin"):
        services.forget(aylin_who_left, reason="Aylin asked me", by=administrator, at=now)

    aylin_who_left.refresh_from_db()
    assert aylin_who_left.full_name == NAME


# ── the pages ───────────────────────────────────────────────────────────────────────────────────


def test_the_administrator_forgets_by_a_form(as_, administrator, aylin_who_left):
    address = reverse("privacy:forget", args=[aylin_who_left.pk])

    answer = as_(administrator).post(address, {"reason": "asked", "confirmed": "on"}, follow=True)

    aylin_who_left.refresh_from_db()
    assert (
        "The person has been forgotten." in answer.content.decode(),
        aylin_who_left.full_name,
    ) == (
        True,
        "",
    )


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"reason": "asked"}, "Tick the box: there is no way back."),
        ({"confirmed": "on"}, "This field is required."),
        ({"reason": "x", "confirmed": "on"}, "Select a valid choice."),
    ],
)
def test_an_unfinished_form_forgets_nobody(as_, administrator, aylin_who_left, sent, sentence):
    address = reverse("privacy:forget", args=[aylin_who_left.pk])

    answer = as_(administrator).post(address, sent)

    aylin_who_left.refresh_from_db()
    assert (answer.status_code, sentence in answer.content.decode(), aylin_who_left.full_name) == (
        422,
        True,
        NAME,
    )


def test_forgetting_asks_first_who_is_there(as_, administrator, aylin_who_left):
    address = reverse("privacy:forget", args=[aylin_who_left.pk])

    answer = as_(administrator, minutes_ago=11).post(address, {"reason": "left", "confirmed": "on"})

    aylin_who_left.refresh_from_db()
    assert (
        answer.status_code,
        "reauthenticate" in answer["Location"],
        aylin_who_left.full_name,
    ) == (
        302,
        True,
        NAME,
    )


def test_the_page_says_why_somebody_cannot_be_forgotten_yet(as_, administrator, aylin):
    page = as_(administrator).get(reverse("privacy:person", args=[aylin.pk])).content.decode()

    assert ("Suspend the account first" in page, 'name="reason"' in page) == (True, False)


def test_the_list_shows_who_asked_and_who_is_suspended(
    as_, administrator, aylin, reader_a, editor_a, now
):
    services.ask_to_be_forgotten(by=aylin, at=now)
    User.objects.filter(pk=reader_a.pk).update(is_active=False)

    page = as_(administrator).get(reverse("privacy:people")).content.decode()

    names = [person.full_name for person in (aylin, reader_a, editor_a)]
    assert [name in page for name in names] == [True, True, False]


def test_the_administrators_hear_that_somebody_asks(as_, aylin, administrator, now):
    as_(aylin).post(reverse("privacy:ask"))

    work_through(clock=database_now)

    told = Delivery.objects.filter(entry__kind="people.user.asked_to_be_forgotten", channel="inbox")
    assert [one.recipient for one in told] == [administrator]


def test_the_inbox_names_nobody_who_was_forgotten_since(
    as_, aylin, administrator, now, django_capture_on_commit_callbacks
):
    services.ask_to_be_forgotten(by=aylin, at=now)
    work_through(clock=database_now)
    User.objects.filter(pk=aylin.pk).update(is_active=False)
    aylin.refresh_from_db()
    services.forget(aylin, reason="asked", by=administrator, at=now)

    page = as_(administrator).get(reverse("notifications:inbox")).content.decode()

    assert (NAME in page, "This record is no longer available to you." in page) == (False, True)


def test_asking_is_offered_once(as_, aylin):
    client = as_(aylin)
    before = client.get(reverse("privacy:own")).content.decode()
    client.post(reverse("privacy:ask"))
    after = client.get(reverse("privacy:own")).content.decode()

    assert ["Ask to be forgotten" in page for page in (before, after)] == [True, False]
