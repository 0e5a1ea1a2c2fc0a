"""Meetings, their agendas and their minutes."""

from meetings.models.agenda import AgendaItem
from meetings.models.meeting import Meeting, NamedParticipant
from meetings.models.minutes import Minutes, MinutesParagraph

__all__ = ["AgendaItem", "Meeting", "Minutes", "MinutesParagraph", "NamedParticipant"]
