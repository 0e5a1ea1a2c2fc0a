import pytest
from django.urls import reverse

from ots_portal.jobs.models import Job
from tests.factories.api import bearer
from tests.factories.jobs import FailedJobFactory, JobFactory, RunningJobFactory, done_job

LIST = reverse("api:jobs-list")


def detail(job) -> str:
    return reverse("api:jobs-detail", args=[job.pk])


@pytest.fixture
def headers(machine_a):
    """Of a partner system that may read incidents, and nothing else."""
    return bearer(machine_a, "incidents:read")


def test_a_partner_system_reads_its_own_jobs(client, machine_a, editor_a, headers):
    own = done_job(owner=machine_a)
    JobFactory(owner=editor_a)

    (row,) = client.get(LIST, **headers).json()["results"]

    assert row == {
        "id": str(own.pk), "version": own.version, "kind": "tests.count", "status": "done", "done_count": 0,
        "total_count": None, "stage": "", "failure_code": "", "created_at": "2026-11-20T12:00:00+00:00",
        "started_at": "2026-11-20T12:00:00+00:00", "finished_at": "2026-11-20T12:02:00+00:00",
        "updated_at": "2026-11-20T12:00:00+00:00",
        "result": {
            "file_name": "lines.csv", "content_type": "text/csv", "size_bytes": 6, "sha256": own.sha256,
            "expires_at": "2099-01-01T00:00:00+00:00", "url": f"/api/v1/jobs/{own.pk}/result/",
        },
    }  # fmt: skip


def test_the_list_is_narrowed_by_status_and_kind(client, machine_a, headers):
    running = RunningJobFactory(owner=machine_a)
    FailedJobFactory(owner=machine_a)
    JobFactory(owner=machine_a, kind="tests.dawdle")

    def ids(**wishes):
        return [row["id"] for row in client.get(LIST, wishes, **headers).json()["results"]]

    assert ids(status="running") == ids(status="running", kind="tests.count") == [str(running.pk)]
    assert (len(ids(kind="tests.count")), ids(status="done")) == (2, [])


def test_the_detail_says_what_was_asked_why_it_failed_and_what_may_be_done(
    client, machine_a, headers
):
    failed = FailedJobFactory(owner=machine_a, parameters={"rows": 5})
    running = RunningJobFactory(owner=machine_a)

    first, second = (client.get(detail(job), **headers).json() for job in (failed, running))

    assert (first["parameters"], first["failure_code"], first["failure"], first["steps"]) == (
        {"rows": 5}, "fault", "Something in the portal went wrong. It was tried 3 times.", [],
    )  # fmt: skip
    assert (second["done_count"], second["total_count"], second["stage"], second["steps"]) == (
        30, 120, "writing", ["cancel"],
    )  # fmt: skip


def test_an_answer_changes_its_mark_with_the_progress(client, machine_a, headers):
    job = RunningJobFactory(owner=machine_a)
    tag = client.get(detail(job), **headers)["ETag"]

    same = client.get(detail(job), HTTP_IF_NONE_MATCH=tag, **headers)
    Job.objects.update(done_count=31)
    further = client.get(detail(job), HTTP_IF_NONE_MATCH=tag, **headers)

    assert (same.status_code, further.status_code) == (304, 200)


def test_cancel_needs_a_token_that_writes(client, machine_a):
    job = RunningJobFactory(owner=machine_a)
    address = reverse("api:jobs-cancel", args=[job.pk])

    def sent(scope):
        header = bearer(machine_a, scope)
        return client.post(address, {}, content_type="application/json", **header)

    refused, done = sent("incidents:read"), sent("incidents:write")

    assert (refused.status_code, done.status_code, done.json()["status"]) == (403, 200, "cancelled")


def test_the_result_is_handed_out_as_a_download(client, machine_a, headers):
    job = done_job(owner=machine_a)

    answer = client.get(reverse("api:jobs-result", args=[job.pk]), **headers)

    assert (b"".join(answer.streaming_content), answer["Content-Disposition"]) == (
        b"0\r\n1\r\n", 'attachment; filename="lines.csv"',
    )  # fmt: skip


def test_the_file_of_a_mass_export_is_for_people_who_show_who_they_are(
    client, machine_a, headers, plug
):
    kind = plug(lambda *_arguments, **_more: None, needs_step_up=True)
    job = done_job(owner=machine_a, kind=kind)

    answer = client.get(reverse("api:jobs-result", args=[job.pk]), **headers)

    assert (answer.status_code, answer.json()["code"]) == (403, "step_up_required")


def test_before_there_is_a_result_the_answer_is_a_conflict(client, machine_a, headers):
    job = RunningJobFactory(owner=machine_a)

    answer = client.get(reverse("api:jobs-result", args=[job.pk]), **headers)

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_status")


def test_jobs_of_others_do_not_exist(client, editor_a, headers):
    job = done_job(owner=editor_a)
    addresses = [detail(job), reverse("api:jobs-result", args=[job.pk])]

    assert [client.get(address, **headers).status_code for address in addresses] == [404, 404]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_however_long_it_is(
    client, editor_a, count, django_assert_num_queries
):
    client.force_login(editor_a)
    JobFactory.create_batch(count, owner=editor_a)

    with django_assert_num_queries(4):  # session, person, page, rows
        client.get(LIST)
