"""Celery's door into meetings: one service call each, safe to run twice or late."""

from celery import shared_task

from meetings.services import minutes_reminders, moves, papers, reminders
from ots_portal.clock import database_now
from ots_portal.rounds.asking import AnyFound, asked_first


@shared_task
@asked_first(AnyFound(papers.whose_instant_passed))
def work_through_instants() -> int:
    """Release documents whose embargo is over, and note those derestricted now; answers how many."""
    return papers.work_through_instants(at=database_now())


@shared_task
def remind_of_actions() -> int:
    """Remind of actions whose day comes near or has passed: called by beat; answers of how many."""
    return reminders.remind(at=database_now())


@shared_task
def remind_of_comments() -> int:
    """Remind the States that have not commented on circulated minutes: called by beat every ten minutes."""
    return minutes_reminders.remind(at=database_now())


@shared_task
@asked_first(AnyFound(lambda at: [moves.due(at)]))
def tell_of_moves() -> int:
    """Tell of meetings that were moved ten minutes ago; answers of how many."""
    return moves.tell_due(at=database_now())
