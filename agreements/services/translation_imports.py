"""A file with a translation is laid beside the text: by number and structure, with what found no place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agreements.formats.alignment import Alignment, align
from agreements.formats.tree import Node, ParsedText
from agreements.models import (
    Bracket,
    Instrument,
    LanguageText,
    Provision,
    ProvisionText,
    TextImport,
)
from agreements.queries import languages as queries
from agreements.queries.languages import SideRow
from agreements.queries.text_rows import live_rows
from agreements.rules import language_texts as rules
from agreements.services.imported_trees import (
    check_node,
    node_of,
    parsed_file,
    refuse_wrong_language,
    told_of,
    tree_of,
)
from agreements.services.proposal_bases import follow_text
from agreements.services.translations import count_words_on, hold_written
from agreements.statuses import TEXT_IMPORTS, ImportStatus
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.lifecycle import StaleVersion, WrongStatus, wrong_status_sentence
from ots_portal.people.models import User
from ots_portal.verdicts import require

_AT_ONCE = 500


def read_translation_in(
    language_text: LanguageText, *, name: str, content: bytes, by: User, at: datetime
) -> TextImport:
    """
    Read a translation and keep what was found until somebody says that it is taken in.

    What the same person read before of this language and did not take in gives way.

    :raises Refused: unless ``rules.may_read_translation_in``
    :raises ValidationError: at ``file``, when it cannot be read or is in another language; when there is no text to
        lay it beside
    """
    require(rules.may_read_translation_in(by, language_text))
    return keep_translation(language_text, parsed_file(content, name), name=name, by=by, at=at)


@transaction.atomic
def keep_translation(
    language_text: LanguageText, parsed: ParsedText, *, name: str, by: User, at: datetime
) -> TextImport:
    """Keep a tree that was read, as ``read_translation_in`` does."""
    require(rules.may_read_translation_in(by, language_text))
    instrument, tag = language_text.instrument, language_text.tag
    refuse_wrong_language(parsed, tag)
    for node in parsed.walk():
        check_node(node)
    if not Provision.objects.filter(instrument=instrument, is_live=True).exists():
        raise ValidationError({"file": _("There is no text yet that it could be laid beside.")})
    waiting = TextImport.objects.filter(instrument=instrument, status=ImportStatus.READ)
    waiting.filter(created_by=by, language=tag, is_translation=True).delete()
    text_import = TextImport(
        instrument=instrument,
        name=name[-200:],
        language=tag,
        is_translation=True,
        title=parsed.title,
        summary=parsed.summary,
        nodes=[told_of(node) for node in parsed.nodes],
        remarks=[
            {"line": r.line, "text": r.text, "reason": r.reason.value} for r in parsed.remarks
        ],
        created_at=at,
        updated_at=at,
        created_by=by,
    )
    text_import.save(force_insert=True)
    told = {"instrument": str(instrument.pk)}
    record("agreements.text_import.read", subject=text_import, by=by, at=at, **told)
    return text_import


def version_of(text_import: TextImport) -> LanguageText:
    """Return the language version that a translation is for."""
    versions = queries.versions_of(text_import.instrument)
    return next(version for version in versions if version.tag == text_import.language)


@dataclass(frozen=True)
class Beside:
    """A provision of the text, and what of the file is laid beside it; None where nothing is."""

    row: SideRow
    node: Node | None

    @property
    def is_changed(self) -> bool:
        cell, node = self.row.cells[0], self.node
        return node is not None and (cell.heading, cell.text) != (node.heading, node.text)


def laid_beside(text_import: TextImport) -> tuple[list[Beside], list[Node]]:
    """Return each provision with its translation in the file, and what of the file found no place."""
    instrument = text_import.instrument
    original = queries.original_tag(instrument)
    rows = queries.side_by_side(instrument, [text_import.language], original=original)
    aligned = _aligned(text_import, instrument, original)
    found = {one.key: other for one, other in aligned.pairs}
    return [Beside(row, found.get(row.provision.key)) for row in rows], aligned.left_over


def _aligned(text_import: TextImport, instrument: Instrument, original: str) -> Alignment:
    roots = tree_of(live_rows(instrument, original))
    return align(roots, [node_of(told) for told in text_import.nodes])


@transaction.atomic
def take_in(
    text_import: TextImport, *, instrument_version: int, by: User, at: datetime
) -> TextImport:
    """
    Write a translation beside the text, provision by provision; what it does not have stays as it stands.

    :raises Refused: unless ``rules.may_read_translation_in``
    :raises WrongStatus: when it was taken in already, the language is certified or the instrument authenticated
    :raises StaleVersion: when the original or the translation changed since the file was seen beside it
    :raises ValidationError: when bracketed words would be gone
    """
    if text_import.status != ImportStatus.READ:
        raise WrongStatus(wrong_status_sentence(text_import))
    language_text = version_of(text_import)
    require(rules.may_read_translation_in(by, language_text))
    hold_written(language_text, at=at)
    instrument = Instrument.objects.get(pk=text_import.instrument_id)
    if instrument.version != instrument_version:
        raise StaleVersion(instrument)
    beside, _left_over = laid_beside(text_import)
    _refuse_lost_brackets(beside, text_import.language)
    written = _write(beside, text_import.language)
    count_words_on(language_text)
    lifecycle.take_step(text_import, "take_in", lifecycle=TEXT_IMPORTS, by=by, at=at)
    record(
        "agreements.language_text.taken_in",
        subject=language_text,
        by=by,
        at=at,
        file=str(text_import.pk),
        provisions=written,
    )
    follow_text(instrument, at=at)
    return text_import


def _refuse_lost_brackets(beside: Sequence[Beside], tag: str) -> None:
    found = {one.row.provision.pk: one for one in _with_words(beside)}
    for bracket in Bracket.objects.filter(language=tag, provision__in=found):
        one = found[bracket.provision_id]
        if one.node and one.node.text.count(bracket.quote) != 1:
            sentence = _("Words in brackets would be gone: %(provisions)s. They must stand once in the text that is taken in.")  # fmt: skip
            raise ValidationError(sentence % {"provisions": one.row.provision})


def _with_words(beside: Sequence[Beside]) -> list[Beside]:
    """Return those of which the file has words: of the others what stands stays."""
    return [one for one in beside if one.node and (one.node.heading or one.node.text)]


def _write(beside: Sequence[Beside], tag: str) -> int:
    """Write what the file has of each provision; returns how many provisions that are."""
    known = {
        words.provision_id: words
        for words in ProvisionText.objects.filter(
            language=tag, provision__in=[one.row.provision for one in beside]
        )
    }
    words = [_words(one, known, tag) for one in _with_words(beside)]
    ProvisionText.objects.bulk_create(
        words,
        batch_size=_AT_ONCE,
        update_conflicts=True,
        unique_fields=["provision", "language"],
        update_fields=["heading", "text", "made_from", "version"],
    )
    return len(words)


def _words(one: Beside, known: dict[UUID, ProvisionText], tag: str) -> ProvisionText:
    assert one.node
    provision = one.row.provision
    words = known.get(provision.pk)
    words = words or ProvisionText(provision=provision, language=tag, version=0)
    words.heading, words.text = one.node.heading, one.node.text
    words.made_from = one.row.original.sha256
    words.version += 1
    return words
