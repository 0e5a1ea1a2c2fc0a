"""The link of an invitation, opened by whom it was for and by others."""

import pytest
from django.test import Client

from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import Invitation, User
from ots_portal.staff.services import invitations
from tests.factories.people import INVITED_AT, InvitationFactory
from tests.factories.sessions import sign_in
from tests.ots_portal.staff.conftest import PASSWORD, door, filled_in


def words(answer):
    return " ".join(answer.content.decode().split())


@pytest.fixture
def pending(turkiye, head_a):
    return InvitationFactory(
        person__participant=turkiye,
        person__email="night@turkiye.example",
        person__full_name="Murat Celik",
        invited_by=head_a,
    )


def test_link_shows_for_whom_and_as_what(client, pending):
    answer = client.get(door(pending))

    said = words(answer)
    wanted = ["work for Türkiye", "Your role: Editor", "night@turkiye.example", "Murat Celik"]
    assert [word for word in wanted if word not in said] == []
    assert "no-store" in answer["Cache-Control"]


def test_link_speaks_the_invited_persons_language_unless_another_was_chosen(client, pending):
    User.objects.filter(pk=pending.person_id).update(language="tr")

    first = client.get(door(pending))
    client.cookies["django_language"] = "az"
    second = client.get(door(pending))

    assert [answer["Content-Language"] for answer in (first, second)] == ["tr", "az"]


def test_opening_the_link_changes_nothing(client, pending):
    for _ in range(2):
        client.get(door(pending))
        client.head(door(pending))

    pending.refresh_from_db()
    assert (pending.accepted_at, AuditEntry.objects.count()) == (None, 0)


def test_accepting_signs_in_and_leads_to_the_second_factor(client, pending, settings):
    settings.PORTAL_SECOND_FACTOR_REQUIRED = True
    client.get(door(pending))
    before = client.session.session_key

    answer = client.post(door(pending), filled_in(), follow=True)

    assert client.session["_auth_user_id"] == str(pending.person_id)
    assert client.session.session_key != before
    assert answer.redirect_chain[-1][0].startswith("/accounts/2fa/totp/activate/")
    assert answer.status_code == 200
    kinds = AuditEntry.objects.order_by("recorded_at").values_list("kind", flat=True)
    assert [kind for kind in kinds if kind.startswith("people.")] == [
        "people.user.joined",
        "people.user.signed_in",
    ]


def test_where_none_is_demanded_it_leads_home(client, pending):
    answer = client.post(door(pending), filled_in())

    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_next_sign_in_is_by_the_chosen_password(client, pending):
    client.post(door(pending), filled_in())
    other = Client()

    other.post("/accounts/login/", {"login": "night@turkiye.example", "password": PASSWORD})

    assert other.session["_auth_user_id"] == str(pending.person_id)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"new": "too short", "again": "too short"}, "at least 15 characters"),
        ({"new": "yfdbufnjh10305070", "again": "yfdbufnjh10305070"}, "too common"),
        ({"again": "another one altogether"}, "The two new passwords are not the same."),
        ({"new": "x" * 1001, "again": "x" * 1001}, "at most 1000 characters"),
        ({"new": "", "again": ""}, "This field is required."),
        ({"full_name": " \u00a0"}, "This field is required."),
        ({"full_name": "\u200b\u200d"}, "Type the name in letters."),
        ({"full_name": "a\u202eb"}, "cannot be shown"),
        ({"full_name": "Murat\u0000"}, "Null characters are not allowed."),
        ({"language": "xx"}, "Select a valid choice"),
        ({"time_zone": "Mars/Base"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_refused_and_nobody_comes_in(client, pending, wrong, sentence):
    answer = client.post(door(pending), filled_in(**wrong))

    pending.refresh_from_db()
    assert (answer.status_code, sentence in words(answer), pending.accepted_at) == (422, True, None)
    assert "_auth_user_id" not in client.session


def test_role_participant_and_address_are_not_the_persons_to_choose(client, pending):
    client.post(
        door(pending),
        filled_in(
            role="head",
            participant="azerbaijan",
            email="other@moi.example",
            is_on_duty="on",
            kind="machine",
            rights_version="99",
        ),
    )

    person = User.objects.get(pk=pending.person_id)
    assert (person.role, person.participant_id, person.email, person.is_on_duty, person.kind) == (
        "editor",
        "turkiye",
        "night@turkiye.example",
        False,
        "person",
    )


# ── links that do not lead in ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"accepted_at": INVITED_AT}, 410, "This invitation was accepted already."),
        ({"withdrawn_at": INVITED_AT}, 410, "This invitation was withdrawn."),
        ({"expires_at": INVITED_AT}, 410, "This invitation has expired."),
        ({"nonce": "00000000-0000-4000-8000-000000000000"}, 410, "only its link counts"),
        ({"needs_confirmation": True}, 409, "has not been confirmed yet"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_each_reason_has_its_own_page(client, pending, changes, status, sentence, method):
    address = door(pending)
    Invitation.objects.filter(pk=pending.pk).update(**changes)

    answer = getattr(client, method)(address, filled_in())

    said = words(answer)
    assert (answer.status_code, sentence in said) == (status, True)
    assert ("night@" in said, "Türkiye" in said) == (False, False)
    assert User.objects.get(pk=pending.person_id).is_active is False


def test_link_made_for_another_address_does_not_lead_in(client, pending):
    address = door(pending)
    User.objects.filter(pk=pending.person_id).update(email="other@turkiye.example")

    answer = client.get(address)

    assert (answer.status_code, "made for another e-mail address" in words(answer)) == (403, True)


def test_altered_links_tell_a_stranger_nothing(client, pending):
    """Not whether the invitation, or anybody, exists: the same bytes for all of them."""
    token = door(pending).split("/")[-2]
    other = door(InvitationFactory(person__email="x@moi.example")).split("/")[-2]
    swapped = token.split(":")[0] + ":" + other.split(":")[1]
    altered = [
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token[5:],
        swapped,
        "x",
        "a:b:c",
        "%F0%9F%98%80",
    ]

    answers = [client.get(f"/people/welcome/{each}/") for each in altered]

    assert {answer.status_code for answer in answers} == {400}
    pages = {answer.content.decode().split("<main")[1].split("</main>")[0] for answer in answers}
    assert len(pages) == 1


def test_link_used_twice_does_not_let_in_again(client, pending):
    client.post(door(pending), filled_in())
    thief = Client()

    answer = thief.post(door(pending), filled_in(new="b" * 20, again="b" * 20))

    assert (answer.status_code, "_auth_user_id" in thief.session) == (410, False)
    assert User.objects.get(pk=pending.person_id).check_password(PASSWORD)


def test_form_that_was_open_while_it_was_withdrawn(client, pending, head_a, now, monkeypatch):
    """Between the look at the link and the change, the invitation ends."""
    original = invitations.accept

    def too_late(invitation, acceptance, *, at):
        Invitation.objects.filter(pk=invitation.pk).update(withdrawn_at=now)
        return original(invitation, acceptance, at=at)

    monkeypatch.setattr("ots_portal.staff.views.invitations.services.accept", too_late)

    answer = client.post(door(pending), filled_in())

    assert (answer.status_code, "was withdrawn" in words(answer)) == (410, True)


def test_who_is_signed_in_as_somebody_else_is_told_so(client, pending, editor_b):
    editor_b.language = "en"
    editor_b.save()
    sign_in(client, editor_b)

    shown = client.get(door(pending))
    sent = client.post(door(pending), filled_in())

    assert (shown.status_code, sent.status_code) == (409, 409)
    assert ("signed in as Editor of B" in words(shown), "night@" in words(shown)) == (True, False)
    pending.refresh_from_db()
    assert pending.accepted_at is None


def test_signing_out_leads_back_to_the_invitation(client, pending, editor_b):
    sign_in(client, editor_b)

    answer = client.post("/accounts/logout/", {"next": door(pending)}, follow=True)

    assert answer.redirect_chain == [(door(pending), 302)]
    assert answer.status_code == 200


def test_invited_person_is_to_sign_in_as_nobody_is(client, pending, editor_a):
    unknown = client.post("/accounts/login/", {"login": "nobody@moi.example", "password": PASSWORD})
    invited = client.post(
        "/accounts/login/", {"login": "night@turkiye.example", "password": PASSWORD}
    )

    said = [words(answer).split("<main")[1].split("</main>")[0] for answer in (unknown, invited)]
    said = [
        each.replace("nobody@moi.example", "X").replace("night@turkiye.example", "X")
        for each in said
    ]
    tokens = [each.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0] for each in said]
    assert said[0].replace(tokens[0], "") == said[1].replace(tokens[1], "")
