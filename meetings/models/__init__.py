"""Meetings: series, delegations, agendas, documents, sittings, decisions and minutes."""

from meetings.models.agenda import AgendaItem, AgendaVersion
from meetings.models.announcements import SilenceAnnouncement
from meetings.models.corrigenda import Corrigendum
from meetings.models.decisions import (
    ActionItem,
    ActionReminder,
    Decision,
    DecisionCounter,
    DueDateMove,
)
from meetings.models.delegations import Delegate, Delegation, HeadOfDelegation, Invitation
from meetings.models.meeting import Meeting, NamedParticipant
from meetings.models.minutes import Minutes, MinutesParagraph, MinutesRevision
from meetings.models.minutes_comments import MinutesComment
from meetings.models.moves import MeetingMove
from meetings.models.papers import Derestriction, ExpectedPaper, Paper, PaperVersion
from meetings.models.series import Series
from meetings.models.sittings import Attendance, Intervention, QuorumCheck, Sitting

__all__ = [
    "ActionItem",
    "ActionReminder",
    "AgendaItem",
    "AgendaVersion",
    "Attendance",
    "Corrigendum",
    "Decision",
    "DecisionCounter",
    "Delegate",
    "Delegation",
    "Derestriction",
    "DueDateMove",
    "ExpectedPaper",
    "HeadOfDelegation",
    "Intervention",
    "Invitation",
    "Meeting",
    "MeetingMove",
    "Minutes",
    "MinutesComment",
    "MinutesParagraph",
    "MinutesRevision",
    "NamedParticipant",
    "Paper",
    "PaperVersion",
    "QuorumCheck",
    "Series",
    "SilenceAnnouncement",
    "Sitting",
]
