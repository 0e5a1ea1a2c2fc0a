"""Who is called to a training meeting, who comes, and what is on its agenda."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from meetings.demo.stage import Stage, delegation_of, texts
from meetings.models import AgendaItem, Delegation, Meeting, Series
from meetings.services import (
    accreditations,
    agenda,
    credentials,
    delegates,
    delegations,
    invitations,
    meetings,
    series,
)
from meetings.statuses import DatePrecision, MeetingKind, Mode
from meetings.statuses.agenda import ItemAccess
from meetings.statuses.delegations import DelegateCapacity, InvitationCapacity
from meetings.statuses.series import DecisionRule, QuorumRule
from ots_portal.participants.models import Participant

MEMBERS = ("turkiye", "azerbaijan", "kazakhstan", "kyrgyzstan", "uzbekistan")
# Who works on the delegation of each; the accounts are the demonstration's.
EDITORS = {**{slug: f"duty@{slug}" for slug in MEMBERS}, "hungary": "editor@hungary"}
HEADS = ("turkiye", "azerbaijan", "kazakhstan", "hungary")
COMPANIONS = {
    "turkiye": [("alternate", "Ada"), ("adviser", "Baran")],
    "azerbaijan": [("alternate", "Cavid"), ("expert", "Dilarə")],
    "kazakhstan": [("alternate", "Ержан"), ("adviser", "Фарида"), ("interpreter", "Гүлім")],
    "kyrgyzstan": [("head", "Нурбек"), ("expert", "Айпери")],
    "uzbekistan": [("head", "Jasur")],
    "hungary": [("adviser", "Lilla")],
}
# Whom the secretariat does not let in, so that this is seen too.
REFUSED = "Фарида"


def enter_series(stage: Stage, at: datetime) -> Series:
    row = texts()["series"]
    naming = {"code": row["code"], "kind": MeetingKind.EXPERT_GROUP, "names": row["names"]}
    entered = series.create(naming, by=stage.officer, at=at)
    rules = {
        "rules_source": row["rules_source"],
        "quorum_rule": QuorumRule.MAJORITY,
        "decision_rule": DecisionRule.TWO_THIRDS,
        "invite_days": 30,
        "document_days": 14,
        "minutes_days": 7,
        "comment_days": 14,
        "silence_hours": 72,
    }
    return series.update(entered, rules, by=stage.head, at=at, version=entered.version)


def facts_of(stage: Stage, name: str, entered: Series, *, days: int) -> dict[str, Any]:
    """Return the facts of a meeting from 10 to 17 o'clock of that day, by the clocks of its place."""
    row = texts()["meetings"][name]
    zone = ZoneInfo(row["time_zone"])
    return {
        "kind": MeetingKind.EXPERT_GROUP,
        "series_id": entered.pk,
        "ordinal": None,
        "titles": row["titles"],
        "host_id": row["host"],
        "chair_id": row["host"],
        "mode": Mode.HYBRID,
        "city": row["city"],
        "venue": texts()["venue"],
        "starts_at": stage.hour(days, "10:00", zone),
        "ends_at": stage.hour(days, "17:00", zone),
        "time_zone": row["time_zone"],
        "date_precision": DatePrecision.MINUTE,
        "visibility": row["visibility"],
    }


def plan(stage: Stage, name: str, entered: Series, *, days: int, at: datetime) -> Meeting:
    """Plan and convene a meeting with its agenda."""
    facts = facts_of(stage, name, entered, days=days)
    meeting = meetings.create(facts, by=stage.officer, at=at, is_training=True)
    for row in texts()["agendas"][name]:
        _add(stage, meeting, row, parent=None, at=at)
    return meetings.convene(meeting, by=stage.officer, at=stage.later(at, 30))


def _add(
    stage: Stage, meeting: Meeting, row: dict[str, Any], *, parent: AgendaItem | None, at: datetime
) -> None:
    item = agenda.add_item(
        meeting, item_facts(row), by=stage.officer, at=at, parent=parent,
        consent=row.get("consent", ""),
    )  # fmt: skip
    for below in row.get("items", []):
        _add(stage, meeting, below, parent=item, at=at)


def item_facts(row: dict[str, Any]) -> agenda.ItemFacts:
    return agenda.ItemFacts(
        titles=row["titles"],
        kind=row["kind"],
        minutes_allotted=row["minutes"],
        proposed_by_id=row.get("proposed_by"),
        access=row.get("access", ItemAccess.MEETING),
    )


def invite(stage: Stage, meeting: Meeting, *, at: datetime) -> None:
    """Invite the members as members and two observers, and send all of it."""
    capacities = dict.fromkeys(MEMBERS, InvitationCapacity.MEMBER)
    capacities |= dict.fromkeys(("hungary", "eco"), InvitationCapacity.OBSERVER)
    for slug, capacity in capacities.items():
        invitations.invite(
            meeting, Participant.objects.get(pk=slug), by=stage.officer, at=at, capacity=capacity,
            note_verbale=f"TRAINING/NV/{meeting.ordinal}",
        )  # fmt: skip
    invitations.send_all(meeting, by=stage.officer, at=at)


def answer(stage: Stage, meeting: Meeting, answers: dict[str, str], *, at: datetime) -> None:
    """Let participants answer by "acknowledge", "accept" or "decline"."""
    for slug, verb in answers.items():
        invitation = meeting.invitations.select_related("meeting", "participant").get(
            participant=slug
        )
        if verb == "acknowledge":
            invitations.acknowledge(invitation, by=stage.person(EDITORS[slug]), at=at)
            continue
        step = {"accept": invitations.accept, "decline": invitations.decline}[verb]
        step(invitation, by=stage.person(f"head@{slug}"), at=at, note=f"TRAINING/{slug.upper()}/7")


def announce(stage: Stage, meeting: Meeting, slugs: tuple[str, ...], *, at: datetime) -> None:
    """Announce the delegations with their people, and confirm those whose authority has a head here."""
    for slug in slugs:
        editor = stage.person(EDITORS[slug])
        delegation = delegations.announce(
            meeting, Participant.objects.get(pk=slug), by=editor, at=at
        )
        named_at, confirmed_at = stage.later(at, 2), stage.later(at, 20)
        if slug in HEADS:
            account = stage.person(f"head@{slug}")
            leads = {
                "full_name": account.full_name,
                "user": account,
                "capacity": DelegateCapacity.HEAD,
            }
            delegates.add(delegation, leads, by=account, at=named_at)
        for capacity, name in COMPANIONS[slug]:
            facts = {"full_name": f"Sample Person {name}", "title": "Training participant"}
            delegates.add(delegation, {**facts, "capacity": capacity}, by=editor, at=named_at)
        if slug in HEADS:
            delegations.confirm(delegation, by=stage.person(f"head@{slug}"), at=confirmed_at)


def examine(stage: Stage, meeting: Meeting, results: dict[str, str], *, at: datetime) -> None:
    """Have credentials submitted, and found "in_order", "queried", or still to be examined ("")."""
    for slug, result in results.items():
        delegation = delegation_of(meeting, slug)
        credentials.submit(delegation, by=stage.person(EDITORS[slug]), at=at)
        if result == "in_order":
            credentials.approve(delegation, by=stage.head, at=stage.later(at, 30))
        elif result == "queried":
            question = "The signature is missing (training)."
            asked_at = stage.later(at, 30)
            credentials.query(delegation, by=stage.officer, at=asked_at, note=question)


def accredit(stage: Stage, meeting: Meeting, *, at: datetime) -> None:
    """Let everybody in but one."""
    for delegation in Delegation.objects.filter(meeting=meeting):
        rows = delegation.delegates.select_related("delegation__meeting", "user")
        for delegate in rows.filter(removed_at=None):
            if delegate.full_name.endswith(REFUSED):
                accreditations.refuse(delegate, by=stage.head, at=at)
            else:
                accreditations.accredit(delegate, by=stage.officer, at=at)
