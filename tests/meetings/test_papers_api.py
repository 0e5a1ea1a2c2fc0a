"""Documents of meetings over the API: drafted, given in languages, derestricted, expected, packed."""

import pytest

from meetings.models import ExpectedPaper, Paper
from ots_portal.documents.models import Document
from ots_portal.jobs.models import Job
from tests.factories.documents import PDF, upload
from tests.factories.meetings import AgendaItemFactory, MeetingFactory
from tests.factories.papers import PaperFactory, PaperVersionFactory

JSON = "application/json"
LIST = "/api/v1/meeting-documents/"
MEETINGS = "/api/v1/meetings/"
REASON = "It was said so."


def post(client, address, body=None, **headers):
    return client.post(address, body or {}, content_type=JSON, **headers)


def refusal(response):
    """The status and the pointers, or the code where there are none."""
    told = response.json()
    pointers = [error["pointer"] for error in told.get("errors", ())]
    return response.status_code, pointers or told["code"]


@pytest.fixture
def editors(client, editor_a):
    client.force_login(editor_a)
    return client


@pytest.fixture
def meeting():
    return MeetingFactory(status="convened")


@pytest.fixture
def paper(meeting, editor_a):
    return PaperFactory(meeting=meeting, prepared_by=editor_a)


def give(client, paper, **changes):
    body = {"file": upload(), "language": "en", "translation": "none", **changes}
    return client.post(f"{LIST}{paper.pk}/languages/", body)


# ── drafting ────────────────────────────────────────────────────────────────────────────────────


def test_a_document_is_drafted_for_the_callers_own_participant(editors, editor_a, meeting):
    item = AgendaItemFactory(meeting=meeting)
    body = {
        "meeting": str(meeting.pk),
        "kind": "proposal",
        "titles": {"tr": "Depo"},
        "item": str(item.pk),
    }

    answer = post(editors, LIST, body)

    paper = Paper.objects.get()
    assert (
        (answer.status_code, answer["Location"]),
        (paper.kind, paper.titles, paper.item, paper.access, paper.status),
        (paper.participant, paper.prepared_by),
        answer.json()["steps"],
    ) == (
        (201, f"{LIST}{paper.pk}/"),
        ("proposal", {"tr": "Depo"}, item, "members", "draft"),
        (editor_a.participant, editor_a),
        ["submit", "withdraw"],
    )


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"participant": "azerbaijan"}, ["#/participant"]),
        ({"status": "issued"}, ["#/status"]),
        ({"symbol": "EG/2026/1"}, ["#/symbol"]),
        ({"prepared_by": 1}, ["#/prepared_by"]),
        ({"kind": "song"}, ["#/kind"]),
        ({"titles": {"en": " "}}, ["#/titles"]),
        ({"item": "00000000-0000-4000-8000-000000000000"}, ["#/item"]),
        ({"relation": "rev"}, ["#/relation"]),
        (
            {"relation": "rev", "parent": "00000000-0000-4000-8000-000000000000"},
            ["#/parent"],
        ),
        ({"meeting": "00000000-0000-4000-8000-000000000000"}, ["#/meeting"]),
    ],
)
def test_what_cannot_be_is_refused_by_its_pointer(editors, meeting, changes, pointers):
    body = {"meeting": str(meeting.pk), "kind": "note", "titles": {"en": "Depot"}, **changes}

    answer = post(editors, LIST, body)

    assert (refusal(answer), Paper.objects.count()) == ((400, pointers), 0)


def test_an_item_that_is_closed_to_the_writer_is_as_if_it_did_not_exist(editors, meeting):
    item = AgendaItemFactory(meeting=meeting, access="heads_only")
    body = {
        "meeting": str(meeting.pk),
        "kind": "note",
        "titles": {"en": "Depot"},
        "item": str(item.pk),
    }

    assert refusal(post(editors, LIST, body)) == (400, ["#/item"])


def test_a_draft_is_changed_and_nobody_overwrites_it(editors, paper):
    address = f"{LIST}{paper.pk}/"
    etag = editors.get(address)["ETag"]

    saved, late = (
        editors.patch(address, body, content_type=JSON, headers={"If-Match": etag})
        for body in ({"kind": "report"}, {"kind": "statement"})
    )

    paper.refresh_from_db()
    assert (saved.status_code, refusal(late), paper.kind) == (200, (412, "stale_version"), "report")


def test_a_submitted_document_is_changed_by_the_secretariat_alone(editors, meeting, editor_a):
    paper = PaperFactory(meeting=meeting, prepared_by=editor_a, status="submitted")
    body = {"kind": "report"}

    answer = editors.patch(
        f"{LIST}{paper.pk}/", body, content_type=JSON, headers={"If-Match": '"1.x"'}
    )

    assert refusal(answer) == (409, "wrong_status")


# ── languages ───────────────────────────────────────────────────────────────────────────────────


def test_a_language_is_given_and_fetched_again(editors, paper):
    answer = give(editors, paper)

    (told,) = answer.json()["versions"]
    file = editors.get(f"{LIST}{paper.pk}/languages/{told['id']}/")
    assert (
        (answer.status_code, told["language"], told["translation"], told["scan"]),
        b"".join(file.streaming_content),
        file["Cache-Control"],
    ) == ((201, "en", "none", "attached"), PDF, "private, no-store")


def test_the_same_file_sent_twice_is_taken_once(editors, paper):
    first, second = give(editors, paper), give(editors, paper)

    assert (
        (first.status_code, second.status_code),
        first.json()["versions"] == second.json()["versions"],
        Document.objects.count(),
    ) == ((201, 201), True, 1)


def test_a_file_is_one_language_only(editors, paper):
    give(editors, paper)

    answer = give(editors, paper, language="tr", translation="draft")

    assert refusal(answer) == (400, ["#/file"])


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"file": upload("run.exe", b"MZ\x90")}, (400, ["#/file"])),
        ({"file": upload("empty.pdf", b"")}, (400, ["#/file"])),
        ({"file": upload("report.pdf", b"not a pdf")}, (400, ["#/file"])),
        ({"file": "no file"}, (400, ["#/file"])),
        ({"language": "xx"}, (400, ["#/language"])),
        ({"translation": "perhaps"}, (400, ["#/translation"])),
        ({"title": "Mine"}, (400, ["#/title"])),
        ({"participant": "azerbaijan"}, (400, ["#/participant"])),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused(editors, paper, changes, answer):
    found = refusal(give(editors, paper, **changes))

    assert (found, paper.versions.count()) == (answer, 0)


def test_a_file_beyond_the_limit_is_refused(editors, paper, settings):
    settings.PORTAL_UPLOAD_LIMIT_BYTES = len(PDF) - 1

    assert refusal(give(editors, paper)) == (413, "too_large")


def test_a_file_waits_for_the_scan_before_it_is_handed_out(editors, paper, settings):
    settings.PORTAL_SCANNER = "tcp://127.0.0.1:9"

    (told,) = give(editors, paper).json()["versions"]

    file = editors.get(f"{LIST}{paper.pk}/languages/{told['id']}/")
    assert (told["scan"], refusal(file)) == ("quarantined", (409, "wrong_status"))


def test_a_second_original_is_refused(editors, paper):
    give(editors, paper)

    answer = give(editors, paper, file=upload("other.pdf", PDF + b"\n"), language="tr")

    assert refusal(answer) == (400, ["#/translation"])


def test_an_upload_takes_no_key_and_says_so(editors, paper):
    body = {"file": upload(), "language": "en", "translation": "none"}

    answer = editors.post(
        f"{LIST}{paper.pk}/languages/", body, headers={"Idempotency-Key": "upload-1"}
    )

    assert (refusal(answer), paper.versions.count()) == ((400, "bad_key"), 0)


def test_a_language_is_no_json(editors, paper):
    answer = post(editors, f"{LIST}{paper.pk}/languages/", {"language": "en"})

    assert refusal(answer) == (415, "unsupported_media_type")


def test_under_embargo_a_language_is_as_if_it_did_not_exist(
    client, editor_b, meeting, editor_a, now
):
    paper = PaperFactory(
        meeting=meeting, prepared_by=editor_a, status="issued", embargo_until=now.replace(year=2099)
    )
    version = PaperVersionFactory(paper=paper)
    client.force_login(editor_b)

    answer = client.get(f"{LIST}{paper.pk}/languages/{version.pk}/")

    assert refusal(answer) == (404, "not_found")


# ── issuing and opening ─────────────────────────────────────────────────────────────────────────


def test_a_document_issued_elsewhere_keeps_its_symbol(sign_in, officer, meeting, editor_a):
    paper = PaperFactory(meeting=meeting, prepared_by=editor_a, status="submitted")
    PaperVersionFactory(paper=paper)

    answer = post(sign_in(officer), f"{LIST}{paper.pk}/issue/", {"symbol": "OTS/CPM/7"})

    assert (answer.status_code, answer.json()["symbol"]) == (200, "OTS/CPM/7")


def test_a_document_is_opened_by_two(sign_in, head_a, officer, meeting, editor_a):
    paper = PaperFactory(meeting=meeting, prepared_by=editor_a, status="issued", access="members")
    asking = {"access": "public", "takes_effect_at": "2026-01-01T00:00:00Z", "reason": REASON}
    address = f"{LIST}{paper.pk}/derestriction/"

    asked = post(sign_in(head_a), f"{address}ask/", asking)
    again = post(sign_in(head_a), f"{address}ask/", asking)
    agreed = post(sign_in(officer), f"{address}answer/", {"answer": "agree", "reason": REASON})

    told = agreed.json()
    assert (
        asked.json()["question"]["access"],
        refusal(again),
        (told["derestrict_to"], told["question"]),
    ) == ("public", (409, "wrong_status"), ("public", None))


def test_who_answers_has_just_shown_who_they_are(sign_in, head_a, officer, meeting, editor_a):
    paper = PaperFactory(meeting=meeting, prepared_by=editor_a, status="issued", access="members")
    asking = {"access": "public", "takes_effect_at": "2026-01-01T00:00:00Z", "reason": REASON}
    address = f"{LIST}{paper.pk}/derestriction/"
    post(sign_in(head_a), f"{address}ask/", asking)

    answer = post(
        sign_in(officer, fresh=False), f"{address}answer/", {"answer": "decline", "reason": REASON}
    )

    assert refusal(answer) == (403, "step_up_required")


def test_a_question_is_told_to_those_who_work_on_the_document(
    sign_in, head_a, editor_b, meeting, editor_a
):
    paper = PaperFactory(meeting=meeting, prepared_by=editor_a, status="issued", access="members")
    asking = {"access": "public", "takes_effect_at": "2026-01-01T00:00:00Z", "reason": REASON}
    post(sign_in(head_a), f"{LIST}{paper.pk}/derestriction/ask/", asking)

    told = sign_in(editor_b).get(f"{LIST}{paper.pk}/").json()

    assert (told["question"], told["steps"]) == (None, [])


# ── what is needed, and what there is ───────────────────────────────────────────────────────────


def test_a_document_is_expected_and_missing_and_expected_no_more(client, officer):
    meeting = MeetingFactory(status="convened", working_languages=["en", "tr"])
    client.force_login(officer)
    address = f"{MEETINGS}{meeting.pk}/documents/expected/"

    told = post(client, address, {"kind": "report"}).json()
    post(client, f"{LIST}expected/{told['expected'][0]['id']}/remove/")

    assert (
        [(one["kind"], one["languages"]) for one in told["expected"]],
        told["missing"],
        ExpectedPaper.objects.count(),
    ) == (
        [("report", [])],
        [{"kind": "report", "item": None, "languages": ["en", "tr"], "document": None}],
        0,
    )


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"kind": "report"}, ["#/languages"]),
        ({"kind": "song", "languages": ["en"]}, ["#/kind"]),
        ({"kind": "note", "languages": ["en"]}, ["#/kind"]),
        (
            {"kind": "report", "languages": ["en"], "item": "00000000-0000-4000-8000-000000000000"},
            ["#/item"],
        ),
    ],
)
def test_what_cannot_be_expected_is_refused(client, officer, meeting, now, body, pointers):
    ExpectedPaper.objects.create(meeting=meeting, kind="note", languages=["en"], created_at=now)
    client.force_login(officer)

    answer = post(client, f"{MEETINGS}{meeting.pk}/documents/expected/", body)

    assert (refusal(answer), ExpectedPaper.objects.count()) == ((400, pointers), 1)


def test_a_package_is_a_job_of_the_caller(editors, editor_a, meeting):
    address = f"{MEETINGS}{meeting.pk}/documents/package/"

    answers = [post(editors, address, {"language": "tr"}) for _ in range(2)]

    job = Job.objects.get()
    assert (
        [answer.status_code for answer in answers],
        answers[0]["Location"],
        (job.owner, job.kind, job.parameters["language"]),
    ) == ([202, 202], f"/api/v1/jobs/{job.pk}/", (editor_a, "meetings.papers", "tr"))


def test_a_package_that_is_asked_for_again_with_its_key_is_not_packed_again(editors, meeting):
    address = f"{MEETINGS}{meeting.pk}/documents/package/"

    first = post(editors, address, {"language": "tr"}, HTTP_IDEMPOTENCY_KEY="one")
    Job.objects.update(status="cancelled")
    again = post(editors, address, {"language": "tr"}, HTTP_IDEMPOTENCY_KEY="one")

    assert (again.status_code, again["Location"]) == (202, first["Location"])
    assert Job.objects.count() == 1


def test_a_package_is_asked_for_in_a_language_that_the_portal_knows(editors, meeting):
    answer = post(editors, f"{MEETINGS}{meeting.pk}/documents/package/", {"language": "xx"})

    assert refusal(answer) == (400, ["#/language"])
