"""For programs: how texts were adopted and authenticated, waivers of full powers, annulments of entries."""

from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import Any, ClassVar

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agreements.api.treaty import TreatyViewSet, instrument_of, require_fresh, with_state
from agreements.api.treaty_forms import (
    AdoptionBody,
    AnnulmentBody,
    AuthenticationBody,
    ToldAdoption,
    ToldAnnulment,
    ToldAuthentication,
    ToldWaiver,
    WaiverBody,
)
from agreements.models import (
    Adoption,
    Annulment,
    Authentication,
    FullPowersWaiver,
    Instrument,
)
from agreements.queries import adoption as adoption_queries
from agreements.queries import treaty
from agreements.queries.annulments import annulments_visible_to
from agreements.rules import annulments as annulment_rules
from agreements.rules import waivers as waiver_rules
from agreements.services import adoption as text_records
from agreements.services import annulments, waivers
from agreements.statuses import ANNULMENTS
from ots_portal.api.serializers import ReasonBody
from ots_portal.people.models import User
from ots_portal.verdicts import require


def _acts(acts: Iterable[Mapping[str, Any]], instrument: Instrument) -> list[dict[str, Any]]:
    """Return the acts with their States; :raises ValidationError: where one did not draw up the text"""
    states = {state.pk: state for state in instrument.negotiating_states.all()}
    told = list(acts)
    for act in told:
        # A PATCH may leave out what it does not change, also within an act.
        if (code := act.get("participant", "")) not in states:
            sentence = _("“%(code)s” is no negotiating State of this agreement.")
            raise ValidationError({"acts": sentence % {"code": code}})
    return [{**act, "participant": states[act["participant"]]} for act in told]


ADOPTION_FIELDS = (
    "method",
    "on_date",
    "place",
    "note",
    "conference",
    "voting_rule",
    "rule_for_count",
    "rule_against_count",
    "rule_on_date",
    "decision_id",
)
AUTHENTICATION_FIELDS = ("procedure", "document", "on_date", "place", "agreed_in", "note")


def _acts_now(record: Adoption | Authentication, data: dict[str, Any]) -> list[dict[str, Any]]:
    """Take the acts out of what was sent; where none were sent those that stand."""
    if "acts" in data:
        return _acts(data.pop("acts"), record.instrument)
    return [{**act.told, "participant": act.participant} for act in record.acts.all()]


class AdoptionViewSet(TreatyViewSet):
    """How each text was adopted; corrected by PATCH until the adoption is entered."""

    public = True
    create_body = AdoptionBody
    update_body = AdoptionBody
    row_form = ToldAdoption
    detail_form = ToldAdoption

    def visible(self, user: User | AnonymousUser) -> QuerySet[Adoption]:
        return adoption_queries.adoptions_visible_to(user)

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Adoption:
        instrument = instrument_of(data, by)
        data["acts"] = _acts(data["acts"], instrument)
        return text_records.record_adoption(instrument, version=0, by=by, at=at, **data)

    def update_record(
        self, record: Adoption, data: dict[str, Any], *, by: User, at: Any, version: int
    ) -> Adoption:
        data.pop("instrument", None)
        stands = {name: getattr(record, name) for name in ADOPTION_FIELDS}
        acts = _acts_now(record, data)
        return text_records.record_adoption(
            record.instrument, acts=acts, version=version, by=by, at=at, **{**stands, **data}
        )


class AuthenticationViewSet(TreatyViewSet):
    """How each text was authenticated; corrected by PATCH until the step is taken."""

    public = True
    create_body = AuthenticationBody
    update_body = AuthenticationBody
    row_form = ToldAuthentication
    detail_form = ToldAuthentication

    def visible(self, user: User | AnonymousUser) -> QuerySet[Authentication]:
        return adoption_queries.authentications_visible_to(user)

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Authentication:
        instrument = instrument_of(data, by)
        data["acts"] = _acts(data.get("acts", ()), instrument)
        return text_records.record_authentication(instrument, version=0, by=by, at=at, **data)

    def update_record(
        self, record: Authentication, data: dict[str, Any], *, by: User, at: Any, version: int
    ) -> Authentication:
        data.pop("instrument", None)
        stands = {name: getattr(record, name) for name in AUTHENTICATION_FIELDS}
        acts = _acts_now(record, data)
        return text_records.record_authentication(
            record.instrument, acts=acts, version=version, by=by, at=at, **{**stands, **data}
        )


class WaiverViewSet(TreatyViewSet):
    """Full powers that were dispensed with: of one's own State; to the depositary those of all."""

    create_body = WaiverBody
    row_form = ToldWaiver
    detail_form = ToldWaiver

    def visible(self, user: User | AnonymousUser) -> QuerySet[FullPowersWaiver]:
        return treaty.waivers_visible_to(user)

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> FullPowersWaiver:
        instrument = instrument_of(data, by)
        require(waiver_rules.may_record_waiver(by, instrument))
        require_fresh(self.request)
        told = with_state(data, instrument)
        del told["note"]
        return waivers.record_waiver(instrument, by=by, at=at, **told)


class AnnulmentViewSet(TreatyViewSet):
    """What was proposed to be annulled, and what came of it; read by those who keep the ledger."""

    lifecycle = ANNULMENTS
    services: ClassVar[ModuleType | None] = annulments
    create_body = AnnulmentBody
    step_bodies: ClassVar = {"reject": ReasonBody}
    binding: ClassVar = {"confirm": annulment_rules.may_confirm}
    row_form = ToldAnnulment
    detail_form = ToldAnnulment

    def visible(self, user: User | AnonymousUser) -> QuerySet[Annulment]:
        return annulments_visible_to(user)

    def narrowed(self, records: QuerySet[Any], wishes: dict[str, Any]) -> QuerySet[Any]:
        instrument = wishes.get("instrument")
        return records.filter(entry__instrument=instrument) if instrument else records

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Annulment:
        entry = treaty.ledger_visible_to(by).filter(pk=data.pop("entry")).first()
        if entry is None:
            raise ValidationError({"entry": _("There is no such entry.")})
        require(annulment_rules.may_propose_annulment(by, entry))
        require_fresh(self.request)
        return annulments.propose(entry, by=by, at=at, **data)
