"""Series of meetings and their rules of procedure."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from meetings.models import Series
from meetings.rules import series as rules
from ots_portal.audit.services import changes_between, record
from ots_portal.lifecycle import StaleVersion
from ots_portal.people.models import User
from ots_portal.verdicts import require

NAMING = ("code", "kind", "names", "working_languages")
RULES = (
    "rules_source", "quorum_rule", "quorum_number", "decision_rule", "invite_days", "document_days",
    "minutes_days", "comment_days", "silence_hours",
)  # fmt: skip


@transaction.atomic
def create(
    facts: dict[str, Any],
    *,
    by: User,
    at: datetime,
    submission_key: uuid.UUID | None = None,
) -> Series:
    """
    Enter a series; ``facts`` has the keys of NAMING, the working languages where they are known.

    A form that was submitted twice makes one.

    :raises Refused: unless ``rules.may_create``
    :raises ValidationError: with a code that is taken
    """
    require(rules.may_create(by))
    if submission_key and (earlier := _submitted_before(by, submission_key)):
        return earlier
    series = Series(
        **{name: facts[name] for name in NAMING if name in facts},
        submission_key=submission_key,
        created_by=by,
        created_at=at,
        updated_at=at,
    )
    series.full_clean(exclude=["created_by"])
    series.save(force_insert=True)
    record("meetings.series.entered", subject=series, by=by, at=at, code=series.code)
    return series


def _submitted_before(by: User, key: uuid.UUID) -> Series | None:
    # Two submissions of one form wait for each other here (on SQLite by its IMMEDIATE transactions).
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    return Series.objects.filter(created_by=by, submission_key=key).first()


@transaction.atomic
def update(
    series: Series, facts: dict[str, Any], *, by: User, at: datetime, version: int
) -> Series:
    """
    Change its code, kind or names, or its rules of procedure; ``facts`` has some of NAMING and RULES.

    :raises Refused: unless ``rules.may_update``, and ``rules.may_set_rules`` where a rule is among them
    :raises StaleVersion: when somebody else has saved since
    :raises ValidationError: with a sentence beside each field
    """
    require(rules.may_update(by, series))
    if set(RULES) & set(facts):
        require(rules.may_set_rules(by, series))
    rows = Series.objects.filter(pk=series.pk)
    if not rows.filter(version=version).update(version=F("version") + 1, updated_at=at):
        raise StaleVersion(rows.get())
    series.refresh_from_db()
    names = sorted({*NAMING, *RULES} & set(facts))
    before = {name: getattr(series, name) for name in names}
    for name in names:
        setattr(series, name, facts[name])
    series.full_clean(exclude=["created_by"])
    series.save()
    after = {name: getattr(series, name) for name in names}
    changes = changes_between(before, after)
    record("meetings.series.updated", subject=series, by=by, at=at, changes=changes)
    return series


def hold(series_pk: uuid.UUID) -> None:
    """Two meetings of one series that are convened at once get their numbers one after the other."""
    Series.objects.filter(pk=series_pk).update(version=F("version"))
