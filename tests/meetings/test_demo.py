"""The training meetings of the demonstration: the whole life of a meeting, fictional, told to nobody, played once."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command

from meetings.demo import training
from meetings.demo.stage import texts
from meetings.models import (
    ActionItem,
    Corrigendum,
    Decision,
    Delegate,
    Delegation,
    Invitation,
    Meeting,
    Minutes,
    MinutesComment,
    Paper,
    QuorumCheck,
    Sitting,
)
from meetings.portal import load_demo
from meetings.queries.papers import missing_documents
from meetings.queries.readiness import of_meeting
from meetings.queries.reading_room import published_to
from ots_portal.audit.models import AuditEntry
from ots_portal.audit.services import record, seal
from ots_portal.notifications.models import OutboxRow
from ots_portal.people.models import User
from ots_portal.silence.models import SilenceProcedure

# The clocks of the portal are the real ones, as in the demonstration: what lies ahead must lie ahead now.
AT = datetime.now(UTC)


@pytest.fixture(autouse=True)
def _people(settings):
    settings.PORTAL_DEMO = True
    call_command("load_reference_data", verbosity=0)
    from ots_portal.home.demo import _load_people  # noqa: PLC0415 -- the people alone

    _load_people(AT - timedelta(days=200))


def meeting(ordinal):
    return Meeting.objects.get(series__code="WG", ordinal=ordinal)


def counted():
    kinds = (
        Meeting,
        Invitation,
        Delegate,
        Paper,
        Decision,
        ActionItem,
        MinutesComment,
        Corrigendum,
    )
    return [kind.objects.count() for kind in (*kinds, SilenceProcedure, AuditEntry)]


def look_at_the_three_meetings():
    found = Meeting.objects.filter(series__code="WG").order_by("ordinal")

    assert [(one.status, one.visibility, one.is_training) for one in found] == [
        ("closed", "public", True),
        ("adjourned", "observers", True),
        ("convened", "observers", True),
    ]
    assert [AT - one.ends_at > timedelta(0) for one in found] == [True, True, False]
    assert all(one.starts_at.weekday() < 5 for one in found)


def look_at_who_was_called_and_came():
    second = meeting(2)

    assert Counter(second.invitations.values_list("status", flat=True)) == {
        "accepted": 4, "acknowledged": 2, "sent": 1,
    }  # fmt: skip
    assert dict(Delegation.objects.filter(meeting=second).values_list("participant", "credentials")) == {
        "turkiye": "in_order", "azerbaijan": "in_order", "hungary": "in_order",
        "kazakhstan": "submitted", "kyrgyzstan": "queried", "uzbekistan": "none",
    }  # fmt: skip
    people = Delegate.objects.filter(delegation__meeting=second)
    assert set(people.values_list("capacity", flat=True)) == {
        "head", "alternate", "adviser", "expert", "interpreter",
    }  # fmt: skip
    assert people.filter(accreditation="refused").count() == 1
    stages = list(second.agenda_versions.order_by("number").values_list("stage", flat=True))
    assert stages == ["provisional", "adopted", "addendum"]
    outcomes = second.agenda_items.values_list("outcome", "postponed_to__ordinal")
    assert Counter(outcomes) == {("concluded", None): 8, ("postponed", 3): 1}


def look_at_the_sittings():
    second = meeting(2)

    assert Sitting.objects.filter(meeting=second, ended_at__isnull=False).count() == 2
    checks = QuorumCheck.objects.filter(sitting__meeting=second).order_by("checked_at")
    assert [check.is_quorate for check in checks] == [False, True, True]
    assert sorted(second.decisions.values_list("mode", "status")) == [
        ("acclamation", "adopted"), ("consensus", "adopted"), ("consensus", "deferred"),
        ("silence", "under_silence"), ("vote", "adopted"),
    ]  # fmt: skip
    actions = {action.status: action for action in ActionItem.objects.all()}
    assert set(actions) == {"open", "in_progress", "reported", "done"}
    assert actions["in_progress"].due_at < AT < actions["open"].due_at


def look_at_the_documents():
    papers = {paper.titles["en"]: paper for paper in Paper.objects.filter(meeting=meeting(2))}
    first, revised = (
        papers["Lessons of the last exercise"],
        papers["Lessons of the last exercise (revised)"],
    )

    assert (first.status, revised.symbol) == ("superseded", f"{first.symbol}/Rev.1")
    assert first.symbol.startswith("T-WG/")
    assert {version.language for version in first.versions.all()} == {"en", "tr", "az"}
    assert papers["Report on the exercise of the duty desks"].embargo_until > AT
    opened = papers["Statement by Türkiye on the first answer"]
    assert (opened.access, opened.derestrict_to, opened.derestricted_at is not None) == (
        "members",
        "public",
        True,
    )
    gaps = [gap.languages for gap in missing_documents(meeting(2)) if gap.paper]
    assert gaps == [("az",)]


def look_at_the_minutes():
    circulated, published = (Minutes.objects.get(meeting=meeting(n)) for n in (2, 1))

    assert (circulated.status, circulated.comments_until > AT) == ("circulated", True)
    assert sorted(circulated.comments.values_list("status", flat=True)) == [
        "accepted", "not_accepted", "partly", "pending",
    ]  # fmt: skip
    assert (published.status, published.classification) == ("published", "public")
    assert [(one.number, one.status) for one in published.corrigenda.all()] == [(1, "issued")]
    running = SilenceProcedure.objects.get(status="running")
    assert running.expires_at > AT


def look_at_what_the_third_lacks():
    third = meeting(3)

    board = of_meeting(third)

    assert missing_documents(third)
    assert third.invitations.filter(status="sent").exists()
    assert any(deadline.due_at and deadline.due_at > AT for deadline in board.deadlines)


def look_into_the_reading_room():
    observers = User.objects.filter(email__in=["reader@hungary.example", "reader@eco.example"])
    for reader in (*observers, AnonymousUser()):
        found = published_to(reader, {}, size=20)
        assert {one.kind for one in found} == {"minutes", "decision", "document"}


def look_at_a_decision_under_silence(client):
    running = SilenceProcedure.objects.get(status="running")
    client.force_login(User.objects.get(email="officer@secretariat.example"))

    silent, adopted = (
        client.get(decision.get_absolute_url()).content.decode()
        for decision in (
            Decision.objects.get(status="under_silence"),
            Decision.objects.get(mode="vote"),
        )
    )

    assert (running.get_absolute_url() in silent, "/silence/start/" in silent) == (True, False)
    assert "/silence/start/" not in adopted
    assert "Training" in running.titles["en"]


def look_at_the_names():
    invented = Delegate.objects.filter(user=None).values_list("full_name", flat=True)
    assert all(name.startswith("Sample Person") for name in invented)
    accounts = User.objects.filter(pk__in=Delegate.objects.values("user"))
    assert all(account.is_demo for account in accounts)


def test_the_whole_life_of_a_meeting_is_there_to_be_looked_at_and_is_played_once(client):
    """One load for all of it: it is what takes the time."""
    load_demo(AT)

    look_at_the_three_meetings()
    look_at_who_was_called_and_came()
    look_at_the_sittings()
    look_at_the_documents()
    look_at_the_minutes()
    look_at_what_the_third_lacks()
    look_into_the_reading_room()
    look_at_a_decision_under_silence(client)
    look_at_the_names()
    before = counted()
    load_demo(AT + timedelta(days=1))
    assert (counted(), OutboxRow.objects.count()) == (before, 0)


def test_without_one_of_its_people_nothing_is_played():
    User.objects.filter(email="head@hungary.example").update(is_active=False)

    training.load(AT)

    assert not Meeting.objects.exists()


def test_every_title_says_that_it_is_training():
    words = {"en": "Training", "tr": "Eğitim", "az": "Tədris"}
    series = texts()["series"]["names"]
    named = [series, *(row["titles"] for row in texts()["meetings"].values())]

    assert all(title[code].startswith(word) for title in named for code, word in words.items())


def test_in_a_portal_whose_audit_is_sealed_the_story_can_be_sealed_too():
    somebody = User.objects.first()
    record("people.user.entered", subject=somebody, by=None, at=AT - timedelta(minutes=1))
    while seal(at=AT):
        pass

    training.load(AT)
    while seal(at=AT + timedelta(minutes=1)):
        pass

    assert (Meeting.objects.count(), AuditEntry.objects.filter(seal=None).count()) == (3, 0)
    assert Corrigendum.objects.get().status == "under_silence"
