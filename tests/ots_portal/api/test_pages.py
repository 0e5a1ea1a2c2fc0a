"""The root, the schema and the pages that tell of the API."""

from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

from incidents.statuses import INCIDENTS
from ots_portal.api.pages import RESOURCES
from ots_portal.api.problems import PROBLEMS

GOLDEN = Path(__file__).parents[3] / "docs" / "openapi.yaml"


@pytest.fixture
def schema(client):
    return yaml.safe_load(client.get("/api/v1/schema/").content)


def test_the_root_names_what_there_is(client):
    answer = client.get("/api/v1/")

    assert answer.json() == {
        **{name: f"http://testserver/api/v1/{name}/" for name in RESOURCES},
        "schema": "http://testserver/api/v1/schema/",
        "docs": "http://testserver/api/v1/docs/",
        "start": "http://testserver/api/v1/docs/start/",
        "changes": "http://testserver/api/v1/docs/changes/",
        "problems": "http://testserver/api/v1/docs/problems/",
        "token": "http://testserver/oauth/token/",
    }


def test_the_root_names_every_kind_of_record(schema):
    kinds = {path.split("/")[3] for path in schema["paths"]}

    assert kinds == set(RESOURCES)


def test_docs_openapi_is_what_the_portal_serves(tmp_path):
    call_command(
        "spectacular", file=str(tmp_path / "openapi.yaml"), validate=True, fail_on_warn=True
    )

    same = (tmp_path / "openapi.yaml").read_text() == GOLDEN.read_text()

    assert same, "Run: .venv/bin/python manage.py spectacular --validate --file docs/openapi.yaml"


def test_the_schema_is_public_and_names_every_step(schema):
    steps = [step.verb for step in INCIDENTS.steps.values() if not step.automatic]

    paths = set(schema["paths"])
    assert [verb for verb in steps if f"/api/v1/incidents/{{id}}/{verb}/" not in paths] == []


def test_the_schema_says_how_to_get_a_token(schema):
    machine = schema["components"]["securitySchemes"]["machine"]

    assert machine["flows"]["clientCredentials"]["tokenUrl"] == "/oauth/token/"


def test_operation_names_are_used_once(schema):
    names = [
        operation["operationId"] for path in schema["paths"].values() for operation in path.values()
    ]

    assert len(names) == len(set(names))


def test_swagger_has_its_own_policy_without_inline_scripts(client):
    page = client.get("/api/v1/docs/")
    policy = page["Content-Security-Policy"]

    assert "script-src 'self';" in f"{policy};"
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert b"swagger-ui-bundle.js" in page.content
    assert b"<script>" not in page.content


def test_no_other_page_has_that_policy(client):
    assert "unsafe-inline" not in client.get("/api/v1/")["Content-Security-Policy"]


def test_every_problem_is_explained(client):
    page = client.get("/api/v1/docs/problems/").content.decode()

    assert [code for code in PROBLEMS if f'id="{code}"' not in page] == []


@pytest.mark.parametrize("script", ["", "?script="])
def test_the_documentation_sets_a_visitor_no_cookie(client, script):
    answer = client.get(f"/api/v1/docs/{script}")

    assert (answer.status_code, dict(answer.cookies)) == (200, {})
    assert answer.content
