"""Each question is yes whenever its round would do something, and no once that is done."""

from datetime import timedelta

import pytest
from django.utils import timezone

from incidents.models import Alert, Offer
from meetings.models import MeetingMove
from meetings.services import moves
from meetings.statuses.documents import PaperStatus
from ots_portal.audit.services import record
from ots_portal.celery import app
from ots_portal.clock import database_now
from ots_portal.jobs.models import Job
from ots_portal.notifications import pauses
from ots_portal.notifications.models import Delivery, Digest, OutboxRow
from ots_portal.rounds.asking import AnyFound, questions
from ots_portal.search.models import WaitingRecord
from ots_portal.silence.models import SilenceProcedure
from tests.factories import alerts
from tests.factories.duty import RosterFactory, ShiftFactory
from tests.factories.feeds import FeedFactory
from tests.factories.incidents import IncidentFactory
from tests.factories.jobs import FailedJobFactory, JobFactory
from tests.factories.meetings import MeetingFactory
from tests.factories.notifications import MessageFactory
from tests.factories.offers import submitted_offer
from tests.factories.papers import PaperFactory
from tests.factories.requests import circulated
from tests.factories.reservations import CorrectionFactory
from tests.factories.silence import ProcedureFactory
from tests.factories.webhooks import EndpointFactory

app.loader.import_default_modules()
SWEEP, ALERTS = (
    "ots_portal.notifications.tasks.sweep",
    "ots_portal.notifications.tasks.sweep_alerts",
)
POST, JOBS = "ots_portal.notifications.tasks.post", "ots_portal.jobs.tasks.sweep"
MINUTE = timedelta(minutes=1)


def ask(task: str) -> bool:
    return questions[task](database_now())


def asked_around(task: str) -> tuple[bool, bool]:
    """Return what the question says before and after the round."""
    before = ask(task)
    app.tasks[task]()
    return before, ask(task)


@pytest.fixture
def incident():
    return IncidentFactory(status="reported")


@pytest.fixture
def message(incident, editor_b):
    """Call it for a mail that is due, and all else there was to deliver is done."""

    def message(**more) -> Delivery:
        row = MessageFactory(subject=incident, **{"recipient": editor_b, **more})
        OutboxRow.objects.update(fanned_out_at=database_now())
        return row

    return message


# ── deliveries ──────────────────────────────────────────────────────────────────────────────────


def test_an_entry_somebody_must_hear_of(incident, editor_a):
    assert ask(SWEEP) is False
    at = database_now() - MINUTE
    record("incidents.incident.reported", subject=incident, by=editor_a, at=at)

    assert (ask(SWEEP), OutboxRow.objects.filter(fanned_out_at=None).count()) == (True, 1)
    assert asked_around(SWEEP) == (True, False)


def test_a_mail_that_is_due(message):
    message()

    assert (ask(ALERTS), asked_around(SWEEP)) == (False, (True, False))


def test_a_mail_that_is_tried_again_later(message):
    message(due_at=database_now() + MINUTE)

    assert (ask(SWEEP), questions[SWEEP](database_now() + 2 * MINUTE)) == (False, True)


def test_a_mail_that_another_worker_has_in_hands_until_its_lease_ends(message):
    message(lease_until=database_now() + MINUTE)

    assert (ask(SWEEP), questions[SWEEP](database_now() + 2 * MINUTE)) == (False, True)


def test_an_alert_is_the_alerts_workers_and_a_second_later_everybodys(message):
    now = database_now()
    message(is_alert=True, due_at=now)

    seconds = [0.5, 1.5]
    at = [now + timedelta(seconds=each) for each in seconds]
    assert [questions[ALERTS](moment) for moment in at] == [True, True]
    assert [questions[SWEEP](moment) for moment in at] == [False, True]
    assert asked_around(ALERTS) == (True, False)


def test_what_waits_for_a_digest(message):
    due = database_now() - MINUTE
    message(is_for_digest=True, cadence="daily", due_at=due)

    assert asked_around(SWEEP) == (True, False)


def test_a_digest_that_is_tried_again(message, editor_b):
    due = database_now() - MINUTE
    digest = Digest.objects.create(recipient=editor_b, created_at=due, due_at=due)
    message(is_for_digest=True, cadence="daily", due_at=due, digest=digest)

    assert asked_around(SWEEP) == (True, False)


def test_in_a_pause_no_mail_is_asked_for(message, administrator):
    pauses.pause(by=administrator, at=database_now())
    OutboxRow.objects.update(fanned_out_at=database_now())
    message()

    assert (ask(SWEEP), ask(ALERTS), ask(POST)) == (False, False, False)


def test_a_message_to_a_webhook(message, machine_b):
    endpoint = EndpointFactory(owner=machine_b, url="https://127.0.0.1/")
    message(recipient=machine_b, channel="webhook", endpoint=endpoint)

    # It is refused by the door to the outside, and tried again later.
    assert (ask(SWEEP), asked_around(POST)) == (False, (True, False))


def test_a_message_to_a_webhook_that_was_disabled(message, machine_b):
    endpoint = EndpointFactory(owner=machine_b, is_disabled=True)
    row = message(recipient=machine_b, channel="webhook", endpoint=endpoint)

    assert asked_around(POST) == (True, False)
    row.refresh_from_db()
    assert row.status == "failed"


def test_a_webhook_that_is_left_in_peace_is_not_asked_for(message, machine_b):
    now = database_now()
    rests = {"failure_count": 5, "failing_since": now, "retry_at": now + MINUTE}
    endpoint = EndpointFactory(owner=machine_b, **rests)
    message(recipient=machine_b, channel="webhook", endpoint=endpoint)

    assert (ask(POST), questions[POST](database_now() + 2 * MINUTE)) == (False, True)


# ── the foundation's others ─────────────────────────────────────────────────────────────────────


def test_a_job_that_waits(editor_a):
    assert ask(JOBS) is False
    JobFactory(owner=editor_a, kind="of a release that was")

    assert asked_around(JOBS) == (True, False)


def test_a_job_that_a_worker_has_in_hands(editor_a):
    JobFactory(owner=editor_a, lease_until=database_now() + MINUTE)

    assert (ask(JOBS), questions[JOBS](database_now() + 2 * MINUTE)) == (False, True)


def test_a_job_whose_result_has_expired(editor_a):
    job = FailedJobFactory(owner=editor_a, expires_at=database_now() + MINUTE)
    later = ask(JOBS)
    Job.objects.filter(pk=job.pk).update(expires_at=database_now() - MINUTE)

    assert (later, asked_around(JOBS)) == (False, (True, False))


def test_a_record_that_is_to_be_indexed(incident):
    task = "ots_portal.search.tasks.index"
    WaitingRecord.objects.all().delete()
    before = ask(task)
    WaitingRecord.objects.create(
        subject_type="incidents.incident", subject_id=str(incident.pk), due_at=database_now()
    )

    assert (before, asked_around(task)) == (False, (True, False))


def test_an_entry_that_no_block_holds(incident, editor_a):
    task = "ots_portal.audit.tasks.seal"
    app.tasks[task]()
    before = ask(task)
    record("incidents.incident.reported", subject=incident, by=editor_a, at=database_now())

    assert (before, asked_around(task)) == (False, (True, False))


def test_an_audit_that_was_never_checked():
    assert asked_around("ots_portal.oversight.tasks.check_the_audit") == (True, False)


def test_a_roster_whose_marks_are_not_what_it_says(officer):
    task = "ots_portal.duty.tasks.settle"
    now = database_now()
    assert ask(task) is False
    RosterFactory(participant=officer.participant)
    ShiftFactory(person=officer, starts_at=now - MINUTE, ends_at=now + 60 * MINUTE)

    assert asked_around(task) == (True, False)


def test_a_silence_that_is_over(turkiye):
    task = "ots_portal.silence.tasks.settle"
    procedure = ProcedureFactory(expires_at=database_now() + MINUTE)
    before = ask(task)
    SilenceProcedure.objects.filter(pk=procedure.pk).update(expires_at=database_now())

    assert (before, ask(task)) == (False, True)


def test_a_silence_that_ends_soon():
    task = "ots_portal.silence.tasks.remind"
    procedure = ProcedureFactory(expires_at=database_now() + timedelta(hours=30))
    before = ask(task)
    soon = database_now() + timedelta(hours=20)
    SilenceProcedure.objects.filter(pk=procedure.pk).update(expires_at=soon)

    assert (before, asked_around(task)) == (False, (True, False))


# ── the domain apps' ────────────────────────────────────────────────────────────────────────────


def test_an_alert_whose_time_is_over(editor_a, head_a):
    task = "incidents.tasks.expire_alerts"
    alert = alerts.own("issued", editor=editor_a, head=head_a, at=database_now())
    before = ask(task)
    Alert.objects.filter(pk=alert.pk).update(expires_at=database_now())

    assert (before, asked_around(task)) == (False, (True, False))


def test_a_received_alert_whose_time_is_over():
    task = "incidents.tasks.expire_alerts"
    assert ask(task) is False
    alerts.received()

    assert asked_around(task) == (True, False)


def test_an_offer_whose_time_is_over(editor_a, editor_b):
    task = "incidents.tasks.expire_offers"
    offer = submitted_offer(circulated(by=editor_a), by=editor_b)
    before = ask(task)
    Offer.objects.filter(pk=offer.pk).update(valid_until=database_now())

    assert (before, asked_around(task)) == (False, (True, False))


def test_a_hazard_feed_that_is_to_be_asked():
    task = "incidents.tasks.ask_feeds"
    assert ask(task) is False
    FeedFactory(address="http://127.0.0.1:80/rss.xml")

    assert asked_around(task) == (True, False)


def test_a_meeting_that_was_moved_ten_minutes_ago():
    task = "meetings.tasks.tell_of_moves"
    now, meeting = database_now(), MeetingFactory(status="convened")
    stood = {name: getattr(meeting, name) for name in moves.MOVED}
    moves.note(meeting, {**stood, "city": "Bishkek"}, at=now)
    before = ask(task)
    MeetingMove.objects.update(due_at=now - MINUTE)

    assert (before, asked_around(task)) == (False, (True, False))


def test_a_document_whose_embargo_is_over(officer):
    task = "meetings.tasks.work_through_instants"
    passed = timezone.now() - MINUTE
    paper = PaperFactory(
        prepared_by=officer, status=PaperStatus.ISSUED, embargo_until=passed + 10 * MINUTE
    )
    before = ask(task)
    type(paper).objects.filter(pk=paper.pk).update(embargo_until=passed)

    assert (before, asked_around(task)) == (False, (True, False))


# ── how they are asked ──────────────────────────────────────────────────────────────────────────


# The others are worded anew each time: they are asked seldom.
WORDED_ONCE = sorted(task for task, question in questions.items() if isinstance(question, AnyFound))


@pytest.mark.parametrize("task", WORDED_ONCE)
def test_a_question_that_was_worded_once_is_one_statement(task, django_assert_num_queries):
    question = questions[task]
    question(database_now())
    at = database_now()

    with django_assert_num_queries(1):
        question(at)


def test_a_correction_of_a_treaty_whose_time_to_object_is_over():
    task = "agreements.tasks.effect_corrections"
    due = CorrectionFactory(objection_until=timezone.now() - MINUTE)
    CorrectionFactory(objection_until=timezone.now() + MINUTE, number=2)

    assert asked_around(task) == (True, False)
    due.refresh_from_db()
    assert due.status == "effected"
