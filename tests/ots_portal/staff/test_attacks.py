"""What people try who want more than is theirs."""

import pytest
from django.conf import settings
from django.test import Client

from ots_portal.access.passwords import reset_link
from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import Invitation, User
from ots_portal.staff.services import people
from tests.factories.people import InvitationFactory, UserFactory
from tests.factories.sessions import PASSWORD, sign_in, with_password, with_second_factor

VERBS = {
    "change_role": {"role": "reader", "version": "1"},
    "mark_on_duty": {},
    "take_off_duty": {},
    "suspend": {"reason": "left"},
    "reactivate": {},
    "reset_second_factor": {},
    "end_sessions": {},
}
DRAFT = {
    "language": "en", "title": "Quake", "hazard": "GH0101", "alert_level": "red",
    "onset_at": "2026-11-20T08:00:00Z", "countries": ["TR"],
}  # fmt: skip
# What somebody might put into a form to be given more (P3).
GREEDY = {
    "participant": "azerbaijan", "country": "AZ", "owner": "x", "status": "active", "is_active": "on",
    "role": "system_administrator", "kind": "machine", "created_by": "x", "invited_by": "x",
    "needs_confirmation": "", "confirmed_at": "2026-01-01", "accepted_at": "2026-01-01", "is_on_duty": "on",
    "rights_version": "99", "expires_at": "2099-01-01",
}  # fmt: skip


def standing(person):
    person.refresh_from_db()
    return (person.role, person.participant_id, person.is_active, person.is_on_duty)


@pytest.mark.parametrize("verb", VERBS)
def test_another_countrys_head_finds_nobody_there(as_, head_b, editor_a, verb):
    before = standing(editor_a)

    answer = as_(head_b).post(f"/people/{editor_a.pk}/{verb}/", VERBS[verb])

    assert (answer.status_code, standing(editor_a)) == (404, before)


@pytest.mark.parametrize("verb", VERBS)
def test_a_colleague_who_is_no_head_changes_nothing(as_, editor_a, reader_a, verb):
    before = standing(reader_a)

    answer = as_(editor_a).post(f"/people/{reader_a.pk}/{verb}/", VERBS[verb])

    assert (answer.status_code, standing(reader_a)) == (403, before)


@pytest.mark.parametrize("verb", VERBS)
def test_get_changes_nothing(as_, head_a, editor_a, verb):
    before = standing(editor_a)

    answer = as_(head_a).get(f"/people/{editor_a.pk}/{verb}/", VERBS[verb])

    assert (answer.status_code in (200, 405), standing(editor_a)) == (True, before)


def test_a_head_invites_into_no_other_country_and_no_other_role(as_, head_a, azerbaijan):
    client = as_(head_a)
    form = {"email": "x@moi.example", "full_name": "X", "language": "en"}

    greedy = client.post("/people/invitations/new/", {**form, **GREEDY})
    client.post("/people/invitations/new/", {**form, **GREEDY, "role": "reader"})

    invitation = Invitation.objects.get()
    assert greedy.status_code == 422
    assert (invitation.participant_id, invitation.role, invitation.invited_by) == (
        "turkiye",
        "reader",
        head_a,
    )
    assert (invitation.confirmed_at, invitation.accepted_at) == (None, None)
    assert standing(invitation.person) == ("reader", "turkiye", False, False)


def test_further_fields_of_a_role_form_do_nothing(as_, head_a, editor_a):
    as_(head_a).post(
        f"/people/{editor_a.pk}/change_role/", {**GREEDY, "role": "reader", "version": "1"}
    )

    assert standing(editor_a) == ("reader", "turkiye", True, False)
    assert editor_a.rights_version == 2


@pytest.mark.parametrize("verb", ["resend", "withdraw", "confirm"])
def test_another_countrys_invitation_is_not_there(as_, head_b, turkiye, verb):
    invitation = InvitationFactory(person__participant=turkiye)

    answer = as_(head_b).post(f"/people/invitations/{invitation.pk}/{verb}/")

    invitation.refresh_from_db()
    assert (answer.status_code, invitation.withdrawn_at) == (404, None)


def test_an_administrator_alone_brings_in_no_second_head(as_, administrator, head_a):
    client = as_(administrator)
    client.post(
        "/people/invitations/new/",
        {"email": "x@moi.example", "full_name": "X", "language": "en", "participant": "turkiye"},
    )
    invitation = Invitation.objects.get()

    answer = client.post(f"/people/invitations/{invitation.pk}/confirm/")

    invitation.refresh_from_db()
    assert (answer.status_code, invitation.confirmed_at) == (403, None)


# ── the suspended ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def open_session(editor_a):
    browser = Client()
    sign_in(browser, with_password(editor_a))
    assert browser.get("/incidents/").status_code == 200
    return browser


# To the sign-in page; parts of a page get nothing, and are led there when somebody pressed a button.
NOBODY = [302, 204, 204, 401, 302, 401]


def knock(browser):
    """Ask as a page, as a part of one, and as a program."""
    return [
        browser.get("/incidents/").status_code,
        browser.get("/incidents/", headers={"HX-Request": "true"}).status_code,
        browser.get("/inbox/unread/", headers={"HX-Request": "true"}).status_code,
        browser.get("/api/v1/incidents/").status_code,
        browser.post("/incidents/new/", {"title": "x"}).status_code,
        browser.post("/api/v1/incidents/", {}, content_type="application/json").status_code,
    ]


def test_open_session_of_the_suspended_is_dead_on_the_very_next_request(
    open_session, editor_a, head_a, now
):
    people.suspend(editor_a, reason="security", by=head_a, at=now)

    assert knock(open_session) == NOBODY


def test_it_is_dead_by_the_account_too_and_not_by_the_session_alone(open_session, editor_a):
    """As if the session had been restored from a backup."""
    User.objects.filter(pk=editor_a.pk).update(is_active=False)

    assert knock(open_session) == NOBODY


def test_suspended_person_cannot_sign_in_and_is_not_told_why(editor_a, head_a, now, client):
    with_password(editor_a)
    people.suspend(editor_a, reason="left", by=head_a, at=now)

    answer = client.post("/accounts/login/", {"login": editor_a.email, "password": PASSWORD})

    said = answer.content.decode()
    assert ("_auth_user_id" in client.session, "is not right" in said, "suspended" in said) == (
        False,
        True,
        False,
    )


def test_suspended_person_gets_no_new_password(editor_a, head_a, now, client, deliver):
    """Neither by a link from before, nor by a new one, nor by the mail that waited."""
    earlier = reset_link(with_password(editor_a))
    client.post("/accounts/password/reset/", {"email": editor_a.email})
    people.suspend(editor_a, reason="left", by=head_a, at=now)
    client.post("/accounts/password/reset/", {"email": editor_a.email})

    answer = client.get(earlier.removeprefix(settings.PORTAL_ADDRESS), follow=True)

    assert (deliver(), "input" in answer.content.decode().split("<main")[1]) == ([], False)


def test_role_change_counts_on_the_very_next_request(open_session, editor_a, head_a, now):
    before = open_session.get("/incidents/new/").status_code
    people.change_role(editor_a, role="reader", version=1, by=head_a, at=now)

    after = (
        open_session.get("/incidents/new/").status_code,
        open_session.post("/api/v1/incidents/", DRAFT, content_type="application/json").status_code,
    )

    assert (before, after) == (200, (403, 403))


def test_demoted_head_acts_no_more_in_an_open_form(as_, head_a, second_head_a, editor_a, now):
    client = as_(head_a)
    client.get(f"/people/{editor_a.pk}/suspend/")
    people.change_role(head_a, role="editor", version=1, by=second_head_a, at=now)

    answer = client.post(f"/people/{editor_a.pk}/suspend/", {"reason": "left"})

    assert (answer.status_code, standing(editor_a)[2]) == (403, True)


def test_after_a_reset_the_open_session_asks_for_a_new_second_factor(editor_a, administrator, now):
    with_second_factor(editor_a)
    browser = Client()
    sign_in(browser, editor_a)
    browser.get("/incidents/")
    people.reset_second_factor(editor_a, by=administrator, at=now)

    assert browser.get("/incidents/")["Location"].startswith("/accounts/login/")


def test_entries_about_people_hold_no_names_and_no_addresses(as_, head_a, turkiye):
    client = as_(head_a)
    person = UserFactory(participant=turkiye, full_name="Ece Demir", email="ece@moi.example")
    client.post(f"/people/{person.pk}/mark_on_duty/")
    client.post(f"/people/{person.pk}/change_role/", {"role": "reader", "version": "2"})
    client.post(f"/people/{person.pk}/suspend/", {"reason": "left"})
    client.post(f"/people/{person.pk}/reactivate/")
    client.post(
        "/people/invitations/new/",
        {
            "email": "night@moi.example",
            "full_name": "Murat Çelik",
            "role": "head",
            "language": "tr",
        },
    )

    bodies = "".join(AuditEntry.objects.values_list("body", flat=True))
    assert AuditEntry.objects.filter(kind__startswith="people.user.").count() >= 5
    assert [word for word in ("Ece", "Demir", "Murat", "moi.example") if word in bodies] == []
