"""
B1–B28 at the API's doors, each through the real endpoint.

| case | what | where it stands |
|---|---|---|
| B1–B7 | NUL, lone surrogate, nesting, duplicate name, NaN, 5,000 digits, UTF-16 | here, every door with a body |
| B8, B10 | unknown charset, XML | here, every door with a body |
| B9, B11 | a list for an object, 3 MB | here, every door with a body |
| B12, B13 | unknown and forbidden fields | here |
| B14, B15 | strict types, bounds (magnitude and depth: there are no casualties yet) | here |
| B16, B17 | nothing to be seen; text at its limit and one more | here |
| B18–B20, B23, B24 | forms | test_forms.py |
| B21, B22, B27 | method override, Allow, PUT | here |
| B25 | Idempotency-Key | here, and tests/ots_portal/api/test_idempotency.py |
| B26 | If-Match | here |
| B28 | does not apply: no endpoint takes more than one record | here: a list is refused |
"""

import json

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from incidents.models import Incident
from tests.factories.api import bearer
from tests.factories.documents import DocumentFactory
from tests.factories.incidents import IncidentFactory
from tests.factories.meetings import MeetingFactory, MinutesFactory
from tests.factories.sessions import sign_in

LIST = "/api/v1/incidents/"
BODY = {
    "language": "en",
    "title": "Flood on the Kura",
    "description": "The water is rising.",
    "hazard": "GH0101",
    "alert_level": "orange",
    "onset_at": "2026-01-20T08:00:00Z",
    "countries": ["AZ", "TR"],
}


@pytest.fixture
def doors(client, head_a, secretary, turkiye):
    """
    Name → what sends a body through that door, as somebody who may.

    Each is a caller of (body, content type, further headers).
    """
    verified = IncidentFactory(participant=turkiye, status="reported")
    draft = IncidentFactory(participant=turkiye, created_by=head_a)
    planned = MeetingFactory(status="planned")
    adopted = MinutesFactory(status="adopted")
    document = DocumentFactory(owner=verified, uploaded_by=head_a)

    def door(person, method, name, *pk, **more):
        def send(body, content_type="application/json", **headers):
            sign_in(client, person)
            address = reverse(name, args=[one.pk for one in pk])
            return client.generic(
                method, address, body, content_type=content_type, **{**more, **headers}
            )

        return send

    return {
        "create an incident": door(head_a, "POST", "api:incidents-list"),
        "change an incident": door(
            head_a, "PATCH", "api:incidents-detail", draft, HTTP_IF_MATCH='"1"'
        ),
        "reject an incident": door(head_a, "POST", "api:incidents-reject", verified),
        "verify an incident": door(head_a, "POST", "api:incidents-verify", verified),
        "convene a meeting": door(secretary, "POST", "api:meetings-convene", planned),
        "publish minutes": door(secretary, "POST", "api:minutes-publish", adopted),
        "remove a document": door(head_a, "POST", "api:documents-remove", document),
    }


DOORS = [
    "create an incident", "change an incident", "reject an incident", "verify an incident", "convene a meeting",
    "publish minutes", "remove a document",
]  # fmt: skip
BAD_JSON = {
    "b1 NUL": rb'{"title": "a\u0000b"}',
    "b1 NUL in a name": rb'{"a\u0000": 1}',
    "b2 lone surrogate": rb'{"title": "\ud800"}',
    "b3 nesting": b"[" * 20_000,
    "b4 a name twice": b'{"classification": "named", "classification": "members"}',
    "b5 NaN": b'{"latitude": NaN}',
    "b5 Infinity": b'{"latitude": -Infinity}',
    "b6 5,000 digits": b'{"magnitude": ' + b"9" * 5_000 + b"}",
    "b7 UTF-16": '{"title": "a"}'.encode("utf-16"),
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("body", BAD_JSON.values(), ids=BAD_JSON.keys())
def test_b1_to_b7_what_is_no_sound_json_is_refused(doors, door, body):
    answer = doors[door](body)

    assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (
        400,
        "application/problem+json",
        "bad_json",
    )


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json; charset=klingon", b"{}"),
        ("application/json; charset=utf-16", b"{}"),
        ("application/xml", b"<?xml version='1.0'?><!DOCTYPE a><a/>"),
        ("text/plain", b"{}"),
        ("application/x-www-form-urlencoded", b"title=a"),
        ("multipart/form-data; boundary=b", b"--b--"),
    ],
)
def test_b8_b10_what_is_not_json_in_utf8_is_refused(doors, door, content_type, body):
    answer = doors[door](body, content_type)

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("body", [b"[]", b"[{}]", b'"a"', b"null", b"[" + b"{}," * 1_000 + b"{}]"])
def test_b9_b28_a_list_is_not_a_record(doors, door, body):
    answer = doors[door](body)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


@pytest.mark.parametrize("door", DOORS)
def test_b11_three_megabytes_are_too_large(doors, door):
    answer = doors[door](b'{"title": "' + b"x" * 3_000_000 + b'"}')

    assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (
        413,
        "application/problem+json",
        "too_large",
    )


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "name", ["clasification", "id", "participant", "state", "level", "created_by", "version", "x" * 300]
)  # fmt: skip
def test_b12_b13_a_field_that_is_not_the_callers_is_refused(doors, door, name):
    answer = doors[door](json.dumps({name: "public"}).encode())

    told = {error["pointer"]: error["detail"] for error in answer.json()["errors"]}
    assert (answer.status_code, told.get(f"#/{name}")) == (
        400,
        "There is no such field, or it is not set by the caller.",
    )


def send(client, **change):
    body = json.dumps({**BODY, **change})
    return client.generic("POST", LIST, body, content_type="application/json")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"magnitude": "7"}, "#/magnitude"),
        ({"magnitude": "1e3"}, "#/magnitude"),
        ({"magnitude": True}, "#/magnitude"),
        ({"magnitude": [7]}, "#/magnitude"),
        ({"is_exercise": 1}, "#/is_exercise"),
        ({"is_exercise": "true"}, "#/is_exercise"),
        ({"title": 7}, "#/title"),
        ({"title": True}, "#/title"),
        ({"title": ["a"]}, "#/title"),
        ({"title": {"en": "a"}}, "#/title"),
        ({"title": None}, "#/title"),
        ({"countries": {"AZ": 1}}, "#/countries"),
        ({"countries": [1]}, "#/countries/0"),
        ({"countries": [["AZ"]]}, "#/countries/0"),
        ({"countries": [None]}, "#/countries/0"),
        ({"hazard": ["GH0101"]}, "#/hazard"),
        ({"hazard": {}}, "#/hazard"),
        ({"language": ["en"]}, "#/language"),
        ({"classification": 1}, "#/classification"),
        ({"onset_at": 1_700_000_000}, "#/onset_at"),
        ({"onset_at": "2026-01-20"}, "#/onset_at"),
        ({"onset_at": "2026-13-40T99:99:99Z"}, "#/onset_at"),
        ({"onset_at": "0001-01-01T00:00:00Z"}, "#/onset_at"),
        ({"magnitude": -3}, "#/magnitude"),
        ({"magnitude": 12.01}, "#/magnitude"),
        ({"magnitude": 1e300}, "#/magnitude"),
        ({"depth_km": 10**12}, "#/depth_km"),
        ({"latitude": 90.0001, "longitude": 0}, "#/latitude"),
        ({"latitude": 0, "longitude": -180.0001}, "#/longitude"),
        ({"countries": ["AZ"] * 61}, "#/countries"),
    ],
)
def test_b14_b15_types_are_exact_and_numbers_have_bounds(client, editor_a, change, pointer):
    client.force_login(editor_a)

    answer = send(client, **change)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert not Incident.objects.exists()


UNSEEN = ["", " ", "\u00a0", "\u200b", "\u200b \u00a0\ufeff", "\t\n", "\u3000", "\u2060", "\u00ad"]


@pytest.mark.parametrize("text", UNSEEN, ids=ascii)
def test_b16_a_title_of_which_nothing_is_seen_is_none(client, editor_a, text):
    client.force_login(editor_a)

    answer = send(client, title=text)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "#/title")


@pytest.mark.parametrize(
    ("field", "limit"), [("title", 200), ("description", 20_000), ("place", 200)]
)
def test_b17_the_limit_of_a_text_is_exact_and_said(client, editor_a, field, limit):
    client.force_login(editor_a)

    taken = send(client, **{field: "ü" * limit})
    refused = send(client, **{field: "ü" * (limit + 1)})

    assert (taken.status_code, refused.status_code, Incident.objects.count()) == (201, 400, 1)
    told = [one["detail"] for one in refused.json()["errors"] if one["pointer"] == f"#/{field}"]
    assert f"At most {limit} characters are taken; these are {limit + 1}." in told


# ── methods and headers ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "header", ["HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_X_HTTP_METHOD", "HTTP_X_METHOD_OVERRIDE"]
)
def test_b21_a_header_makes_no_other_method(client, head_a, turkiye, header):
    draft = IncidentFactory(participant=turkiye)
    client.force_login(head_a)

    answer = client.get(reverse("api:incidents-detail", args=[draft.pk]), **{header: "DELETE"})
    posted = client.post(
        reverse("api:incidents-detail", args=[draft.pk]),
        {"_method": "PATCH"},
        content_type="application/json",
        **{header: "PATCH", "HTTP_IF_MATCH": '"1"'},
    )

    assert (answer.status_code, posted.status_code, Incident.objects.count()) == (200, 405, 1)


@pytest.mark.parametrize(
    ("method", "name", "allowed"),
    [
        ("PUT", "api:incidents-list", "GET, POST, HEAD, OPTIONS"),
        ("DELETE", "api:incidents-list", "GET, POST, HEAD, OPTIONS"),
        ("PUT", "api:incidents-detail", "GET, PATCH, HEAD, OPTIONS"),
        ("DELETE", "api:incidents-detail", "GET, PATCH, HEAD, OPTIONS"),
        ("GET", "api:incidents-report", "POST, OPTIONS"),
        ("POST", "api:agreements-list", "GET, HEAD, OPTIONS"),
        ("TRACE", "api:incidents-list", "GET, POST, HEAD, OPTIONS"),
        ("BREW", "api:incidents-list", "GET, POST, HEAD, OPTIONS"),
    ],
)
def test_b22_b27_a_method_that_is_not_there_is_answered_by_those_that_are(
    client, head_a, turkiye, method, name, allowed
):
    """PUT among them: a partial body must not empty what it leaves out."""
    draft = IncidentFactory(participant=turkiye, place="Kars")
    client.force_login(head_a)
    args = [] if name.endswith("-list") else [draft.pk]

    answer = client.generic(
        method, reverse(name, args=args), b'{"title": "a"}', content_type="application/json"
    )

    draft.refresh_from_db()
    assert (answer.status_code, answer["Allow"], draft.place) == (405, allowed, "Kars")


@pytest.mark.parametrize(
    ("key", "status", "code"),
    [("k" * 300, 400, "bad_key"), ("", 400, "bad_key"), ("schlüssel", 400, "bad_key"), ("a\tb", 400, "bad_key")],
)  # fmt: skip
def test_b25_a_key_that_cannot_be_kept_is_refused(client, editor_a, key, status, code):
    client.force_login(editor_a)

    answer = client.generic(
        "POST", LIST, json.dumps(BODY), content_type="application/json", HTTP_IDEMPOTENCY_KEY=key
    )

    assert (answer.status_code, answer.json()["code"], Incident.objects.count()) == (
        status,
        code,
        0,
    )


def test_b25_a_key_belongs_to_one_body_and_one_caller(client, machine_a, machine_b):
    def sent(machine, title):
        header = bearer(machine, "incidents:write")
        body = json.dumps({**BODY, "title": title})
        return client.generic(
            "POST", LIST, body, content_type="application/json", HTTP_IDEMPOTENCY_KEY="k", **header
        )

    first, other_body = sent(machine_a, "One"), sent(machine_a, "Two")
    other_caller = sent(machine_b, "Two")

    assert (first.status_code, other_body.status_code, other_body.json()["code"]) == (
        201,
        422,
        "key_reused",
    )
    assert (other_caller.status_code, Incident.objects.count()) == (201, 2)


@pytest.mark.parametrize(
    ("header", "status", "code"),
    [
        ({}, 428, "version_required"),
        ({"HTTP_IF_MATCH": "*"}, 428, "version_required"),
        ({"HTTP_IF_MATCH": ""}, 428, "version_required"),
        ({"HTTP_IF_MATCH": '"2.x"'}, 412, "stale_version"),
        ({"HTTP_IF_MATCH": '"0"'}, 412, "stale_version"),
        ({"HTTP_IF_MATCH": '"-1"'}, 412, "stale_version"),
        ({"HTTP_IF_MATCH": '"' + "9" * 5_000 + '"'}, 412, "stale_version"),
        ({"HTTP_IF_MATCH": '"٣"'}, 412, "stale_version"),
        ({"HTTP_IF_MATCH": "," * 1_000}, 428, "version_required"),
    ],
)
def test_b26_a_change_names_the_version_it_was_made_on(
    client, editor_a, turkiye, header, status, code
):
    draft = IncidentFactory(participant=turkiye, created_by=editor_a, place="Kars")
    client.force_login(editor_a)

    answer = client.generic(
        "PATCH",
        reverse("api:incidents-detail", args=[draft.pk]),
        b'{"place": "Van"}',
        content_type="application/json",
        **header,
    )

    draft.refresh_from_db()
    assert (answer.status_code, answer.json()["code"], draft.place) == (status, code, "Kars")


# ── tokens ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"grant_type=client_credentials&client_id=%00&client_secret=%00", ""),
        (b"grant_type=client_credentials&client_id=%ED%A0%80&client_secret=a", ""),
        (b"grant_type=client_credentials&client_id=%FF%FE", ""),
        (b"grant_type=client_credentials&grant_type=password&client_id=a", ""),
        (b"grant_type=" + b"x" * 100_000, ""),
        (b"&".join(b"f%d=1" % number for number in range(1_001)), ""),
        (b"grant_type=client_credentials&scope=" + b"incidents:read " * 1_000, ""),
        (b"grant_type=client_credentials&client_id=" + b"9" * 100_000, ""),
        (b'{"grant_type": "client_credentials"}', "application/json"),
        (b"<a/>", "application/xml"),
        ("grant_type=client_credentials".encode("utf-16"), ""),
        (b"", ""),
        (b"\x00", "multipart/form-data"),
        (b"grant_type=client_credentials", "application/x-www-form-urlencoded; charset=klingon"),
        (b"x" * 3_000_000, ""),
    ],
)
@pytest.mark.parametrize(
    "header", [{}, {"HTTP_AUTHORIZATION": "Basic %%%"}, {"HTTP_AUTHORIZATION": "Basic AAAA"}]
)
def test_b1_b18_the_token_endpoint_refuses_what_it_cannot_read(client, body, content_type, header):
    answer = client.generic(
        "POST",
        "/oauth/token/",
        body,
        content_type=content_type or "application/x-www-form-urlencoded",
        **header,
    )

    assert 400 <= answer.status_code < 500


# ── whatever else somebody may write ────────────────────────────────────────────────────────────

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)
ANY_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=4,
)
FIELDS = [*BODY, "classification", "place", "latitude", "longitude", "magnitude", "magnitude_scale", "depth_km",
          "is_exercise"]  # fmt: skip


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.dictionaries(st.sampled_from(FIELDS), ANY_VALUE, max_size=4))
@example({"title": "\x00"})
@example({"magnitude_scale": "\ud800"})
def test_nothing_that_can_be_written_into_a_field_breaks_the_endpoint(client, editor_a, change):
    client.force_login(editor_a)

    answer = send(client, **change)

    assert answer.status_code in (201, 400)
    assert answer.status_code == 201 or answer["Content-Type"] == "application/problem+json"


@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.binary(max_size=200))
def test_no_bytes_break_the_endpoint(client, editor_a, body):
    client.force_login(editor_a)

    answer = client.generic("POST", LIST, body, content_type="application/json")

    assert answer.status_code == 400
