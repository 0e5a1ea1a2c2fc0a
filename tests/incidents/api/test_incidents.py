"""The endpoints of incidents: what the pages show and do, for programs."""

import orjson
import pytest
from django.urls import reverse

from incidents.api.serializers import IncidentDetail, IncidentRow
from incidents.models import Incident
from incidents.queries import incidents as queries
from incidents.statuses import INCIDENTS
from incidents.stored import row_of
from ots_portal.audit.models import AuditEntry
from tests.factories.api import bearer
from tests.factories.incidents import IncidentFactory, reported

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
PEOPLE = [
    "reader_a", "editor_a", "machine_a", "editor_b", "machine_b", "observer", "officer", "secretary",
    "administrator", "auditor",
]  # fmt: skip


@pytest.fixture
def of_a(machine_a):
    return bearer(machine_a, "incidents:read", "incidents:write")


@pytest.fixture
def of_b(machine_b):
    return bearer(machine_b, "incidents:read", "incidents:write")


def address(incident, verb=""):
    name = f"api:incidents-{verb}" if verb else "api:incidents-detail"
    return reverse(name, args=[incident.pk])


def post(client, path, body=None, **more):
    return client.post(path, body or {}, content_type="application/json", **more)


def patch(client, incident, body, **more):
    return client.patch(address(incident), body, content_type="application/json", **more)


def told(answer):
    return answer.status_code, answer["Content-Type"], answer.json()["code"]


def refused(status, code):
    return status, "application/problem+json", code


def ids(answer):
    return [row["id"] for row in answer.json()["results"]]


@pytest.fixture
def _some_of_each(turkiye, azerbaijan, hungary):
    for status in ("draft", "reported", "active", "closed", "rejected"):
        IncidentFactory(participant=turkiye, status=status)
        IncidentFactory(participant=azerbaijan, status=status, classification="named")
    IncidentFactory(
        participant=azerbaijan, status="active", classification="named", involved=[hungary, turkiye]
    )


# ── reading ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("_some_of_each")
@pytest.mark.parametrize("name", PEOPLE)
def test_everybody_lists_exactly_what_the_boundary_gives(request, client, name):
    user = request.getfixturevalue(name)
    if user.is_machine:
        answer = client.get(LIST, **bearer(user, "incidents:read"))
    else:
        client.force_login(user)
        answer = client.get(LIST)

    assert set(ids(answer)) == {str(incident.pk) for incident in queries.visible_to(user)}


@pytest.mark.usefixtures("_some_of_each")
def test_a_record_that_is_hidden_is_answered_like_one_that_is_missing(client, of_b):
    hidden = Incident.objects.get(participant="turkiye", status="draft")
    missing = ["00000000-0000-4000-8000-000000000000", "nonsense", "%E2%80%AE", "1' or 1=1"]
    paths = [address(hidden), *[f"{LIST}{name}/" for name in missing]]

    answers = [client.get(path, **of_b) for path in paths]
    answers += [client.post(f"{path}verify/", **of_b) for path in paths]

    seen = {
        (answer.status_code, answer.content, tuple(sorted(answer.headers.items(), key=str)))
        for answer in map(without_policy_order, answers)
    }
    assert len(seen) == 1
    assert told(answers[0]) == refused(404, "not_found")


def without_policy_order(answer):
    # The directives of the policy come in any order.
    del answer["Content-Security-Policy"]
    return answer


def test_a_hidden_record_cannot_be_changed_either(client, of_b, turkiye):
    draft = IncidentFactory(participant=turkiye)

    answer = patch(client, draft, {"title": "x"}, HTTP_IF_MATCH='"1"', **of_b)

    assert answer.status_code == 404


def test_the_row_of_the_list_is_the_stored_one(client, of_b, editor_a):
    incident = reported(by=editor_a)

    [row] = client.get(LIST, **of_b).json()["results"]

    assert row == orjson.loads(orjson.dumps(row_of(incident)))


def test_the_answers_are_what_the_schema_says(client, of_a, editor_a):
    incident = reported(by=editor_a)

    row = client.get(LIST, **of_a).json()["results"][0]
    detail = client.get(address(incident), **of_a).json()

    assert set(row) == set(IncidentRow().fields)
    assert set(detail) == set(IncidentDetail().fields)


def test_the_detail_names_the_steps_that_are_open_to_the_reader(
    client, editor_a, second_editor_a, machine_b
):
    incident = reported(by=editor_a)
    steps = {}
    for user in (editor_a, second_editor_a):
        client.force_login(user)
        steps[user] = client.get(address(incident)).json()["steps"]
    client.logout()
    of_outsider = client.get(address(incident), **bearer(machine_b, "incidents:read")).json()[
        "steps"
    ]

    assert (steps[editor_a], steps[second_editor_a], of_outsider) == (
        ["reject"],
        ["verify", "reject"],
        [],
    )


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_two_queries(client, of_b, count, django_assert_num_queries):
    IncidentFactory.create_batch(count, status="active")

    with django_assert_num_queries(2):  # the token with its machine; the stored rows
        answer = client.get(LIST, **of_b)

    assert len(ids(answer)) == count


def test_a_list_that_did_not_change_costs_two_queries(client, of_b, django_assert_num_queries):
    IncidentFactory.create_batch(3, status="active")
    tag = client.get(LIST, **of_b)["ETag"]

    with django_assert_num_queries(2):
        answer = client.get(LIST, HTTP_IF_NONE_MATCH=tag, **of_b)

    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"quake", "flood"}),
        ("?status=open", {"quake"}),
        ("?status=closed", {"flood"}),
        ("?level=red", {"flood"}),
        ("?hazard=GH0101&level=orange", {"quake"}),
        ("?participant=azerbaijan", {"flood"}),
        ("?since=2026-11-20T07:59:59Z", {"quake", "flood"}),
        ("?since=2026-11-20T08:00:01Z", set()),
        ("?until=2026-11-20T08:00:00%2B00:00", set()),
        ("?updated_since=2026-11-20T08:00:00+00:00", {"quake", "flood"}),
        ("?updated_since=2026-11-20T08:00:01Z", set()),
        ("?exercise=true", {"quake", "flood", "exercise"}),
        ("?exercise=false", {"quake", "flood"}),
        ("?q=FLOOD", {"flood"}),
        ("?q=%25", set()),
        ("?q=';--", set()),
    ],
)
def test_filters_narrow_the_list(client, of_b, turkiye, azerbaijan, query, found):
    IncidentFactory(participant=turkiye, status="active", titles={"en": "quake"})
    IncidentFactory(
        participant=azerbaijan, status="closed", titles={"en": "flood"}, alert_level="red"
    )
    IncidentFactory(
        participant=turkiye, status="active", titles={"en": "exercise"}, is_exercise=True
    )

    rows = client.get(f"{LIST}{query}", **of_b).json()["results"]

    assert {row["titles"]["en"] for row in rows} == found


@pytest.mark.parametrize(
    ("query", "code", "parameter"),
    [
        ("ordering=password", "unknown_parameter", "ordering"),
        (
            "created_by__password__startswith=p",
            "unknown_parameter",
            "created_by__password__startswith",
        ),
        ("_connector=OR", "unknown_parameter", "_connector"),
        ("fields=created_by", "bad_parameter", "fields"),
        ("status=open&status=closed", "unknown_parameter", "status"),
        ("format=xml", "unknown_parameter", "format"),
        ("exercise=maybe", "bad_parameter", "exercise"),
        ("since=9999-12-31T23:59:59-14:00", "bad_parameter", "since"),
        ("status=odd", "bad_parameter", "status"),
        ("hazard='", "bad_parameter", "hazard"),
        ("participant=a/b", "bad_parameter", "participant"),
        ("since=2026-11-20", "bad_parameter", "since"),
        ("since=2026-11-20T08:00:00", "bad_parameter", "since"),
        ("since=2026-02-30T08:00:00Z", "bad_parameter", "since"),
        ("q=" + "x" * 101, "bad_parameter", "q"),
        ("limit=abc", "bad_parameter", "limit"),
        ("limit=", "bad_parameter", "limit"),
        ("limit=5.0", "bad_parameter", "limit"),
        ("limit=٥", "bad_parameter", "limit"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_named(client, of_b, query, code, parameter):
    answer = client.get(f"{LIST}?{query}", **of_b)

    assert told(answer) == refused(400, code)
    assert [error["parameter"] for error in answer.json()["errors"]] == [parameter]


@pytest.mark.parametrize("cursor", ["x", "%00", "PDIwMjY", "a" * 5000, "ключ"])
def test_a_cursor_nobody_gave_out_is_refused(client, of_b, cursor):
    assert client.get(f"{LIST}?cursor={cursor}", **of_b).status_code == 400


@pytest.mark.parametrize(
    ("limit", "count"), [("0", 1), ("-5", 1), ("2", 2), ("999999999999999999999", 3)]
)
def test_a_limit_is_brought_into_what_a_page_holds(client, of_b, limit, count):
    IncidentFactory.create_batch(3, status="active")

    assert len(ids(client.get(f"{LIST}?limit={limit}", **of_b))) == count


def test_pages_stay_right_while_rows_come_in(client, of_b):
    IncidentFactory.create_batch(5, status="active")
    first = client.get(f"{LIST}?limit=2&level=orange", **of_b).json()
    IncidentFactory.create_batch(3, status="active", onset_at="2026-11-21T08:00:00Z")

    second = client.get(first["next"], **of_b).json()
    third = client.get(second["next"], **of_b).json()
    back = client.get(third["previous"], **of_b).json()

    pages = [first["results"], second["results"], third["results"]]
    seen = [row["id"] for page in pages for row in page]
    assert (len(seen), len(set(seen)), third["next"]) == (5, 5, None)
    assert back["results"] == second["results"]
    assert "level=orange" in first["next"]
    assert first["previous"] is None


# ── conditional requests ────────────────────────────────────────────────────────────────────────


def test_a_tag_holds_until_the_record_changes(client, of_a, editor_a, second_editor_a):
    incident = reported(by=editor_a)
    tag = client.get(address(incident), **of_a)["ETag"]
    unchanged = client.get(address(incident), HTTP_IF_NONE_MATCH=f'"other", W/{tag}', **of_a)
    client.force_login(second_editor_a)
    post(client, address(incident, "verify"))
    client.logout()

    changed = client.get(address(incident), HTTP_IF_NONE_MATCH=tag, **of_a)

    assert (unchanged.status_code, changed.status_code, changed.json()["status"]) == (
        304,
        200,
        "verified",
    )
    assert tag != changed["ETag"]


def test_a_tag_ends_with_the_rights_and_with_the_language(client, machine_a, of_a):
    IncidentFactory(status="active")
    tag = client.get(LIST, **of_a)["ETag"]
    in_turkish = client.get(LIST, HTTP_IF_NONE_MATCH=tag, HTTP_ACCEPT_LANGUAGE="tr", **of_a)
    machine_a.rights_version += 1
    machine_a.save()

    with_other_rights = client.get(LIST, HTTP_IF_NONE_MATCH=tag, **of_a)

    assert (in_turkish.status_code, with_other_rights.status_code) == (200, 200)


def test_answers_may_be_kept_by_the_caller_alone(client, of_a):
    answer = client.get(LIST, **of_a)

    assert answer["Cache-Control"] == "private, no-cache"
    assert {"Authorization", "Cookie", "Accept-Language"} <= set(answer["Vary"].split(", "))


def test_a_problem_is_not_kept(client):
    assert client.get(LIST)["Cache-Control"] == "no-store"


def test_head_is_get_without_the_body(client, of_a):
    IncidentFactory(status="active")

    head, get = client.head(LIST, **of_a), client.get(LIST, **of_a)

    assert (head.status_code, head["ETag"], head.content) == (200, get["ETag"], b"")


def test_methods_that_are_not_there_are_named(client, of_a):
    incident = IncidentFactory()
    answers = [
        client.put(address(incident), {}, content_type="application/json", **of_a),
        client.delete(address(incident), **of_a),
        client.post(address(incident), HTTP_X_HTTP_METHOD_OVERRIDE="PATCH", **of_a),
    ]

    assert {told(answer) for answer in answers} == {refused(405, "method_not_allowed")}
    assert {answer["Allow"] for answer in answers} == {"GET, PATCH, HEAD, OPTIONS"}


def test_options_say_what_is_parsed(client, of_a):
    assert client.options(LIST, **of_a).json()["parses"] == ["application/json"]


def test_only_json_is_answered(client, of_a):
    assert told(client.get(LIST, HTTP_ACCEPT="text/html", **of_a)) == refused(406, "not_acceptable")


# ── writing ─────────────────────────────────────────────────────────────────────────────────────


def test_a_machine_keeps_a_draft_of_its_participant(client, machine_a, of_a):
    answer = post(client, LIST, BODY, **of_a)

    made = Incident.objects.get()
    assert (answer.status_code, answer["Location"], answer.json()["id"]) == (
        201,
        address(made),
        str(made.pk),
    )
    assert (made.participant_id, made.status, made.number, made.created_by) == (
        "turkiye",
        "draft",
        None,
        machine_a,
    )
    assert (made.titles, made.descriptions, made.countries) == (
        {"en": BODY["title"]},
        {"en": BODY["description"]},
        ["AZ", "TR"],
    )
    assert AuditEntry.objects.get().actor_id == machine_a.pk


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"participant": "azerbaijan"}, "#/participant"),
        ({"status": "verified"}, "#/status"),
        ({"number": "OTS-2026-0001"}, "#/number"),
        ({"created_by": "x"}, "#/created_by"),
        ({"id": "x"}, "#/id"),
        ({"clasification": "named"}, "#/clasification"),
        ({"classification": "public"}, "#/classification"),
        ({"title": " \u200b"}, "#/title"),
        ({"title": "x" * 201}, "#/title"),
        ({"title": "a\u202eb"}, "#/title"),
        ({"description": "x" * 20_001}, "#/description"),
        ({"language": "de"}, "#/language"),
        ({"hazard": "XX"}, "#/hazard"),
        ({"alert_level": "violet"}, "#/alert_level"),
        ({"onset_at": "2026-01-20T08:00:00"}, "#/onset_at"),
        ({"onset_at": "2099-01-20T08:00:00Z"}, "#/onset_at"),
        ({"countries": []}, "#/countries"),
        ({"countries": ["XX"]}, "#/countries/0"),
        ({"countries": "AZ"}, "#/countries"),
        ({"latitude": 91, "longitude": 0}, "#/latitude"),
        ({"latitude": 40.0}, "#/longitude"),
        ({"magnitude": "7.8"}, "#/magnitude"),
        ({"is_exercise": "yes"}, "#/is_exercise"),
    ],
)
def test_a_wrong_value_is_named_and_nothing_is_kept(client, of_a, change, pointer):
    answer = post(client, LIST, {**BODY, **change}, **of_a)

    assert told(answer) == refused(400, "invalid")
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert not Incident.objects.exists()


@pytest.mark.parametrize("name", ["reader_a", "officer", "administrator"])
def test_who_may_not_report_is_told_why(request, client, name):
    client.force_login(request.getfixturevalue(name))

    answer = post(client, LIST, BODY)

    assert told(answer) == refused(403, "not_allowed")
    assert not Incident.objects.exists()


def test_a_change_needs_the_version_that_was_seen(client, of_a, turkiye):
    draft = IncidentFactory(participant=turkiye)
    tag = client.get(address(draft), **of_a)["ETag"]
    without = patch(client, draft, {"place": "Kars"}, **of_a)
    blindly = patch(client, draft, {"place": "Kars"}, HTTP_IF_MATCH="*", **of_a)
    changed = patch(client, draft, {"place": "Kars"}, HTTP_IF_MATCH=tag, **of_a)
    stale = patch(client, draft, {"place": "Van"}, HTTP_IF_MATCH=tag, **of_a)
    nonsense = patch(client, draft, {"place": "Van"}, HTTP_IF_MATCH='"abc"', **of_a)

    assert [told(answer) for answer in (without, blindly, stale, nonsense)] == [
        refused(428, "version_required"),
        refused(428, "version_required"),
        refused(412, "stale_version"),
        refused(412, "stale_version"),
    ]
    draft.refresh_from_db()
    assert (changed.status_code, changed.json()["version"], draft.place) == (200, 2, "Kars")


def test_the_tag_of_a_change_serves_for_the_next_one(client, of_a, turkiye):
    draft = IncidentFactory(participant=turkiye)
    first = patch(client, draft, {"place": "Kars"}, HTTP_IF_MATCH='"1"', **of_a)

    second = patch(client, draft, {"place": "Van"}, HTTP_IF_MATCH=first["ETag"], **of_a)

    assert second.json()["place"] == "Van"


def test_what_is_not_given_stays_as_it_is(client, of_a, turkiye):
    draft = IncidentFactory(
        participant=turkiye,
        titles={"tr": "Deprem", "en": "Earthquake"},
        descriptions={"tr": "Hissedildi."},
        classification="named",
        latitude=40.0,
        longitude=43.0,
    )

    answer = patch(
        client, draft, {"language": "en", "title": "Quake"}, HTTP_IF_MATCH='"1"', **of_a
    ).json()

    assert (
        answer["titles"],
        answer["descriptions"],
        answer["classification"],
        answer["latitude"],
    ) == (
        {"tr": "Deprem", "en": "Quake"},
        {"tr": "Hissedildi."},
        "named",
        40.0,
    )


def test_exercise_mode_never_changes(client, of_a, turkiye):
    draft = IncidentFactory(participant=turkiye)

    answer = patch(client, draft, {"is_exercise": True}, HTTP_IF_MATCH='"1"', **of_a)

    assert told(answer) == refused(400, "invalid")


def test_an_outsider_who_reads_it_is_told_that_it_is_not_theirs(client, of_b):
    incident = IncidentFactory(status="active")

    answers = [
        patch(client, incident, {"place": "x"}, HTTP_IF_MATCH='"1"', **of_b),
        post(client, address(incident, "close"), **of_b),
    ]

    assert {(*told(answer), answer.json()["detail"]) for answer in answers} == {
        (
            *refused(403, "not_allowed"),
            "Only the participant that reports this incident may do this.",
        )
    }


# ── steps ───────────────────────────────────────────────────────────────────────────────────────


def at_the_start_of(verb, turkiye):
    """An incident from which the step leads on, and the body that it takes."""
    incident = IncidentFactory(participant=turkiye, status=INCIDENTS.steps[verb].sources[0])
    body = {"reason": "Because."} if verb in ("reject", "reopen", "merge") else {}
    if verb == "merge":
        body["into"] = str(IncidentFactory(participant=turkiye, status="active").pk)
    return incident, body


@pytest.mark.parametrize("verb", [verb for verb in INCIDENTS.steps if verb != "unmerge"])
def test_every_step_has_an_endpoint_that_leads_on(client, head_a, turkiye, verb):
    step = INCIDENTS.steps[verb]
    incident, body = at_the_start_of(verb, turkiye)
    client.force_login(head_a)

    answer = post(client, address(incident, verb), body)

    incident.refresh_from_db()
    assert (answer.status_code, answer.json()["status"], incident.status) == (
        200,
        step.target,
        step.target,
    )
    assert answer["ETag"].startswith('"2.')


def test_a_merge_is_undone_by_its_endpoint(client, head_a, turkiye):
    incident, body = at_the_start_of("merge", turkiye)
    client.force_login(head_a)
    merged = post(client, address(incident, "merge"), body)

    undone = post(client, address(incident, "unmerge"))

    assert (merged.json()["merged_into"], undone.json()["merged_into"]) == (body["into"], None)
    assert undone.json()["status"] == "verified"


@pytest.mark.parametrize("verb", INCIDENTS.steps)
def test_no_step_leads_on_from_a_wrong_status(client, head_a, turkiye, verb):
    _incident, body = at_the_start_of(verb, turkiye) if verb == "merge" else (None, {})
    incident = IncidentFactory(participant=turkiye, status="discarded")
    client.force_login(head_a)
    body = body or ({"reason": "Because."} if verb in ("reject", "reopen") else {})

    assert told(post(client, address(incident, verb), body)) == refused(409, "wrong_status")


@pytest.mark.parametrize("verb", ["reject", "reopen"])
@pytest.mark.parametrize(
    "body", [{}, {"reason": " "}, {"reason": "x" * 1001}, {"reason": 1}, {"reason": "x", "by": "y"}]
)
def test_a_reason_is_asked_for(client, head_a, turkiye, verb, body):
    incident = IncidentFactory(participant=turkiye, status=INCIDENTS.steps[verb].sources[0])
    client.force_login(head_a)

    assert told(post(client, address(incident, verb), body)) == refused(400, "invalid")


def test_a_step_takes_nothing_it_does_not_know(client, head_a, turkiye):
    incident = IncidentFactory(participant=turkiye, status="active")
    client.force_login(head_a)

    assert told(post(client, address(incident, "close"), {"at": "now"})) == refused(400, "invalid")


def test_a_step_on_what_has_changed_since_is_refused_where_the_version_is_named(
    client, head_a, turkiye
):
    incident = IncidentFactory(participant=turkiye, status="active")
    client.force_login(head_a)

    stale = post(client, address(incident, "close"), HTTP_IF_MATCH='"7"')
    current = post(client, address(incident, "close"), HTTP_IF_MATCH='"1.x"')

    assert (told(stale), current.status_code) == (refused(412, "stale_version"), 200)


def test_who_reported_it_does_not_verify_it(client, editor_a):
    incident = reported(by=editor_a)
    client.force_login(editor_a)

    assert told(post(client, address(incident, "verify"))) == refused(403, "same_person")


def test_a_machine_reports_and_a_person_decides(client, of_a, turkiye):
    draft = IncidentFactory(participant=turkiye)

    reported_now = post(client, address(draft, "report"), **of_a)
    verified = post(client, address(draft, "verify"), **of_a)

    assert (reported_now.status_code, reported_now.json()["number"][:4]) == (200, "OTS-")
    assert told(verified) == refused(403, "not_allowed")
