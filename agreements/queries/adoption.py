"""What is read of a text's adoption and authentication: whoever reads the instrument reads them."""

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from agreements.models import (
    Adoption,
    AdoptionAct,
    AdReferendum,
    Authentication,
    AuthenticationAct,
    Instrument,
)
from agreements.queries import Reader, visible_to


def _of_readable(user: Reader) -> Exists:
    return Exists(visible_to(user).order_by().filter(pk=OuterRef("instrument")))


def adoptions_visible_to(user: Reader) -> QuerySet[Adoption]:
    return _with_acts(Adoption.objects.filter(_of_readable(user)))


def authentications_visible_to(user: Reader) -> QuerySet[Authentication]:
    found = Authentication.objects.filter(_of_readable(user)).select_related("instrument")
    acts = AuthenticationAct.objects.select_related("participant")
    return found.prefetch_related(Prefetch("acts", acts))


def adoption_of(instrument: Instrument) -> Adoption | None:
    return _with_acts(Adoption.objects.filter(instrument=instrument)).first()


def adoption_of_present_text(instrument: Instrument) -> Adoption | None:
    """
    Return the record of how the text was adopted, unless it is about an earlier one.

    What was recorded before the text went back, and was closed anew, says nothing of the present words; whoever
    saves it again says that it does.
    """
    adoption = adoption_of(instrument)
    standing = AdReferendum.objects.filter(instrument=instrument, ended_at=None).first()
    if adoption is None or standing is None or adoption.updated_at >= standing.closed_at:
        return adoption
    return None


def authentication_of(instrument: Instrument) -> Authentication | None:
    acts = AuthenticationAct.objects.select_related("participant")
    found = Authentication.objects.filter(instrument=instrument)
    return found.prefetch_related(Prefetch("acts", acts)).first()


def _with_acts(found: QuerySet[Adoption]) -> QuerySet[Adoption]:
    acts = AdoptionAct.objects.select_related("participant")
    return found.select_related("instrument").prefetch_related(Prefetch("acts", acts))
