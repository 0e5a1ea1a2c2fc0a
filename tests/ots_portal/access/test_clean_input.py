import pytest


@pytest.mark.parametrize(
    "address",
    [
        "/%00",
        "/participants/%00/",
        "/?q=%00",
        "/?q=a%00b&page=2",
        "/?%00=1",
        "/?q=%ED%A0%80",  # a lone surrogate
        "/?q=%FF%FE",
        "/%FF",
        "/?q=" + "a" * 8_000,
        "/" + "a" * 1_001,
    ],
)
def test_address_that_cannot_be_read_is_refused(client, address):
    answer = client.get(address)

    assert answer.status_code == 400
    assert "The address contains something that cannot be read." in answer.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/?q=%C6%8F",  # Ə
        "/?q=%F0%9F%94%A5",
        "/?q=%",
        "/?q=%zz",
        "/?q=%25%30%30",  # the text "%00"
        "/?page=" + "9" * 30,
        "/?q=" + "a" * 7_000,
    ],
)
def test_odd_but_readable_address_is_answered(client, address):
    assert client.get(address).status_code == 200


def test_api_refuses_with_a_problem_document(client):
    answer = client.get("/api/v1/docs/?q=%00")

    assert (answer.status_code, answer["Content-Type"], answer.json()["status"]) == (
        400,
        "application/problem+json",
        400,
    )


@pytest.mark.parametrize(
    "languages", ["a" * 600, "tr-" + "a" * 10_000, "tr," * 5_000 + "x", "\x7f"]
)
def test_overlong_wish_of_languages_does_no_harm(client, languages):
    assert client.get("/", headers={"accept-language": languages}).status_code == 200


def test_overlong_language_cookie_does_no_harm(client):
    client.cookies["django_language"] = "t" * 3_000

    assert client.get("/")["Content-Language"] == "en"


def test_more_than_an_upload_can_be_is_refused_unread(client, settings, editor_a):
    settings.PORTAL_UPLOAD_LIMIT_BYTES = 1_000
    client.force_login(editor_a)

    answer = client.post("/people/settings/", b"a=" + b"b" * 1_100_000, content_type="text/plain")

    assert (answer.status_code, "larger than the portal takes" in answer.content.decode()) == (
        413,
        True,
    )


@pytest.mark.parametrize("declared", ["-1", "abc", "9" * 5_000, "٣"])
def test_strange_declared_length_does_no_harm(client, declared):
    answer = client.get("/", CONTENT_LENGTH=declared)

    assert answer.status_code in (200, 413)
