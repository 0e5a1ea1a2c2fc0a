import hashlib
import json
from datetime import datetime
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import Bracket, FrozenProvision, Instrument, TextRevision
from agreements.queries.text_rows import depths_of, live_provisions
from agreements.rules import revisions as rules
from agreements.services.silent_texts import refuse_while_silent
from agreements.services.standings import words_changed
from agreements.statuses import (
    CLEAN_KINDS,
    DRAFTING_STATUSES,
    REVISIONS,
    RevisionKind,
    RevisionStatus,
)
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.lifecycle import WrongStatus, wrong_status_sentence
from ots_portal.people.models import User
from ots_portal.verdicts import require

_take_step = partial(lifecycle.take_step, lifecycle=REVISIONS)
_AT_ONCE = 500


@transaction.atomic
def open_revision(
    instrument: Instrument, *, kind: str, by: User, at: datetime, language: str = ""
) -> TextRevision:
    """
    Begin a revision: from now on the text may be changed.

    ``language`` is that of the text; empty: that of the revision before.

    :raises Refused: unless ``rules.may_open_revision``
    :raises WrongStatus: unless the instrument is mandated or under negotiation, and while one is worked on
    """
    require(rules.may_open_revision(by, instrument))
    hold_open(instrument, at=at)
    revision = begin_revision(instrument, kind=kind, by=by, at=at, language=language)
    # In another language other words are negotiated: what States said of them is asked anew.
    if revision.base and revision.base.language != revision.language:
        words_changed(instrument, by=by, at=at)
    return revision


def begin_revision(
    instrument: Instrument, *, kind: str, by: User | None, at: datetime, language: str = ""
) -> TextRevision:
    """
    Begin a revision of an instrument that is held; rules are asked by whoever calls.

    :raises WrongStatus: while one is worked on, and while the text is under silence
    """
    refuse_while_silent(instrument)
    if TextRevision.objects.filter(instrument=instrument, status=RevisionStatus.WORKING).exists():
        raise WrongStatus(
            _("A revision is being worked on. Freeze it before you open the next one.")
        )
    last = TextRevision.objects.filter(instrument=instrument).order_by("-number").first()
    revision = TextRevision(
        instrument=instrument,
        number=last.number + 1 if last else 1,
        kind=kind,
        base=last,
        language=language or (last.language if last else "en"),
        created_at=at,
        updated_at=at,
        created_by=by,
    )
    revision.full_clean()
    revision.save(force_insert=True)
    record(
        "agreements.revision.opened",
        subject=revision,
        by=by,
        at=at,
        instrument=str(instrument.pk),
        number=revision.number,
    )
    return revision


@transaction.atomic
def freeze(revision: TextRevision, *, by: User, at: datetime) -> TextRevision:
    """
    Keep the text as it stands for good, under the hash of its words; the revision frozen before gives way.

    :raises Refused: unless ``rules.may_freeze``
    :raises WrongStatus: when it is frozen already, or the instrument is past negotiation
    :raises ValidationError: when there is no text, or a bracket in what is to be a clean one
    """
    require(rules.may_freeze(by, revision))
    hold_open(revision.instrument, at=at)
    return freeze_held(revision, by=by, at=at)


def freeze_held(revision: TextRevision, *, by: User, at: datetime) -> TextRevision:
    """Freeze a revision of an instrument that is held; rules are asked by whoever calls."""
    frozen = list(_copies(revision))
    if not frozen:
        raise ValidationError(_("There is no text to freeze: write or import one first."))
    if revision.kind in CLEAN_KINDS:
        _refuse_brackets(revision)
    digest = digest_of(frozen)
    before = TextRevision.objects.filter(
        instrument_id=revision.instrument_id, status=RevisionStatus.FROZEN
    ).first()
    _take_step(
        revision, "freeze", by=by, at=at, changes={"sha256": digest, "frozen_at": at}, sha256=digest
    )
    FrozenProvision.objects.bulk_create(frozen, batch_size=_AT_ONCE)
    if before:
        supersede(before, by=by, at=at)
    return revision


def _refuse_brackets(revision: TextRevision) -> None:
    """A clean text is clean: the portal keeps none with a bracket in it under that name."""
    brackets = Bracket.objects.filter(
        provision__instrument=revision.instrument_id, provision__is_live=True
    ).count()
    if brackets:
        sentence = ngettext(
            "%(count)s bracket is still open: a clean text has none.",
            "%(count)s brackets are still open: a clean text has none.",
            brackets,
        )
        raise ValidationError(sentence % {"count": brackets})


def supersede(revision: TextRevision, *, by: User, at: datetime) -> TextRevision:
    """Let a frozen revision give way to the one that was frozen now; nobody decides it."""
    return _take_step(revision, "supersede", by=by, at=at)


def hold_open(instrument: Instrument, *, at: datetime) -> None:
    """Lock the instrument first: it must not be closed while its text changes."""
    rows = Instrument.objects.filter(pk=instrument.pk, status__in=DRAFTING_STATUSES)
    if rows.update(version=F("version") + 1, updated_at=at) != 1:
        raise WrongStatus(wrong_status_sentence(instrument))


def working_revision(instrument: Instrument, *, by: User | None, at: datetime) -> TextRevision:
    """
    Return the revision that is worked on; the first one begins with the first words.

    :raises WrongStatus: when the last one is frozen
    """
    newest = TextRevision.objects.filter(instrument=instrument).order_by("-number").first()
    if newest is None:
        return begin_revision(instrument, kind=RevisionKind.ROLLING, by=by, at=at)
    if not newest.is_working:
        sentence = _("The text is frozen as revision %(number)s. Open a new revision to change it.")
        raise WrongStatus(sentence % {"number": newest.number})
    return newest


def digest_of(frozen: list[FrozenProvision]) -> str:
    """Return the hash of all words, with keys, numbers and order: what "the same text" means."""
    told = [
        [one.provision.key, one.kind, one.number, one.depth, one.language, one.heading, one.text]
        for one in frozen
    ]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def _copies(revision: TextRevision) -> list[FrozenProvision]:
    provisions = live_provisions(revision.instrument)
    depths = depths_of(provisions)
    return [
        FrozenProvision(
            revision=revision,
            provision=provision,
            position=provision.position,
            depth=depths[provision.pk],
            kind=provision.kind,
            number=provision.number,
            status=provision.status,
            language=words.language,
            heading=words.heading,
            text=words.text,
        )
        for provision in provisions
        for words in provision.texts.all()
    ]
