"""Inviting to a meeting, and what the invited participant answers."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from meetings.models import Invitation
from meetings.queries import invitations as queries
from meetings.queries import meetings as meeting_queries
from meetings.services import invitations, meetings
from meetings.statuses import INVITATIONS
from meetings.statuses.delegations import REACHED, InvitationStatus
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.notifications.wording import wording_for
from ots_portal.people.models import Role
from ots_portal.plugs import notices
from ots_portal.verdicts import Refused
from tests.conftest import NOON
from tests.factories.meetings import MeetingFactory
from tests.factories.people import ParticipantFactory, UserFactory
from tests.factories.sittings import InvitationFactory

JSON = "application/json"


@pytest.fixture
def head_h(hungary):
    return UserFactory(participant=hungary, role=Role.HEAD, full_name="Head of H")


def an_invitation(participant, status="sent", **more):
    if status != "draft":
        more.setdefault("sent_at", NOON)
    if status in {"accepted", "declined"}:
        more.setdefault("answered_at", NOON)
    return InvitationFactory(participant=participant, status=status, **more)


def page(response):
    return response.content.decode()


def last_entry():
    return AuditEntry.objects.order_by("recorded_at", "pk").last()


# ── the steps ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", InvitationStatus.values)
@pytest.mark.parametrize("verb", INVITATIONS.steps)
def test_every_step_leads_on_from_its_sources_alone(
    secretary, head_b, azerbaijan, now, verb, status
):
    invitation = an_invitation(azerbaijan, status)
    step = INVITATIONS.steps[verb]
    by = secretary if verb in {"send", "withdraw"} else head_b

    if status in step.sources:
        getattr(invitations, verb)(invitation, by=by, at=now)
        assert (invitation.status, last_entry().kind) == (step.target, step.records)
    else:
        with pytest.raises(WrongStatus):
            getattr(invitations, verb)(invitation, by=by, at=now)


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("officer", {"send"}),
        ("secretary", {"send", "withdraw"}),
        ("editor_b", {"acknowledge"}),
        ("head_b", {"acknowledge", "accept", "decline"}),
        ("machine_b", {"acknowledge"}),
        ("head_a", set()),
        ("auditor", set()),
        ("administrator", set()),
    ],
)
def test_the_secretariat_sends_and_the_invited_answer(request, azerbaijan, now, who, allowed):
    user = request.getfixturevalue(who)
    done = set()
    for verb, step in INVITATIONS.steps.items():
        source = next(status for status in step.sources if status != "draft" or verb == "send")
        invitation = an_invitation(azerbaijan, source)
        try:
            getattr(invitations, verb)(invitation, by=user, at=now)
        except Refused:
            continue
        done.add(verb)

    assert done == allowed


def test_an_officer_withdraws_what_was_never_sent(officer, azerbaijan, now):
    draft, sent = an_invitation(azerbaijan, "draft"), an_invitation(azerbaijan, "sent")

    invitations.withdraw(draft, by=officer, at=now)
    with pytest.raises(Refused):
        invitations.withdraw(sent, by=officer, at=now)

    sent.refresh_from_db()
    assert (draft.status, sent.status) == ("withdrawn", "sent")


def test_sending_waits_until_the_meeting_is_convened(officer, azerbaijan, now):
    draft = an_invitation(azerbaijan, "draft", meeting=MeetingFactory(status="planned"))

    with pytest.raises(WrongStatus, match="once the meeting is convened"):
        invitations.send(draft, by=officer, at=now)

    assert Invitation.objects.get().status == "draft"


def test_there_is_nothing_to_answer_once_the_meeting_is_over(head_b, azerbaijan, now):
    invitation = an_invitation(azerbaijan, meeting=MeetingFactory(status="adjourned"))

    with pytest.raises(WrongStatus, match="nothing to answer"):
        invitations.accept(invitation, by=head_b, at=now)

    assert Invitation.objects.get().status == "sent"


def test_accept_keeps_the_note_and_the_words(head_b, azerbaijan, now):
    invitation = an_invitation(azerbaijan)

    invitations.accept(invitation, by=head_b, at=now, note=" 12/345 ", text="With a team of five.")

    told = Invitation.objects.get()
    assert (told.status, told.answer_note, told.answer, told.answered_by, told.answered_at) == (
        "accepted",
        "12/345",
        {"en": "With a team of five."},
        head_b,
        now,
    )


def test_the_words_of_an_answer_stay_out_of_the_audit(head_b, azerbaijan, now):
    invitations.decline(an_invitation(azerbaijan), by=head_b, at=now, text="Elections that day.")

    assert "Elections" not in str(last_entry().data)


# ── inviting ────────────────────────────────────────────────────────────────────────────────────


def test_all_members_are_invited_at_once_and_nobody_twice(
    officer, turkiye, azerbaijan, hungary, secretariat, now
):
    meeting = MeetingFactory(host=turkiye)
    first = invitations.invite(meeting, azerbaijan, by=officer, at=now, note_verbale="NV 1")

    drafted = invitations.invite_all(
        meeting, by=officer, at=now, kinds=["member"], note_verbale="NV 2"
    )
    again = invitations.invite_all(meeting, by=officer, at=now, kinds=["member"])

    found = set(
        meeting.invitations.values_list("participant", "capacity", "note_verbale", "status")
    )
    assert (len(drafted), again, first.note_verbale) == (1, [], "NV 1")
    assert found == {
        ("azerbaijan", "member", "NV 1", "draft"),
        ("turkiye", "member", "NV 2", "draft"),
    }


def test_an_observer_is_invited_as_an_observer_and_a_third_state_as_a_guest(officer, hungary, now):
    meeting = MeetingFactory()
    georgia = ParticipantFactory(slug="georgia", kind="third")

    capacities = [
        invitations.invite(meeting, each, by=officer, at=now).capacity
        for each in (hungary, georgia)
    ]

    assert capacities == ["observer", "guest"]


def test_invite_twice_is_refused(officer, azerbaijan, now):
    meeting = MeetingFactory()
    invitations.invite(meeting, azerbaijan, by=officer, at=now)

    with pytest.raises(ValidationError, match="invited already"):
        invitations.invite(meeting, azerbaijan, by=officer, at=now)

    assert Invitation.objects.count() == 1


def test_invite_anew_after_a_withdrawal(officer, azerbaijan, now):
    withdrawn = an_invitation(azerbaijan, "withdrawn")

    invitations.invite(withdrawn.meeting, azerbaijan, by=officer, at=now)

    assert sorted(Invitation.objects.values_list("status", flat=True)) == ["draft", "withdrawn"]


def test_the_secretariat_is_not_invited(officer, secretariat, now):
    with pytest.raises(ValidationError, match="needs no invitation"):
        invitations.invite(MeetingFactory(), secretariat, by=officer, at=now)


@pytest.mark.parametrize("status", ["adjourned", "closed", "cancelled"])
def test_nobody_is_invited_to_what_is_over(officer, azerbaijan, now, status):
    with pytest.raises(WrongStatus, match="over or cancelled"):
        invitations.invite(MeetingFactory(status=status), azerbaijan, by=officer, at=now)

    assert not Invitation.objects.exists()


def test_a_draft_that_was_changed_meanwhile_is_not_overwritten(officer, azerbaijan, now):
    draft = an_invitation(azerbaijan, "draft")
    invitations.update(draft, {"note_verbale": "NV 1"}, by=officer, at=now, version=1)

    with pytest.raises(StaleVersion):
        invitations.update(draft, {"note_verbale": "NV 2"}, by=officer, at=now, version=1)

    assert Invitation.objects.get().note_verbale == "NV 1"


def test_a_sent_invitation_is_not_rewritten(officer, azerbaijan, now):
    sent = an_invitation(azerbaijan, note_verbale="NV 1")

    with pytest.raises(WrongStatus, match="invite anew"):
        invitations.update(sent, {"note_verbale": "NV 2"}, by=officer, at=now, version=1)

    assert Invitation.objects.get().note_verbale == "NV 1"


# ── who reads ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", InvitationStatus.values)
def test_an_invited_observer_reads_a_meeting_of_members(observer, hungary, status):
    meeting = MeetingFactory(status="convened", visibility="members")
    MeetingFactory(status="convened", visibility="members")
    an_invitation(hungary, status, meeting=meeting)

    found = list(meeting_queries.visible_to(observer))

    assert found == ([meeting] if status in REACHED else [])


def test_an_invited_third_state_reads_the_meeting(third_state_reader):
    invitation = an_invitation(third_state_reader.participant)

    assert list(meeting_queries.visible_to(third_state_reader)) == [invitation.meeting]


def test_an_invitation_opens_no_meeting_that_is_only_planned(observer, hungary):
    an_invitation(hungary, meeting=MeetingFactory(status="planned"))

    assert not meeting_queries.visible_to(observer).exists()


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("officer", {"draft", "sent"}),
        ("reader_a", {"sent"}),  # the host
        ("editor_b", {"sent"}),  # the invited
        ("observer", set()),
        ("auditor", set()),
    ],
)
def test_who_reads_an_invitation(request, turkiye, azerbaijan, who, sees):
    user = request.getfixturevalue(who)
    for status in ("draft", "sent"):
        meeting = MeetingFactory(host=turkiye, status="convened")
        an_invitation(azerbaijan, status, meeting=meeting)

    assert set(queries.visible_to(user).values_list("status", flat=True)) == sees


# ── who is told ─────────────────────────────────────────────────────────────────────────────────


def told(subject=None):
    entries = AuditEntry.objects.filter(subject_id=str(subject.pk)) if subject else None
    entry = entries.get() if subject else last_entry()
    return set(notices[entry.kind].recipients(entry))


def test_sending_tells_editors_and_heads_of_the_invited(
    officer, editor_b, head_b, head_a, azerbaijan, now
):
    invitations.send(an_invitation(azerbaijan, "draft", note_verbale="NV 7"), by=officer, at=now)
    entry = last_entry()

    wording = wording_for(
        notices[entry.kind], entry, queries.record_for(head_b, entry.subject_id), head_b
    )

    assert told() == {editor_b, head_b}
    assert ("NV 7" in wording.text, wording.subject.startswith("Invitation: Meeting")) == (
        True,
        True,
    )


def test_the_answer_is_told_to_the_secretariat(officer, secretary, head_b, azerbaijan, now):
    invitations.decline(an_invitation(azerbaijan), by=head_b, at=now, text="Elections that day.")
    entry = last_entry()

    wording = wording_for(
        notices[entry.kind], entry, queries.record_for(officer, entry.subject_id), officer
    )

    assert told() == {officer, secretary}
    assert ("declines" in wording.subject, "Elections that day." in wording.text) == (True, True)


def test_nobody_hears_that_a_draft_was_dropped(secretary, head_b, azerbaijan, now):
    draft, sent = an_invitation(azerbaijan, "draft"), an_invitation(azerbaijan)

    invitations.withdraw(draft, by=secretary, at=now)
    invitations.withdraw(sent, by=secretary, at=now)

    assert (told(draft), head_b in told(sent)) == (set(), True)


def test_convening_calls_those_invited_already(secretary, officer, head_h, hungary, now):
    meeting = MeetingFactory(status="convened")
    an_invitation(hungary, meeting=meeting)
    meetings.postpone(meeting, by=secretary, at=now)

    meetings.convene(meeting, by=secretary, at=now)

    entry = AuditEntry.objects.get(kind="meetings.meeting.convened")
    assert head_h in set(notices[entry.kind].recipients(entry))


# ── pages ───────────────────────────────────────────────────────────────────────────────────────


def test_the_secretariat_invites_sends_and_reads_the_answers(
    sign_in, officer, azerbaijan, kazakhstan
):
    meeting = MeetingFactory(status="convened", host=azerbaijan)
    client = sign_in(officer)
    address = reverse("meetings:invitations", args=[meeting.pk])

    empty = page(client.get(address))
    client.post(
        reverse("meetings:invitations_invite_all", args=[meeting.pk]),
        {"kinds": ["member"], "note_verbale": "NV 3"},
    )
    drafted = page(client.get(address))
    sent = client.post(reverse("meetings:invitations_send_all", args=[meeting.pk]), follow=True)

    assert ("Nobody is invited yet." in empty, "Kazakhstan" in drafted) == (True, True)
    assert "2 invitations are sent." in page(sent)


def test_a_form_without_anybody_says_so(sign_in, officer):
    meeting = MeetingFactory()

    answer = sign_in(officer).post(
        reverse("meetings:invitations_invite_all", args=[meeting.pk]), {"kinds": []}
    )

    assert (answer.status_code, "Choose whom to invite." in page(answer)) == (422, True)


def test_the_head_answers_on_the_page(sign_in, head_b, azerbaijan):
    invitation = an_invitation(azerbaijan)
    client = sign_in(head_b)

    shown = page(client.get(invitation.get_absolute_url()))
    answer = client.post(
        reverse("meetings:invitation_decline", args=[invitation.pk]),
        {"note": "77", "text": "Elections."},
        follow=True,
    )

    assert ("Your answer" in shown, "Elections." in page(answer)) == (True, True)


def test_an_editor_is_told_that_the_head_answers(sign_in, editor_a, turkiye):
    invitation = an_invitation(turkiye)

    shown = page(sign_in(editor_a).get(invitation.get_absolute_url()))

    assert "Only the head of the invited participant accepts or declines." in shown


def test_an_answer_that_is_too_long_is_shown_again(sign_in, head_b, azerbaijan):
    invitation = an_invitation(azerbaijan)

    answer = sign_in(head_b).post(
        reverse("meetings:invitation_accept", args=[invitation.pk]), {"note": "7" * 61}
    )

    assert (answer.status_code, Invitation.objects.get().status) == (422, "sent")


def test_a_stale_draft_is_shown_with_both_texts(sign_in, officer, azerbaijan, now):
    draft = an_invitation(azerbaijan, "draft", note_verbale="NV 1")
    invitations.update(draft, {"note_verbale": "NV 2"}, by=officer, at=now, version=1)

    answer = sign_in(officer).post(
        reverse("meetings:invitation_edit", args=[draft.pk]),
        {"capacity": "member", "note_verbale": "NV 9", "version": 1},
    )

    shown = page(answer)
    assert (answer.status_code, "NV 2" in shown, "NV 9" in shown) == (409, True, True)


def test_the_front_page_shows_what_waits_for_an_answer(sign_in, head_b, azerbaijan):
    waiting = an_invitation(azerbaijan)
    answered = an_invitation(azerbaijan, "accepted")

    shown = page(sign_in(head_b).get(reverse("home")))

    addresses = [each.get_absolute_url() in shown for each in (waiting, answered)]
    assert addresses == [True, False]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_with_more_rows(sign_in, officer, django_assert_num_queries, count):
    meeting = MeetingFactory(status="convened")
    for number in range(count):
        state = ParticipantFactory(slug=f"state-{number}")
        an_invitation(state, "draft", meeting=meeting)
    client = sign_in(officer)
    client.get(reverse("meetings:invitations", args=[meeting.pk]))

    with django_assert_num_queries(6):
        client.get(reverse("meetings:invitations", args=[meeting.pk]))


# ── API ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_api_drafts_an_invitation(sign_in, officer, azerbaijan):
    meeting = MeetingFactory()
    client = sign_in(officer)
    body = {"meeting": str(meeting.pk), "participant": "azerbaijan", "note_verbale": "NV 4"}

    made = client.post(reverse("api:invitations-list"), body, content_type=JSON)
    twice = client.post(reverse("api:invitations-list"), body, content_type=JSON)
    unknown = client.post(
        reverse("api:invitations-list"), {**body, "participant": "atlantis"}, content_type=JSON
    )

    assert (made.status_code, made.json()["status"], made.json()["steps"]) == (
        201,
        "draft",
        ["send", "withdraw"],
    )
    assert [
        (each.status_code, each.json()["errors"][0]["pointer"]) for each in (twice, unknown)
    ] == [
        (400, "#/participant"),
        (400, "#/participant"),
    ]


def test_the_api_tells_the_wrong_status(sign_in, head_b, azerbaijan):
    invitation = an_invitation(azerbaijan, "declined")

    answer = sign_in(head_b).post(
        reverse("api:invitations-accept", args=[invitation.pk]), {}, content_type=JSON
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_status")
