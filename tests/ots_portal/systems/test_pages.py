"""The pages on which a head looks after the partner systems of the own authority."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application

from ots_portal.api import clients
from ots_portal.api.models import ClientScope, Credential, PartnerSystem
from ots_portal.audit.models import AuditEntry
from ots_portal.notifications import services as notifications
from ots_portal.notifications.models import Delivery
from ots_portal.people.models import User
from ots_portal.systems import services
from tests.factories.api import TokenFactory, header_of
from tests.factories.people import MachineFactory, UserFactory
from tests.factories.sessions import sign_in, with_second_factor
from tests.factories.systems import CredentialFactory, SystemFactory
from tests.ots_portal.webhooks.story import Clock

LIST, CREATE = reverse("systems:list"), reverse("systems:create")
WISHES = {
    "name": "Operations centre",
    "purpose": "Map of the night shift",
    "scopes": ["incidents:read", "incidents:write"],
    "networks": "192.0.2.7\n2001:db8::/48",
}


@pytest.fixture
def system(turkiye):
    machine = MachineFactory(participant=turkiye, full_name="Operations centre")
    return SystemFactory(user=machine)


@pytest.fixture
def credential(system):
    return CredentialFactory(application__user=system.user)


def address(verb, system, *more):
    return reverse(f"systems:{verb}", args=[system.pk, *more])


def secret_on(page):
    return re.search(r'id="client-secret">([^<]+)<', page.content.decode())[1]


def id_on(page):
    return re.search(r'id="client-id">([^<]+)<', page.content.decode())[1]


def asks(client, client_id, secret, scope=""):
    body = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    return client.post("/oauth/token/", body | ({"scope": scope} if scope else {}))


def kinds():
    return list(AuditEntry.objects.order_by("recorded_at").values_list("kind", flat=True))


# ── made ────────────────────────────────────────────────────────────────────────────────────────
def test_a_head_makes_a_system_is_shown_the_secret_once_and_it_calls(client, head_a):
    sign_in(client, head_a)

    page = client.post(CREATE, WISHES)

    made = PartnerSystem.objects.get()
    secret, client_id = secret_on(page), id_on(page)
    assert (page.status_code, page["Cache-Control"]) == (200, "no-store")
    assert (made.user.kind, made.user.role, made.participant_id) == ("machine", "reader", "turkiye")
    assert made.networks == ["192.0.2.7/32", "2001:db8::/48"]
    assert secret not in client.get(made.get_absolute_url()).content.decode()
    assert Application.objects.get().client_secret != secret
    token = client.post(
        "/oauth/token/",
        {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret},
        REMOTE_ADDR="192.0.2.7",
    )
    assert (token.status_code, token.json()["scope"]) == (200, "incidents:read")


def test_the_audit_says_what_it_may_and_knows_no_secret(client, head_a):
    sign_in(client, head_a)

    secret = secret_on(client.post(CREATE, {**WISHES, "is_exercise": "on"}))

    entry = AuditEntry.objects.get(kind="api.partner_system.created")
    assert (entry.actor_id, entry.participant) == (head_a.pk, "turkiye")
    assert entry.data["scopes"] == ["incidents:read", "incidents:write"]
    assert entry.data["is_exercise"] is True
    assert secret not in entry.body
    assert PartnerSystem.objects.get().is_exercise


def test_all_heads_of_the_authority_are_told(client, head_a, editor_a, head_b):
    other = UserFactory(participant=head_a.participant, role="head")
    sign_in(client, head_a)

    client.post(CREATE, WISHES)
    clock = Clock(timezone.now())
    while notifications.fan_out_waiting(clock=clock):
        pass

    told = set(Delivery.objects.values_list("recipient", flat=True))
    assert told == {head_a.pk, other.pk}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 151}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["incidents:eat"]}, "scopes"),
        ({"networks": "192.0.2.7/24"}, "networks"),
        ({"networks": "the office"}, "networks"),
        ({"networks": " ".join(f"10.0.{n}.0/24" for n in range(51))}, "networks"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(client, head_a, changed, field):
    sign_in(client, head_a)

    page = client.post(CREATE, {**WISHES, **changed})

    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert not PartnerSystem.objects.exists()


def test_an_authority_has_twenty_at_most(client, head_a):
    for _one in range(services.MOST_SYSTEMS):
        SystemFactory(user=MachineFactory(participant=head_a.participant))
    sign_in(client, head_a)

    page = client.post(CREATE, WISHES)

    assert (page.status_code, list(page.context["form"].errors)) == (422, ["__all__"])
    PartnerSystem.objects.filter(pk=PartnerSystem.objects.first().pk).update(
        revoked_at=timezone.now()
    )
    assert client.post(CREATE, WISHES).status_code == 200


@pytest.mark.parametrize("verb", ["change", "rotate", "resume"])
def test_what_opens_a_door_asks_who_is_there(client, head_a, system, verb):
    with_second_factor(head_a)
    sign_in(client, head_a, minutes_ago=11)

    answers = [client.post(CREATE, WISHES), client.post(address(verb, system), WISHES)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert kinds() == []


# ── changed ─────────────────────────────────────────────────────────────────────────────────────
def test_other_scopes_hold_at_once_and_end_the_tokens(client, head_a, system, credential):
    TokenFactory(application=credential.application, scope="incidents:write")
    sign_in(client, head_a)

    client.post(
        address("change", system),
        {**WISHES, "scopes": ["meetings:read"], "version": "1"},
    )

    system.refresh_from_db()
    assert (system.scopes, system.version) == (["meetings:read"], 2)
    assert not AccessToken.objects.exists()
    assert clients.scopes_of([system.user_id])[system.user_id] == {"meetings:read"}
    entry = AuditEntry.objects.get(kind="api.partner_system.updated")
    assert entry.data["changes"]["scopes"]["after"] == ["meetings:read"]


def test_a_change_that_leaves_the_scopes_leaves_the_tokens(client, head_a, system, credential):
    TokenFactory(application=credential.application)
    sign_in(client, head_a)

    client.post(address("change", system), {**WISHES, "name": "Night shift", "version": "1"})

    assert (User.objects.get(pk=system.user_id).full_name, AccessToken.objects.count()) == (
        "Night shift",
        1,
    )


def test_two_who_change_it_at_once_see_both_texts(client, head_a, system):
    sign_in(client, head_a)
    client.post(address("change", system), {**WISHES, "purpose": "Map", "version": "1"})

    late = client.post(address("change", system), {**WISHES, "purpose": "Board", "version": "1"})

    assert late.status_code == 409
    assert [one.now for one in late.context["differences"]] == ["Map"]
    system.refresh_from_db()
    assert system.purpose == "Map"


# ── rotated ─────────────────────────────────────────────────────────────────────────────────────
def test_old_and_new_credentials_hold_until_the_old_ones_end(client, head_a, system, credential):
    sign_in(client, head_a)

    page = client.post(address("rotate", system), {"old_ends": "day"})

    credential.refresh_from_db()
    assert timedelta(hours=23) < credential.ends_at - timezone.now() < timedelta(hours=25)
    assert asks(client, id_on(page), secret_on(page)).status_code == 200
    assert asks(client, credential.application.client_id, "wrong").status_code == 401
    old = header_of(TokenFactory(application=credential.application))
    assert client.get("/api/v1/incidents/", **old).status_code == 200


def test_in_wrong_hands_the_old_ones_end_at_once(client, head_a, system, credential):
    old = header_of(TokenFactory(application=credential.application))
    sign_in(client, head_a)

    client.post(address("rotate", system), {"old_ends": "now"})

    assert type(client)().get("/api/v1/incidents/", **old).status_code == 401


def test_there_are_two_at_most(client, head_a, system, credential):
    CredentialFactory(application__user=system.user)
    sign_in(client, head_a)

    third = client.post(address("rotate", system), {"old_ends": "by_hand"})
    instead = client.post(address("rotate", system), {"old_ends": "now"})

    assert (third.status_code, instead.status_code) == (422, 200)
    live = Credential.objects.filter(ends_at=None)
    assert live.count() == 1


def test_what_the_operator_took_the_new_ones_lack_too(client, head_a, system, credential):
    ClientScope.objects.create(application=credential.application, name="incidents:read")
    sign_in(client, head_a)

    page = client.post(address("rotate", system), {"old_ends": "by_hand"})

    answer = asks(client, id_on(page), secret_on(page), "incidents:write")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize("of", ["head_a", "officer", "secretary", "administrator"])
def test_whoever_may_ends_credentials_and_they_are_dead_at_once(
    request, client, system, credential, of
):
    header = header_of(TokenFactory(application=credential.application))
    sign_in(client, request.getfixturevalue(of), minutes_ago=60)  # a leak waits for no code

    client.post(address("end_credentials", system, credential.application.pk))

    assert type(client)().get("/api/v1/incidents/", **header).status_code == 401
    assert kinds() == ["api.partner_system.credentials_ended"]


def test_ended_credentials_are_not_ended_again(client, head_a, system, credential):
    sign_in(client, head_a)
    ending = address("end_credentials", system, credential.application.pk)

    answers = [client.post(ending).status_code for _twice in range(2)]

    assert answers == [302, 409]


def test_credentials_of_another_system_are_not_found(client, head_a, system):
    other = CredentialFactory()
    sign_in(client, head_a)

    answer = client.post(address("end_credentials", system, other.application.pk))

    assert answer.status_code == 404


# ── stopped ─────────────────────────────────────────────────────────────────────────────────────
def test_suspended_it_is_refused_with_its_next_call_and_resumed_it_calls_again(
    client, head_a, system, credential
):
    header = header_of(TokenFactory(application=credential.application))
    sign_in(client, head_a)

    client.post(address("suspend", system))
    refused = type(client)().get("/api/v1/incidents/", **header).status_code
    client.post(address("resume", system))
    fresh = header_of(TokenFactory(application=credential.application))

    assert refused == 401
    assert type(client)().get("/api/v1/incidents/", **fresh).status_code == 200
    assert kinds() == ["api.partner_system.suspended", "api.partner_system.resumed"]


def test_revoked_it_is_dead_for_good(client, head_a, system, credential):
    header = header_of(TokenFactory(application=credential.application))
    sign_in(client, head_a)

    client.post(address("revoke", system))

    assert type(client)().get("/api/v1/incidents/", **header).status_code == 401
    answers = {
        verb: client.post(address(verb, system), {**WISHES, "old_ends": "now"}).status_code
        for verb in ("resume", "rotate", "change", "suspend", "revoke")
    }
    assert set(answers.values()) == {409}, answers
    page = client.get(system.get_absolute_url()).content.decode()
    assert "nothing brings it back" in page


def test_the_page_shows_when_and_from_where_it_called(client, head_a, system, credential):
    header = header_of(TokenFactory(application=credential.application))
    client.get("/api/v1/incidents/", **header, REMOTE_ADDR="192.0.2.77")
    sign_in(client, head_a)

    page = client.get(system.get_absolute_url()).content.decode()

    assert "192.0.2.77" in page
    assert credential.application.client_id in page


# ── who sees ────────────────────────────────────────────────────────────────────────────────────
def test_a_head_sees_the_own_ones_and_the_secretariat_all(client, head_a, officer, system):
    other = SystemFactory()
    seen = {}
    for who in (head_a, officer):
        sign_in(client, who)
        seen[who] = {row.system for row in client.get(LIST).context["rows"]}

    assert seen == {head_a: {system}, officer: {system, other}}


@pytest.mark.parametrize("who", ["editor_a", "reader_a", "auditor"])
def test_others_are_told_that_it_is_not_theirs(request, client, system, who):
    sign_in(client, request.getfixturevalue(who))

    answers = [client.get(place).status_code for place in (LIST, system.get_absolute_url())]

    assert answers == [403, 404]


def test_the_list_takes_the_same_queries_however_long(
    client, officer, django_assert_max_num_queries
):
    def counted():
        with django_assert_max_num_queries(60) as caught:
            client.get(LIST)
        return len(caught)

    sign_in(client, officer)
    CredentialFactory(application__user=SystemFactory().user)
    client.get(LIST)
    few = counted()
    for _more in range(12):
        CredentialFactory(application__user=SystemFactory().user)

    assert counted() == few


def test_the_list_goes_on_page_by_page(client, officer):
    for _one in range(26):
        SystemFactory()
    sign_in(client, officer)

    first = client.get(LIST)
    rest = client.get(f"{LIST}{first.context['older']}")

    assert [len(page.context["rows"]) for page in (first, rest)] == [25, 1]
    assert client.get(f"{LIST}?cursor=nonsense").status_code == 404


def test_without_any_the_page_says_what_to_do(client, head_a):
    sign_in(client, head_a)

    page = client.get(LIST).content.decode()

    assert "Your authority has no partner system yet." in page
    assert CREATE in page
