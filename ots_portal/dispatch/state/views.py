from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from ots_portal.clock import database_now
from ots_portal.dispatch import queries
from ots_portal.dispatch.state import presentation
from ots_portal.live import asked_again, live_answer, live_part
from ots_portal.notifications import health, rules
from ots_portal.notifications import queries as deliveries
from ots_portal.notifications.models import Channel
from ots_portal.people.http import PortalRequest
from ots_portal.rounds import queries as rounds
from ots_portal.ui.moments import zone_label
from ots_portal.verdicts import require
from ots_portal.webhooks import queries as endpoints

LIVE = "dispatch/state_live.html"
CHANNELS = (Channel.MAIL, Channel.WEBHOOK)


@require_safe
def state(request: PortalRequest) -> HttpResponse:
    require(rules.may_read_deliveries(request.user))
    context = _context(request)
    if asked_again(request, ("live",)):
        return live_answer(request, LIVE, context)
    return render(
        request, "dispatch/state.html", {**context, "live": live_part(request, LIVE, context)}
    )


def _context(request: PortalRequest) -> dict[str, Any]:
    at = localtime(database_now())
    visible = deliveries.messages_visible_to(request.user)
    sees_all = bool(rules.may_resume(request.user))
    pause = deliveries.standing_pause()
    outbox = health.waiting_outbox(at=at) if sees_all else None
    channels = health.channels(visible, CHANNELS, at=at)
    late = presentation.lateness(channels, outbox, at=at)
    last_hour = health.sent_in_the_last_hour(visible, at=at)
    last_day = health.sent_in_the_last_day(visible, at=at)
    return {
        "sees_all": sees_all,
        "mark": presentation.mark_of(late.with_people, pause),
        "webhook_mark": presentation.mark_of(late.with_systems, pause),
        "oldest": presentation.oldest_of(queries.oldest_due(visible, at=at)),
        "outbox": outbox if outbox and outbox.count else None,
        "figures": presentation.head_figures(channels, outbox, queries.figures(visible), at=at),
        "channels": presentation.channel_rows(channels, pause, at=at),
        "causes": presentation.cause_rows(health.causes(visible)),
        "last_hour": last_hour,
        "last_hour_sum": presentation.sum_in_words(last_hour),
        "time_zone": zone_label(),
        "last_day": last_day,
        "last_day_sum": presentation.sum_in_words(last_day),
        "rounds": presentation.round_rows(rounds.standings(), at=at) if sees_all else [],
        "endpoints": presentation.endpoints_of(endpoints.visible_to(request.user), at=at),
    }
