"""What entering an act of a State has in common: the day is not to come, and the row is checked."""

from datetime import date, datetime
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.models import Correction, Instrument, Registration
from agreements.models.treaty_acts import TreatyAct
from ots_portal.lifecycle import WrongStatus, wrong_status_sentence
from ots_portal.people.models import User

Act = TypeVar("Act", bound=TreatyAct | Correction | Registration)


def enter(act: Act, *, by: User, at: datetime) -> Act:
    """Keep a new act; :raises ValidationError: where the row is not possible."""
    act.created_at, act.updated_at, act.created_by = at, at, by
    act.full_clean()
    act.save(force_insert=True)
    return act


def refuse_days_to_come(at: datetime, **days: date | None) -> None:
    """:raises ValidationError: naming each day that is later than today"""
    today = timezone.localdate(at)
    wrong = {name: day for name, day in days.items() if day and day > today}
    if wrong:
        raise ValidationError({name: _("The day lies in the future.") for name in wrong})


def hold(instrument: Instrument, statuses: tuple[str, ...], *, at: datetime) -> None:
    """
    Lock the treaty's row while something is decided about it.

    :raises WrongStatus: unless it stands in one of ``statuses``
    """
    rows = Instrument.objects.filter(pk=instrument.pk, status__in=statuses)
    if rows.update(updated_at=at) != 1:
        raise WrongStatus(wrong_status_sentence(instrument))


# Of an act; whoever keeps a longer one says so.
_LONGEST_REASON = 500


def checked_reason(reason: str, *, limit: int = _LONGEST_REASON) -> str:
    """:raises ValidationError: when nothing is said, or more than ``limit`` characters"""
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Say why.")})
    if len(reason) > limit:
        sentence = _("At most %(limit)s characters are taken; these are %(count)s.")
        raise ValidationError({"reason": sentence % {"limit": limit, "count": len(reason)}})
    return reason


def checked_texts(texts: dict[str, str], field: str = "texts") -> dict[str, str]:
    """
    Return what is said, by language, with nothing empty in it.

    :raises ValidationError: when nothing is said in any language
    """
    said = {language: text.strip() for language, text in texts.items() if text.strip()}
    if not said:
        raise ValidationError({field: _("Write it in one language at least.")})
    return said
