from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Max, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from meetings.models import ExpectedPaper, Meeting, Paper, PaperVersion
from meetings.queries.papers import visible_to
from meetings.rules import papers as rules
from meetings.services import paper_symbols
from meetings.services.refusals import require_now
from meetings.statuses.documents import (
    PAPERS,
    Access,
    PaperRelation,
    PaperStatus,
    TranslationState,
)
from ots_portal import lifecycle
from ots_portal.audit.services import changes_between, record
from ots_portal.documents import services as files
from ots_portal.documents.models import Document
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.people.models import User

_take_step = partial(lifecycle.take_step, lifecycle=PAPERS)
FACTS = ("kind", "titles", "item_id", "parent_id", "relation", "access")


@dataclass(frozen=True)
class PaperFacts:
    """What is said of a document before it is issued; ``relation`` "" where it belongs to no other one."""

    kind: str
    titles: dict[str, str]
    item_id: UUID | None = None
    parent_id: UUID | None = None
    relation: str = ""
    access: str = Access.MEMBERS


@transaction.atomic
def create(meeting: Meeting, facts: PaperFacts, *, by: User, at: datetime) -> Paper:
    """
    Begin a document of the meeting, for the participant of whoever does it.

    :raises Refused: unless ``rules.may_create``
    :raises WrongStatus: once the meeting is over
    :raises ValidationError: where item or parent are another meeting's, or the parent is not issued
    """
    require_now(rules.may_create(by, meeting))
    _check(meeting, facts, by=by)
    paper = Paper.objects.create(
        meeting=meeting,
        participant=by.participant,
        prepared_by=by,
        created_at=at,
        updated_at=at,
        **{name: getattr(facts, name) for name in FACTS},
    )
    _record("meetings.paper.drafted", paper, by=by, at=at, titles=facts.titles)
    return paper


def _check(meeting: Meeting, facts: PaperFacts, *, by: User) -> None:
    if facts.item_id and not meeting.agenda_items.filter(pk=facts.item_id).exists():
        raise ValidationError({"item": _("This item is not on the agenda of the meeting.")})
    if bool(facts.parent_id) != bool(facts.relation):
        raise ValidationError({"relation": _("Say to which document it belongs, and as what.")})
    if not facts.parent_id:
        return
    # One that they may not read is answered like one that is not there.
    parent = visible_to(by).filter(pk=facts.parent_id, meeting=meeting).first()
    if parent is None or parent.symbol is None:
        raise ValidationError(
            {"parent": _("It can belong to an issued document of this meeting only.")}
        )
    if parent.status != PaperStatus.ISSUED and facts.relation == PaperRelation.REVISION:
        raise ValidationError({"parent": _("This document was revised or withdrawn already.")})


@transaction.atomic
def update(paper: Paper, facts: PaperFacts, *, by: User, at: datetime, version: int) -> Paper:
    """
    Change what is said of a document that is not issued yet; ``version`` is the one the person saw.

    :raises Refused: unless ``rules.may_update``
    :raises WrongStatus: once it is issued, or submitted by another
    :raises StaleVersion: when somebody else has saved since
    :raises ValidationError: as ``create``
    """
    require_now(rules.may_update(by, paper))
    _check(paper.meeting, facts, by=by)
    _refuse_opening(paper, facts.access, by=by)
    before = {name: getattr(paper, name) for name in FACTS}
    changes = {name: getattr(facts, name) for name in FACTS}
    _claim(paper, version=version, at=at, changes=changes)
    _record("meetings.paper.updated", paper, by=by, at=at, changes=changes_between(before, changes))
    return paper


@transaction.atomic
def discard(paper: Paper, *, by: User, at: datetime) -> None:
    """
    Delete a draft that holds no file yet.

    :raises Refused: unless ``rules.may_update``
    :raises WrongStatus: once it is submitted, or holds a file
    """
    require_now(rules.may_update(by, paper))
    record("meetings.paper.discarded", subject=paper.meeting, by=by, at=at, titles=paper.titles)
    drafts = Paper.objects.filter(pk=paper.pk, status=PaperStatus.DRAFT, versions=None)
    if not drafts.delete()[0]:
        raise WrongStatus(_("A document that holds a file is withdrawn, not deleted."))


def _claim(paper: Paper, *, version: int, at: datetime, changes: dict[str, Any]) -> None:
    standing = Paper.objects.filter(pk=paper.pk, status=paper.status)
    moved = {"version": F("version") + 1, "updated_at": at, **changes}
    if standing.filter(version=version).update(**moved):
        paper.refresh_from_db()
        return
    current = Paper.objects.get(pk=paper.pk)
    if current.status != paper.status:
        raise WrongStatus(lifecycle.wrong_status_sentence(paper))
    raise StaleVersion(current)


# ── languages ───────────────────────────────────────────────────────────────────────────────────


def add_version(  # noqa: PLR0913 -- keywords only, each named where it is called
    paper: Paper, upload: Any, *, language: str, translation: str, by: User, at: datetime
) -> PaperVersion:
    """
    Add the document in a language; the file is checked first, and stays where this is refused after all.

    The original is given once. Of an issued document only translations are added, and the one before is
    kept; of a draft the file of a language takes the place of the one before. The same file sent twice is
    taken once.

    :raises Refused: unless ``rules.may_add_version``
    :raises NotAccepted: with a sentence about the file
    :raises ValidationError: a second original, or the original of an issued document
    """
    require_now(rules.may_add_version(by, paper))
    _refuse_original(paper, language=language, translation=translation)
    title = f"{paper.symbol or paper.title} ({language})"[:200]
    file = files.attach(paper, upload, title=title, by=by, at=at)
    return _placed(paper, file, language=language, translation=translation, by=by, at=at)


def _refuse_original(paper: Paper, *, language: str, translation: str) -> None:
    is_original = translation == TranslationState.NONE
    of_language = paper.versions.filter(language=language)
    if is_original and paper.is_fixed:
        raise ValidationError(
            {"translation": _("Its original is issued: this can only be a translation.")}
        )
    if is_original and paper.versions.exclude(language=language).filter(translation="none"):
        raise ValidationError({"translation": _("It has an original in another language already.")})
    if not is_original and of_language.filter(translation="none").exists():
        raise ValidationError({"language": _("The original is in this language.")})


@transaction.atomic
def _placed(  # noqa: PLR0913 -- keywords only, each named where it is called
    paper: Paper, file: Document, *, language: str, translation: str, by: User, at: datetime
) -> PaperVersion:
    # The row of the document is locked: two files of one language come one after the other.
    if not Paper.objects.filter(pk=paper.pk, status=paper.status).update(
        version=F("version") + 1, updated_at=at
    ):
        raise WrongStatus(lifecycle.wrong_status_sentence(paper))
    of_language = paper.versions.filter(language=language)
    latest = of_language.order_by("-revision").first()
    if latest and (latest.file_id, latest.translation) == (file.pk, translation):
        return latest  # it was sent twice
    if PaperVersion.objects.filter(file=file).exists():
        raise ValidationError({"file": _("This file is one of its languages already.")})
    if not paper.is_fixed:
        of_language.delete()
    last = of_language.aggregate(last=Max("revision"))["last"] or 0
    try:
        version = PaperVersion.objects.create(
            paper=paper,
            language=language,
            revision=last + 1,
            translation=translation,
            file=file,
            added_by=by,
            added_at=at,
        )
    except IntegrityError as error:
        raise ValidationError(
            {"translation": _("It has an original in another language already.")}
        ) from error
    paper.refresh_from_db()
    _record(
        "meetings.paper.language_added",
        paper,
        by=by,
        at=at,
        language=language,
        translation=str(translation),
        sha256=file.sha256,
    )
    return version


# ── steps ───────────────────────────────────────────────────────────────────────────────────────


def submit(paper: Paper, *, by: User, at: datetime) -> Paper:
    """
    Hand the document to the secretariat.

    :raises Refused: unless ``rules.may_submit``
    :raises WrongStatus: unless it is a draft with a language at least
    """
    require_now(rules.may_submit(by, paper))
    require_now(rules.ready_to_submit(paper))
    return _step(paper, "submit", by=by, at=at)


def send_back(paper: Paper, *, by: User, at: datetime, reason: str) -> Paper:
    """
    Give it back to its submitter, who can change it and submit it again.

    :raises Refused: unless ``rules.may_send_back``
    :raises WrongStatus: unless it is submitted
    """
    require_now(rules.may_send_back(by, paper))
    return _step(paper, "send_back", by=by, at=at, changes={"reason": reason})


@transaction.atomic
def issue(  # noqa: PLR0913 -- keywords only, each named where it is called
    paper: Paper,
    *,
    by: User,
    at: datetime,
    access: str = "",
    embargo_until: datetime | None = None,
    symbol: str = "",
) -> Paper:
    """
    Give it its symbol and open it to its readers, at once or when the embargo ends.

    ``access`` "" leaves what was asked for; ``symbol`` is that of a document issued outside the portal.
    A revision takes the place of what it revises when its readers have it, not before the embargo ends.

    :raises Refused: unless ``rules.may_issue``
    :raises WrongStatus: unless it is a draft or submitted, with an original whose scan is done
    :raises ValidationError: a symbol that is taken or of the portal's own form; an embargo in the past; more
        readers than its originator asked for
    """
    require_now(rules.may_issue(by, paper))
    require_now(rules.ready_to_issue(paper))
    _check_symbol(symbol)
    if paper.parent and paper.relation == PaperRelation.REVISION:
        _hold_what_is_revised(paper.parent, at=at)
    _refuse_opening(paper, access or paper.access, by=by)
    if embargo_until and embargo_until <= at:
        raise ValidationError({"embargo_until": _("The embargo would have ended already.")})
    changes = {
        "access": access or paper.access,
        "embargo_until": embargo_until,
        "issued_at": at,
        "symbol": symbol or paper_symbols.next_symbol(paper, at=at),
        "reason": "",
    }
    try:
        with transaction.atomic():
            issued = _step(paper, "issue", by=by, at=at, changes=changes, symbol=changes["symbol"])
    except IntegrityError as error:
        raise ValidationError({"symbol": _("This symbol is taken already.")}) from error
    if embargo_until is None:
        release(issued, at=at)
    return issued


def _hold_what_is_revised(parent: Paper, *, at: datetime) -> None:
    # The row is locked: of two revisions of one document only one is issued.
    standing = Paper.objects.filter(pk=parent.pk, status=PaperStatus.ISSUED)
    revisions = Paper.objects.filter(parent=parent, relation=PaperRelation.REVISION)
    if not standing.update(updated_at=at) or revisions.filter(status=PaperStatus.ISSUED).exists():
        raise WrongStatus(_("This document was revised or withdrawn already."))


def _refuse_opening(paper: Paper, access: str, *, by: User) -> None:
    """Whoever is not its originator may close it further, never open it: that takes its head and a second person."""
    order = list(Access.values)  # from the widest to the strictest
    is_wider = order.index(access) < order.index(paper.access)
    if is_wider and by.participant_id != paper.participant_id:
        raise ValidationError(
            {"access": _("Only its originator opens it to more readers: ask for a derestriction.")}
        )


def _check_symbol(symbol: str) -> None:
    if not symbol:
        return
    if Paper.objects.filter(symbol=symbol).exists():
        raise ValidationError({"symbol": _("This symbol is taken already.")})
    if paper_symbols.is_of_own_form(symbol):
        raise ValidationError(
            {
                "symbol": _(
                    "Symbols of this form are given by the portal, without a gap. Leave the field empty."
                )
            }
        )


def supersede(paper: Paper, *, at: datetime) -> Paper:
    """Mark a document whose revision was issued; a withdrawn one stays withdrawn."""
    if Paper.objects.get(pk=paper.pk).status != PaperStatus.ISSUED:
        return paper
    return _step(paper, "supersede", by=None, at=at)


def withdraw(paper: Paper, *, by: User, at: datetime, reason: str) -> Paper:
    """
    Take it back; its symbol is not given again.

    :raises Refused: unless ``rules.may_withdraw``
    :raises WrongStatus: once it is superseded or withdrawn
    """
    require_now(rules.may_withdraw(by, paper))
    return _step(paper, "withdraw", by=by, at=at, changes={"reason": reason}, reason=reason)


def _step(paper: Paper, verb: str, *, by: User | None, at: datetime, **more: Any) -> Paper:
    return _take_step(paper, verb, by=by, at=at, participant=paper.participant_id, **more)


# ── what a clock does ───────────────────────────────────────────────────────────────────────────


@transaction.atomic
def release(paper: Paper, *, at: datetime) -> bool:
    """Tell the readers of an issued document, once; whoever comes second changes nothing."""
    waiting = Paper.objects.filter(
        pk=paper.pk, status=PaperStatus.ISSUED, released_at=None
    ).exclude(embargo_until__gt=Now())
    if not waiting.update(released_at=at):
        return False
    paper.refresh_from_db()
    _record("meetings.paper.released", paper, by=None, at=at, symbol=paper.symbol)
    if paper.parent and paper.relation == PaperRelation.REVISION:
        supersede(paper.parent, at=at)
    return True


def work_through_instants(*, at: datetime) -> int:
    """Release what comes out of its embargo and note what is derestricted now; safe to run twice or late."""
    done = sum(release(paper, at=at) for paper in _out_of_embargo())
    return done + sum(_derestricted(paper, at=at) for paper in _opened())


def whose_instant_passed(_at: datetime) -> list[QuerySet[Paper]]:
    """Return all that ``work_through_instants`` would find."""
    return [_out_of_embargo(), _opened()]


def _out_of_embargo() -> QuerySet[Paper]:
    issued = Paper.objects.filter(status=PaperStatus.ISSUED)
    return issued.filter(released_at=None, embargo_until__lte=Now())


def _opened() -> QuerySet[Paper]:
    return Paper.objects.filter(derestricted_at=None, derestrict_at__lte=Now())


@transaction.atomic
def _derestricted(paper: Paper, *, at: datetime) -> bool:
    if not Paper.objects.filter(pk=paper.pk, derestricted_at=None).update(derestricted_at=at):
        return False
    paper.refresh_from_db()
    _record("meetings.paper.derestricted", paper, by=None, at=at, access=paper.derestrict_to)
    return True


# ── what a meeting needs ────────────────────────────────────────────────────────────────────────


@transaction.atomic
def expect(  # noqa: PLR0913 -- keywords only, each named where it is called
    meeting: Meeting,
    *,
    kind: str,
    languages: list[str],
    by: User,
    at: datetime,
    item_id: UUID | None = None,
) -> ExpectedPaper:
    """
    Say that the meeting needs a document of this kind, in these languages.

    :raises Refused: unless ``rules.may_expect``
    :raises ValidationError: where it is expected already
    """
    require_now(rules.may_expect(by, meeting))
    try:
        with transaction.atomic():
            wish = ExpectedPaper.objects.create(
                meeting=meeting, kind=kind, languages=languages, item_id=item_id, created_at=at
            )
    except IntegrityError as error:
        raise ValidationError({"kind": _("This document is expected already.")}) from error
    record(
        "meetings.paper.expected",
        subject=meeting,
        by=by,
        at=at,
        document_kind=kind,
        languages=languages,
    )
    return wish


@transaction.atomic
def expect_no_more(wish: ExpectedPaper, *, by: User, at: datetime) -> None:
    """
    Take it off the list of what the meeting needs.

    :raises Refused: unless ``rules.may_expect``
    """
    require_now(rules.may_expect(by, wish.meeting))
    record(
        "meetings.paper.expected_no_more",
        subject=wish.meeting,
        by=by,
        at=at,
        document_kind=wish.kind,
    )
    wish.delete()


def _record(kind: str, paper: Paper, *, by: User | None, at: datetime, **data: Any) -> None:
    record(kind, subject=paper, by=by, at=at, participant=paper.participant_id, **data)
