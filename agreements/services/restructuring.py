"""Provisions that come, go, move, part and join; the keys of those that stay survive, and the others keep theirs."""

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from agreements.formats.keys import key_for
from agreements.formats.tree import Kind, Node
from agreements.models import Bracket, Instrument, Provision, ProvisionText
from agreements.services.standings import refuse_if_agreed
from agreements.statuses import INNER_KINDS, Placement
from ots_portal.audit.services import record
from ots_portal.people.models import User

_AT_ONCE = 500


def insert_provision(  # noqa: PLR0913 -- keywords only, each named where it is called
    instrument: Instrument,
    *,
    beside: Provision | None,
    placement: str,
    kind: str,
    number: str,
    language: str,
    heading: str,
    text: str,
    by: User,
    at: datetime,
) -> Provision:
    """
    Put a new provision into the text of an instrument that is held; ``beside`` None: at the end of the text.

    :raises WrongStatus: when it would stand in an article that is agreed
    :raises ValidationError: when the words cannot be kept
    """
    holder = _holder(beside, placement)
    _refuse_inside_agreed(kind, holder)
    live = live_of(instrument)
    taken = Provision.objects.filter(instrument=instrument).values_list("key", flat=True)
    of_kind = sum(one.kind == kind and one.parent_id == (holder and holder.pk) for one in live)
    node = Node(Kind(kind), number, heading, text)
    key = key_for(node, above=holder.key if holder else "", place=of_kind + 1, taken=taken)
    provision = Provision(
        instrument=instrument, key=key, kind=kind, number=number, parent=holder, position=0, is_live=False, created_at=at,
        updated_at=at, created_by=by,
    )  # fmt: skip
    provision.save(force_insert=True)
    words = ProvisionText(provision=provision, language=language, heading=heading, text=text)
    words.full_clean()
    words.save(force_insert=True)
    _arrange(_placed(live, [provision], beside, placement))
    provision.refresh_from_db()
    _tell(provision, "agreements.provision.inserted", by=by, at=at)
    return provision


def delete_provision(provision: Provision, *, by: User, at: datetime) -> None:
    """
    Take a provision, and what stands under it, out of the text; its keys are not given again.

    :raises WrongStatus: when agreed words would be gone
    :raises ValidationError: when words in brackets would be gone
    """
    gone = subtree_of(provision, live_of(provision.instrument))
    refuse_agreed(gone)
    if Bracket.objects.filter(provision__in=gone).exists():
        raise ValidationError(_("Words in brackets would be gone. Settle the brackets first."))
    rows = Provision.objects.filter(pk__in=[one.pk for one in gone])
    rows.update(is_live=False, version=F("version") + 1, updated_at=at)
    for one in gone:
        _tell(one, "agreements.provision.deleted", by=by, at=at)


def move_provision(
    provision: Provision, *, beside: Provision, placement: str, by: User, at: datetime
) -> None:
    """
    Let a provision, with what stands under it, stand elsewhere in the text.

    :raises WrongStatus: when an article would lose or get a paragraph that is agreed
    :raises ValidationError: when it would stand inside itself
    """
    live = live_of(provision.instrument)
    moved = subtree_of(provision, live)
    if beside.pk in {one.pk for one in moved}:
        raise ValidationError({"other": _("A provision does not move into itself.")})
    rest = [one for one in live if one not in moved]
    holder = _holder(beside, placement)
    if provision.kind in INNER_KINDS:
        refuse_agreed([provision])
    _refuse_inside_agreed(provision.kind, holder)
    Provision.objects.filter(pk=provision.pk).update(
        parent=holder, version=F("version") + 1, updated_at=at
    )
    _arrange(_placed(rest, moved, beside, placement))
    provision.refresh_from_db()
    _tell(provision, "agreements.provision.moved", by=by, at=at)


def absorb_provision(provision: Provision, other: Provision, *, by: User, at: datetime) -> None:
    """
    Let ``other`` go, whose words ``provision`` has taken up; what stood under it stands under that one.

    :raises WrongStatus: when its words are agreed
    :raises ValidationError: when words in brackets would be gone
    """
    refuse_agreed([other])
    if Bracket.objects.filter(provision=other).exists():
        raise ValidationError(_("Words in brackets would be gone. Settle the brackets first."))
    live = live_of(provision.instrument)
    orphans = [one for one in subtree_of(other, live) if one.pk != other.pk]
    Provision.objects.filter(pk=other.pk).update(
        is_live=False, version=F("version") + 1, updated_at=at
    )
    Provision.objects.filter(parent=other, is_live=True).update(
        parent=provision, version=F("version") + 1, updated_at=at
    )
    if orphans:
        going = {other.pk, *(one.pk for one in orphans)}
        rest = [one for one in live if one.pk not in going]
        _arrange(_placed(rest, orphans, provision, Placement.INSIDE))
    _tell(other, "agreements.provision.deleted", by=by, at=at)


def refuse_agreed(provisions: Iterable[Provision]) -> None:
    """:raises WrongStatus: naming the first whose words, or whose article's, are agreed"""
    for one in provisions:
        refuse_if_agreed(one)


def _refuse_inside_agreed(kind: str, holder: Provision | None) -> None:
    """:raises WrongStatus: when a paragraph would come into what is agreed; an article may come into a chapter"""
    if holder and kind in INNER_KINDS:
        refuse_if_agreed(holder)


def live_of(instrument: Instrument) -> list[Provision]:
    rows = Provision.objects.filter(instrument=instrument, is_live=True)
    return list(rows.order_by("position"))


def subtree_of(provision: Provision, live: Iterable[Provision]) -> list[Provision]:
    """Return the provision and all that stands under it, in the order of reading."""
    inside = {provision.pk}
    found = []
    for one in live:
        if one.pk in inside or one.parent_id in inside:
            inside.add(one.pk)
            found.append(one)
    return found


def are_neighbours(one: Provision, other: Provision, live: Iterable[Provision]) -> bool:
    """Return whether two provisions of one kind stand one behind the other, held by the same one."""
    if other.kind != one.kind:
        return False
    beside = [each.pk for each in live if each.parent_id == one.parent_id]
    return any({one.pk, other.pk} == set(pair) for pair in pairwise(beside))


def _holder(beside: Provision | None, placement: str) -> Provision | None:
    if beside is None:
        return None
    return beside if placement == Placement.INSIDE else beside.parent


def _placed(
    rest: list[Provision], moved: list[Provision], beside: Provision | None, placement: str
) -> list[Provision]:
    """Return all in their new order: ``moved`` behind, before or at the end of what stands in ``rest``."""
    if beside is None:
        return [*rest, *moved]
    index = next(i for i, one in enumerate(rest) if one.pk == beside.pk)
    if placement != Placement.BEFORE:
        index += len(subtree_of(beside, rest))
    return [*rest[:index], *moved, *rest[index:]]


def _arrange(ordered: list[Provision]) -> None:
    """Count the places anew; two must never stand in one, so those that change it step aside first."""
    shifted = [
        (place, one)
        for place, one in enumerate(ordered, start=1)
        if one.position != place or not one.is_live
    ]
    for begin in range(0, len(shifted), _AT_ONCE):
        keys = [one.pk for _place, one in shifted[begin : begin + _AT_ONCE]]
        Provision.objects.filter(pk__in=keys).update(is_live=False)
    for place, one in shifted:
        one.position, one.is_live = place, True
    rows: list[Any] = [one for _place, one in shifted]
    Provision.objects.bulk_update(rows, ["position", "is_live"], batch_size=_AT_ONCE)


def _tell(provision: Provision, kind: str, *, by: User, at: datetime) -> None:
    record(kind, subject=provision, by=by, at=at, instrument=str(provision.instrument_id))
