"""By what people subscribe to messages about incidents, and what each role has subscribed to from the start."""

from collections.abc import Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents import hazards
from incidents.statuses import AlertLevel
from incidents.vocabularies.topics import ALERT_LEVELS, HAZARDS, PARTICIPANTS
from ots_portal import plugs
from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import Role, User


def _participants() -> list[tuple[str, str | Promise]]:
    """Return those that have a part in incidents: States, members first as the list has them."""
    states = Participant.objects.exclude(kind=ParticipantKind.SECRETARIAT)
    named = [(each.slug, each.name) for each in states]
    return sorted(named, key=lambda choice: choice[1])


def _first_wishes(user: Any) -> Sequence[plugs.Wish]:
    """
    Return what the role hears of, beyond what its duty brings at once.

    Whoever acts for a State hears of all that concerns it within the hour, a reader in the morning; of
    grave incidents elsewhere everybody in the morning, the secretariat within the hour.
    """
    if not isinstance(user, User) or user.is_machine:
        return []
    grave = {ALERT_LEVELS: [AlertLevel.ORANGE.value]}
    if user.is_secretariat:
        return [plugs.Wish(_("Grave incidents"), "hourly", grave)]
    if not user.is_national:
        return []
    own_cadence = "daily" if user.role == Role.READER else "hourly"
    own = {PARTICIPANTS: [user.participant_id]}
    name = _("What concerns %(participant)s") % {"participant": user.participant.name}
    return [
        plugs.Wish(name[:100], own_cadence, own),
        plugs.Wish(_("Grave incidents"), "daily", grave),
    ]


plugs.plug_topic(plugs.Topic(PARTICIPANTS, gettext_lazy("Participants"), _participants, 10))
plugs.plug_topic(plugs.Topic(HAZARDS, gettext_lazy("Hazards"), hazards.choices, 20))
plugs.plug_topic(
    plugs.Topic(
        ALERT_LEVELS,
        gettext_lazy("Alert level at least"),
        lambda: AlertLevel.choices,
        30,
        is_ordered=True,
    )
)
plugs.first_wishes.append(_first_wishes)
