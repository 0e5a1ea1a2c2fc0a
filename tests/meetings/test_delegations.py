"""Delegations: who announces them, who heads them, how their credentials stand, and the list of participants."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from openpyxl import load_workbook

from meetings.models import Delegate, Delegation, HeadOfDelegation
from meetings.queries import delegations as queries
from meetings.services import accreditations, credentials, delegates, delegations
from meetings.services import meetings as meeting_services
from meetings.statuses import ACCREDITATIONS, CREDENTIALS, DELEGATIONS
from meetings.statuses.delegations import Accreditation, Credentials, DelegationStatus
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.people.models import Role
from ots_portal.plugs import notices, retentions
from ots_portal.verdicts import Refused
from tests.conftest import NOON
from tests.factories.meetings import MeetingFactory
from tests.factories.people import ParticipantFactory, UserFactory
from tests.factories.sittings import DelegateFactory, DelegationFactory, InvitationFactory
from tests.ots_portal.paper import reading

JSON = "application/json"


@pytest.fixture
def head_h(hungary):
    return UserFactory(participant=hungary, role=Role.HEAD, full_name="Head of H")


@pytest.fixture
def meeting(turkiye):
    return MeetingFactory(status="convened", host=turkiye)


@pytest.fixture
def of_b(meeting, azerbaijan):
    return DelegationFactory(meeting=meeting, participant=azerbaijan)


def page(response):
    return response.content.decode()


def entry_of(subject):
    return AuditEntry.objects.filter(subject_id=str(subject.pk)).order_by("recorded_at").last()


def a_person(name="Leyla Aliyeva", **facts):
    return {"full_name": name, "title": "Deputy Minister", "capacity": "member", **facts}


# ── announcing ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("who", "refused"),
    [
        ("editor_b", False),
        ("head_b", False),
        ("head_a", True),
        ("officer", True),
        ("auditor", True),
    ],
)
def test_a_delegation_is_announced_by_its_own_people(
    request, editor_b, meeting, azerbaijan, now, who, refused
):
    user = request.getfixturevalue(who)

    if refused:
        with pytest.raises(Refused):
            delegations.announce(meeting, azerbaijan, by=user, at=now)
    else:
        delegations.announce(meeting, azerbaijan, by=user, at=now)

    assert Delegation.objects.count() == (0 if refused else 1)


def test_the_secretariat_announces_for_a_participant_without_people_here(officer, meeting, now):
    georgia = ParticipantFactory(slug="georgia", kind="third")
    InvitationFactory(meeting=meeting, participant=georgia, status="accepted", capacity="guest")

    made = delegations.announce(meeting, georgia, by=officer, at=now)

    assert (made.participant, made.capacity) == (georgia, "guest")


@pytest.mark.parametrize("status", ["planned", "adjourned", "closed", "cancelled"])
def test_a_delegation_is_announced_between_convening_and_adjournment(
    editor_b, azerbaijan, now, status
):
    meeting = MeetingFactory(status=status)

    with pytest.raises(WrongStatus):
        delegations.announce(meeting, azerbaijan, by=editor_b, at=now)

    assert not Delegation.objects.exists()


def test_an_observer_needs_an_invitation_and_must_not_have_declined(head_h, hungary, meeting, now):
    with pytest.raises(WrongStatus, match="not invited"):
        delegations.announce(meeting, hungary, by=head_h, at=now)
    invitation = InvitationFactory(meeting=meeting, participant=hungary, status="declined")
    with pytest.raises(WrongStatus, match="declined"):
        delegations.announce(meeting, hungary, by=head_h, at=now)
    invitation.status, invitation.capacity = "accepted", "observer"
    invitation.save()

    made = delegations.announce(meeting, hungary, by=head_h, at=now)

    assert made.capacity == "observer"


def test_announce_twice_is_refused(editor_b, of_b, now):
    with pytest.raises(ValidationError, match="announced already"):
        delegations.announce(of_b.meeting, of_b.participant, by=editor_b, at=now)


# ── the steps ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", DelegationStatus.values)
@pytest.mark.parametrize("verb", DELEGATIONS.steps)
def test_every_step_leads_on_from_its_sources_alone(head_b, of_b, now, verb, status):
    Delegation.objects.update(status=status)
    of_b.refresh_from_db()
    delegate = DelegateFactory(delegation=of_b, capacity="head")
    HeadOfDelegation.objects.create(delegation=of_b, delegate=delegate, since=now)
    step = DELEGATIONS.steps[verb]

    if status in step.sources:
        getattr(delegations, verb)(of_b, by=head_b, at=now)
        assert (of_b.status, entry_of(of_b).kind) == (step.target, step.records)
    else:
        with pytest.raises(WrongStatus):
            getattr(delegations, verb)(of_b, by=head_b, at=now)


@pytest.mark.parametrize("status", Credentials.values)
@pytest.mark.parametrize("verb", CREDENTIALS.steps)
def test_credentials_lead_on_from_their_sources_alone(secretary, of_b, now, verb, status):
    Delegation.objects.update(credentials=status)
    of_b.refresh_from_db()
    step = CREDENTIALS.steps[verb]

    if status in step.sources:
        getattr(credentials, verb)(of_b, by=secretary, at=now)
        assert (of_b.credentials, of_b.status, entry_of(of_b).kind) == (
            step.target,
            "announced",
            step.records,
        )
    else:
        words = str(Credentials(status).label)
        with pytest.raises(WrongStatus, match=words):
            getattr(credentials, verb)(of_b, by=secretary, at=now)


@pytest.mark.parametrize("status", Accreditation.values)
@pytest.mark.parametrize("verb", ACCREDITATIONS.steps)
def test_accreditation_leads_on_from_its_sources_alone(secretary, of_b, now, verb, status):
    delegate = DelegateFactory(delegation=of_b, accreditation=status)
    step = ACCREDITATIONS.steps[verb]

    if status in step.sources:
        getattr(accreditations, verb)(delegate, by=secretary, at=now)
        assert (delegate.accreditation, entry_of(delegate).kind) == (step.target, step.records)
    else:
        with pytest.raises(WrongStatus):
            getattr(accreditations, verb)(delegate, by=secretary, at=now)


def test_a_delegation_without_a_head_is_not_confirmed(head_b, of_b, now):
    with pytest.raises(WrongStatus, match="Name the head"):
        delegations.confirm(of_b, by=head_b, at=now)


def test_the_officer_examines_and_the_head_decides(officer, secretary, of_b, now):
    credentials.submit(of_b, by=officer, at=now)
    credentials.query(of_b, by=officer, at=now, note="The seal is missing.")
    with pytest.raises(Refused):
        credentials.approve(of_b, by=officer, at=now)

    credentials.approve(of_b, by=secretary, at=now)

    assert (of_b.credentials, of_b.credentials_note) == ("in_order", "")


def test_a_query_is_told_to_those_who_sent_them(officer, editor_b, head_b, head_a, of_b, now):
    Delegation.objects.update(credentials="submitted")
    credentials.query(of_b, by=officer, at=now, note="The seal is missing.")
    entry = entry_of(of_b)

    told = set(notices[entry.kind].recipients(entry))

    assert ({editor_b, head_b} <= told, head_a in told) == (True, False)


# ── people ──────────────────────────────────────────────────────────────────────────────────────


def test_a_person_is_entered_by_name_or_by_account(editor_b, head_b, of_b, now):
    by_name = delegates.add(of_b, a_person("  Leyla   Aliyeva "), by=editor_b, at=now)
    by_account = delegates.add(
        of_b, {"user": head_b, "full_name": "", "capacity": "head"}, by=editor_b, at=now
    )

    assert (by_name.full_name, by_name.accreditation, by_account.full_name) == (
        "Leyla Aliyeva",
        "requested",
        "Head of B",
    )
    assert queries.running_head(of_b).delegate == by_account


def test_a_second_head_is_refused_with_its_own_sentence(editor_b, of_b, now):
    delegates.add(of_b, a_person(capacity="head"), by=editor_b, at=now)

    with pytest.raises(ValidationError) as error:
        delegates.add(of_b, a_person("Second", capacity="head"), by=editor_b, at=now)

    assert error.value.message_dict == {
        "capacity": ["This delegation has a head already: change the head instead."]
    }
    assert Delegate.objects.count() == 1


def test_nobody_of_another_participant_is_entered(editor_b, head_a, of_b, now):
    with pytest.raises(ValidationError, match="a person of this participant"):
        delegates.add(of_b, a_person(user=head_a), by=editor_b, at=now)


def test_one_account_is_entered_once(editor_b, head_b, of_b, now):
    delegates.add(of_b, a_person(user=head_b), by=editor_b, at=now)

    with pytest.raises(ValidationError, match="on the delegation already"):
        delegates.add(of_b, a_person(user=head_b), by=editor_b, at=now)


def test_a_change_of_head_is_dated_and_overwrites_nothing(editor_b, of_b, now):
    minister = delegates.add(of_b, a_person("Minister", capacity="head"), by=editor_b, at=now)
    deputy = delegates.add(of_b, a_person("Deputy"), by=editor_b, at=now)
    later, latest = now + timedelta(hours=3), now + timedelta(hours=5)

    delegates.change_head(
        of_b, deputy, by=editor_b, at=later, is_acting=True, reason="Called away."
    )
    acting = list(
        of_b.delegates.order_by("created_at", "position").values_list("full_name", "capacity")
    )
    delegates.change_head(of_b, deputy, by=editor_b, at=latest)

    rows = list(of_b.heads.values_list("delegate__full_name", "is_acting", "since", "until"))
    assert acting == [("Minister", "head"), ("Deputy", "member")]
    assert rows == [
        ("Minister", False, now, later),
        ("Deputy", True, later, latest),
        ("Deputy", False, latest, None),
    ]
    minister.refresh_from_db()
    deputy.refresh_from_db()
    assert (minister.capacity, deputy.capacity) == ("member", "head")


def test_whoever_heads_it_already_is_not_named_again(editor_b, of_b, now):
    head = delegates.add(of_b, a_person(capacity="head"), by=editor_b, at=now)

    with pytest.raises(ValidationError, match="heads the delegation already"):
        delegates.change_head(of_b, head, by=editor_b, at=now)


def test_the_head_is_not_taken_off_before_another_is_named(editor_b, of_b, now):
    head = delegates.add(of_b, a_person(capacity="head"), by=editor_b, at=now)

    with pytest.raises(WrongStatus, match="name another head first"):
        delegates.remove(head, by=editor_b, at=now)

    assert Delegate.objects.get().removed_at is None


def test_a_person_changed_meanwhile_is_not_overwritten(editor_b, of_b, now):
    delegate = delegates.add(of_b, a_person(), by=editor_b, at=now)
    delegates.update(delegate, a_person("New name"), by=editor_b, at=now, version=1)

    with pytest.raises(StaleVersion):
        delegates.update(delegate, a_person("Other"), by=editor_b, at=now, version=1)

    assert Delegate.objects.get().full_name == "New name"


def test_nothing_changes_once_the_meeting_is_adjourned(editor_b, of_b, now):
    type(of_b.meeting).objects.update(status="adjourned")
    of_b.meeting.refresh_from_db()

    with pytest.raises(WrongStatus, match="over or cancelled"):
        delegates.add(of_b, a_person(), by=editor_b, at=now)

    assert not Delegate.objects.exists()


def test_the_audit_names_nobody(editor_b, of_b, now):
    delegate = delegates.add(of_b, a_person(), by=editor_b, at=now)
    delegates.update(delegate, a_person("Somebody else"), by=editor_b, at=now, version=1)

    told = " ".join(str(body) for body in AuditEntry.objects.values_list("body", flat=True))
    assert ("Leyla" in told, "Somebody" in told, "capacity" in told) == (False, False, True)


# ── who reads ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("officer", {"announced", "withdrawn"}),
        ("reader_a", {"announced"}),
        ("editor_b", {"announced", "withdrawn"}),
        ("observer", set()),
        ("auditor", set()),
    ],
)
def test_who_reads_a_delegation(request, azerbaijan, who, sees):
    user = request.getfixturevalue(who)
    for status in ("announced", "withdrawn"):
        meeting = MeetingFactory(status="convened", visibility="observers")
        DelegationFactory(meeting=meeting, participant=azerbaijan, status=status)

    assert set(queries.visible_to(user).values_list("status", flat=True)) == sees


def test_an_invited_observer_sees_participants_but_no_credentials(sign_in, observer, hungary, of_b):
    Delegation.objects.update(credentials="queried", credentials_note="The seal is missing.")
    InvitationFactory(meeting=of_b.meeting, participant=hungary, status="sent", sent_at=NOON)
    client = sign_in(observer)

    shown = page(client.get(of_b.get_absolute_url()))
    listed = page(client.get(reverse("meetings:participants", args=[of_b.meeting.pk])))
    told = client.get(reverse("api:delegations-detail", args=[of_b.pk])).json()

    assert ("Azerbaijan" in shown, "Azerbaijan" in listed, told["participant"]) == (
        True,
        True,
        "azerbaijan",
    )
    words = [word in text for text in (shown, listed) for word in ("Queried", "The seal")]
    assert (words, "credentials" in told) == ([False] * 4, False)


def test_another_member_sees_how_credentials_stand_and_not_what_is_asked(sign_in, reader_a, of_b):
    Delegation.objects.update(credentials="queried", credentials_note="The seal is missing.")

    shown = page(sign_in(reader_a).get(of_b.get_absolute_url()))

    assert ("Queried" in shown, "The seal" in shown) == (True, False)


@pytest.mark.parametrize(
    ("who", "reads"), [("reader_a", False), ("editor_b", True), ("officer", True)]
)
def test_the_files_of_credentials_are_the_states_own_and_the_secretariats(
    request, of_b, who, reads
):
    user = request.getfixturevalue(who)

    assert queries.papers_visible_to(user).filter(pk=of_b.pk).exists() is reads


# ── the list of participants ────────────────────────────────────────────────────────────────────


@pytest.fixture
def listed(meeting, turkiye, azerbaijan, kazakhstan, editor_b):
    """Three delegations in a wrong order; the head of one stands last in it."""
    for participant in (kazakhstan, azerbaijan, turkiye):
        delegation = DelegationFactory(meeting=meeting, participant=participant)
        DelegateFactory(delegation=delegation, full_name=f"Adviser of {participant.pk}", capacity="adviser", position=1)  # fmt: skip
        head = DelegateFactory(delegation=delegation, full_name=f"Head of {participant.pk}", capacity="head", position=2)  # fmt: skip
        DelegateFactory(delegation=delegation, full_name="Refused", accreditation="refused")
        HeadOfDelegation.objects.create(delegation=delegation, delegate=head, since=NOON)
    return meeting


EXPECTED = [
    f"{who} of {slug}"
    for slug in ("turkiye", "azerbaijan", "kazakhstan")
    for who in ("Head", "Adviser")
]


def test_the_host_goes_first_then_the_alphabet_and_the_head_before_the_others(listed, reader_a):
    entries = queries.list_of_participants(listed, reader_a)

    assert [one.full_name for entry in entries for one in entry.delegates] == EXPECTED


@pytest.mark.parametrize(("status", "is_provisional"), [("convened", True), ("adjourned", False)])
def test_the_list_as_pdf(sign_in, reader_a, listed, status, is_provisional):
    type(listed).objects.update(status=status)

    answer = sign_in(reader_a).get(reverse("meetings:participants_pdf", args=[listed.pk]))

    words = reading.text_of(answer.content)
    places = [words.find(name.replace(" ", "")) for name in EXPECTED]
    assert (answer["Content-Type"], places == sorted(places), -1 in places) == (
        "application/pdf",
        True,
        False,
    )
    assert ("Provisionallist" in words, "Refused" in words) == (is_provisional, False)


def test_the_list_as_csv_and_xlsx(sign_in, reader_a, listed):
    client = sign_in(reader_a)

    csv = client.get(reverse("meetings:participants_csv", args=[listed.pk])).content.decode(
        "utf-8-sig"
    )
    xlsx = client.get(reverse("meetings:participants_xlsx", args=[listed.pk])).content

    book = load_workbook(BytesIO(xlsx))
    names = [
        row[2]
        for sheet in book.worksheets
        for row in sheet.iter_rows(values_only=True)
        if len(row) > 2
    ]
    assert [line.split(",")[2] for line in csv.splitlines()[1:]] == EXPECTED
    assert [name for name in names if name in EXPECTED] == EXPECTED


def test_the_list_costs_the_same_with_more_delegations(reader_a, listed, django_assert_num_queries):
    with django_assert_num_queries(3):
        queries.list_of_participants(listed, reader_a)


# ── pages and API ───────────────────────────────────────────────────────────────────────────────


def test_an_editor_announces_and_names_people_on_the_pages(sign_in, editor_b, meeting):
    editor_b.language = "en"
    editor_b.save()
    client = sign_in(editor_b)
    listed = reverse("meetings:participants", args=[meeting.pk])

    offered = page(client.get(listed))
    client.post(reverse("meetings:delegation_announce", args=[meeting.pk]))
    delegation = Delegation.objects.get()
    new = reverse("meetings:delegate_new", args=[delegation.pk])
    client.post(new, a_person("Minister", capacity="head"))
    second = client.post(new, a_person("Second", capacity="head"))
    nameless = client.post(new, a_person(""))

    assert "Announce your delegation" in offered
    assert (second.status_code, "has a head already" in page(second)) == (422, True)
    assert (nameless.status_code, "Enter the name" in page(nameless)) == (422, True)
    assert "Minister" in page(client.get(listed))


def test_the_api_refuses_a_second_head_beside_the_field(sign_in, editor_b, of_b, now):
    delegates.add(of_b, a_person(capacity="head"), by=editor_b, at=now)
    body = {"delegation": str(of_b.pk), "full_name": "Second", "capacity": "head"}

    answer = sign_in(editor_b).post(reverse("api:delegates-list"), body, content_type=JSON)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "#/capacity")


def test_the_api_changes_the_head(sign_in, editor_b, of_b, now):
    delegates.add(of_b, a_person(capacity="head"), by=editor_b, at=now)
    deputy = delegates.add(of_b, a_person("Deputy"), by=editor_b, at=now)

    answer = sign_in(editor_b).post(
        reverse("api:delegations-head", args=[of_b.pk]),
        {"delegate": str(deputy.pk), "is_acting": True, "reason": "Called away."},
        content_type=JSON,
    )

    heads = [(row["delegate"], row["is_acting"]) for row in answer.json()["heads"]]
    assert (answer.status_code, heads[-1], len(heads)) == (200, (str(deputy.pk), True), 2)


# ── people are told, and forgotten ──────────────────────────────────────────────────────────────


def test_a_person_is_told_of_delegations_by_account_and_by_name(editor_b, head_b, of_b, now):
    delegates.add(of_b, a_person("head of b"), by=editor_b, at=now)
    delegates.add(of_b, a_person("Somebody else"), by=editor_b, at=now)

    assert [row["name"] for row in delegates.told_of(head_b)] == ["head of b"]


def test_a_forgotten_person_is_named_by_no_meeting_that_is_over(
    editor_b, head_b, meeting, of_b, now
):
    delegate = delegates.add(of_b, a_person(user=head_b), by=editor_b, at=now)
    type(meeting).objects.update(status="closed")

    delegates.erase_named(head_b, now)

    delegate.refresh_from_db()
    assert (delegate.full_name, delegate.user, delegate.name) == (
        "",
        None,
        "A person of Azerbaijan",
    )


@pytest.mark.parametrize("end", ["adjourn", "cancel"])
def test_the_name_of_somebody_forgotten_goes_when_the_meeting_ends(
    meeting, of_b, head_b, editor_b, secretary, now, end
):
    mine = delegates.add(of_b, a_person("Anyone", user=head_b), by=editor_b, at=now)
    other = delegates.add(of_b, a_person("Somebody else"), by=editor_b, at=now)
    delegates.erase_named(head_b, now)
    mine.refresh_from_db()
    assert (mine.full_name, mine.user) == ("Anyone", head_b)

    meeting.status = "in_session" if end == "adjourn" else "convened"
    meeting.save()
    getattr(meeting_services, end)(meeting, by=secretary, at=now)

    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.full_name, mine.user, mine.forget_when_over) == ("", None, False)
    assert other.full_name == "Somebody else"


def test_a_letter_put_right_does_not_keep_a_name_that_is_to_be_forgotten(
    meeting, of_b, head_b, editor_b, now
):
    mine = delegates.add(of_b, a_person("Anyome", user=head_b), by=editor_b, at=now)
    delegates.erase_named(head_b, now)
    mine.refresh_from_db()

    delegates.update(mine, {"full_name": "Anyone"}, by=editor_b, at=now, version=mine.version)

    mine.refresh_from_db()
    assert (mine.full_name, mine.forget_when_over) == ("Anyone", True)


def test_whoever_takes_the_place_of_somebody_forgotten_keeps_the_name(
    meeting, of_b, head_b, editor_b, secretary, now
):
    mine = delegates.add(of_b, a_person("Anyone", user=head_b), by=editor_b, at=now)
    delegates.erase_named(head_b, now)
    mine.refresh_from_db()
    facts = {"full_name": "Another person", "user": None}
    delegates.update(mine, facts, by=editor_b, at=now, version=mine.version)

    meeting_services.cancel(meeting, by=secretary, at=now)

    mine.refresh_from_db()
    assert mine.full_name == "Another person"


def test_names_of_those_taken_off_are_forgotten_after_a_year(editor_b, of_b, now):
    gone = delegates.add(of_b, a_person("Gone"), by=editor_b, at=now)
    delegates.add(of_b, a_person("Here"), by=editor_b, at=now)
    delegates.remove(gone, by=editor_b, at=now)
    kind = retentions["removed_delegates"]

    before = (kind.count(now), kind.count(now + timedelta(days=1)))
    kind.forget(now + timedelta(days=1), 100)

    assert (before, sorted(Delegate.objects.values_list("full_name", flat=True))) == (
        (0, 1),
        ["", "Here"],
    )
