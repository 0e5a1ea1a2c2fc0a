"""What a client may ask for is narrowed by the operator: for tokens, and for what webhooks are told."""

import csv

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import URLResolver, get_resolver
from oauth2_provider.models import AccessToken

from ots_portal.api import clients
from ots_portal.api.scopes import SCOPES
from ots_portal.audit.models import AuditEntry
from ots_portal.clock import database_now
from tests.factories.api import SECRET, ClientFactory, bearer
from tests.factories.incidents import IncidentFactory

READS = {
    "incidents:read", "meetings:read", "agreements:read", "participants:read", "circulars:read",
    "silence:read", "crossrefs:read",
}  # fmt: skip


@pytest.fixture
def partner(machine_a):
    return ClientFactory(user=machine_a, client_id="centre-of-a")


def asked(client, partner, scope=""):
    values = {"client_id": partner.client_id, "client_secret": SECRET, "scope": scope}
    wanted = {name: value for name, value in values.items() if value}
    return client.post("/oauth/token/", {"grant_type": "client_credentials", **wanted})


def test_a_client_may_ask_for_every_scope_until_it_is_narrowed(client, partner):
    before = asked(client, partner, "incidents:write").status_code
    clients.limit(partner, ["incidents:read", "meetings:read"], at=database_now())

    beyond = asked(client, partner, "incidents:read incidents:write")

    assert (before, beyond.status_code, beyond.json()["error"]) == (200, 400, "invalid_scope")
    assert asked(client, partner, "meetings:read").json()["scope"] == "meetings:read"


def test_a_token_asked_for_without_a_scope_has_what_is_left_of_the_usual(client, partner):
    clients.limit(partner, ["incidents:write", "incidents:read"], at=database_now())

    assert asked(client, partner).json()["scope"] == "incidents:read"


def test_narrowing_ends_the_tokens_at_once(client, machine_a, turkiye):
    IncidentFactory(participant=turkiye, status="active")
    header = bearer(machine_a, "incidents:read")
    before = client.get("/api/v1/incidents/", **header).status_code
    clients.limit(AccessToken.objects.get().application, ["meetings:read"], at=database_now())

    assert (before, client.get("/api/v1/incidents/", **header).status_code) == (200, 401)


def test_the_clients_of_a_system_are_taken_together(machine_a, machine_b, partner):
    other = ClientFactory(user=machine_a)
    clients.limit(partner, ["incidents:read"], at=database_now())
    clients.limit(other, ["meetings:read"], at=database_now())

    found = clients.scopes_of([machine_a.pk, machine_b.pk])

    assert found == {machine_a.pk: {"incidents:read", "meetings:read"}, machine_b.pk: READS}


def test_widening_again_gives_every_scope_back(machine_a, partner):
    clients.limit(partner, ["incidents:read"], at=database_now())
    clients.limit(partner, [], at=database_now())

    assert clients.scopes_of([machine_a.pk])[machine_a.pk] == {scope.name for scope in SCOPES}


def test_the_catalogue_of_the_pages_is_what_tokens_are_given_for():
    """Reading and writing for each kind of record, and nothing that the catalogue does not explain."""
    names = [scope.name for scope in SCOPES]
    kinds = {name.partition(":")[0] for name in names}

    assert names == list(settings.OAUTH2_PROVIDER["SCOPES"])
    assert set(names) == {f"{kind}:{way}" for kind in kinds for way in ("read", "write")}
    assert set(settings.OAUTH2_PROVIDER["DEFAULT_SCOPES"]) == {
        name for name in names if name.endswith(":read")
    }


def test_every_scope_that_a_view_asks_for_can_be_given():
    found = set()

    def walk(resolver):
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                walk(pattern)
            else:
                found.add(getattr(getattr(pattern.callback, "cls", None), "scope", ""))

    walk(get_resolver("ots_portal.api.urls"))

    assert found - {""} == {scope.name.partition(":")[0] for scope in SCOPES}


def test_of_a_scope_with_which_machines_write_nothing_else_is_said():
    """Heads tick what they read: "so far nothing" holds as long as no endpoint lets a machine write with it."""
    views = {f"api:{one.name}": one.callback.cls for one in _api_patterns()}
    table = (settings.BASE_DIR / "tests" / "permission_matrix.csv").read_text("utf-8").splitlines()
    written = {
        getattr(views[row["endpoint"].split()[1]], "scope", "")
        for row in csv.DictReader(table)
        if row["endpoint"].startswith(("POST ", "PATCH ")) and row["mA"] == "Y"
    }

    said = {scope.name.partition(":")[0] for scope in SCOPES if "nothing" in str(scope.may)}
    assert {"incidents", "meetings", "agreements"} <= written
    assert not said & written


def _api_patterns(resolver=None):
    for pattern in (resolver or get_resolver("ots_portal.api.urls")).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _api_patterns(pattern)
        elif hasattr(pattern.callback, "cls"):
            yield pattern


# ── the command ─────────────────────────────────────────────────────────────────────────────────
def test_the_operator_narrows_a_client_and_the_audit_keeps_it(machine_a, partner, capsys):
    call_command("limit_client", "centre-of-a", "incidents:read")

    entry = AuditEntry.objects.get(kind="people.user.client_limited")
    assert capsys.readouterr().err == "centre-of-a may ask for: incidents:read.\n"
    assert clients.scopes_of([machine_a.pk])[machine_a.pk] == {"incidents:read"}
    assert (entry.subject_id, entry.actor_id, entry.data["scopes"], entry.data["client"]) == (
        str(machine_a.pk),
        None,
        ["incidents:read"],
        "centre-of-a",
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nobody", "incidents:read"], "There is no partner system with the client nobody."),
        (["centre-of-a", "incidents:eat"], "There is no such scope: incidents:eat."),
    ],
)
def test_what_does_not_exist_is_refused(partner, capsys, arguments, sentence):
    with pytest.raises(SystemExit) as ended:
        call_command("limit_client", *arguments)

    assert (ended.value.code, capsys.readouterr().err) == (1, f"{sentence}\n")
    assert not AuditEntry.objects.filter(kind="people.user.client_limited").exists()


def test_without_a_client_it_is_wrongly_used():
    with pytest.raises(CommandError):
        call_command("limit_client")
