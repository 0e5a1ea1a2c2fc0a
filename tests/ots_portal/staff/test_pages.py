"""People's pages as a head, a colleague, the secretariat and the administrator see them."""

import csv
import io
from html import unescape

import pytest
from django.test import Client

from ots_portal import plugs
from ots_portal.audit.models import AuditEntry
from ots_portal.home.front_page import front_page_of
from ots_portal.people.models import Invitation
from ots_portal.staff import presentation
from tests.factories.people import InvitationFactory, UserFactory
from tests.factories.sessions import sign_in, with_second_factor

LIST, INVITATIONS, INVITE = "/people/", "/people/invitations/", "/people/invitations/new/"


def words(answer):
    return " ".join(unescape(answer.content.decode()).split())


def page(person, verb=""):
    return f"/people/{person.pk}/{verb}"


# ── the list ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_the_same_questions_however_many_there_are(
    as_, head_a, turkiye, count, django_assert_num_queries
):
    UserFactory.create_batch(count, participant=turkiye)
    client = as_(head_a)
    client.get(LIST)

    with django_assert_num_queries(5):  # session, person, unread, count, rows
        client.get(LIST)


@pytest.mark.parametrize("count", [1, 3])
def test_invitations_ask_the_same_questions_however_many_there_are(
    as_, head_a, turkiye, count, django_assert_num_queries
):
    InvitationFactory.create_batch(count, person__participant=turkiye, invited_by=head_a)
    client = as_(head_a)
    client.get(INVITATIONS)

    with django_assert_num_queries(5):
        client.get(INVITATIONS)


def test_colleagues_read_names_and_not_who_is_suspended(as_, reader_a, turkiye):
    UserFactory(participant=turkiye, full_name="Ece Demir")
    UserFactory(participant=turkiye, full_name="Gone Long", is_active=False)

    said = words(as_(reader_a).get(LIST))

    assert [
        word in said for word in ("Ece Demir", "Gone Long", "Last sign-in", "Export", "Invite")
    ] == [
        True,
        False,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=yilmaz", ["Deniz Yılmaz"]),
        ("q=ECE", ["Ece Demir"]),
        ("q=duty%40moi", ["Deniz Yılmaz"]),
        ("role=reader", ["Seda Kaya"]),
        ("duty=on", ["Deniz Yılmaz"]),
        ("status=suspended", ["Gone Long"]),
        ("role=reader&status=suspended", []),
        ("role=nonsense", ["Deniz Yılmaz", "Ece Demir", "Gone Long", "Seda Kaya"]),
        ("page=99", ["Deniz Yılmaz", "Ece Demir", "Gone Long", "Seda Kaya"]),
    ],
)
def test_filters_narrow_the_list_and_the_export_alike(as_, head_a, turkiye, query, found):
    people = [
        UserFactory(participant=turkiye, full_name="Deniz Yılmaz", email="duty@moi.example", is_on_duty=True),
        UserFactory(participant=turkiye, full_name="Ece Demir"),
        UserFactory(participant=turkiye, full_name="Seda Kaya", role="reader"),
        UserFactory(participant=turkiye, full_name="Gone Long", is_active=False),
    ]  # fmt: skip
    client = as_(head_a)

    listed, exported = words(client.get(f"{LIST}?{query}")), client.get(f"{LIST}export.csv?{query}")

    names = [person.full_name for person in people]
    assert sorted(name for name in names if name in listed) == found
    rows = list(csv.reader(io.StringIO(exported.content.decode("utf-8-sig"))))
    assert sorted(row[0] for row in rows[1:] if row[0] != "Head of A") == found


def test_htmx_gets_the_rows_alone(as_, head_a):
    answer = as_(head_a).get(LIST, headers={"HX-Request": "true"})

    said = words(answer)
    assert ("Head of A" in said, "<html" in said) == (True, False)


def test_nobody_found_offers_the_way_out(as_, head_a):
    said = words(as_(head_a).get(f"{LIST}?q=nobody"))

    assert ("Nobody fits these filters." in said, "Clear the filters" in said) == (True, True)


def test_long_list_has_pages(as_, head_a, turkiye):
    UserFactory.create_batch(60, participant=turkiye)
    client = as_(head_a)

    first, second = (
        words(client.get(f"{LIST}?role=editor")),
        words(client.get(f"{LIST}?role=editor&page=2")),
    )

    assert ("60 people" in first, "?role=editor&page=2" in first) == (True, True)
    assert "?role=editor&page=1" in second


def test_export_is_written_down_and_harmless_to_spreadsheets(as_, head_a, turkiye):
    UserFactory(participant=turkiye, full_name="=HYPERLINK(1)")

    answer = as_(head_a).get(f"{LIST}export.csv")

    assert answer["Content-Disposition"] == 'attachment; filename="people.csv"'
    assert "'=HYPERLINK(1)," in answer.content.decode()
    assert AuditEntry.objects.get().data == {"row_count": 2}


@pytest.mark.parametrize(
    "cell", ["=1", "+1", "-1", "@a", "|x", " =1", "\u00a0=1", "\t1", "＝1", "＠a"]
)
def test_a_cell_that_would_be_computed_is_marked(cell):
    assert presentation.harmless(cell) == f"'{cell}"


def test_long_export_asks_for_a_fresh_second_factor(as_, head_a, monkeypatch):
    monkeypatch.setattr("ots_portal.staff.views.people.EXPORT_WITHOUT_STEP_UP", 0)
    with_second_factor(head_a)

    late = as_(head_a, minutes_ago=11).get(f"{LIST}export.csv")
    anew = Client()
    sign_in(anew, head_a)
    fresh = anew.get(f"{LIST}export.csv")

    assert (late.status_code, late["Location"].split("?")[0]) == (
        302,
        "/accounts/2fa/reauthenticate/",
    )
    assert fresh.status_code == 200


# ── one person ──────────────────────────────────────────────────────────────────────────────────


def test_history_tells_what_changed_and_who_did_it(as_, head_a, editor_a):
    client = as_(head_a)
    client.post(page(editor_a, "change_role/"), {"role": "reader", "version": "1"})
    client.post(page(editor_a, "suspend/"), {"reason": "absent"})

    said = words(client.get(page(editor_a)))

    wanted = [
        "Role changed",
        "Editor → Reader",
        "Suspended",
        "Is away for long",
        "Head of A, Türkiye",
        "Reactivate",
    ]
    assert [word for word in wanted if word not in said] == []


def test_colleague_sees_no_history_and_no_buttons(as_, reader_a, editor_a):
    said = words(as_(reader_a).get(page(editor_a)))

    assert [word in said for word in ("Editor of A", "History", "Open sessions", "Suspend")] == [
        True,
        False,
        False,
        False,
    ]


def test_buttons_say_why_they_refuse(as_, head_a):
    said = words(as_(head_a).get(page(head_a)))

    assert "Nobody does this with their own account: ask another head." in said


def test_sessions_of_a_person_are_seen(as_, head_a, editor_a):
    browser = Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"})
    sign_in(browser, editor_a)
    browser.get("/people/settings/")

    said = words(as_(head_a).get(page(editor_a)))

    assert ("Firefox on Linux" in said, browser.session.session_key in said) == (True, False)


@pytest.mark.parametrize("count", [1, 3])
def test_detail_asks_the_same_questions_however_long_the_history(
    as_, head_a, editor_a, count, django_assert_num_queries
):
    client = as_(head_a)
    for _ in range(count):
        client.post(page(editor_a, "mark_on_duty/"))
        client.post(page(editor_a, "take_off_duty/"))
    client.get(page(editor_a))

    # session, two people, roster, history, actors, sessions, feeds, unread
    with django_assert_num_queries(9):
        client.get(page(editor_a))


def test_stale_role_form_shows_both_and_saves_the_second_time(as_, head_a, editor_a):
    client = as_(head_a)
    client.post(page(editor_a, "change_role/"), {"role": "reader", "version": "1"})

    stale = client.post(page(editor_a, "change_role/"), {"role": "head", "version": "1"})
    editor_a.refresh_from_db()
    again = client.post(
        page(editor_a, "change_role/"), {"role": "head", "version": editor_a.rights_version}
    )

    said = words(stale)
    assert (stale.status_code, "What stands now" in said, "Head of authority" in said) == (
        409,
        True,
        True,
    )
    editor_a.refresh_from_db()
    assert (again.status_code, editor_a.role) == (302, "head")


@pytest.mark.parametrize("verb", ["change_role/", "reactivate/", "reset_second_factor/"])
def test_what_gives_rights_asks_for_a_fresh_second_factor(as_, head_a, editor_a, verb):
    with_second_factor(head_a)

    answer = as_(head_a, minutes_ago=11).post(
        page(editor_a, verb), {"role": "head", "version": "1"}
    )

    editor_a.refresh_from_db()
    assert (answer.status_code, answer["Location"].split("?")[0], editor_a.role) == (
        302,
        "/accounts/2fa/reauthenticate/",
        "editor",
    )


def test_suspending_is_quick_and_asks_for_a_reason(as_, head_a, editor_a):
    with_second_factor(head_a)
    client = as_(head_a, minutes_ago=60)

    without = client.post(page(editor_a, "suspend/"))
    done = client.post(page(editor_a, "suspend/"), {"reason": "security"})

    editor_a.refresh_from_db()
    assert (without.status_code, done.status_code, editor_a.is_active) == (422, 302, False)


def test_resetting_what_is_not_there_says_so(as_, administrator, editor_a):
    answer = as_(administrator).post(page(editor_a, "reset_second_factor/"))

    assert (answer.status_code, "This person has no second factor" in words(answer)) == (409, True)


# ── inviting ────────────────────────────────────────────────────────────────────────────────────


def an_invitation(**other):
    return {
        "email": "night@turkiye.example",
        "full_name": "Murat Çelik",
        "role": "editor",
        "language": "tr",
        **other,
    }


def test_head_invites_and_the_list_shows_it(as_, head_a):
    client = as_(head_a)

    answer = client.post(INVITE, an_invitation(), follow=True)

    said = words(answer)
    assert "The invitation is on its way to night@turkiye.example." in said
    assert [word in said for word in ("Murat Çelik", "Pending", "Send again", "Withdraw")] == [
        True
    ] * 4


def test_administrator_chooses_the_participant_and_no_role(as_, administrator, hungary):
    client = as_(administrator)
    form = words(client.get(INVITE))

    client.post(INVITE, an_invitation(participant="hungary", role="auditor"))

    invitation = Invitation.objects.get()
    assert ('name="role"' in form, 'name="participant"' in form) == (False, True)
    assert (invitation.role, invitation.participant_id) == ("head", "hungary")


def test_refused_address_keeps_the_form(as_, head_a, editor_b):
    answer = as_(head_a).post(INVITE, an_invitation(email=editor_b.email))

    said = words(answer)
    assert (
        answer.status_code,
        "This address cannot be invited" in said,
        "Murat Çelik" in said,
    ) == (
        422,
        True,
        True,
    )


def test_invite_asks_for_a_fresh_second_factor_and_keeps_the_form(as_, head_a):
    with_second_factor(head_a)

    client = as_(head_a, minutes_ago=11)
    answer = client.post(INVITE, an_invitation())

    assert (answer.status_code, Invitation.objects.count()) == (302, 0)
    assert client.session["step_up_form"]["address"] == INVITE


# ── menu and front page ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("who", "shown"),
    [("reader_a", True), ("observer", True), ("officer", True), ("administrator", True),
     ("auditor", False), ("machine_a", False)],
)  # fmt: skip
def test_menu_names_people_to_those_who_see_some(request, who, shown):
    user = request.getfixturevalue(who)

    entry = next(entry for entry in plugs.menu if entry.url_name == "staff:list")

    assert entry.visible(user) is shown


def cards(user):
    front = front_page_of(user)
    return {
        str(card.title): [line.title for line in card.lines]
        for card in (*front.waiting, *front.others)
        if "nvitation" in str(card.title) or "confirmation" in str(card.title)
    }


def test_front_page_tells_a_head_of_invitations(head_a, turkiye, now):
    InvitationFactory(person__participant=turkiye, person__full_name="Soon", invited_by=head_a)
    InvitationFactory(
        person__participant=turkiye, person__full_name="Late", invited_by=head_a, expires_at=now
    )

    assert cards(head_a) == {
        "Your invitations that have expired": ["Late"],
        "Your invitations, not accepted yet": ["Soon"],
    }


def test_front_page_asks_the_secretariat_to_confirm(head_a, secretary, administrator, turkiye):
    InvitationFactory(
        person__participant=turkiye,
        person__role="head",
        person__full_name="New Head",
        needs_confirmation=True,
        invited_by=administrator,
    )

    title = "New heads that wait for your confirmation"
    assert (
        cards(secretary).get(title),
        cards(head_a).get(title),
        cards(administrator).get(title),
    ) == (
        ["New Head"],
        None,
        None,
    )
