import re
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from ots_portal.jobs.models import Job
from tests.factories.jobs import (
    BEGUN_AT,
    EndedJobFactory,
    FailedJobFactory,
    JobFactory,
    RunningJobFactory,
    done_job,
)

LIST = reverse("jobs:list")


def page(client, job) -> str:
    return client.get(job.get_absolute_url()).content.decode()


@pytest.fixture
def mine(client, editor_a):
    """The client, signed in as the owner of the jobs."""
    client.force_login(editor_a)
    return client


# ── the list ────────────────────────────────────────────────────────────────────────────────────


def test_the_list_shows_the_own_jobs_newest_first(mine, editor_a, second_editor_a):
    old = JobFactory(owner=editor_a, created_at=BEGUN_AT)
    new = RunningJobFactory(owner=editor_a, created_at=BEGUN_AT + timedelta(minutes=1))
    foreign = JobFactory(owner=second_editor_a)

    shown = mine.get(LIST).content.decode()

    assert shown.index(new.get_absolute_url()) < shown.index(old.get_absolute_url())
    assert foreign.get_absolute_url() not in shown
    assert "30 of 120" in shown


def test_an_empty_list_says_what_will_stand_there(mine):
    assert "An export of a long list appears here." in mine.get(LIST).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_however_long_it_is(
    mine, editor_a, count, django_assert_num_queries
):
    for _ in range(count):
        done_job(owner=editor_a)
    mine.get(LIST)

    with django_assert_num_queries(4):  # session, person, jobs, unread messages
        mine.get(LIST)


def test_a_long_list_has_pages(mine, editor_a):
    EndedJobFactory.create_batch(26, owner=editor_a)

    first = mine.get(LIST).content.decode()
    second = mine.get(LIST + re.search(r'rel="next"\s+href="([^"]+)"', first)[1]).content.decode()

    assert (first.count("<tr>"), second.count("<tr>")) == (26, 2)
    assert mine.get(LIST, {"cursor": "forged"}).status_code == 404


def test_the_list_asks_again_only_while_something_is_under_way(mine, editor_a):
    done_job(owner=editor_a)
    quiet = mine.get(LIST).content.decode()
    JobFactory(owner=editor_a)

    assert ('hx-trigger="every 4s"' in quiet, 'hx-trigger="every 4s"' in mine.get(LIST).content.decode()) == (
        False, True,
    )  # fmt: skip


# ── one job ─────────────────────────────────────────────────────────────────────────────────────


def test_what_is_under_way_shows_how_far_and_asks_again(mine, editor_a):
    shown = page(mine, RunningJobFactory(owner=editor_a, parameters={"rows": 120}))

    assert re.search(r'<progress class="progress"[^>]*max="100"\s+value="25">', shown)
    assert all(text in shown for text in ("30 of 120", "writing the file", "up to 120", "Cancel"))
    assert 'hx-trigger="every 2s"' in shown


@pytest.mark.parametrize("job", [done_job, FailedJobFactory, EndedJobFactory])
def test_what_has_ended_does_not_ask_again(mine, editor_a, job):
    assert 'hx-trigger="every 2s"' not in page(mine, job(owner=editor_a))


def test_the_part_that_is_asked_for_again_is_not_a_whole_page(mine, editor_a):
    job = done_job(owner=editor_a)

    part = mine.get(job.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()

    assert ("<html" in part, 'role="status"' in part, "Download" in part) == (False, True, True)


def test_the_page_of_a_job_takes_few_queries(mine, editor_a, django_assert_num_queries):
    job = done_job(owner=editor_a)
    mine.get(job.get_absolute_url())

    with django_assert_num_queries(4):  # session, person, job, unread messages
        mine.get(job.get_absolute_url())


def test_what_failed_says_why_and_offers_to_try_again(mine, editor_a):
    shown = page(mine, FailedJobFactory(owner=editor_a))

    assert "Something in the portal went wrong. It was tried 3 times." in shown
    assert "Try again" in shown


def test_a_kind_of_another_release_has_a_page_too(mine, editor_a):
    assert "of.another.release" in page(mine, JobFactory(owner=editor_a, kind="of.another.release"))


def test_when_it_can_be_fetched_until_is_said_with_the_zone(mine, editor_a):
    editor_a.time_zone = "Asia/Almaty"
    editor_a.save()

    shown = page(mine, done_job(owner=editor_a))

    assert re.search(
        r'Can be fetched until</dt><dd>\s*<time datetime="2099-01-01T05:00:00\+05:00">', shown
    )


# ── steps ───────────────────────────────────────────────────────────────────────────────────────


def test_cancel_stops_it_and_comes_back(mine, editor_a):
    job = RunningJobFactory(owner=editor_a)

    answer = mine.post(reverse("jobs:cancel", args=[job.pk]), follow=True)

    assert "The work has been cancelled." in answer.content.decode()
    assert Job.objects.get().status == "cancelled"


def test_begin_again_leads_to_the_new_job(mine, editor_a):
    failed = FailedJobFactory(owner=editor_a)

    answer = mine.post(reverse("jobs:begin_again", args=[failed.pk]))

    anew = Job.objects.exclude(pk=failed.pk).get()
    assert (answer.status_code, answer["Location"]) == (302, anew.get_absolute_url())


# ── work whose files are many people's data ─────────────────────────────────────────────────────


@pytest.fixture
def _stale(monkeypatch):
    """Let ten minutes have gone by since anybody showed who they are."""
    monkeypatch.setattr("ots_portal.jobs.views.stepup.is_fresh", lambda _request: False)


@pytest.fixture
def exported(plug):
    return plug(lambda *_arguments, **_more: None, needs_step_up=True)


@pytest.mark.usefixtures("_stale")
def test_begin_again_asks_who_is_there_where_beginning_did(mine, editor_a, exported):
    failed = FailedJobFactory(owner=editor_a, kind=exported)

    answer = mine.post(reverse("jobs:begin_again", args=[failed.pk]))

    assert (answer.status_code, "reauthenticate" in answer["Location"]) == (302, True)
    assert Job.objects.count() == 1


@pytest.mark.usefixtures("_stale")
def test_the_file_of_a_mass_export_is_fetched_only_by_who_has_just_shown_who_they_are(
    mine, editor_a, exported
):
    job = done_job(owner=editor_a, kind=exported)

    answer = mine.get(reverse("jobs:result", args=[job.pk]))

    assert (answer.status_code, "reauthenticate" in answer["Location"]) == (302, True)


def test_who_has_shown_it_begins_again(mine, editor_a, exported, monkeypatch):
    monkeypatch.setattr("ots_portal.jobs.views.stepup.is_fresh", lambda _request: True)
    failed = FailedJobFactory(owner=editor_a, kind=exported)

    mine.post(reverse("jobs:begin_again", args=[failed.pk]))

    assert Job.objects.count() == 2


# ── the result ──────────────────────────────────────────────────────────────────────────────────


def result_of(client, job):
    return client.get(reverse("jobs:result", args=[job.pk]))


def test_the_result_is_an_attachment_that_nobody_keeps(mine, editor_a):
    answer = result_of(mine, done_job(owner=editor_a))

    assert b"".join(answer.streaming_content) == b"0\r\n1\r\n"
    assert {name: answer[name] for name in
            ("Content-Type", "Content-Disposition", "Content-Length", "X-Content-Type-Options",
             "Cache-Control", "Content-Security-Policy", "Accept-Ranges")} == {
        "Content-Type": "text/csv",
        "Content-Disposition": 'attachment; filename="lines.csv"',
        "Content-Length": "6",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store, private",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Accept-Ranges": "none",
    }  # fmt: skip


@pytest.mark.parametrize(
    "factory", [JobFactory, RunningJobFactory, FailedJobFactory, EndedJobFactory]
)
def test_without_a_result_there_is_a_page_that_says_so(mine, editor_a, factory):
    answer = result_of(mine, factory(owner=editor_a))

    assert (answer.status_code, "There is no result to fetch" in answer.content.decode()) == (
        409,
        True,
    )


def test_a_result_past_its_time_is_not_handed_out_before_the_sweep_comes_by(mine, editor_a):
    job = done_job(owner=editor_a)
    Job.objects.update(expires_at=BEGUN_AT)

    assert result_of(mine, job).status_code == 409
    assert "There is no result to fetch, or not any more." in page(mine, job)


def test_a_result_made_with_other_rights_is_not_handed_out(mine, editor_a):
    job = done_job(owner=editor_a)
    Job.objects.update(rights_version=editor_a.rights_version + 1)

    assert result_of(mine, job).status_code == 409
    assert "Have it made anew." in page(mine, job)


def test_a_file_that_a_restored_portal_does_not_have_is_told(mine, editor_a):
    job = done_job(owner=editor_a)
    default_storage.delete(job.stored_name)

    answer = result_of(mine, job)

    assert (answer.status_code, "The file is not there any more." in answer.content.decode()) == (
        409, True,
    )  # fmt: skip


def test_a_store_that_does_not_answer_is_told(mine, editor_a, monkeypatch):
    job = done_job(owner=editor_a)
    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._open", _away)

    assert result_of(mine, job).status_code == 503


def _away(*_):
    raise OSError("The file store does not answer.")
