"""What is done with a partner system: made, changed, given new credentials, stopped. Each act is in the audit."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from oauth2_provider.models import AccessToken, Application

from ots_portal.api import credentials
from ots_portal.api.models import Credential, PartnerSystem
from ots_portal.audit.services import changes_between, record
from ots_portal.lifecycle import StaleVersion
from ots_portal.people.models import Role, User, UserKind
from ots_portal.systems import queries, rules
from ots_portal.verdicts import require

MOST_SYSTEMS = 20  # of one participant, those that are revoked left out
MOST_CREDENTIALS = 2  # at once: the new ones are tried while the old ones still hold
SECRET_BYTES = 40


@dataclass(frozen=True)
class Wishes:
    """What a head enters; ``networks`` in CIDR notation, none: from anywhere."""

    name: str
    purpose: str
    scopes: frozenset[str]
    networks: tuple[str, ...]


@dataclass(frozen=True)
class WithSecret:
    """New credentials of a system, and their secret, which nobody can be shown again."""

    system: PartnerSystem
    application: Application
    secret: str


@transaction.atomic
def create(wishes: Wishes, *, is_exercise: bool, by: User, at: datetime) -> WithSecret:
    """
    Let a system of the own participant call the API: a machine user, what it may, and its first credentials.

    :raises Refused: unless ``rules.may_create``
    :raises ValidationError: where the participant has as many as one may have
    """
    require(rules.may_create(by))
    # Two tabs that make one each wait for each other here.
    participant = type(by.participant).objects.select_for_update().get(pk=by.participant_id)
    standing = queries.of_participant(participant.pk).filter(revoked_at=None)
    if standing.count() >= MOST_SYSTEMS:
        sentence = ngettext(
            "Your authority has %(count)d partner system. Revoke one that is not needed first.",
            "Your authority has %(count)d partner systems. Revoke one that is not needed first.",
            MOST_SYSTEMS,
        )
        raise ValidationError(sentence % {"count": MOST_SYSTEMS})
    machine = User.objects.create_user(
        # Nothing is ever sent there; .invalid never will be anybody's (RFC 2606).
        f"system-{secrets.token_hex(8)}@{participant.pk}.invalid",
        kind=UserKind.MACHINE,
        full_name=wishes.name,
        participant=participant,
        role=Role.READER,
        language=by.language,
        time_zone=participant.time_zone,
    )
    system = PartnerSystem.objects.create(
        user=machine,
        purpose=wishes.purpose,
        scopes=sorted(wishes.scopes),
        networks=list(wishes.networks),
        is_exercise=is_exercise,
        created_by=by,
        created_at=at,
        updated_at=at,
    )
    made = _new_credentials(system, by=by, at=at)
    told = {**_told(system), "is_exercise": is_exercise, "client": made.application.client_id}
    _record("api.partner_system.created", system, by=by, at=at, **told)
    return made


def _new_credentials(system: PartnerSystem, *, by: User, at: datetime) -> WithSecret:
    secret = secrets.token_urlsafe(SECRET_BYTES)
    application = Application.objects.create(
        client_id=f"{system.participant_id}-{secrets.token_hex(8)}",
        client_secret=secret,  # stored as a hash
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
        name=system.user.full_name,
        user=system.user,
    )
    Credential.objects.create(application=application, created_by=by, created_at=at)
    return WithSecret(system, application, secret)


def _told(system: PartnerSystem) -> dict[str, Any]:
    return {
        "purpose": system.purpose,
        "scopes": list(system.scopes),
        "networks": list(system.networks),
    }


@transaction.atomic
def change(
    system: PartnerSystem, wishes: Wishes, *, version: int, by: User, at: datetime
) -> PartnerSystem:
    """
    Change its name, what it may ask for and from where. With other scopes its tokens end.

    :raises Refused: unless ``rules.may_change``
    :raises StaleVersion: when somebody else changed it meanwhile
    """
    require(rules.may_change(by, system))
    before, name_before = _told(system), system.user.full_name
    rows = PartnerSystem.objects.filter(pk=system.pk, version=version, revoked_at=None)
    if not rows.update(
        purpose=wishes.purpose,
        scopes=sorted(wishes.scopes),
        networks=list(wishes.networks),
        updated_at=at,
        version=F("version") + 1,
    ):
        raise StaleVersion(_as_it_stands(system))
    User.objects.filter(pk=system.user_id).update(full_name=wishes.name)
    system = _as_it_stands(system)
    changes = changes_between(before, _told(system))
    if "scopes" in changes:
        _end_tokens(system)
    if changes or wishes.name != name_before:
        renamed = wishes.name != name_before
        more = {"is_renamed": True} if renamed else {}
        _record("api.partner_system.updated", system, by=by, at=at, changes=changes, **more)
    return system


@transaction.atomic
def rotate(
    system: PartnerSystem, *, old_end_after: timedelta | None, by: User, at: datetime
) -> WithSecret:
    """
    Give it new credentials beside the present ones, which end after ``old_end_after``; None: by hand.

    What the operator took from the present ones (``manage.py limit_client``) the new ones lack, too.

    :raises Refused: unless ``rules.may_rotate``
    :raises ValidationError: where two hold already: the new ones could not be tried before one of them ends
    """
    system = _locked(system)
    require(rules.may_rotate(by, system))
    standing = list(queries.live_applications_of(system, at=at))
    if len(standing) >= MOST_CREDENTIALS and old_end_after != timedelta(0):
        raise ValidationError(
            _("Two credentials hold already. End the one that is not used any more first.")
        )
    latest = queries.applications_of(system).first()
    made = _new_credentials(system, by=by, at=at)
    if latest:
        credentials.copy_limits(latest, to=made.application)
    if old_end_after is not None:
        for application in standing:
            _end(application, ends_at=at + old_end_after, at=at)
    _record(
        "api.partner_system.credentials_made",
        system,
        by=by,
        at=at,
        client=made.application.client_id,
        old_end_at=None if old_end_after is None else at + old_end_after,
    )
    return made


@transaction.atomic
def end_credentials(
    system: PartnerSystem, *, application: Application, by: User, at: datetime
) -> PartnerSystem:
    """
    Refuse these credentials and their tokens from now on.

    :raises Refused: unless ``rules.may_end``
    """
    system = _locked(system)
    application = queries.applications_of(system).get(pk=application.pk)
    held = credentials.credential_of(application)
    has_ended = bool(held and held.has_ended(at=at))
    require(rules.may_end(by, system, has_ended=has_ended))
    _end(application, ends_at=at, at=at)
    client = application.client_id
    _record("api.partner_system.credentials_ended", system, by=by, at=at, client=client)
    return system


def _end(application: Application, *, ends_at: datetime, at: datetime) -> None:
    """Let the credentials end then, unless they end before that anyhow; at once, their tokens go, too."""
    made = Credential(application=application, created_at=application.created)
    Credential.objects.bulk_create([made], ignore_conflicts=True)
    held = Credential.objects.filter(application=application)
    (held.filter(ends_at=None) | held.filter(ends_at__gt=ends_at)).update(ends_at=ends_at)
    if ends_at <= at:
        AccessToken.objects.filter(application=application).delete()


@transaction.atomic
def suspend(system: PartnerSystem, *, by: User, at: datetime) -> PartnerSystem:
    """
    Let it do nothing until somebody lets it call again: refused with its next call, told nothing by webhooks.

    :raises Refused: unless ``rules.may_suspend``
    """
    system = _locked(system)
    require(rules.may_suspend(by, system))
    _set_active(system, is_active=False, at=at)
    _end_tokens(system)
    _record("api.partner_system.suspended", system, by=by, at=at)
    return system


@transaction.atomic
def resume(system: PartnerSystem, *, by: User, at: datetime) -> PartnerSystem:
    """
    Let it call again, with the credentials that have not ended.

    :raises Refused: unless ``rules.may_resume``
    """
    system = _locked(system)
    require(rules.may_resume(by, system))
    _set_active(system, is_active=True, at=at)
    _record("api.partner_system.resumed", system, by=by, at=at)
    return system


@transaction.atomic
def revoke(system: PartnerSystem, *, by: User, at: datetime) -> PartnerSystem:
    """
    Stop it for good: its credentials and tokens end, nothing is told to its webhooks, nothing brings it back.

    What it wrote keeps its name.

    :raises Refused: unless ``rules.may_revoke``
    """
    system = _locked(system)
    require(rules.may_revoke(by, system))
    for application in queries.live_applications_of(system, at=at):
        _end(application, ends_at=at, at=at)
    PartnerSystem.objects.filter(pk=system.pk).update(revoked_at=at)
    _set_active(system, is_active=False, at=at)
    _end_tokens(system)
    _record("api.partner_system.revoked", system, by=by, at=at)
    return system


def _locked(system: PartnerSystem) -> PartnerSystem:
    """Return the row as it stands, held until the end: two who rotate at once do not make three."""
    systems = PartnerSystem.objects.select_related("user__participant")
    return systems.select_for_update(of=("self",)).get(pk=system.pk)


def _as_it_stands(system: PartnerSystem) -> PartnerSystem:
    return PartnerSystem.objects.select_related("user__participant").get(pk=system.pk)


def _set_active(system: PartnerSystem, *, is_active: bool, at: datetime) -> None:
    machines = User.objects.filter(pk=system.user_id)
    machines.update(is_active=is_active, rights_version=F("rights_version") + 1)
    PartnerSystem.objects.filter(pk=system.pk).update(updated_at=at, version=F("version") + 1)
    fresh = _as_it_stands(system)
    system.user, system.version, system.revoked_at = fresh.user, fresh.version, fresh.revoked_at


def _end_tokens(system: PartnerSystem) -> None:
    AccessToken.objects.filter(application__user=system.user_id).delete()


def _record(kind: str, system: PartnerSystem, *, by: User, at: datetime, **data: Any) -> None:
    record(kind, subject=system, by=by, at=at, participant=system.participant_id, **data)
