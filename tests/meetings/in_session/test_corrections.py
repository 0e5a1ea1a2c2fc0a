"""What was recorded wrongly or not at all: stays, and on what or for whom somebody spoke."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from meetings.models import Attendance, Delegate, Intervention
from meetings.queries import sittings as queries
from meetings.services import attendance, sittings
from meetings.services import interventions as speakers
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.meetings import AgendaItemFactory
from tests.factories.sittings import DecisionFactory, DelegateFactory, InterventionFactory
from tests.meetings.in_session.conftest import OPENED, after

REASON = "Found in the notes."


@pytest.fixture
def risen(sitting, officer):
    return sittings.rise(sitting, by=officer, at=after(120))


def added(sitting, delegate, *, by, start=10, end=30, reason=REASON, at=200):
    return attendance.add_stay(
        sitting, delegate=delegate, mode="in_room", arrived_at=after(start),
        left_at=None if end is None else after(end), reason=reason, by=by, at=after(at),
    )  # fmt: skip


# ── forgotten stays ─────────────────────────────────────────────────────────────────────────────
def test_a_forgotten_stay_is_added_with_its_reason(risen, officer, delegate_a):
    stay = added(risen, delegate_a, by=officer)

    entry = AuditEntry.objects.get(kind="meetings.sitting.stay_added")
    assert (stay.arrived_at, stay.left_at, stay.corrected_at) == (after(10), after(30), after(200))
    assert (entry.data["reason"], entry.data["delegate"]) == ({"en": REASON}, str(delegate_a.pk))


@pytest.mark.parametrize(
    ("start", "end", "field", "words"),
    [
        (-1, 30, "arrived_at", "had not begun"),
        (10, 121, "left_at", "was over"),
        (10, None, "left_at", "has risen"),
        (30, 10, "left_at", "before arriving"),
    ],
)
def test_a_forgotten_stay_lies_within_the_sitting(
    risen, officer, delegate_a, start, end, field, words
):
    with pytest.raises(ValidationError) as refusal:
        added(risen, delegate_a, by=officer, start=start, end=end)

    assert words in refusal.value.message_dict[field][0]
    assert not Attendance.objects.exists()


def test_a_forgotten_stay_overlaps_no_other_of_that_delegate(
    risen, officer, delegate_a, delegate_b
):
    added(risen, delegate_a, by=officer, start=10, end=30)

    with pytest.raises(ValidationError, match="another stay in that time"):
        added(risen, delegate_a, by=officer, start=29, end=40)

    added(risen, delegate_a, by=officer, start=30, end=40)  # leaving and coming back at once
    added(risen, delegate_b, by=officer, start=10, end=30)


def test_without_a_reason_nothing_is_added(risen, officer, delegate_a):
    with pytest.raises(ValidationError) as refusal:
        added(risen, delegate_a, by=officer, reason=" ")

    assert list(refusal.value.message_dict) == ["reason"]


def test_a_stay_of_somebody_who_is_not_accredited_is_not_added(risen, officer, delegation_a):
    stranger = DelegateFactory(delegation=delegation_a, accreditation="requested")

    with pytest.raises(ValidationError) as refusal:
        added(risen, stranger, by=officer)

    assert list(refusal.value.message_dict) == ["delegate"]


def test_while_the_sitting_goes_on_the_delegate_can_be_there_still(sitting, officer, delegate_a):
    stay = added(sitting, delegate_a, by=officer, end=None, at=40)

    assert (stay.left_at, queries.present_members(sitting)) == (None, ["turkiye"])


def test_adding_a_stay_is_the_secretariats_and_ends_with_the_meeting(
    risen, officer, head_a, delegate_a
):
    with pytest.raises(Refused):
        added(risen, delegate_a, by=head_a)

    risen.meeting.status = "closed"
    risen.meeting.save()
    with pytest.raises(WrongStatus, match="closed"):
        added(risen, delegate_a, by=officer)


def test_the_page_adds_a_stay_by_the_clocks_of_the_place(client, risen, officer, delegate_a):
    client.force_login(officer)
    address = reverse("meetings:stay_add", args=[risen.pk])

    empty = client.get(address)
    wrong = client.post(address, _typed(delegate_a, "2026-11-20T09:00", "2026-11-20T09:30"))
    right = client.post(address, _typed(delegate_a, "2026-11-20T10:10", "2026-11-20T10:30"))

    assert (empty.status_code, wrong.status_code, right.status_code) == (200, 422, 302)
    assert "had not begun" in wrong.content.decode()
    stay = Attendance.objects.get()
    assert (stay.arrived_at, stay.left_at) == (after(10), after(30))


def _typed(delegate, begins, ends):
    return {
        "delegate": delegate.pk, "mode": "remote", "begins": begins, "ends": ends, "reason": REASON,
    }  # fmt: skip


def test_hours_that_somebody_else_has_corrected_are_shown_first(client, risen, officer, delegate_a):
    stay = added(risen, delegate_a, by=officer)
    client.force_login(officer)
    address = reverse("meetings:stay_correct", args=[stay.pk])
    seen = client.get(address).context["form"]["seen"].value()
    attendance.correct(
        stay, arrived_at=after(5), left_at=after(30), reason=REASON, by=officer, at=after(201)
    )
    said = {"begins": "2026-11-20T10:20", "ends": "2026-11-20T10:30", "reason": REASON}

    stale = client.post(address, {**said, "seen": seen})
    again = client.post(address, {**said, "seen": stale.context["form"]["seen"].value()})

    stay.refresh_from_db()
    assert (stale.status_code, "Recorded now" in stale.content.decode()) == (409, True)
    assert (again.status_code, stay.arrived_at) == (302, after(20))


# ── what a check of the quorum found ────────────────────────────────────────────────────────────
def test_a_check_stays_as_it_was_and_the_page_says_what_was_corrected(
    client, sitting, officer, delegate_a, delegate_b
):
    attendance.arrive(sitting, delegate=delegate_a, mode="in_room", by=officer, at=after(1))
    check = sittings.check_quorum(sitting, by=officer, at=after(20))
    sittings.rise(sitting, by=officer, at=after(120))
    before = _session(client, sitting, officer)
    added(sitting, delegate_b, by=officer, start=10, end=30)

    words = _session(client, sitting, officer)

    check.refresh_from_db()
    assert (check.present, check.is_quorate) == (["turkiye"], False)
    assert ("corrected after this check" in before, "corrected after this check" in words) == (
        False,
        True,
    )
    assert "2 members were present at the check" in words


def test_a_correction_that_changes_nothing_at_the_check_counts_nobody_anew(
    client, sitting, officer, delegate_a
):
    stay = attendance.arrive(sitting, delegate=delegate_a, mode="in_room", by=officer, at=after(1))
    check = sittings.check_quorum(sitting, by=officer, at=after(20))
    sittings.rise(sitting, by=officer, at=after(120))
    attendance.correct(
        stay, arrived_at=after(1), left_at=after(100), reason=REASON, by=officer, at=after(200)
    )

    found = queries.correction_after(check)

    assert (found.corrected_at, found.changes(check)) == (after(200), False)
    assert "By the record as corrected" not in _session(client, sitting, officer)


def test_what_became_of_others_since_does_not_change_what_the_check_found(
    sitting, officer, delegate_a, delegate_b
):
    for delegate in (delegate_a, delegate_b):
        stay = attendance.arrive(
            sitting, delegate=delegate, mode="in_room", by=officer, at=after(1)
        )
    check = sittings.check_quorum(sitting, by=officer, at=after(20))
    sittings.rise(sitting, by=officer, at=after(120))
    Delegate.objects.filter(pk=delegate_a.pk).update(accreditation="requested")
    attendance.correct(
        stay, arrived_at=after(2), left_at=after(100), reason=REASON, by=officer, at=after(200)
    )

    assert not queries.correction_after(check).changes(check)


def _session(client, sitting, user):
    client.force_login(user)
    return client.get(reverse("meetings:session", args=[sitting.meeting_id])).content.decode()


def test_the_api_says_when_attendance_was_corrected_after_a_check(
    client, sitting, officer, delegate_a
):
    for minute in (20, 21, 22):
        sittings.check_quorum(sitting, by=officer, at=after(minute))
    client.force_login(officer)
    address = reverse("api:sittings-add-stay", args=[sitting.pk])
    sitting.refresh_from_db()
    body = {
        "delegate": str(delegate_a.pk), "mode": "in_room", "arrived_at": after(5).isoformat(),
        "left_at": after(10).isoformat(), "reason": REASON,
    }  # fmt: skip

    wrong = client.post(address, {**body, "left_at": after(1).isoformat()}, "application/json")
    answer = client.post(address, body, "application/json")

    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "#/left_at")
    told = answer.json()["quorum_checks"]
    stay = Attendance.objects.get()
    assert answer.status_code == 200
    assert {one["attendance_corrected_at"] is not None for one in told} == {True}
    assert answer.json()["attendance"][0]["corrected_at"] is not None
    assert stay.left_at == after(10)


# ── interventions ───────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def spoken(sitting, item, delegate_a):
    return InterventionFactory(
        sitting=sitting, item=item, delegation=delegate_a.delegation, delegate=delegate_a,
        started_at=after(1), ended_at=after(4),
    )  # fmt: skip


def corrected(one, *, by, **more):
    words = {
        "delegation": one.delegation, "item": one.item, "kind": one.kind,
        "delegate": one.delegate, "decision": None, "reason": REASON, "version": one.version,
    }  # fmt: skip
    return speakers.correct(one, **{**words, **more}, by=by, at=after(60))


def test_item_kind_delegation_and_speaker_are_put_right(spoken, officer, delegate_b):
    second = AgendaItemFactory(meeting=spoken.sitting.meeting, position=2)
    was = spoken.item_id

    corrected(
        spoken, by=officer, item=second, kind="right_of_reply", delegation=delegate_b.delegation,
        delegate=delegate_b,
    )  # fmt: skip

    spoken.refresh_from_db()
    entry = AuditEntry.objects.get(kind="meetings.intervention.corrected")
    assert (spoken.item, spoken.kind, spoken.delegate) == (second, "right_of_reply", delegate_b)
    assert (spoken.started_at, spoken.ended_at) == (after(1), after(4))
    assert entry.data["changes"]["item"] == {"before": str(was), "after": str(second.pk)}
    assert entry.data["reason"] == {"en": REASON}


def test_a_speaker_of_another_delegation_is_refused(spoken, officer, delegate_b):
    with pytest.raises(ValidationError) as refusal:
        corrected(spoken, by=officer, delegate=delegate_b)

    assert list(refusal.value.message_dict) == ["delegate"]


def test_only_an_explanation_is_about_a_decision(spoken, officer):
    decision = DecisionFactory(meeting=spoken.sitting.meeting)

    with pytest.raises(ValidationError, match="explanation of position"):
        corrected(spoken, by=officer, decision=decision)

    spoken.refresh_from_db()
    corrected(spoken, by=officer, kind="explanation", decision=decision)
    assert Intervention.objects.get().decision == decision


def test_what_was_said_is_corrected_with_a_reason_who_waits_needs_none(
    sitting, item, spoken, officer, delegation_b
):
    waiting = InterventionFactory(sitting=sitting, item=item, delegation=delegation_b)

    with pytest.raises(ValidationError) as refusal:
        corrected(spoken, by=officer, reason="")
    corrected(waiting, by=officer, reason="", kind="explanation")

    assert list(refusal.value.message_dict) == ["reason"]
    waiting.refresh_from_db()
    assert waiting.kind == "explanation"


def test_somebody_who_saw_an_older_version_is_told(spoken, officer):
    seen = spoken.version
    corrected(spoken, by=officer, kind="right_of_reply")

    with pytest.raises(StaleVersion):
        corrected(spoken, by=officer, kind="statement", version=seen)

    spoken.refresh_from_db()
    assert spoken.kind == "right_of_reply"


def test_who_waits_for_a_point_of_order_by_now_goes_before_the_others(
    sitting, item, officer, delegation_a, delegation_b
):
    def ask(delegation, kind="statement"):
        return speakers.ask_for_the_floor(
            sitting, delegation=delegation, item=item, kind=kind, by=officer, at=OPENED
        )

    first, second = ask(delegation_a), ask(delegation_b)
    second.refresh_from_db()

    corrected(second, by=officer, kind="point_of_order")

    assert queries.waiting_in(sitting) == [second, first]
    second.refresh_from_db()
    third = ask(delegation_a, "point_of_order")
    corrected(second, by=officer, kind="statement")
    assert queries.waiting_in(sitting) == [third, second, first]


def test_correcting_ends_with_the_meeting(spoken, officer):
    spoken.sitting.meeting.status = "closed"
    spoken.sitting.meeting.save()

    with pytest.raises(WrongStatus):
        corrected(spoken, by=officer, kind="right_of_reply")


def test_the_page_keeps_both_where_somebody_else_was_faster(client, spoken, officer):
    client.force_login(officer)
    address = reverse("meetings:intervention_correct", args=[spoken.pk])
    form = client.get(address).context["form"]
    said = {name: form[name].value() or "" for name in form.fields}
    said |= {"kind": "right_of_reply", "reason": REASON}
    Intervention.objects.filter(pk=spoken.pk).update(kind="explanation", version=9)

    stale = client.post(address, said)
    again = client.post(address, {**said, "version": stale.context["form"]["version"].value()})

    spoken.refresh_from_db()
    words = stale.content.decode()
    assert (stale.status_code, "Explanation of position" in words) == (409, True)
    assert (again.status_code, spoken.kind) == (302, "right_of_reply")


def test_the_page_says_beside_the_field_what_cannot_be(client, spoken, officer, delegate_b):
    client.force_login(officer)
    address = reverse("meetings:intervention_correct", args=[spoken.pk])
    form = client.get(address).context["form"]
    said = {name: form[name].value() or "" for name in form.fields}

    without = client.post(address, said)
    foreign = client.post(address, {**said, "reason": REASON, "delegate": delegate_b.pk})

    assert (without.status_code, foreign.status_code) == (422, 422)
    assert "another delegation" in foreign.content.decode()


def test_the_api_corrects_with_the_version_that_was_seen(client, spoken, officer):
    client.force_login(officer)
    address = reverse("api:interventions-correct", args=[spoken.pk])
    body = {
        "participant": "turkiye", "item": str(spoken.item_id), "kind": "right_of_reply",
        "delegate": None, "reason": REASON,
    }  # fmt: skip

    blind = client.post(address, body, "application/json")
    stale = client.post(address, body, "application/json", HTTP_IF_MATCH='"7.en"')
    right = client.post(address, body, "application/json", HTTP_IF_MATCH='"1.en"')

    assert (blind.status_code, stale.status_code, right.status_code) == (428, 412, 200)
    assert (right.json()["kind"], right.json()["delegate"]) == ("right_of_reply", None)
