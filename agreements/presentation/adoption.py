"""Adoption and authentication as the treaty's page tells them."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from agreements.models import Adoption, Authentication, Instrument
from agreements.queries import Reader
from agreements.queries.adoption import (
    adoption_of,
    adoption_of_present_text,
    authentication_of,
)
from agreements.rules.adoption import (
    Count,
    count_of,
    problem_of_adoption,
    problem_of_authentication,
)
from agreements.services.adoption import DECISION
from agreements.statuses import InstrumentStatus
from ots_portal import plugs
from ots_portal.crossrefs import queries as crossrefs
from ots_portal.people.models import User

MOST_DECISIONS = 100
_BEFORE_ADOPTION = (InstrumentStatus.AD_REFERENDUM, InstrumentStatus.LEGAL_REVIEW)


@dataclass(frozen=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True)
class TextRecords:
    """
    What is on record of the text: either is None while nothing is.

    ``adoption_missing`` and ``authentication_missing`` say what the next step still needs, "" for nothing or where
    that step is past or far.
    """

    adoption: Adoption | None
    votes: Count | None
    decision: Link | None
    authentication: Authentication | None
    adoption_missing: str
    authentication_missing: str

    @property
    def is_empty(self) -> bool:
        return not (self.adoption or self.authentication)

    @property
    def votes_sentence(self) -> str:
        if not self.votes:
            return ""
        sentence = _("%(for)s for, %(against)s against, %(abstained)s abstained, %(absent)s absent")
        return sentence % {
            "for": self.votes.votes_for,
            "against": self.votes.against,
            "abstained": self.votes.abstained,
            "absent": self.votes.absent,
        }


def text_records(instrument: Instrument, reader: Reader) -> TextRecords:
    adoption, authentication = adoption_of(instrument), authentication_of(instrument)
    return TextRecords(
        adoption=adoption,
        votes=count_of(act.vote for act in adoption.acts.all())
        if adoption and adoption.is_vote
        else None,
        decision=_decision(adoption, reader),
        authentication=authentication,
        adoption_missing=missing_for_adoption(instrument, adoption_of_present_text(instrument))
        if instrument.status in _BEFORE_ADOPTION
        else "",
        authentication_missing=missing_for_authentication(instrument, authentication)
        if instrument.status == InstrumentStatus.ADOPTED
        else "",
    )


def missing_for_adoption(instrument: Instrument, adoption: Adoption | None) -> str:
    acts = list(adoption.acts.all()) if adoption else []
    return problem_of_adoption(adoption, acts, list(instrument.negotiating_states.all()))


def missing_for_authentication(
    instrument: Instrument, authentication: Authentication | None
) -> str:
    acts = list(authentication.acts.all()) if authentication else []
    return problem_of_authentication(
        authentication, acts, list(instrument.negotiating_states.all())
    )


def _decision(adoption: Adoption | None, reader: Reader) -> Link | None:
    """Return the decision of a meeting, to whoever may read it."""
    if not adoption or not adoption.decision_id or DECISION not in plugs.linkables:
        return None
    linkable = plugs.linkables[DECISION]
    found: Any = crossrefs.record_of(DECISION, adoption.decision_id, reader)
    return Link(linkable.label_of(found), linkable.address_of(found)) if found else None


def decisions_for(user: User) -> list[tuple[str, str]]:
    """Return the meetings' decisions that the person may read, by key; the latest hundred."""
    if DECISION not in plugs.linkables:
        return []
    linkable = plugs.linkables[DECISION]
    found = linkable.visible_to(user).order_by("-created_at", "-pk")[:MOST_DECISIONS]
    return [(str(one.pk), linkable.label_of(one)) for one in found]
