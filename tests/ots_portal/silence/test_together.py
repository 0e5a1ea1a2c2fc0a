"""Heads who object, jobs that settle, a secretariat that withdraws: at the same moment one of them wins."""

from functools import partial

import pytest

from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import WrongStatus
from ots_portal.silence import services
from ots_portal.silence.models import Objection, SilenceProcedure
from tests.factories.silence import EXPIRES_AT, STARTED_AT
from tests.ots_portal.silence.test_services import TICK, objected, started
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


def endings(procedure):
    kinds = AuditEntry.objects.filter(subject_id=procedure.pk).values_list("kind", flat=True)
    return sorted(kind.rpartition(".")[2] for kind in kinds if not kind.endswith("started"))


def test_at_the_boundary_either_the_objection_or_the_settling_wins(
    incident, officer, head_b, clock
):
    for _round in range(10):
        clock.move_to(STARTED_AT)
        procedure = started(incident, by=officer)
        # By the database's clock the objection is in time, by the job's the time is over.
        clock.move_to(EXPIRES_AT - TICK)

        objection, *_jobs = together(
            [
                partial(objected, procedure, by=head_b, at=EXPIRES_AT - TICK),
                *[partial(services.settle_due, clock=lambda: EXPIRES_AT)] * 2,
            ]
        )

        status = SilenceProcedure.objects.get(pk=procedure.pk).status
        objections = Objection.objects.filter(procedure=procedure).count()
        incident.refresh_from_db()
        assert (type(objection), status, objections, endings(procedure), incident.place) in (
            (SilenceProcedure, "broken", 1, ["broken"], "broken by Head of B"),
            (WrongStatus, "adopted", 0, ["adopted"], "adopted by nobody"),
        )


def test_two_jobs_write_one_result(incident, officer):
    procedure = started(incident, by=officer)

    counts = together([partial(services.settle_due, clock=lambda: EXPIRES_AT)] * 4)

    assert (sum(counts), endings(procedure)) == (1, ["adopted"])


def test_two_heads_who_object_at_once_break_it_once(incident, officer, head_a, head_b):
    procedure = started(incident, by=officer)

    answers = together(
        [
            partial(objected, procedure_of(procedure), by=by, at=STARTED_AT)
            for by in (head_a, head_b)
        ]
    )

    assert [type(answer) for answer in answers].count(WrongStatus) == 1
    assert (Objection.objects.count(), endings(procedure)) == (1, ["broken"])


def test_twice_at_once_it_is_put_under_silence_once(incident, officer):
    answers = together([partial(started, incident, by=officer)] * 4)

    assert [type(answer) for answer in answers].count(WrongStatus) == 3
    assert SilenceProcedure.objects.count() == 1


def test_two_jobs_remind_once(incident, officer):
    procedure = started(incident, by=officer)

    together([partial(services.remind_due, clock=lambda: EXPIRES_AT - 2 * TICK)] * 4)

    assert endings(procedure) == ["reminded"]


def procedure_of(procedure):
    """Each thread has a copy of its own, as each request has."""
    return SilenceProcedure.objects.get(pk=procedure.pk)
