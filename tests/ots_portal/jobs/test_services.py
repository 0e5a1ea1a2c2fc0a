from datetime import timedelta
from functools import partial

import pytest
from django.core.files.storage import default_storage

from ots_portal import plugs
from ots_portal.audit.models import AuditEntry
from ots_portal.jobs import doorbell, queries, services
from ots_portal.jobs.models import Job
from ots_portal.jobs.rules import OPEN_AT_MOST
from ots_portal.lifecycle import WrongStatus
from ots_portal.verdicts import Refused, Verdict
from tests.factories.jobs import (
    BEGUN_AT,
    FAR,
    EndedJobFactory,
    FailedJobFactory,
    JobFactory,
    RunningJobFactory,
    done_job,
)
from tests.together import together


def begun(by, at, rows=3):
    return services.begin("tests.count", {"rows": rows}, by=by, at=at)


def kinds_recorded() -> list[str]:
    return list(AuditEntry.objects.order_by("recorded_at", "id").values_list("kind", flat=True))


# ── begin ───────────────────────────────────────────────────────────────────────────────────────


def test_begin_writes_the_job_and_its_entry(editor_a, now):
    job = begun(editor_a, now)

    entry = AuditEntry.objects.get()
    assert (job.status, job.owner, job.participant, job.parameters, job.created_at) == (
        "queued", editor_a, editor_a.participant, {"rows": 3}, now,
    )  # fmt: skip
    assert (entry.kind, entry.actor_id, entry.subject_id) == (
        "jobs.job.begun", editor_a.pk, str(job.pk),
    )  # fmt: skip


def test_begin_tells_the_audit_what_was_asked_for_as_a_digest_alone(editor_a, now):
    job = services.begin("tests.count", {"q": "a secret search", "rows": 1}, by=editor_a, at=now)

    data = AuditEntry.objects.get().data
    assert data == {"job_kind": "tests.count", "parameters_sha256": job.parameters_sha256}


def test_begin_wakes_the_worker_once_it_is_committed(
    editor_a, now, monkeypatch, django_capture_on_commit_callbacks
):
    heard = []
    monkeypatch.setattr(doorbell, "ring", lambda: heard.append(True))

    with django_capture_on_commit_callbacks(execute=True):
        begun(editor_a, now)
        before = list(heard)

    assert (before, heard) == ([], [True])


def test_the_same_work_is_begun_once_at_a_time(editor_a, second_editor_a, now):
    first = begun(editor_a, now)

    same, other_work, other_person = (
        begun(editor_a, now + timedelta(hours=1)),
        begun(editor_a, now, rows=4),
        begun(second_editor_a, now),
    )

    assert same == first
    assert len({first, other_work, other_person}) == 3


def test_what_has_ended_is_begun_anew(editor_a, now, work):
    first = begun(editor_a, now)
    work()

    assert begun(editor_a, now) != first


@pytest.mark.django_db(transaction=True)
def test_begun_twice_in_the_same_moment_it_is_one_job(editor_a, now):
    jobs = together([partial(begun, editor_a, now)] * 4)

    assert (len(set(jobs)), Job.objects.count(), kinds_recorded()) == (1, 1, ["jobs.job.begun"])


def test_the_rule_of_the_kind_is_asked(editor_a, now, plug):
    kind = plug(None, may_begin=lambda user, parameters: Verdict("Only heads export this."))

    with pytest.raises(Refused, match="Only heads export this"):
        services.begin(kind, {}, by=editor_a, at=now)
    assert Job.objects.count() == 0


def test_nobody_keeps_the_worker_from_everybody_else(editor_a, editor_b, now):
    JobFactory.create_batch(OPEN_AT_MOST, owner=editor_a)

    with pytest.raises(Refused, match="You have 10 background jobs under way"):
        begun(editor_a, now)
    assert begun(editor_b, now).status == "queued"


def test_whose_account_is_closed_begins_nothing(editor_a, now):
    editor_a.is_active = False

    with pytest.raises(Refused):
        begun(editor_a, now)


# ── who sees it ─────────────────────────────────────────────────────────────────────────────────


def test_only_the_owner_sees_a_job(
    editor_a, second_editor_a, head_a, secretary, auditor, machine_a
):
    job = JobFactory(owner=editor_a)

    everybody = (editor_a, second_editor_a, head_a, secretary, auditor, machine_a)
    assert [list(queries.visible_to(one)) for one in everybody] == [[job], [], [], [], [], []]


def test_who_serves_another_participant_by_now_does_not_see_the_jobs_of_before(
    editor_a, azerbaijan
):
    JobFactory(owner=editor_a)
    editor_a.participant = azerbaijan
    editor_a.save()

    assert not queries.visible_to(editor_a).exists()


# ── cancel ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("factory", [JobFactory, RunningJobFactory])
def test_cancel_stops_what_waits_or_is_under_way(factory, editor_a, now):
    job = services.cancel(factory(owner=editor_a), by=editor_a, at=now)

    assert (job.status, job.finished_at, job.lease_token) == ("cancelled", now, None)


@pytest.mark.parametrize("factory", [done_job, FailedJobFactory, EndedJobFactory])
def test_cancel_once_it_has_ended_is_refused(factory, editor_a, now):
    with pytest.raises(WrongStatus):
        services.cancel(factory(owner=editor_a), by=editor_a, at=now)


def test_cancel_by_somebody_else_is_refused(editor_a, head_a, now):
    with pytest.raises(Refused):
        services.cancel(JobFactory(owner=editor_a), by=head_a, at=now)


# ── begin again ─────────────────────────────────────────────────────────────────────────────────


def test_begin_again_asks_for_the_same(editor_a, now):
    failed = FailedJobFactory(owner=editor_a, parameters={"rows": 7})

    again = services.begin_again(failed, by=editor_a, at=now)

    assert (again.kind, again.parameters, again.status) == ("tests.count", {"rows": 7}, "queued")


def test_begin_again_what_no_app_does_any_more_is_refused(editor_a, now, monkeypatch):
    failed = FailedJobFactory(owner=editor_a)
    monkeypatch.setattr(plugs, "jobs", {})

    with pytest.raises(WrongStatus, match="does not do this kind of work any more"):
        services.begin_again(failed, by=editor_a, at=now)


# ── the result's end ────────────────────────────────────────────────────────────────────────────


def test_expire_removes_the_file_and_keeps_that_it_was_done(
    editor_a, now, django_capture_on_commit_callbacks
):
    job = done_job(owner=editor_a)
    stored = job.stored_name

    with django_capture_on_commit_callbacks(execute=True):
        services.expire(job, at=now)

    assert (job.status, job.has_result, job.file_name) == ("expired", False, "lines.csv")
    assert not default_storage.exists(stored)


def test_the_file_goes_with_its_row(editor_a, django_capture_on_commit_callbacks):
    stored = done_job(owner=editor_a).stored_name

    with django_capture_on_commit_callbacks(execute=True):
        Job.objects.filter(owner=editor_a).delete()

    assert not default_storage.exists(stored)


def test_a_result_is_handed_out_only_while_it_may(editor_a, now):
    job = done_job(owner=editor_a)

    services.require_result(job, by=editor_a, at=FAR - timedelta(seconds=1))
    with pytest.raises(WrongStatus, match="not any more"):
        services.require_result(job, by=editor_a, at=FAR)
    editor_a.rights_version += 1
    with pytest.raises(WrongStatus, match="Have it made anew"):
        services.require_result(job, by=editor_a, at=now)


def test_jobs_are_forgotten_some_time_after_they_ended(editor_a):
    ended, failed = EndedJobFactory(owner=editor_a), FailedJobFactory(owner=editor_a)
    JobFactory(owner=editor_a)
    retention = plugs.retentions["jobs"]

    before = BEGUN_AT + timedelta(minutes=1)
    after = BEGUN_AT + timedelta(minutes=3)

    assert (retention.count(before), retention.count(after)) == (0, 2)
    assert retention.forget(after, 10) == 2
    assert not Job.objects.filter(pk__in=[ended.pk, failed.pk]).exists()
    assert Job.objects.count() == 1
