"""Tying two records together, and untying them."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from ots_portal.audit.services import record as record_entry
from ots_portal.crossrefs import queries, rules
from ots_portal.crossrefs.models import CrossReference, Relation
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict, require


@transaction.atomic
def tie(
    record: models.Model,
    *,
    to: models.Model,
    relation: str = Relation.CONCERNS,
    by: User,
    at: datetime,
) -> CrossReference:
    """
    Say that ``record`` has to do with ``to``; each is shown at the other from now on.

    :raises Refused: unless ``rules.may_tie``
    :raises ValidationError: when ``to`` is the record itself, or nothing that the person may read and tie to
    :raises WrongStatus: when they are tied in this way already, or the record cannot be changed any more
    """
    _require_now(rules.may_tie(by, record))
    if (record._meta.label_lower, record.pk) == (to._meta.label_lower, to.pk):
        raise ValidationError({"to": _("A record is not tied to itself: choose another one.")})
    if queries.record_of(to._meta.label_lower, to.pk, by) is None:
        raise ValidationError({"to": _("There is no such record, or you may not read it.")})
    reference = CrossReference(
        from_type=record._meta.label_lower, from_id=record.pk, to_type=to._meta.label_lower,
        to_id=to.pk, relation=relation, created_by=by, created_at=at,
    )  # fmt: skip
    reference.clean_fields()
    _insert(reference)
    _record("crossrefs.tie.made", reference, by=by, at=at)
    return reference


def _insert(reference: CrossReference) -> None:
    try:
        with transaction.atomic():
            reference.save(force_insert=True)
    except IntegrityError as error:
        raise WrongStatus(_("These two are tied in this way already.")) from error


@transaction.atomic
def untie(reference: CrossReference, *, by: User, at: datetime) -> None:
    """
    Remove a tie; both records stay as they are.

    :raises Refused: unless ``rules.may_untie``
    :raises WrongStatus: when somebody else was faster, or the record cannot be changed any more
    """
    _require_now(rules.may_untie(by, reference))
    key = reference.pk
    deleted, _rows = CrossReference.objects.filter(pk=key).delete()
    if not deleted:
        raise WrongStatus(_("This tie is not there any more: somebody else has removed it."))
    _record("crossrefs.tie.removed", reference, by=by, at=at)


def _record(kind: str, reference: CrossReference, *, by: User, at: datetime) -> None:
    record_entry(
        kind, subject=reference, by=by, at=at, relation=reference.relation,
        from_type=reference.from_type, from_id=str(reference.from_id),
        to_type=reference.to_type, to_id=str(reference.to_id),
    )  # fmt: skip


def _require_now(verdict: Verdict) -> None:
    """:raises WrongStatus: where nobody may, as things stand"""
    if verdict.code == "wrong_status":
        raise WrongStatus(str(verdict.reason))
    require(verdict)
