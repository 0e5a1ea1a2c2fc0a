import pytest

from ots_portal.api.parsers import BadJSON, read_json
from tests.factories.api import bearer

INCIDENTS = "/api/v1/incidents/"

# (what it is, the body) → 400 bad_json
BAD = [
    ("empty of meaning", b"   "),
    ("cut off", b'{"a": 1'),
    ("single quotes", b"{'a': 1}"),
    ("a name twice", b'{"a": 1, "a": 2}'),
    ("a name twice inside", b'[{"b": {"a": 1, "a": 1}}]'),
    ("NaN", b'{"a": NaN}'),
    ("Infinity", b'{"a": Infinity}'),
    ("minus Infinity", b'{"a": -Infinity}'),
    ("a number that becomes infinite", b'{"a": 1e999}'),
    ("a number of 5000 digits", b'{"a": ' + b"9" * 5000 + b"}"),
    ("a number beyond 64 bits", b'{"a": 99999999999999999999}'),
    ("NUL in a text", rb'{"a": "x\u0000y"}'),
    ("NUL in a name", rb'{"a\u0000": 1}'),
    ("a raw control character", b'{"a": "x\x01y"}'),
    ("half a surrogate pair", rb'{"a": "\ud800"}'),
    ("half a surrogate pair in a name", rb'{"\udfff": 1}'),
    ("33 levels", b"[" * 33 + b"]" * 33),
    ("20000 levels", b"[" * 20_000 + b"]" * 20_000),
    ("20000 levels, open", b'{"a":' * 20_000),
    ("UTF-16", '{"a": 1}'.encode("utf-16")),
    ("UTF-16 without mark", '{"a": 1}'.encode("utf-16-le")),
    ("UTF-8 with mark", '\ufeff{"a": 1}'.encode()),
    ("Latin-1", '{"a": "ü"}'.encode("latin-1")),
    ("an overlong form", b'{"a": "\xc0\xaf"}'),
    ("two documents", b'{"a": 1} {"a": 2}'),
    ("a comment", b'{"a": 1} // one'),
]


@pytest.mark.parametrize("body", [body for _name, body in BAD], ids=[name for name, _body in BAD])
def test_bad_json_is_refused(client, machine_a, body):
    header = bearer(machine_a, "incidents:write")

    answer = client.generic("POST", INCIDENTS, body, content_type="application/json", **header)

    assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (
        400,
        "application/problem+json",
        "bad_json",
    )


def test_what_is_refused_is_said():
    with pytest.raises(BadJSON, match="twice"):
        read_json(b'{"a": 1, "a": 2}')


def test_32_levels_and_whole_surrogate_pairs_are_taken():
    deep = read_json(b"[" * 32 + b"]" * 32)
    text = read_json(rb'{"a": "\ud83c\udf0a"}')

    assert (str(deep).count("["), text) == (32, {"a": "🌊"})


@pytest.mark.parametrize(
    ("content_type", "status", "code"),
    [
        ("application/xml", 415, "unsupported_media_type"),
        ("text/plain", 415, "unsupported_media_type"),
        ("application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        ("multipart/form-data; boundary=x", 415, "unsupported_media_type"),
        ("application/json; charset=klingon", 415, "unsupported_media_type"),
        ("application/json; charset=latin-1", 415, "unsupported_media_type"),
        ("application/json; charset=UTF-8", 400, "invalid"),
        ("application/json", 400, "invalid"),
    ],
)
def test_only_json_in_utf8_is_taken(client, machine_a, content_type, status, code):
    header = bearer(machine_a, "incidents:write")

    answer = client.generic("POST", INCIDENTS, b'{"place": 1}', content_type=content_type, **header)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("key", [{}, {"HTTP_IDEMPOTENCY_KEY": "large"}])
def test_a_body_of_three_megabytes_is_too_large(client, machine_a, key):
    body = b'{"description": "' + b"x" * 3_000_000 + b'"}'
    header = bearer(machine_a, "incidents:write")

    answer = client.generic(
        "POST", INCIDENTS, body, content_type="application/json", **header, **key
    )

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"1", b"null"])
def test_a_body_that_is_no_object_is_invalid(client, machine_a, body):
    header = bearer(machine_a, "incidents:write")

    answer = client.generic("POST", INCIDENTS, body, content_type="application/json", **header)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "#")
