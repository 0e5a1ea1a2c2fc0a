"""What after-action reviews plug into the portal."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from incidents.exports.lists import plug_list
from incidents.exports.review_list import REVIEWS
from incidents.portal.audience import SHOWN_ON_CARD, for_those_who_see_some
from incidents.queries import reviews
from ots_portal import plugs
from ots_portal.people.models import User
from ots_portal.ui.moments import day_text


def _recommendations_to_do(user: Any) -> Sequence[plugs.CardLine]:
    own = reviews.recommendations_visible_to(user).filter(
        participant=user.participant_id,
        status="open",
        review__status="published",
        review__incident__is_exercise=False,
    )
    found = reviews.with_names(own).order_by("due_date", "id")[:SHOWN_ON_CARD]
    return [
        plugs.CardLine(
            title=str(one)[:120],
            url=one.get_absolute_url(),
            note=_("Until %(day)s") % {"day": day_text(one.due_date)},
            badge=one.get_status_display(),
            tone="warning",
        )
        for one in found
    ]


def _those_who_act(user: Any) -> bool:
    return isinstance(user, User) and (user.is_secretariat or (user.is_national and user.may_act))


plug_list(REVIEWS)
plugs.cards.append(
    plugs.Card(
        _("Recommendations that are yours to carry out"),
        position=6,
        lines=_recommendations_to_do,
        more_url_name="incidents:recommendation_list",
        needs_me=True,
        visible=_those_who_act,
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "incidents.afteractionreview",
        _("After-action review"),
        visible_to=lambda user: reviews.visible_to(user).select_related("incident"),
        fields={"is_strength": _("To be kept"), "days": _("Days from the due day")},
        kinds="incidents.review",
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "incidents.recommendation",
        _("Recommendation"),
        visible_to=lambda user: reviews.with_names(reviews.recommendations_visible_to(user)),
        fields={"days": _("Days from the due day"), "due_date": _("Until")},
    )
)
plugs.rooms.append(
    plugs.Room(
        _("Recommendations"),
        "incidents:recommendation_list",
        "incidents:list",
        60,
        for_those_who_see_some,
    )
)
