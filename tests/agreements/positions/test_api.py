import pytest
from django.urls import reverse

from agreements.models import Bracket, Position, Provision
from agreements.services import provisions
from tests.factories.positions import digest, stand

JSON = "application/json"


def address(name, record=None):
    return reverse(f"api:{name}", args=[record.pk] if record else [])


@pytest.fixture
def body(article):
    return {
        "provision": str(article.pk),
        "stance": "accept",
        "visibility": "all",
        "on_sha256": digest(article),
        "after": 0,
    }


def rewritten(article, officer, now):
    provisions.update_provision(
        article, language="en", heading="", text="Other words.", version=1, by=officer, at=now
    )


def test_a_position_is_taken_and_read(client, article, editor_a, body):
    client.force_login(editor_a)

    made = client.post(address("positions-list"), body, JSON)
    listed = client.get(address("positions-list"), {"provision": article.pk}).json()["results"]

    assert (made.status_code, made.json()["number"], [one["id"] for one in listed]) == (
        201,
        1,
        [made.json()["id"]],
    )


def test_other_words_and_a_colleague_are_412(client, article, editor_a, officer, body, now):
    client.force_login(editor_a)
    client.post(address("positions-list"), body, JSON)
    colleague = client.post(address("positions-list"), {**body, "stance": "oppose"}, JSON)
    rewritten(article, officer, now)
    words = client.post(address("positions-list"), {**body, "after": 1}, JSON)

    assert (colleague.status_code, words.status_code) == (412, 412)
    assert "Read the present ones first" in words.json()["detail"]
    assert Position.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("stance", "like"), ("visibility", 1), ("on_sha256", ""), ("after", -1), ("note", "x" * 2001)],
)
def test_a_bad_field_is_400_and_named(client, editor_a, body, name, value):
    client.force_login(editor_a)

    answer = client.post(address("positions-list"), {**body, name: value}, JSON)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, f"#/{name}")


def test_others_do_not_learn_how_often_a_state_spoke_without_them(
    client, article, editor_a, editor_b
):
    stand(article, editor_a, "oppose", visibility="own")
    stand(article, editor_a)
    told = {}
    for user in (editor_a, editor_b):
        client.force_login(user)
        rows = client.get(address("positions-list")).json()["results"]
        told[user.full_name] = [one["number"] for one in rows]

    assert (sorted(told["Editor of A"]), told["Editor of B"]) == ([1, 2], [None])


def test_a_position_is_reconfirmed(client, article, editor_a, officer, now):
    position = stand(article, editor_a)
    rewritten(article, officer, now)
    client.force_login(editor_a)

    answer = client.post(
        address("positions-reconfirm", position), {"on_sha256": digest(article)}, JSON
    )
    again = client.post(
        address("positions-reconfirm", position), {"on_sha256": digest(article)}, JSON
    )

    assert (answer.status_code, answer.json()["number"], again.status_code) == (200, 2, 409)


def test_the_matrix_tells_codes_and_hashes(client, protocol, article, editor_a, editor_b):
    stand(article, editor_a, "scrutiny_reserve")
    client.force_login(editor_b)

    told = client.get(address("agreements-matrix", protocol)).json()

    row = told["rows"][0]
    assert (told["states"], row["sha256"], row["status"]) == (
        ["azerbaijan", "turkiye"],
        digest(article),
        "reserved",
    )
    assert [row["positions"][one]["stance"] for one in told["states"]] == [
        "none",
        "scrutiny_reserve",
    ]
    assert client.get(address("agreements-matrix", protocol), {"state": "x"}).status_code == 400


def test_the_gate_tells_what_is_in_the_way(client, protocol, article, editor_a):
    stand(article, editor_a, "scrutiny_reserve")
    client.force_login(editor_a)

    told = client.get(address("agreements-gate", protocol)).json()

    assert (told["may_close"], told["may_adopt"]) == (True, False)
    assert told["obstacles"] == [
        {
            "kind": "reserve",
            "provision": str(article.pk),
            "participant": "turkiye",
            "stance": "scrutiny_reserve",
            "count": 1,
            "sentence": "Article 1: Türkiye, Scrutiny reserve",
        }
    ]


def test_a_bracket_is_opened_filled_supported_and_resolved(client, article, officer, editor_b):
    client.force_login(officer)
    made = client.post(
        address("brackets-list"),
        {
            "provision": str(article.pk),
            "version": 1,
            "language": "en",
            "quote": "at once",
            "present": {"sponsors": ["turkiye"]},
            "others": [{"text": "within a day", "is_by_chair": True}],
        },
        JSON,
    )
    bracket = Bracket.objects.get()
    blind = client.post(address("brackets-resolve", bracket), {"label": "B"}, JSON)
    added = client.post(
        address("brackets-alternatives", bracket),
        {"is_deletion": True, "sponsors": ["azerbaijan"]},
        JSON,
        HTTP_IF_MATCH=made["ETag"],
    )
    client.force_login(editor_b)
    supported = client.post(address("brackets-sponsor", bracket), {"label": "B"}, JSON)
    client.force_login(officer)
    late = client.post(
        address("brackets-resolve", bracket), {"label": "B"}, JSON, HTTP_IF_MATCH=made["ETag"]
    )
    resolved = client.post(
        address("brackets-resolve", bracket), {"label": "B"}, JSON, HTTP_IF_MATCH=added["ETag"]
    )

    codes = [one.status_code for one in (made, blind, added, supported, late, resolved)]
    assert codes == [201, 428, 200, 200, 412, 200]
    assert supported.json()["alternatives"][1]["sponsors"] == ["azerbaijan"]
    assert (resolved.json()["winner"], article.texts.get().text) == (
        "B",
        "The host answers within a day, 1.",
    )


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"quote": "never"}, "#/quote"),
        ({"present": {}}, "#/sponsors"),
        ({"present": {"sponsors": ["nowhere"]}}, "#/sponsors"),
        ({"language": "tr"}, "#/language"),
    ],
)
def test_a_bracket_that_cannot_be_is_400(client, article, officer, values, pointer):
    client.force_login(officer)
    body = {
        "provision": str(article.pk),
        "version": 1,
        "language": "en",
        "quote": "at once",
        "present": {"sponsors": ["turkiye"]},
    }

    answer = client.post(address("brackets-list"), {**body, **values}, JSON)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)


def test_a_comment_goes_its_way(client, article, editor_a, head_a, editor_b):
    client.force_login(editor_a)
    made = client.post(
        address("comments-list"), {"provision": str(article.pk), "text": "Ours."}, JSON
    )
    one = made["Location"]
    changed = client.patch(one, {"text": "Ours alone."}, JSON, HTTP_IF_MATCH=made["ETag"])
    sent = client.post(f"{one}send/", {}, JSON)
    client.force_login(editor_b)
    hidden = client.get(one)
    client.force_login(head_a)
    released = client.post(f"{one}release/", {"scope": "all"}, JSON)
    client.force_login(editor_b)

    codes = [answer.status_code for answer in (made, changed, sent, hidden, released)]
    assert codes == [201, 200, 200, 404, 200]
    assert client.get(one).json()["text"] == "Ours alone."


def test_a_provision_is_reopened(client, article, editor_a, editor_b, head_a):
    stand(article, editor_a)
    stand(article, editor_b)
    client.force_login(head_a)

    made = client.post(
        address("reopenings-list"), {"provision": str(article.pk), "reason": "Costs."}, JSON
    )

    assert (made.status_code, Provision.objects.get().status) == (201, "open")


def test_the_chair_is_named_by_code(client, protocol, secretary):
    client.force_login(secretary)

    answers = [
        client.post(address("agreements-chair", protocol), {"participant": state}, JSON)
        for state in ("azerbaijan", "nowhere", None)
    ]

    assert [one.status_code for one in answers] == [200, 400, 200]
    assert [answers[0].json()["chair"], answers[2].json()["chair"]] == ["azerbaijan", None]


@pytest.mark.parametrize("name", ["agreements-matrix", "agreements-gate"])
def test_who_has_the_answer_already_is_told_so_until_it_changes(
    client, protocol, article, editor_a, name
):
    client.force_login(editor_a)
    held = client.get(address(name, protocol))["ETag"]
    again = client.get(address(name, protocol), headers={"If-None-Match": held})
    stand(article, editor_a, "oppose")
    changed = client.get(address(name, protocol), headers={"If-None-Match": held})

    assert (again.status_code, again["ETag"], changed.status_code) == (304, held, 200)
