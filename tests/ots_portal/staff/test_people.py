"""Roles, duty, suspension, second factor and sessions."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.test import Client

from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import StaleVersion
from ots_portal.people.models import User
from ots_portal.people.queries import heads_of
from ots_portal.staff import queries, rules
from ots_portal.staff.services import people
from ots_portal.verdicts import Refused
from tests.factories.people import InvitationFactory, UserFactory
from tests.factories.sessions import sign_in, with_second_factor


def entry(deed):
    return AuditEntry.objects.get(kind=f"people.user.{deed}")


# ── who sees whom ───────────────────────────────────────────────────────────────────────────────

READERS = ("reader_a", "editor_a", "head_a", "editor_b", "observer", "officer", "secretary", "administrator", "auditor", "machine_a")  # fmt: skip


@pytest.mark.parametrize(
    ("state", "seen_by"),
    [
        ("active", ("reader_a", "editor_a", "head_a", "officer", "secretary", "administrator")),
        ("suspended", ("head_a", "officer", "secretary", "administrator")),
        ("invited", ()),
        ("returned", ("reader_a", "editor_a", "head_a", "officer", "secretary", "administrator")),
    ],
)
def test_who_sees_a_person_of_a(request, turkiye, now, state, seen_by):
    person = UserFactory(participant=turkiye, is_active=state in ("active", "returned"))
    if state in ("invited", "returned"):
        InvitationFactory(person=person, accepted_at=now if state == "returned" else None)

    readers = [request.getfixturevalue(name) for name in READERS]

    seen = [
        name
        for name, reader in zip(READERS, readers, strict=True)
        if queries.visible_to(reader).filter(pk=person.pk).exists()
    ]
    assert seen == list(seen_by)


def test_everybody_sees_themselves_and_partner_systems_nobody(auditor, machine_a, editor_a):
    assert (list(queries.visible_to(auditor)), list(queries.visible_to(machine_a))) == (
        [auditor],
        [],
    )


# ── roles ───────────────────────────────────────────────────────────────────────────────────────


def test_change_role_counts_at_once_and_is_written_down(head_a, editor_a, now):
    before = editor_a.rights_version

    people.change_role(editor_a, role="head", version=before, by=head_a, at=now)

    editor_a.refresh_from_db()
    assert (editor_a.role, editor_a.rights_version) == ("head", before + 1)
    assert (entry("role_changed").participant, entry("role_changed").data) == (
        "turkiye",
        {"changes": {"role": {"before": "editor", "after": "head"}}},
    )


def test_a_reader_goes_off_duty(head_a, turkiye, now):
    officer = UserFactory(participant=turkiye, is_on_duty=True)

    people.change_role(officer, role="reader", version=1, by=head_a, at=now)

    officer.refresh_from_db()
    assert (officer.role, officer.is_on_duty) == ("reader", False)
    assert entry("role_changed").data["changes"]["is_on_duty"] == {"before": True, "after": False}


@pytest.mark.parametrize("role", ["auditor", "secretariat_head", "system_administrator", "editor", "", "king"])  # fmt: skip
def test_change_role_into_another_houses_or_the_same_is_refused(head_a, editor_a, now, role):
    with pytest.raises(ValidationError):
        people.change_role(editor_a, role=role, version=1, by=head_a, at=now)


def test_change_role_from_a_stale_form_is_refused(head_a, editor_a, now):
    people.change_role(editor_a, role="reader", version=1, by=head_a, at=now)

    with pytest.raises(StaleVersion):
        people.change_role(editor_a, role="head", version=1, by=head_a, at=now)
    editor_a.refresh_from_db()
    assert editor_a.role == "reader"


@pytest.mark.parametrize(
    ("actor", "target", "reason"),
    [
        ("head_a", "head_a", rules.NOT_YOURSELF),
        ("head_b", "editor_a", rules.NOT_YOURS),
        ("editor_a", "reader_a", rules.NOT_YOURS),
        ("secretary", "editor_a", rules.NOT_YOURS),
        ("administrator", "editor_a", rules.NOT_YOURS),
        ("secretary", "officer", rules.ALLOWED),
        ("head_a", "editor_a", rules.ALLOWED),
    ],
)
def test_who_may_change_whose_role(request, actor, target, reason):
    by, person = (request.getfixturevalue(name) for name in (actor, target))

    assert rules.may_change_role(by, person) == reason


# ── suspension ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("actor", "target", "reason"),
    [
        ("head_a", "editor_a", rules.ALLOWED),
        ("secretary", "editor_a", rules.ALLOWED),
        ("administrator", "editor_a", rules.ALLOWED),
        ("administrator", "officer", rules.ALLOWED),
        ("secretary", "auditor", rules.ALLOWED),
        ("secretary", "administrator", rules.ALLOWED),
        ("administrator", "auditor", rules.NOT_YOURS),
        ("officer", "editor_a", rules.NOT_YOURS),
        ("head_b", "editor_a", rules.NOT_YOURS),
        ("editor_a", "reader_a", rules.NOT_YOURS),
        ("head_a", "head_a", rules.NOT_YOURSELF),
        ("administrator", "administrator", rules.NOT_YOURSELF),
        ("secretary", "head_a", rules.LAST_HEAD),
        ("administrator", "head_a", rules.LAST_HEAD),
        ("administrator", "secretary", rules.LAST_HEAD),
    ],
)
def test_who_may_suspend_whom(request, actor, target, reason):
    by, person = (request.getfixturevalue(name) for name in (actor, target))

    assert rules.may_suspend(by, person) == reason


def test_suspend_ends_everything_and_writes_no_names(head_a, editor_a, now):
    browser = Client()
    sign_in(browser, editor_a)
    assert browser.get("/people/settings/").status_code == 200

    people.suspend(editor_a, reason="left", by=head_a, at=now)

    assert browser.get("/people/settings/").status_code == 302
    editor_a.refresh_from_db()
    assert (editor_a.is_active, editor_a.is_on_duty, editor_a.rights_version) == (False, False, 2)
    assert entry("suspended").data == {"reason": "left", "was_on_duty": False}


def test_suspended_session_stays_dead_after_reactivation(head_a, editor_a, now):
    browser = Client()
    sign_in(browser, editor_a)
    browser.get("/people/settings/")
    people.suspend(editor_a, reason="absent", by=head_a, at=now)

    people.reactivate(editor_a, by=head_a, at=now)

    assert browser.get("/people/settings/").status_code == 302
    editor_a.refresh_from_db()
    assert (editor_a.is_active, editor_a.is_on_duty) == (True, False)


def test_duty_is_handed_over(head_a, turkiye, second_editor_a, now):
    leaving = UserFactory(participant=turkiye, is_on_duty=True)

    people.suspend(leaving, reason="left", duty_to=second_editor_a, by=head_a, at=now)

    on_duty = User.objects.filter(is_on_duty=True)
    assert list(on_duty) == [second_editor_a]


@pytest.mark.parametrize("successor", ["reader_a", "editor_b", "machine_a"])
def test_duty_is_not_handed_to_just_anybody(request, head_a, turkiye, now, successor):
    leaving = UserFactory(participant=turkiye, is_on_duty=True)

    with pytest.raises(ValidationError):
        people.suspend(
            leaving, reason="left", duty_to=request.getfixturevalue(successor), by=head_a, at=now
        )
    leaving.refresh_from_db()
    assert (leaving.is_active, leaving.is_on_duty) == (True, True)


def test_who_was_suspended_meanwhile_acts_no_more(head_a, second_head_a, editor_a, now):
    people.suspend(head_a, reason="security", by=second_head_a, at=now)

    with pytest.raises(Refused):
        people.suspend(editor_a, reason="left", by=head_a, at=now)


def test_mail_that_waits_for_a_suspended_person_is_not_sent(head_a, editor_a, now, deliver):
    people.change_role(editor_a, role="reader", version=1, by=head_a, at=now)
    people.suspend(editor_a, reason="left", by=head_a, at=now)

    assert deliver() == []


def test_other_heads_hear_of_a_suspension(head_a, second_head_a, editor_a, now, deliver):
    people.suspend(editor_a, reason="left", by=head_a, at=now)

    (mail,) = deliver()

    assert (mail.to, mail.subject) == (
        [second_head_a.email],
        "The account of Editor of A is suspended",
    )


# ── duty ────────────────────────────────────────────────────────────────────────────────────────


def test_mark_on_duty_and_take_off_duty_tell_the_person(head_a, editor_a, now, deliver):
    people.mark_on_duty(editor_a, by=head_a, at=now)
    editor_a.refresh_from_db()
    was = editor_a.is_on_duty
    people.take_off_duty(editor_a, by=head_a, at=now)

    editor_a.refresh_from_db()
    assert (was, editor_a.is_on_duty) == (True, False)
    assert sorted(mail.subject for mail in deliver()) == ["You are off duty", "You are on duty"]


def test_a_reader_is_not_marked_on_duty(head_a, reader_a, now):
    with pytest.raises(Refused) as refused:
        people.mark_on_duty(reader_a, by=head_a, at=now)

    assert refused.value.verdict == rules.NO_READER


# ── second factor and sessions ──────────────────────────────────────────────────────────────────


def test_reset_second_factor_forgets_it_signs_out_and_tells(administrator, editor_a, now, deliver):
    with_second_factor(editor_a)
    browser = Client()
    sign_in(browser, editor_a)
    browser.get("/people/settings/")

    people.reset_second_factor(editor_a, by=administrator, at=now)

    assert not Authenticator.objects.filter(user=editor_a).exists()
    assert browser.get("/people/settings/").status_code == 302
    (mail,) = deliver()
    assert (mail.to, mail.subject) == ([editor_a.email], "Your second factor was reset")


def test_reset_second_factor_of_who_has_none_is_refused(administrator, editor_a, now):
    with pytest.raises(people.NoSecondFactor):
        people.reset_second_factor(editor_a, by=administrator, at=now)


def test_end_sessions_signs_out_everywhere(head_a, editor_a, now):
    browsers = [Client(), Client()]
    for browser in browsers:
        sign_in(browser, editor_a)
        browser.get("/people/settings/")

    count = people.end_sessions(editor_a, by=head_a, at=now)

    assert count == 2
    assert [browser.get("/people/settings/").status_code for browser in browsers] == [302, 302]


# ── the last head ───────────────────────────────────────────────────────────────────────────────


def test_of_two_heads_one_can_go_and_then_none(head_a, second_head_a, secretary, now):
    people.suspend(head_a, reason="left", by=second_head_a, at=now)

    for act in (
        lambda: people.suspend(second_head_a, reason="left", by=secretary, at=now),
        lambda: people.change_role(second_head_a, role="reader", version=1, by=secretary, at=now),
    ):
        with pytest.raises(Refused):
            act()
    assert heads_of("turkiye").count() == 1


def test_an_invited_head_does_not_count(head_a, secretary, turkiye, now):
    InvitationFactory(person__participant=turkiye, person__role="head")

    assert rules.may_suspend(secretary, head_a) == rules.LAST_HEAD
