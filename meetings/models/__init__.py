"""Meetings: series, delegations, agendas, sittings, decisions and minutes."""

from meetings.models.agenda import AgendaItem
from meetings.models.decisions import (
    ActionItem,
    ActionReminder,
    Decision,
    DecisionCounter,
    DueDateMove,
)
from meetings.models.delegations import Delegate, Delegation, HeadOfDelegation, Invitation
from meetings.models.meeting import Meeting, NamedParticipant
from meetings.models.minutes import Minutes, MinutesParagraph
from meetings.models.series import Series
from meetings.models.sittings import Attendance, Intervention, QuorumCheck, Sitting

__all__ = [
    "ActionItem",
    "ActionReminder",
    "AgendaItem",
    "Attendance",
    "Decision",
    "DecisionCounter",
    "Delegate",
    "Delegation",
    "DueDateMove",
    "HeadOfDelegation",
    "Intervention",
    "Invitation",
    "Meeting",
    "Minutes",
    "MinutesParagraph",
    "NamedParticipant",
    "QuorumCheck",
    "Series",
    "Sitting",
]
