"""The worker, in this process: what it does with a job, and with one that goes wrong."""

import threading
import time
from datetime import timedelta
from functools import partial
from hashlib import sha256

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone, translation

from ots_portal import leases, plugs
from ots_portal.audit.models import AuditEntry
from ots_portal.jobs import context, queries, running, services
from ots_portal.jobs.failures import JobFailed, sentence_of
from ots_portal.jobs.models import Job
from ots_portal.jobs.results import Result
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict
from tests.factories.jobs import JobFactory, done_job
from tests.together import together

HELD = timedelta(seconds=21)  # longer than a lease


def begun(by, at, kind="tests.count", **parameters):
    return services.begin(kind, parameters or {"rows": 3}, by=by, at=at)


def as_it_stands(job) -> Job:
    return Job.objects.get(pk=job.pk)


def files() -> list[str]:
    try:
        return [f"{folder}/{name}" for folder in default_storage.listdir("jobs")[0]
                for name in default_storage.listdir(f"jobs/{folder}")[1]]  # fmt: skip
    except FileNotFoundError:
        return []


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """Do what waits for the commit when the block ends, as outside of a test."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


# ── done ────────────────────────────────────────────────────────────────────────────────────────


def test_a_job_is_done_and_its_result_can_be_fetched(editor_a, now, work, settings):
    settings.PORTAL_JOB_RESULT_HOURS = 5
    job = begun(editor_a, now)

    assert work(now + timedelta(seconds=2)) == 1

    job = as_it_stands(job)
    assert (job.status, job.attempt_count, job.lease_until, job.expires_at) == (
        "done", 1, None, now + timedelta(hours=5, seconds=2),
    )  # fmt: skip
    assert (job.file_name, job.content_type, job.size_bytes, job.sha256) == (
        "lines.csv", "text/csv", 9, sha256(b"0\r\n1\r\n2\r\n").hexdigest(),
    )  # fmt: skip
    with default_storage.open(job.stored_name) as file:
        assert file.read() == b"0\r\n1\r\n2\r\n"


def test_every_step_is_in_the_audit(editor_a, now, work):
    job = begun(editor_a, now)

    work()

    entries = AuditEntry.objects.filter(subject_id=str(job.pk)).order_by("recorded_at", "id")
    assert {entry.kind for entry in entries} == {
        "jobs.job.begun", "jobs.job.started", "jobs.job.finished",
    }  # fmt: skip
    assert {entry.participant for entry in entries} == {"turkiye"}


def test_done_once_it_is_not_done_again(editor_a, now, work):
    begun(editor_a, now)

    assert (work(), work()) == (1, 0)


def test_jobs_are_done_in_the_order_in_which_they_were_begun(editor_a, editor_b, now, work, plug):
    order = []
    kind = plug(lambda context, parameters, **_: order.append(parameters["n"]))
    for number, person in enumerate([editor_a, editor_b, editor_a]):
        begun(person, now + timedelta(seconds=number), kind, n=number)

    work(now + timedelta(minutes=1))

    assert order == [0, 1, 2]


def test_the_work_is_done_as_its_owner_would(editor_b, now, work, plug):
    editor_b.time_zone = "Asia/Baku"
    editor_b.save()
    seen = {}

    def look(context, parameters, *, owner, at):
        seen.update(
            owner=owner,
            at=at,
            language=translation.get_language(),
            zone=timezone.get_current_timezone_name(),
            parameters=parameters,
        )

    begun(editor_b, now, plug(look), status="open")
    work()

    assert seen == {
        "owner": editor_b, "at": now, "language": "az", "zone": "Asia/Baku",
        "parameters": {"status": "open"},
    }  # fmt: skip
    assert translation.get_language() == "en"


def test_work_may_leave_no_file(editor_a, now, work, plug):
    job = begun(editor_a, now, plug(lambda context, parameters, **_: None))

    work()

    assert (as_it_stands(job).status, as_it_stands(job).has_result, files()) == ("done", False, [])


def test_of_several_files_the_last_one_counts(editor_a, now, work, plug):
    def write(context, parameters, **_):
        for name in ("first.txt", "second.txt"):
            with context.open_result(name, "text/plain") as file:
                file.write(name.encode())

    job = begun(editor_a, now, plug(write))
    work()

    assert (as_it_stands(job).file_name, len(files())) == ("second.txt", 1)


# ── progress ────────────────────────────────────────────────────────────────────────────────────


def test_progress_is_written_now_and_then_however_often_it_is_told(
    editor_a, now, work, plug, django_assert_num_queries
):
    told = []

    def tell(context, parameters, **_):
        with django_assert_num_queries(3):  # the first row, another stage, the last row
            for number in range(1, 501):
                context.progress(number, 500, stage="writing" if number > 100 else "reading")
        told.append(Job.objects.values_list("done_count", "total_count", "stage").get())

    begun(editor_a, now, plug(tell))
    work()

    assert told == [(500, 500, "writing")]


def test_another_attempt_begins_from_nothing(editor_a, now, work, plug):
    def fail_once(context, parameters, **_):
        if as_it_stands(job).attempt_count == 1:
            context.progress(7, 9, stage="writing")
            raise RuntimeError
        seen.append(Job.objects.values_list("done_count", "total_count", "stage").get())

    seen = []
    job = begun(editor_a, now, plug(fail_once))
    work()
    work(now + timedelta(minutes=1))

    assert (seen, as_it_stands(job).status) == ([(0, None, "")], "done")


# ── cancelled ───────────────────────────────────────────────────────────────────────────────────


def test_the_work_ends_at_its_next_progress_once_it_is_cancelled(editor_a, now, work, plug, commit):
    reached = []

    def run(context, parameters, **_):
        with context.open_result("a.txt", "text/plain") as file:
            file.write(b"half")
            services.cancel(as_it_stands(job), by=editor_a, at=now)
            reached.append(context.is_cancelled())
            context.progress(1)
            reached.append("never")

    job = begun(editor_a, now, plug(run))
    with commit():
        work()

    assert (as_it_stands(job).status, reached, files()) == ("cancelled", [True], [])


def test_work_that_does_not_look_leaves_nothing_once_it_is_cancelled(
    editor_a, now, work, plug, commit
):
    def run(context, parameters, **_):
        with context.open_result("a.txt", "text/plain") as file:
            file.write(b"whole")
        services.cancel(as_it_stands(job), by=editor_a, at=now)

    job = begun(editor_a, now, plug(run))
    with commit():
        work()

    assert (as_it_stands(job).status, files()) == ("cancelled", [])


def test_a_job_that_is_gone_with_its_person_ends_quietly(editor_a, now, work, plug, commit):
    def run(context, parameters, **_):
        with context.open_result("a.txt", "text/plain") as file:
            file.write(b"whole")
        Job.objects.all().delete()

    begun(editor_a, now, plug(run))
    with commit():
        work()

    assert (Job.objects.count(), files()) == (0, [])


# ── not done ────────────────────────────────────────────────────────────────────────────────────


def test_what_cannot_be_done_says_why(editor_a, now, work):
    job = begun(editor_a, now, "tests.refuse", n=1)

    work()

    job = as_it_stands(job)
    assert (job.status, sentence_of(job), job.attempt_count) == (
        "failed", "70000 rows are too many.", 1,
    )  # fmt: skip
    assert AuditEntry.objects.get(kind="jobs.job.failed").data["reason"] == "too_many_rows"


def test_a_fault_is_tried_again_after_a_pause_and_then_told(editor_a, now, work, plug, caplog):
    tries = []

    def fault(context, parameters, **_):
        tries.append(True)
        raise OSError

    job = begun(editor_a, now, plug(fault))
    seconds = (0, 1, 6, 10, 37, 100, 200)
    counts = []
    for later in seconds:
        work(now + timedelta(seconds=later))
        counts.append(len(tries))

    job = as_it_stands(job)
    assert counts == [1, 1, 2, 2, 3, 3, 3]
    assert (job.status, sentence_of(job)) == (
        "failed", "Something in the portal went wrong. It was tried 3 times.",
    )  # fmt: skip
    assert f"Job {job.pk} met a fault." in caplog.text


def test_a_file_store_that_is_away_is_waited_for(editor_a, now, work, monkeypatch):
    job = begun(editor_a, now)
    with monkeypatch.context() as patch:
        patch.setattr("django.core.files.storage.FileSystemStorage._save", _no_space)
        work()
    between = as_it_stands(job).status

    work(now + timedelta(seconds=6))

    assert (between, as_it_stands(job).status) == ("running", "done")


def _no_space(*_):
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"is_active": False}, "account"),
        ({"participant_id": "azerbaijan"}, "account"),
    ],
)
def test_the_work_is_not_done_for_whoever_has_left(editor_a, azerbaijan, now, work, change, code):
    job = begun(editor_a, now)
    User.objects.filter(pk=editor_a.pk).update(**change)

    work()

    assert (as_it_stands(job).status, as_it_stands(job).failure_code) == ("failed", code)


def test_whoever_is_suspended_while_it_runs_gets_no_file(editor_a, now, work, plug, commit):
    def run(context, parameters, **_):
        with context.open_result("a.txt", "text/plain") as file:
            file.write(b"whole")
        User.objects.filter(pk=editor_a.pk).update(is_active=False)

    job = begun(editor_a, now, plug(run))
    with commit():
        work()

    assert (as_it_stands(job).failure_code, files()) == ("account", [])


def test_the_rule_of_the_kind_is_asked_again_before_the_work(editor_a, now, work, plug):
    answers = [ALLOWED, Verdict("Not any more.")]
    kind = plug(None, may_begin=lambda user, parameters: answers.pop(0))
    job = begun(editor_a, now, kind)

    work()

    assert sentence_of(as_it_stands(job)) == "You may not do this any more: your rights changed."


def test_what_no_app_does_any_more_is_not_tried(editor_a, now, work, monkeypatch):
    job = begun(editor_a, now)
    monkeypatch.setattr(plugs, "jobs", {})

    work()

    assert (as_it_stands(job).failure_code, str(as_it_stands(job))) == (
        "unknown_kind",
        "tests.count",
    )


def test_what_takes_too_long_is_given_up(editor_a, now, work, plug):
    def run(context, parameters, **_):
        time.sleep(0.02)
        context.progress(1)

    job = begun(editor_a, now, plug(run, time_limit_seconds=0.01))
    work()

    assert (as_it_stands(job).status, as_it_stands(job).failure_code) == ("failed", "too_long")


# ── lost workers ────────────────────────────────────────────────────────────────────────────────


def taken_by_one_that_dies(job, *, at):
    """Claim the job and begin it, as a worker does that is then killed; return its token."""
    token, (claimed,) = leases.claim(queries.open_jobs(), at=at, limit=1, lease=services.LEASE)
    assert running._is_begun(claimed, token=token, at=at)
    return token


def test_a_job_in_somebodys_hands_is_left_there(editor_a, now, work):
    taken_by_one_that_dies(begun(editor_a, now), at=now)

    assert work(now + timedelta(seconds=19)) == 0


def test_a_job_whose_worker_was_lost_is_taken_up_again(editor_a, now, work):
    job = begun(editor_a, now)
    taken_by_one_that_dies(job, at=now)

    work(now + HELD)

    assert (as_it_stands(job).status, as_it_stands(job).attempt_count) == ("done", 2)
    assert AuditEntry.objects.filter(kind="jobs.job.started").count() == 1


def test_what_kills_its_worker_three_times_is_given_up(editor_a, now, work):
    job = begun(editor_a, now)
    for number in range(3):
        taken_by_one_that_dies(job, at=now + number * HELD)

    work(now + 3 * HELD)

    assert (as_it_stands(job).status, sentence_of(as_it_stands(job))) == (
        "failed", "The portal was interrupted 3 times while it worked on this.",
    )  # fmt: skip


def test_a_worker_that_comes_too_late_changes_nothing(editor_a, now, work):
    job = begun(editor_a, now)
    token = taken_by_one_that_dies(job, at=now)
    late = as_it_stands(job)
    work(now + HELD)
    result = Result("jobs/late", "late.csv", "text/csv", 1, "0" * 64)

    with pytest.raises(services.LeaseLost):
        services.finish(late, result, token=token, at=now + 2 * HELD)

    assert as_it_stands(job).file_name == "lines.csv"


def test_what_a_lost_worker_left_in_the_store_is_removed(editor_a, now, work, commit):
    job = begun(editor_a, now)
    taken_by_one_that_dies(job, at=now)
    half = context.Writer()
    with half.opened("half.csv", "text/csv") as file:
        file.write(b"half")
    half.store(as_it_stands(job))
    half.close()

    with commit():
        work(now + HELD)

    assert files() == [as_it_stands(job).stored_name.removeprefix("jobs/")]


@pytest.mark.django_db(transaction=True)
def test_the_heart_holds_the_job_while_the_work_is_silent(editor_a, now, plug, monkeypatch):
    monkeypatch.setattr(context, "BEAT_SECONDS", 0.05)
    ticks = [now + timedelta(seconds=number) for number in range(0, 1000, 10)]
    seen = threading.Event()

    def silent(context_, parameters, **_):
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and not seen.is_set():
            if as_it_stands(job).lease_until > now + timedelta(seconds=60):
                seen.set()
            time.sleep(0.02)

    job = begun(editor_a, now, plug(silent))
    running.work_through(clock=lambda: ticks.pop(0))

    assert (seen.is_set(), as_it_stands(job).status) == (True, "done")


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_work(editor_a, editor_b, now, plug):
    done = []
    kind = plug(lambda context, parameters, **_: done.append(parameters["n"]))
    for number in range(6):
        begun(editor_a, now, kind, n=number)

    counts = together([partial(running.work_through, clock=lambda: now)] * 2)

    assert (sum(counts), sorted(done)) == (6, list(range(6)))
    assert set(Job.objects.values_list("status", "attempt_count")) == {("done", 1)}


# ── expiry ──────────────────────────────────────────────────────────────────────────────────────


def test_the_sweep_lets_go_of_what_has_expired(editor_a, now, work, commit):
    over, kept = done_job(owner=editor_a), done_job(owner=editor_a)
    Job.objects.filter(pk=over.pk).update(expires_at=now)

    with commit():
        work(now + timedelta(seconds=1))

    assert (as_it_stands(over).status, as_it_stands(kept).status) == ("expired", "done")
    assert files() == [kept.stored_name.removeprefix("jobs/")]


def test_a_failure_expires_too_and_still_says_why(editor_a, now, work):
    job = begun(editor_a, now, "tests.refuse", n=1)
    work()

    work(now + timedelta(hours=25))

    assert (as_it_stands(job).status, sentence_of(as_it_stands(job))) == (
        "expired", "70000 rows are too many.",
    )  # fmt: skip


def test_a_failure_of_another_release_is_told_in_general_words(editor_a):
    job = JobFactory.build(owner=editor_a, failure_code="of another release")

    assert sentence_of(job) == "It could not be done."
    assert isinstance(JobFailed("x"), Exception)
