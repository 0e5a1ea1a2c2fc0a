"""Who may make an incident of what the feeds say: a person of a participant where it happened."""

from django.utils.translation import gettext_lazy as _

from incidents.models import FeedItem, Incident
from incidents.queries import feed_items as queries
from incidents.rules import incidents as incident_rules
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict

EXERCISE = Verdict(
    _("What really happened is never tied to an exercise. Choose another incident."),
    code="exercise",
)


ELSEWHERE = Verdict(
    _("This happened neither in your country nor within 100 km of it."), code="elsewhere"
)
WITHDRAWN = Verdict(
    _("Its source has withdrawn this: nothing is made of it any more."), code="wrong_status"
)


def may_take_up(user: User, item: FeedItem) -> Verdict:
    verdict = incident_rules.may_create(user)
    if verdict and user.is_machine:
        return incident_rules.NOT_A_MACHINE
    if verdict and not queries.concerns(item, user.participant):
        return ELSEWHERE
    return WITHDRAWN if verdict and item.is_withdrawn else verdict


may_dismiss = may_take_up


def may_tie(user: User, incident: Incident) -> Verdict:
    """Whether the person may say that an item is this incident of theirs."""
    verdict = incident_rules.may_update(user, incident)
    return EXERCISE if verdict and incident.is_exercise else verdict
