"""Meetings: series, delegations, agendas, sittings, decisions and minutes."""

from meetings.models.agenda import AgendaItem
from meetings.models.decisions import ActionItem, Decision
from meetings.models.delegations import Delegate, Delegation, HeadOfDelegation, Invitation
from meetings.models.meeting import Meeting, NamedParticipant
from meetings.models.minutes import Minutes, MinutesParagraph
from meetings.models.moves import MeetingMove
from meetings.models.series import Series
from meetings.models.sittings import Attendance, Intervention, QuorumCheck, Sitting

__all__ = [
    "ActionItem",
    "AgendaItem",
    "Attendance",
    "Decision",
    "Delegate",
    "Delegation",
    "HeadOfDelegation",
    "Intervention",
    "Invitation",
    "Meeting",
    "MeetingMove",
    "Minutes",
    "MinutesParagraph",
    "NamedParticipant",
    "QuorumCheck",
    "Series",
    "Sitting",
]
