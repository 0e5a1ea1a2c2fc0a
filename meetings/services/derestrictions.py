"""Opening a document to more readers: the originator's head asks, a second person agrees."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from meetings.models import Derestriction, Paper
from meetings.models.papers import PLACED
from meetings.queries.papers import question_of
from meetings.rules import papers as rules
from meetings.services.refusals import require_now
from meetings.statuses.documents import Access
from ots_portal.audit.services import record
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import User
from ots_portal.verdicts import require

_ORDER = tuple(Access.values)  # from the widest to the strictest


@transaction.atomic
def ask_to_derestrict(  # noqa: PLR0913 -- keywords only, each named where it is called
    paper: Paper, *, access: str, takes_effect_at: datetime, reason: str, by: User, at: datetime
) -> Derestriction:
    """
    Ask that the document be opened to more readers at an instant, at once where it is past.

    :raises Refused: unless ``rules.may_ask_to_derestrict``
    :raises WrongStatus: unless it is issued, or while another question waits
    :raises ValidationError: where nobody would be added
    """
    require(rules.may_ask_to_derestrict(by, paper))
    # The row is locked: two heads cannot ask at once.
    if not Paper.objects.filter(pk=paper.pk, status__in=PLACED).update(updated_at=at):
        raise WrongStatus(_("Only an issued document is opened to more readers."))
    # One that is agreed and still to come is only replaced by an earlier one.
    to_come = Paper.objects.filter(pk=paper.pk, derestrict_at__gt=Now())
    if question_of(paper) or to_come.filter(derestrict_at__lt=takes_effect_at).exists():
        raise WrongStatus(_("That it be opened to more readers is asked for already."))
    if _ORDER.index(access) >= _ORDER.index(_now_open_to(paper)):
        raise ValidationError({"access": _("It is open to them already: choose more readers.")})
    question = Derestriction.objects.create(
        paper=paper, access=access, takes_effect_at=takes_effect_at, reason=reason, by=by, at=at
    )
    _record("meetings.paper.derestriction_asked", paper, by=by, at=at, access=access, reason=reason)
    return question


def _now_open_to(paper: Paper) -> str:
    return min(paper.access, paper.derestrict_to or paper.access, key=_ORDER.index)


def derestrict(question: Derestriction, *, reason: str, by: User, at: datetime) -> Paper:
    """
    Agree, as the second person: from the instant that was asked for the document is open to them.

    :raises Refused: unless ``rules.may_derestrict``; with the code ``same_person`` to whoever asked
    :raises WrongStatus: when it was answered already, or the document withdrawn since
    """
    require_now(rules.may_derestrict(by, question))
    paper = question.paper
    with transaction.atomic():
        _answer(question, is_agreed=True, reason=reason, by=by, at=at)
        # What an earlier one has opened already stays open until this one takes effect.
        opened = Paper.objects.filter(pk=paper.pk, derestrict_at__lte=Now())
        opened.update(access=F("derestrict_to"))
        standing = Paper.objects.filter(pk=paper.pk, status__in=PLACED)
        if not standing.update(
            derestrict_at=question.takes_effect_at,
            derestrict_to=question.access,
            derestricted_at=None,
            version=F("version") + 1,
            updated_at=at,
        ):
            raise WrongStatus(_("Only an issued document is opened to more readers."))
        paper.refresh_from_db()
        _record(
            "meetings.paper.derestriction_agreed",
            paper,
            by=by,
            at=at,
            access=question.access,
            takes_effect_at=question.takes_effect_at.isoformat(),
            reason=reason,
        )
    return paper


@transaction.atomic
def decline_to_derestrict(question: Derestriction, *, reason: str, by: User, at: datetime) -> Paper:
    """
    Leave the document as it is.

    :raises Refused: unless ``rules.may_answer``
    :raises WrongStatus: when it was answered already
    """
    require_now(rules.may_answer(by, question))
    _answer(question, is_agreed=False, reason=reason, by=by, at=at)
    _record("meetings.paper.derestriction_declined", question.paper, by=by, at=at, reason=reason)
    return question.paper


def _answer(
    question: Derestriction, *, is_agreed: bool, reason: str, by: User, at: datetime
) -> None:
    try:
        with transaction.atomic():
            Derestriction.objects.create(
                paper=question.paper,
                answers=question,
                is_agreed=is_agreed,
                access=question.access,
                takes_effect_at=question.takes_effect_at,
                reason=reason,
                by=by,
                at=at,
            )
    except IntegrityError as error:
        raise WrongStatus(_("Somebody else has answered this already.")) from error


def _record(kind: str, paper: Paper, *, by: User, at: datetime, **data: str) -> None:
    record(kind, subject=paper, by=by, at=at, participant=paper.participant_id, **data)
