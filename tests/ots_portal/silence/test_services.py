"""What becomes of silence: begun, broken, withdrawn, adopted; and each refusal in its own words."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import WrongStatus
from ots_portal.silence import queries, services
from ots_portal.silence.models import Objection, SilenceProcedure
from tests.factories.silence import (
    EXPIRES_AT,
    MODEL,
    SHA256,
    STARTED_AT,
    SUBJECT,
    ObjectionFactory,
)

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
TICK = timedelta(microseconds=1)


def started(incident, *, by, expires_at=EXPIRES_AT):
    return services.start(
        incident,
        expires_at=expires_at,
        time_zone="Europe/Istanbul",
        by=by,
        at=STARTED_AT,
        text_sha256=SHA256,
    )


def objected(procedure, *, by, at, kind="objection", proposed_text=""):
    return services.object_to(
        procedure, kind=kind, reason="It names no depot.", proposed_text=proposed_text, by=by, at=at
    )


def settled_at(moment):
    return services.settle_due(clock=lambda: moment)


def result_of(procedure, incident):
    procedure.refresh_from_db()
    incident.refresh_from_db()
    return procedure.status, procedure.result_at, incident.place


# ── beginning ───────────────────────────────────────────────────────────────────────────────────
def test_start_keeps_what_is_under_silence_and_who_may_break_it(incident, officer, hungary):
    procedure = started(incident, by=officer)

    asked = {participant.pk for participant in procedure.participants.all()}
    assert (procedure.status, procedure.expires_at, procedure.result_at) == (
        "running",
        EXPIRES_AT,
        None,
    )
    assert (procedure.text_sha256, procedure.titles["tr"]) == (SHA256, incident_in("tr", incident))
    assert asked == {"turkiye", "azerbaijan", "kazakhstan"}
    assert queries.running_of(MODEL, incident.pk) == procedure


def incident_in(language, incident):
    return services.titles_of(incident)[language]


def test_who_may_break_it_are_those_of_its_beginning(incident, officer, hungary, head_of_h):
    procedure = started(incident, by=officer)
    hungary.kind = "member"
    hungary.save()

    with pytest.raises(PermissionDenied, match="takes no part"):
        objected(procedure, by=head_of_h, at=STARTED_AT + HOUR)


def test_start_needs_the_apps_own_rule(incident, head_a):
    with pytest.raises(PermissionDenied, match="Only the secretariat"):
        started(incident, by=head_a)


def test_start_too_short_is_refused(incident, officer):
    with pytest.raises(ValidationError, match="at least 72 hours here: choose an end after") as no:
        started(incident, by=officer, expires_at=EXPIRES_AT - SECOND)

    assert list(no.value.message_dict) == ["expires_at"]


def test_start_with_just_the_shortest_time_is_taken(incident, officer):
    assert started(incident, by=officer, expires_at=EXPIRES_AT).status == "running"


def test_an_app_makes_it_longer_never_shorter(incident, officer, monkeypatch):
    for own, least in ((96, 96), (1, 72)):
        monkeypatch.setitem(services.plugs.silent_subjects, MODEL, longer(own))

        assert services.minimum_hours(incident) == least


def longer(hours):
    return type(SUBJECT)(**{**vars(SUBJECT), "minimum_hours": lambda _record: hours})


def test_start_in_the_past_is_refused(incident, officer):
    with pytest.raises(ValidationError, match="This moment has passed"):
        started(incident, by=officer, expires_at=STARTED_AT)


def test_start_where_nobody_could_object_is_refused(incident, officer):
    incident.participant.__class__.objects.filter(kind="member").update(kind="observer")

    with pytest.raises(ValidationError, match="Nobody takes part who could object"):
        started(incident, by=officer)


def test_a_second_procedure_on_the_same_record_is_refused(incident, officer):
    started(incident, by=officer)

    with pytest.raises(WrongStatus, match="under silence already"):
        started(incident, by=officer)
    assert SilenceProcedure.objects.count() == 1


def test_the_database_keeps_one_running_procedure_per_record(incident, officer):
    first = started(incident, by=officer)
    again = SilenceProcedure.objects.get(pk=first.pk)
    again.pk = None
    again.id = "00000000-0000-4000-8000-000000000001"

    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


def test_after_an_end_it_can_be_put_under_silence_again(incident, officer, head_b):
    first = objected(started(incident, by=officer), by=head_b, at=STARTED_AT + HOUR)

    second = started(incident, by=officer)

    assert list(queries.history_of(MODEL, incident.pk)) in ([second, first], [first, second])
    assert queries.running_of(MODEL, incident.pk) == second


# ── breaking ────────────────────────────────────────────────────────────────────────────────────
def test_object_to_breaks_the_silence(incident, officer, head_b):
    procedure = started(incident, by=officer)

    objected(procedure, by=head_b, at=STARTED_AT + HOUR)

    (objection,) = Objection.objects.values_list("participant", "kind", "reason")
    assert objection == ("azerbaijan", "objection", "It names no depot.")
    assert result_of(procedure, incident) == ("broken", STARTED_AT + HOUR, "broken by Head of B")


def test_an_amendment_breaks_it_too_and_says_its_text(incident, officer, head_b):
    procedure = started(incident, by=officer)

    objected(procedure, by=head_b, at=STARTED_AT, kind="amendment", proposed_text="Two depots.")

    assert procedure.objections.get().proposed_text == "Two depots."
    assert procedure.status == "broken"


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        ("amendment", "", "Write the text"),
        ("objection", "Two depots.", "An objection proposes no text"),
        ("murmur", "", "not a valid choice"),
    ],
)
def test_object_to_with_a_text_that_does_not_fit_is_refused(
    kind, text, sentence, incident, officer, head_b
):
    procedure = started(incident, by=officer)

    with pytest.raises(ValidationError, match=sentence):
        objected(procedure, by=head_b, at=STARTED_AT, kind=kind, proposed_text=text)
    assert result_of(procedure, incident)[0] == "running"


def test_object_to_without_a_reason_is_refused(incident, officer, head_b):
    procedure = started(incident, by=officer)

    with pytest.raises(ValidationError) as no:
        services.object_to(procedure, kind="objection", reason="  ", by=head_b, at=STARTED_AT)

    assert list(no.value.message_dict) == ["reason"]


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("head_of_h", "takes no part in this decision"),
        ("officer", "takes no part in this decision"),
        ("editor_b", "Only the head of an authority"),
        ("machine_b", "A person does this"),
    ],
)
def test_object_to_by_others_is_refused(who, sentence, incident, officer, request):
    procedure = started(incident, by=officer)

    with pytest.raises(PermissionDenied, match=sentence):
        objected(procedure, by=request.getfixturevalue(who), at=STARTED_AT)


def test_a_second_objection_by_the_same_state_is_refused(incident, officer, head_b):
    procedure = started(incident, by=officer)
    objected(procedure, by=head_b, at=STARTED_AT)

    with pytest.raises(WrongStatus, match="Your State has broken the silence already"):
        objected(procedure, by=head_b, at=STARTED_AT + HOUR)
    assert Objection.objects.count() == 1


def test_an_objection_by_another_state_finds_it_broken(incident, officer, head_a, head_b):
    procedure = started(incident, by=officer)
    objected(procedure, by=head_b, at=STARTED_AT)

    with pytest.raises(WrongStatus, match="Another State has broken"):
        objected(procedure, by=head_a, at=STARTED_AT + HOUR)


def test_the_database_keeps_one_objection_per_state(incident, officer, head_b):
    procedure = started(incident, by=officer)
    objected(procedure, by=head_b, at=STARTED_AT)

    with pytest.raises(IntegrityError), transaction.atomic():
        ObjectionFactory(procedure=procedure, person=head_b)


@pytest.mark.parametrize("late", [timedelta(0), TICK, HOUR])
def test_object_to_at_the_very_instant_and_later_is_refused(late, incident, officer, head_b):
    procedure = started(incident, by=officer)

    with pytest.raises(WrongStatus, match="an objection comes too late"):
        objected(procedure, by=head_b, at=EXPIRES_AT + late)
    assert result_of(procedure, incident)[0] == "running"


def test_object_to_right_before_the_instant_is_taken(incident, officer, head_b, clock):
    procedure = started(incident, by=officer)
    clock.move_to(EXPIRES_AT - TICK)

    objected(procedure, by=head_b, at=EXPIRES_AT - TICK)

    assert result_of(procedure, incident)[:2] == ("broken", EXPIRES_AT - TICK)


def test_object_to_that_came_in_before_and_was_late_by_the_databases_clock_is_refused(
    incident, officer, head_b, clock
):
    procedure = started(incident, by=officer)
    clock.move_to(EXPIRES_AT)

    with pytest.raises(WrongStatus, match="an objection comes too late"):
        objected(procedure, by=head_b, at=EXPIRES_AT - SECOND)
    assert not Objection.objects.exists()


def test_object_to_is_undone_where_the_app_cannot_follow(incident, officer, head_b, monkeypatch):
    procedure = started(incident, by=officer)
    monkeypatch.setitem(services.plugs.silent_subjects, MODEL, failing())

    with pytest.raises(RuntimeError):
        objected(procedure, by=head_b, at=STARTED_AT)

    assert result_of(procedure, incident)[0] == "running"
    assert not Objection.objects.exists()


def failing(*, only=None):
    def on_result(procedure, **_more):
        if only in (None, procedure.pk):
            raise RuntimeError

    return type(SUBJECT)(**{**vars(SUBJECT), "on_result": on_result})


# ── withdrawing ─────────────────────────────────────────────────────────────────────────────────
def test_withdraw_ends_it_with_a_reason(incident, officer):
    procedure = started(incident, by=officer)

    services.withdraw(procedure, reason="A typing error.", by=officer, at=STARTED_AT + HOUR)

    assert procedure.withdraw_reason == "A typing error."
    assert result_of(procedure, incident) == (
        "withdrawn",
        STARTED_AT + HOUR,
        "withdrawn by Officer",
    )


def test_withdraw_needs_a_reason(incident, officer):
    procedure = started(incident, by=officer)

    with pytest.raises(ValidationError, match="Say why"):
        services.withdraw(procedure, reason=" ", by=officer, at=STARTED_AT)


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("secretary", ""),
        ("head_a", "Only those who put it under silence"),
        ("administrator", "Only those who put it under silence"),
        ("machine_a", "A person does this"),
    ],
)
def test_withdraw_is_for_the_house_that_began_it(who, sentence, incident, officer, request):
    procedure = started(incident, by=officer)

    verdict = services.rules.may_withdraw(request.getfixturevalue(who), procedure)

    assert str(verdict.reason).startswith(sentence) if sentence else verdict


@pytest.mark.parametrize("is_settled", [True, False])
def test_withdraw_after_the_end_is_refused(is_settled, incident, officer):
    procedure = started(incident, by=officer)
    if is_settled:
        settled_at(EXPIRES_AT)

    with pytest.raises(WrongStatus, match="it cannot be withdrawn any more"):
        services.withdraw(procedure, reason="Late.", by=officer, at=EXPIRES_AT)


def test_withdraw_once_it_is_broken_is_refused(incident, officer, head_b):
    procedure = started(incident, by=officer)
    objected(procedure, by=head_b, at=STARTED_AT)

    with pytest.raises(WrongStatus, match="Another State has broken"):
        services.withdraw(procedure, reason="Late.", by=officer, at=STARTED_AT)


# ── the end ─────────────────────────────────────────────────────────────────────────────────────
def test_settle_before_the_instant_writes_nothing(incident, officer):
    procedure = started(incident, by=officer)

    assert settled_at(EXPIRES_AT - TICK) == 0
    assert result_of(procedure, incident)[0] == "running"


def test_settle_late_adopts_as_of_the_instant(incident, officer):
    procedure = started(incident, by=officer)

    assert settled_at(EXPIRES_AT + HOUR) == 1
    assert result_of(procedure, incident) == ("adopted", EXPIRES_AT, "adopted by nobody")


def test_settle_twice_writes_once(incident, officer):
    procedure = started(incident, by=officer)

    assert [settled_at(EXPIRES_AT), settled_at(EXPIRES_AT + HOUR)] == [1, 0]
    assert AuditEntry.objects.filter(
        kind="silence.procedure.adopted", subject_id=procedure.pk
    ).count() == 1  # fmt: skip


def test_adopt_before_the_instant_is_refused(incident, officer):
    procedure = started(incident, by=officer)

    with pytest.raises(WrongStatus):
        services.adopt(procedure, at=EXPIRES_AT - TICK)


def test_one_app_that_fails_holds_up_no_other(incident, officer, monkeypatch, turkiye):
    broken = started(incident, by=officer)
    whole = started(type(incident).objects.get(pk=another(turkiye)), by=officer)
    monkeypatch.setitem(services.plugs.silent_subjects, MODEL, failing(only=broken.pk))

    assert settled_at(EXPIRES_AT) == 1
    assert [one.status for one in (refreshed(broken), refreshed(whole))] == ["running", "adopted"]


def another(participant):
    from tests.factories.incidents import IncidentFactory  # noqa: PLC0415

    return IncidentFactory(participant=participant, status="active").pk


def refreshed(procedure):
    procedure.refresh_from_db()
    return procedure


# ── reminding ───────────────────────────────────────────────────────────────────────────────────
def reminded():
    entries = AuditEntry.objects.filter(kind="silence.procedure.reminded")
    return [entry.data["hours"] for entry in entries.order_by("recorded_at", "id")]


def remind_at(moment):
    return services.remind_due(clock=lambda: moment)


def test_people_are_reminded_a_day_and_two_hours_before_each_once(incident, officer):
    started(incident, by=officer)

    for hours in (25, 24, 23, 3, 2, 1):
        remind_at(EXPIRES_AT - hours * HOUR)

    assert reminded() == [24, 2]


def test_a_reminder_that_is_late_by_a_day_is_one(incident, officer):
    started(incident, by=officer)

    remind_at(EXPIRES_AT - HOUR)
    remind_at(EXPIRES_AT - HOUR)

    assert reminded() == [2]


def test_nobody_is_reminded_of_what_has_ended(incident, officer, head_b):
    objected(started(incident, by=officer), by=head_b, at=STARTED_AT)

    assert remind_at(EXPIRES_AT - HOUR) == 0


def test_of_one_day_nobody_is_reminded_a_day_before(incident, officer, settings):
    settings.PORTAL_SILENCE_HOURS_MIN = 12
    started(incident, by=officer, expires_at=STARTED_AT + 20 * HOUR)

    remind_at(STARTED_AT + HOUR)

    assert reminded() == []
