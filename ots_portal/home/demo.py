"""The demonstration: its people, its partner system, and what each domain app brings."""

from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.db import transaction
from oauth2_provider.models import get_application_model

from ots_portal.api.models import Credential, PartnerSystem
from ots_portal.api.scopes import SCOPES
from ots_portal.audit.services import record
from ots_portal.circulars import demo as circulars
from ots_portal.directory import demo as directory
from ots_portal.duty import demo as duty
from ots_portal.notifications import subscriptions
from ots_portal.notifications.demo import filling_inboxes
from ots_portal.notifications.silence import telling_nobody
from ots_portal.participants.models import Participant
from ots_portal.people.demo import (
    DEMO_ACCOUNTS,
    DEMO_CLIENT_ID,
    DEMO_CLIENT_PARTICIPANT,
    DEMO_CLIENT_SECRET,
    DEMO_INVITATIONS,
    DEMO_PASSWORD,
    DemoAccount,
    DemoInvitation,
)
from ots_portal.people.models import Invitation, Role, User, UserKind

# Meetings and agreements may refer to what happened; incidents refer to nothing.
ORDER = ("incidents", "meetings", "agreements")
MACHINE_EMAIL = f"operations-centre@{DEMO_CLIENT_PARTICIPANT}.example"
MACHINE_NAME = "Operations centre"
INVITATION_LASTS = timedelta(days=7)  # as long as a real one


def load(at: datetime) -> None:
    """
    Load whatever is missing; an account or record that is there already stays as people left it.

    Its people find it in their inboxes; nobody is sent anything and no clock starts.

    :raises Participant.DoesNotExist: when the reference data has not been loaded
    """
    _load_people(at)
    _load_partner_system(at)
    with filling_inboxes():
        directory.load(at)
        with telling_nobody():
            duty.load(at)
        circulars.load(at)
        _load_apps(at)


@transaction.atomic
def _load_people(at: datetime) -> None:
    known = set(User.objects.filter(is_demo=True).values_list("email", flat=True))
    for account in DEMO_ACCOUNTS:
        if account.email not in known:
            _enter(account, at=at)
    for invitation in DEMO_INVITATIONS:
        if invitation.email not in known:
            _enter_invitation(invitation, at=at)


def _enter(account: DemoAccount, *, at: datetime) -> None:
    participant = Participant.objects.get(pk=account.participant)
    user = User.objects.create_user(
        account.email,
        DEMO_PASSWORD,
        full_name=account.full_name,
        participant=participant,
        role=account.role,
        language=_language_of(participant),
        time_zone=participant.time_zone,
        is_on_duty=account.is_on_duty,
        is_demo=True,
    )
    record("people.user.entered", subject=user, by=None, at=at, participant=participant.pk)
    subscriptions.give_the_first(user, by=None, at=at)


def _enter_invitation(invitation: DemoInvitation, *, at: datetime) -> None:
    """Keep an invitation that nobody is sent."""
    participant = Participant.objects.get(pk=invitation.participant)
    invited_at = at - timedelta(days=invitation.days_ago)
    person = User.objects.create_user(
        invitation.email,
        full_name=invitation.full_name,
        participant=participant,
        role=invitation.role,
        language=_language_of(participant),
        time_zone=participant.time_zone,
        is_active=False,
        is_demo=True,
    )
    Invitation.objects.create(
        person=person,
        participant=participant,
        role=invitation.role,
        invited_by=User.objects.get(email=invitation.invited_by),
        created_at=invited_at,
        sent_at=invited_at,
        expires_at=invited_at + INVITATION_LASTS,
    )
    record("people.user.entered", subject=person, by=None, at=at, participant=participant.pk)


def _language_of(participant: Participant) -> str:
    """Return the participant's first language that the portal speaks, else the portal's main one."""
    spoken = (code for code in participant.languages if code in settings.PORTAL_LANGUAGES_OFFERED)
    return next(spoken, settings.LANGUAGE_CODE)


@transaction.atomic
def _load_partner_system(at: datetime) -> None:
    """Register the client of docs/api.md; what it may do, its user's role says."""
    applications = get_application_model().objects
    if applications.filter(client_id=DEMO_CLIENT_ID).exists():
        return
    machine = _machine(at)
    application = applications.create(
        client_id=DEMO_CLIENT_ID,
        client_secret=DEMO_CLIENT_SECRET,  # stored as a hash
        client_type="confidential",
        authorization_grant_type="client-credentials",
        name=MACHINE_NAME,
        user=machine,
    )
    Credential.objects.create(application=application, created_at=at)
    PartnerSystem.objects.create(
        user=machine, scopes=[scope.name for scope in SCOPES], created_at=at, updated_at=at
    )


def _machine(at: datetime) -> User:
    participant = Participant.objects.get(pk=DEMO_CLIENT_PARTICIPANT)
    machine = User.objects.create_user(
        MACHINE_EMAIL,
        kind=UserKind.MACHINE,
        full_name=MACHINE_NAME,
        participant=participant,
        role=Role.READER,
        time_zone=participant.time_zone,
        is_demo=True,
    )
    record("people.user.entered", subject=machine, by=None, at=at, participant=participant.pk)
    return machine


def _load_apps(at: datetime) -> None:
    for app in sorted(settings.DOMAIN_APPS, key=ORDER.index):
        load_demo = getattr(import_module(f"{app}.portal"), "load_demo", None)
        if load_demo:
            load_demo(at=at)
