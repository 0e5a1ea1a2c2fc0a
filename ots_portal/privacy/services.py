"""A person is forgotten, asks for it, or takes a copy of what the portal knows of them."""

from datetime import datetime
from functools import partial
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from ots_portal import plugs
from ots_portal.audit.services import record
from ots_portal.lifecycle import WrongStatus
from ots_portal.notifications.models import Attempt, Delivery, DeliveryStatus
from ots_portal.people.models import User
from ots_portal.privacy import mails, queries, rules, traces
from ots_portal.privacy.models import ForgetReason
from ots_portal.verdicts import require


@transaction.atomic
def forget(person: User, *, reason: str, by: User, at: datetime) -> User:
    """
    Remove whatever says who the person is; row and id stay for the records that point to them.

    Name and address become placeholders, second factors, addresses, tokens and sessions go, mails that
    wait are withdrawn. The audit names nobody, so its chain is not touched. It cannot be undone.

    :raises Refused: unless ``rules.may_forget``
    :raises WrongStatus: when somebody else was faster
    """
    require(rules.may_forget(by, person))
    email, name = person.email, person.full_name
    sessions = traces.sessions_of(person)  # found by the address, so before it is gone
    rows = User.objects.filter(pk=person.pk, is_active=False, forgotten_at=None)
    if rows.update(**_nobody(person, at=at)) != 1:
        raise WrongStatus(_("This person has been forgotten already, or may sign in again."))
    for session in sessions:
        session.delete()
    for belongings in traces.belongings_of(person):
        belongings.delete()
    _withdraw_messages(person, at=at)
    for data in plugs.personal_data.values():
        if data.erase:
            data.erase(person, at)
    record(
        "people.user.forgotten",
        subject=person,
        by=by,
        at=at,
        participant=person.participant_id,
        reason=str(ForgetReason(reason)),
    )
    transaction.on_commit(partial(_remove_mails, email, name))
    person.refresh_from_db()
    return person


@transaction.atomic
def forget_never_joined(before: datetime, limit: int, *, at: datetime) -> int:
    """Forget at most so many people whose invitation ended unused before that moment; return how many."""
    people = list(queries.never_joined(before).order_by("pk")[:limit])
    for person in people:
        rows = queries.never_joined(before).filter(pk=person.pk)
        if rows.update(**_nobody(person, at=at)):
            person.invitations.all().delete()
            _withdraw_messages(person, at=at)
            transaction.on_commit(partial(_remove_mails, person.email, person.full_name))
    return len(people)


def _nobody(person: User, *, at: datetime) -> dict[str, object]:
    return {
        # RFC 2606, 2: no address under .invalid can ever exist.
        "email": f"{person.pk}@forgotten.invalid",
        "full_name": "",
        "password": make_password(None),
        "last_login": None,
        "language": settings.LANGUAGE_CODE,
        "time_zone": "UTC",
        "is_on_duty": False,
        "rights_version": F("rights_version") + 1,
        "forgotten_at": at,
    }


def _withdraw_messages(person: User, *, at: datetime) -> None:
    own = Delivery.objects.filter(recipient=person)
    open_ones = (DeliveryStatus.WAITING, DeliveryStatus.UNKNOWN)
    own.filter(status__in=open_ones).update(
        status=DeliveryStatus.WITHDRAWN, finished_at=at, lease_until=None, lease_token=None
    )
    # A mail server's answer often repeats the address.
    Attempt.objects.filter(delivery__recipient=person).update(detail="")


def _remove_mails(email: str, name: str) -> None:
    mails.remove_those_that_name(Path(settings.PORTAL_MAIL_FOLDER), (email, name))


@transaction.atomic
def ask_to_be_forgotten(*, by: User, at: datetime) -> None:
    """
    Tell the administrators that the person wants to be forgotten.

    :raises Refused: unless ``rules.may_ask_to_be_forgotten``
    :raises WrongStatus: when the person has asked already
    """
    require(rules.may_ask_to_be_forgotten(by))
    User.objects.filter(pk=by.pk).update(rights_version=F("rights_version"))  # one at a time
    if queries.request_of(by):
        raise WrongStatus(_("You have asked already: the administrators know."))
    record("people.user.asked_to_be_forgotten", subject=by, by=by, at=at)


@transaction.atomic
def take_copy(person: User, *, by: User, at: datetime) -> None:
    """
    Write down that the copy is taken; the caller then streams it.

    :raises Refused: unless ``rules.may_take_copy``
    """
    require(rules.may_take_copy(by, person))
    record(
        "people.user.copy_taken", subject=person, by=by, at=at, participant=person.participant_id
    )
