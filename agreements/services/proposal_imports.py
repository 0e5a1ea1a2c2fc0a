"""Tracked changes that a capital made in Word become drafts of its delegation."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agreements.formats.docx_changes import TrackedDocument, read_changes
from agreements.formats.docx_writing import WordProvision
from agreements.formats.tree import FormatError
from agreements.formats.word_proposals import Unassigned, WhyNot, assign
from agreements.models import Instrument, Proposal, ProposalImport, Provision, TextRevision
from agreements.queries.anchors import Words
from agreements.queries.text_rows import Row, live_provisions, rows_of
from agreements.rules import proposal_imports as rules
from agreements.services import proposals
from agreements.statuses import PROPOSAL_IMPORTS, ProposalImportStatus
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.people.models import User
from ots_portal.texts.fields import MAX_LENGTH
from ots_portal.verdicts import require

_take_step = partial(lifecycle.take_step, lifecycle=PROPOSAL_IMPORTS)


def read_in(  # noqa: PLR0913 -- keywords only, each named where it is called
    instrument: Instrument,
    *,
    name: str,
    content: bytes,
    revision: TextRevision | None,
    by: User,
    at: datetime,
) -> ProposalImport:
    """
    Read a Word document with tracked changes, and keep what it proposes until somebody makes drafts of it.

    The text it was made of is the one whose hash its footer has, else ``revision``. What the same person read before
    and made nothing of gives way.

    :raises Refused: unless ``rules.may_read_in``
    :raises WrongStatus: unless the instrument is under negotiation
    :raises ValidationError: at ``file`` or ``revision``, with a sentence
    """
    require(rules.may_read_in(by, instrument))
    document = _read(content)
    base, is_found = _base_of(instrument, document, revision)
    if not document.change_count:
        sentence = _("The document has no tracked changes. Changes that were accepted are not seen any more.")  # fmt: skip
        raise ValidationError({"file": sentence})
    words = [_word(row) for row in rows_of(base)]
    found, unassigned = assign(document, words, base.language).told()
    return _keep(
        instrument, base, name=name, is_found=is_found, found=found, unassigned=unassigned, by=by, at=at
    )  # fmt: skip


@transaction.atomic
def _keep(  # noqa: PLR0913 -- keywords only, each named where it is called
    instrument: Instrument,
    base: TextRevision,
    *,
    name: str,
    is_found: bool,
    found: list[dict[str, Any]],
    unassigned: list[dict[str, Any]],
    by: User,
    at: datetime,
) -> ProposalImport:
    proposals.hold(instrument)
    waiting = ProposalImport.objects.filter(instrument=instrument, created_by=by)
    waiting.filter(status=ProposalImportStatus.READ).delete()
    kept = ProposalImport(
        instrument=instrument,
        participant=by.participant,
        revision=base,
        is_found_by_hash=is_found,
        name=name[-200:],
        language=base.language,
        found=found,
        unassigned=unassigned,
        created_at=at,
        updated_at=at,
        created_by=by,
    )
    kept.save(force_insert=True)
    told = {"instrument": str(instrument.pk)}
    record("agreements.proposal_import.read", subject=kept, by=by, at=at, **told)
    return kept


def _read(content: bytes) -> TrackedDocument:
    try:
        return read_changes(content)
    except FormatError as error:
        raise ValidationError({"file": str(error)}) from error


def _base_of(
    instrument: Instrument, document: TrackedDocument, revision: TextRevision | None
) -> tuple[TextRevision, bool]:
    """Return the text that the document was made of, and whether its footer says so."""
    hashes = list(dict.fromkeys(document.hashes))
    known = {
        one.sha256: one
        for one in TextRevision.objects.filter(instrument=instrument, sha256__in=hashes)
    }
    if len(known) > 1:
        sentence = _("This document compares two revisions. Write your changes into the document of one revision.")  # fmt: skip
        raise ValidationError({"file": sentence})
    if known:
        base = next(iter(known.values()))
        if revision and revision.pk != base.pk:
            sentence = _("The footer of the document names another text: %(revision)s.")
            raise ValidationError({"revision": sentence % {"revision": base}})
        return base, True
    if revision is None:
        sentence = _("The footer of the document names no revision of this agreement: choose the text it was made of.")  # fmt: skip
        raise ValidationError({"revision": sentence})
    return revision, False


def _word(row: Row) -> WordProvision:
    return WordProvision(row.key, row.kind, row.number, row.heading, row.text, row.depth)


@transaction.atomic
def make_drafts(proposal_import: ProposalImport, *, by: User, at: datetime) -> ProposalImport:
    """
    Make a draft of everything that was found; what cannot be one is added to what could not be assigned.

    :raises Refused: unless ``rules.may_make_drafts``
    :raises WrongStatus: when it was done already, or the instrument is not under negotiation
    """
    require(rules.may_make_drafts(by, proposal_import))
    proposals.hold(proposal_import.instrument)
    making = _Making(proposal_import, by, at)
    refused = [one for told in proposal_import.found if (one := making.make(told))]
    changes = {"unassigned": [*proposal_import.unassigned, *refused]}
    _take_step(proposal_import, "make_drafts", by=by, at=at, changes=changes, count=making.count)
    return proposal_import


class _Making:
    """Makes drafts of one document: on the present words where they fit, else on those of its revision."""

    def __init__(self, proposal_import: ProposalImport, by: User, at: datetime) -> None:
        self.proposal_import, self.by, self.at = proposal_import, by, at
        self.instrument = proposal_import.instrument
        self.live = {one.key: one for one in live_provisions(self.instrument)}
        self.rows = {row.key: row for row in rows_of(proposal_import.revision)}
        self.count = 0

    def make(self, told: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return None of what became a draft, else why it did not."""
        try:
            with transaction.atomic():
                self._draft(told)
        except ValidationError as error:
            text = (
                f"{told['text'] or told['quote'] or told['heading']} — {' '.join(error.messages)}"
            )
            return vars(Unassigned(0, text[:500], WhyNot.REFUSED.value))
        self.count += 1
        return None

    def _draft(self, told: Mapping[str, Any]) -> Proposal:
        row = self.rows.get(told["key"])
        older = (self.proposal_import.revision, Words(row.heading, row.text) if row else Words())
        if len(told["text"]) > MAX_LENGTH or len(told["quote"]) > MAX_LENGTH:
            sentence = _("The words are longer than a provision may be.")
            raise ValidationError({"text": sentence})
        return proposals.draft(
            self.instrument,
            by=self.by,
            at=self.at,
            note=told["note"],
            imported_from=self.proposal_import,
            older=older,
            op=told["op"],
            provision=self._provision(told["key"]),
            other=self._provision(told["other"]),
            placement=told["placement"],
            new_kind=told["kind"],
            new_number=told["number"],
            language=self.proposal_import.language,
            quote=told["quote"],
            heading=told["heading"],
            text=told["text"],
            rationale="",
        )

    def _provision(self, key: str) -> Provision | None:
        """:raises ValidationError: when the provision went from the text since"""
        if not key:
            return None
        if key not in self.live:
            raise ValidationError(_("The provision is no part of the present text any more."))
        return self.live[key]
