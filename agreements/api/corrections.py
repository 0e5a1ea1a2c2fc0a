"""Corrections of errors and the registration for programs."""

from types import ModuleType
from typing import Any, ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from agreements.api.reservation_forms import (
    CorrectionBody,
    CorrectionObjectionBody,
    PublicationBody,
    RegisterBody,
    RegistrationBody,
    ToldCorrection,
    ToldRegistration,
)
from agreements.api.treaty import TreatyViewSet, instrument_of
from agreements.models import Correction, Registration
from agreements.queries import corrections as queries
from agreements.rules import corrections as correction_rules
from agreements.rules import registrations as registration_rules
from agreements.services import corrections, registrations
from agreements.services.corrections import Line
from agreements.statuses import CORRECTIONS, REGISTRATIONS
from ots_portal.people.models import User
from ots_portal.verdicts import require


class CorrectionViewSet(TreatyViewSet):
    """Corrections of errors in authentic texts, proposed, effected or objected to."""

    public = True
    lifecycle = CORRECTIONS
    services: ClassVar[ModuleType | None] = corrections
    create_body = CorrectionBody
    step_bodies: ClassVar = {"object_to": CorrectionObjectionBody}
    binding: ClassVar = {"object_to": correction_rules.may_object_to}
    row_form = ToldCorrection
    detail_form = ToldCorrection

    def visible(self, user: User | AnonymousUser) -> QuerySet[Correction]:
        return queries.corrections_visible_to(user)

    def whole(self, records: QuerySet[Correction]) -> QuerySet[Correction]:
        return queries.whole(records)

    def full(self, record: Any) -> dict[str, Any]:
        # What was prefetched is as it was before the step.
        fresh = self.whole(self.visible(self.request.user)).filter(pk=record.pk).first()
        return self.row(fresh or record)

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Correction:
        instrument = instrument_of(data, by)
        require(correction_rules.may_propose_correction(by, instrument))
        self.require_fresh()
        lines = [Line(**line) for line in data.pop("lines")]
        return corrections.propose_correction(instrument, lines=lines, by=by, at=at, **data)


class RegistrationViewSet(TreatyViewSet):
    """Registration of treaties with the Secretariat of the United Nations."""

    public = True
    lifecycle = REGISTRATIONS
    services: ClassVar[ModuleType | None] = registrations
    create_body = RegistrationBody
    step_bodies: ClassVar = {"register": RegisterBody, "publish": PublicationBody}
    binding: ClassVar = {
        "register": registration_rules.may_register,
        "publish": registration_rules.may_publish,
    }
    row_form = ToldRegistration
    detail_form = ToldRegistration

    def visible(self, user: User | AnonymousUser) -> QuerySet[Registration]:
        return queries.registrations_visible_to(user)

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Registration:
        instrument = instrument_of(data, by)
        require(registration_rules.may_submit_registration(by, instrument))
        self.require_fresh()
        return registrations.submit_registration(instrument, by=by, at=at, **data)
