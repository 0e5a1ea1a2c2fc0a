from celery import shared_task
from django.db import IntegrityError

from ots_portal.clock import database_now
from ots_portal.rounds.asking import AnyFound, asked_first
from ots_portal.search import services

# Then the task ends and beat's next one goes on, so that nobody's message stands behind it.
GOES_ON_SECONDS = 2.0


@shared_task
@asked_first(AnyFound(services.what_is_due))
def index() -> int:
    return services.work_through(clock=database_now, seconds=GOES_ON_SECONDS)


@shared_task
def catch_up() -> int:
    try:
        return services.catch_up()
    except IntegrityError:
        return 0  # the other worker has indexed one of these records; the next run goes on
