"""The record of how a text was adopted and authenticated: corrected until the step is taken, then for good."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agreements.models import (
    Adoption,
    AdoptionAct,
    Authentication,
    AuthenticationAct,
    Instrument,
    LedgerEntry,
)
from agreements.queries.adoption import (
    adoption_of,
    adoption_of_present_text,
    authentication_of,
)
from agreements.rules import adoption as rules
from agreements.services import chain
from agreements.services.entering import hold, refuse_days_to_come
from agreements.statuses import INSTRUMENTS
from agreements.vocabularies.acts import LedgerKind
from agreements.vocabularies.adoption import AdoptionMethod, VotingRule
from ots_portal import plugs
from ots_portal.audit.services import record
from ots_portal.crossrefs import queries as crossref_queries
from ots_portal.crossrefs import services as crossrefs
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.verdicts import require

Kept = TypeVar("Kept", Adoption, Authentication)
DECISION = "meetings.decision"
_OF_A_RULE = ("rule_for_count", "rule_against_count", "rule_on_date")


@transaction.atomic
def record_adoption(
    instrument: Instrument,
    *,
    acts: Iterable[Mapping[str, Any]],
    version: int,
    by: User,
    at: datetime,
    **fields: Any,
) -> Adoption:
    """
    Record how the text was adopted, or correct that record while the text is not adopted yet.

    ``fields``: method, on_date, place, note, conference, voting_rule, rule_for_count, rule_against_count,
    rule_on_date, decision_id. ``acts`` have participant, and how, on_date, reference of a consent or vote of a
    conference. ``version`` is the one that was seen, 0 where there was none.

    :raises Refused: unless ``rules.may_record_adoption``
    :raises WrongStatus: unless the text is closed ad referendum or in legal review
    :raises StaleVersion: when somebody else saved in the meantime
    :raises ValidationError: on a day to come, or a rule of the vote that is not told or was not decided
    """
    require(rules.may_record_adoption(by, instrument))
    hold(instrument, INSTRUMENTS.steps["adopt"].sources, at=at)
    told = _whole_vote(fields)
    refuse_days_to_come(at, on_date=told["on_date"], rule_on_date=told["rule_on_date"])
    decision = _decision(told["decision_id"], by=by)
    adoption = _saved(Adoption, instrument, adoption_of(instrument), told, version, by=by, at=at)
    rows = [_adoption_act(adoption, act, at=at) for act in acts]
    adoption.acts.all().delete()
    AdoptionAct.objects.bulk_create(_checked(rows))
    if problem := rules.problem_of_rule(adoption):
        raise ValidationError({"rule_for_count": problem})
    record(
        "agreements.adoption.recorded",
        subject=adoption,
        by=by,
        at=at,
        instrument=str(instrument.pk),
        on_date=adoption.on_date,
        told={name: _plain(value) for name, value in told.items()},
        acts=[row.told for row in rows],
    )
    if decision is not None:
        _tie(decision, instrument, by=by, at=at)
    return adoption


@transaction.atomic
def record_authentication(
    instrument: Instrument,
    *,
    acts: Iterable[Mapping[str, Any]],
    version: int,
    by: User,
    at: datetime,
    **fields: Any,
) -> Authentication:
    """
    Record how the text was authenticated, or correct that record until the step is taken.

    ``fields``: procedure, document, on_date, place, agreed_in, note. ``acts`` have participant and signed_by.
    ``version`` is the one that was seen, 0 where there was none.

    :raises Refused: unless ``rules.may_record_authentication``
    :raises WrongStatus: unless the text is adopted
    :raises StaleVersion: when somebody else saved in the meantime
    :raises ValidationError: on a day to come or before the adoption, or without where a procedure was agreed
    """
    require(rules.may_record_authentication(by, instrument))
    hold(instrument, INSTRUMENTS.steps["authenticate"].sources, at=at)
    refuse_days_to_come(at, on_date=fields["on_date"])
    _refuse_before_adoption(instrument, fields["on_date"])
    told = {"note": "", "agreed_in": "", **fields}
    authentication = _saved(
        Authentication, instrument, authentication_of(instrument), told, version, by=by, at=at
    )
    if authentication.is_agreed and not authentication.agreed_in.strip():
        raise ValidationError(
            {"agreed_in": _("Say where this procedure is provided for or agreed.")}
        )
    if not authentication.place.strip():
        raise ValidationError({"place": _("Say where the text was authenticated.")})
    rows = [AuthenticationAct(authentication=authentication, **act) for act in acts]
    authentication.acts.all().delete()
    AuthenticationAct.objects.bulk_create(_checked(rows))
    record(
        "agreements.authentication.recorded",
        subject=authentication,
        by=by,
        at=at,
        instrument=str(instrument.pk),
        on_date=authentication.on_date,
        told={name: _plain(value) for name, value in told.items()},
        acts=[row.told for row in rows],
    )
    return authentication


# ── what the steps ask ──────────────────────────────────────────────────────────────────────────
def enter_adoption(instrument: Instrument, *, by: User, at: datetime) -> LedgerEntry:
    """
    Write the adoption into the ledger; the step holds the instrument already.

    :raises WrongStatus: where what is on record does not adopt the text
    """
    adoption = adoption_of_present_text(instrument)
    acts = list(adoption.acts.all()) if adoption else []
    problem = rules.problem_of_adoption(adoption, acts, list(instrument.negotiating_states.all()))
    if adoption is None or problem:
        raise WrongStatus(problem)
    return chain.write(
        instrument,
        LedgerKind.ADOPTION,
        participant=None,
        on=adoption.on_date,
        by=by,
        at=at,
        method=adoption.method,
        place=adoption.place,
        acts=[act.told for act in acts],
        **(_told_of_vote(adoption, acts) if adoption.is_vote else {}),
    )


def _told_of_vote(adoption: Adoption, acts: Iterable[AdoptionAct]) -> dict[str, Any]:
    votes = rules.count_of(act.vote for act in acts)
    rule = {name: getattr(adoption, name) for name in _OF_A_RULE} if adoption.has_own_rule else {}
    return {
        "conference": adoption.conference,
        "voting_rule": adoption.voting_rule,
        "votes": {
            "for": votes.votes_for,
            "against": votes.against,
            "abstain": votes.abstained,
            "absent": votes.absent,
        },
        **rule,
    }


def enter_authentication(instrument: Instrument, *, by: User, at: datetime) -> LedgerEntry:
    """
    Write the authentication into the ledger; the step holds the instrument already.

    :raises WrongStatus: where what is on record does not authenticate the text
    """
    authentication = authentication_of(instrument)
    acts = list(authentication.acts.all()) if authentication else []
    negotiating = list(instrument.negotiating_states.all())
    problem = rules.problem_of_authentication(authentication, acts, negotiating)
    if authentication is None or problem:
        raise WrongStatus(problem)
    return chain.write(
        instrument,
        LedgerKind.AUTHENTICATION,
        participant=None,
        on=authentication.on_date,
        by=by,
        at=at,
        procedure=authentication.procedure,
        document=authentication.document,
        agreed_in=authentication.agreed_in,
        place=authentication.place,
        acts=[act.told for act in acts],
    )


# ── how ─────────────────────────────────────────────────────────────────────────────────────────
def _whole_vote(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return every field of an adoption: what is of a vote alone is empty where all consented."""
    told: dict[str, Any] = {
        "place": "", "note": "", "conference": "", "voting_rule": VotingRule.TWO_THIRDS,
        **dict.fromkeys((*_OF_A_RULE, "decision_id")), **fields,
    }  # fmt: skip
    if told["method"] != AdoptionMethod.CONFERENCE_VOTE:
        return {
            **told,
            "conference": "",
            "voting_rule": VotingRule.TWO_THIRDS,
            **dict.fromkeys(_OF_A_RULE),
        }
    if not told["conference"].strip():
        raise ValidationError({"conference": _("Say which conference voted.")})
    if told["voting_rule"] == VotingRule.TWO_THIRDS:
        return {**told, **dict.fromkeys(_OF_A_RULE)}
    missing = [name for name in _OF_A_RULE if told[name] is None]
    if missing:
        sentence = _(
            "Another rule than two thirds is decided by vote: say when, and the votes for and against."
        )
        raise ValidationError({missing[0]: sentence})
    return told


def _adoption_act(adoption: Adoption, act: Mapping[str, Any], *, at: datetime) -> AdoptionAct:
    told = {"how": "", "vote": "", "reference": "", "on_date": None, **act}
    if adoption.is_vote:
        told |= {"how": "", "on_date": None}
    else:
        told |= {"vote": "", "on_date": told["on_date"] or adoption.on_date}
    refuse_days_to_come(at, on_date=told["on_date"])
    if told["on_date"] and told["on_date"] > adoption.on_date:
        raise ValidationError(
            {
                "on_date": _(
                    "The text is adopted once the last State has consented: this day is earlier."
                )
            }
        )
    return AdoptionAct(adoption=adoption, **told)


def _checked(rows: list[Any]) -> list[Any]:
    """:raises ValidationError: where a row is impossible, or a State stands twice"""
    seen: set[str] = set()
    for row in rows:
        if row.participant_id in seen:
            sentence = _("%(state)s stands here twice.") % {"state": row.participant.name}
            raise ValidationError({"acts": sentence})
        seen.add(row.participant_id)
        row.clean_fields()
        row.validate_constraints()
    return rows


def _saved(  # noqa: PLR0913 -- one row, with all that it is made of
    model: type[Kept],
    instrument: Instrument,
    current: Kept | None,
    told: Mapping[str, Any],
    version: int,
    *,
    by: User,
    at: datetime,
) -> Kept:
    """The instrument is held: whoever saves second sees what the first one wrote."""
    if (current.version if current else 0) != version:
        raise StaleVersion(current or instrument)
    kept = current or model(instrument=instrument, created_at=at, created_by=by, version=0)
    for name, value in told.items():
        setattr(kept, name, value)
    kept.version, kept.updated_at = kept.version + 1, at
    kept.full_clean(exclude=["created_by"])
    kept.save()
    return kept


def _refuse_before_adoption(instrument: Instrument, on: date) -> None:
    adoption = adoption_of(instrument)
    if adoption and on < adoption.on_date:
        raise ValidationError(
            {"on_date": _("A text is authenticated once it is adopted: this day is earlier.")}
        )


def _decision(key: UUID | None, *, by: User) -> Any:
    if key is None or DECISION not in plugs.linkables:
        return None
    decision = crossref_queries.record_of(DECISION, key, by)
    if decision is None:
        raise ValidationError(
            {"decision_id": _("There is no such decision, or you may not read it.")}
        )
    return decision


def _tie(decision: Any, instrument: Instrument, *, by: User, at: datetime) -> None:
    """Show decision and agreement at each other; a tie that was made before stays."""
    ties = crossref_queries.ties_of(instrument, by)
    if any(tie.reference.from_id == decision.pk for tie in ties):
        return
    crossrefs.tie(decision, to=instrument, by=by, at=at)


def _plain(value: Any) -> Any:
    return (
        value.pk
        if isinstance(value, Participant)
        else str(value)
        if isinstance(value, UUID)
        else value
    )
