import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from agreements.formats.keys import give_keys
from agreements.formats.reading import read_text
from agreements.formats.tree import FormatError, Kind, Node, ParsedText
from agreements.models import (
    Bracket,
    Instrument,
    Provision,
    ProvisionText,
    TextImport,
    TextRevision,
)
from agreements.queries.text_rows import Row, live_rows
from agreements.rules import text_imports as rules
from agreements.services.proposal_bases import follow_text
from agreements.services.revisions import begin_revision, freeze_held, hold_open
from agreements.statuses import (
    AGREED_STATUSES,
    TEXT_IMPORTS,
    ImportStatus,
    RevisionKind,
    RevisionStatus,
)
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.lifecycle import StaleVersion, WrongStatus, wrong_status_sentence
from ots_portal.people.models import User
from ots_portal.texts.comparison import ParagraphChange, compare_paragraphs
from ots_portal.texts.fields import MAX_LENGTH, validate_plain_text
from ots_portal.verdicts import require

_take_step = partial(lifecycle.take_step, lifecycle=TEXT_IMPORTS)
_AT_ONCE = 500
LONGEST_HEADING = 300
LONGEST_NUMBER = 20
_NAMED = 5


# ── reading ─────────────────────────────────────────────────────────────────────────────────────


def read_in(  # noqa: PLR0913 -- keywords only, each named where it is called
    instrument: Instrument, *, name: str, content: bytes, language: str, by: User, at: datetime
) -> TextImport:
    """
    Read a file and keep what was found until somebody says that it becomes the text.

    What the same person read before and did not take in gives way.

    :raises Refused: unless ``rules.may_read_in``
    :raises ValidationError: at ``file``, with a sentence, when it cannot be read
    """
    require(rules.may_read_in(by, instrument))
    _refuse_translation(instrument, language)
    parsed = parsed_file(content, name)
    return keep_parsed(instrument, parsed, name=name, language=language, by=by, at=at)


@transaction.atomic
def keep_parsed(  # noqa: PLR0913 -- keywords only, each named where it is called
    instrument: Instrument, parsed: ParsedText, *, name: str, language: str, by: User, at: datetime
) -> TextImport:
    """
    Keep a tree that was read, as ``read_in`` does.

    :raises Refused: unless ``rules.may_read_in``
    :raises ValidationError: at ``file``, when it holds what the portal cannot keep
    """
    require(rules.may_read_in(by, instrument))
    _refuse_translation(instrument, language)
    for node in parsed.walk():
        _check(node)
    earlier = TextImport.objects.filter(instrument=instrument, created_by=by, revision=None)
    earlier.delete()
    text_import = TextImport(
        instrument=instrument,
        name=name[-200:],
        language=language,
        title=parsed.title,
        summary=parsed.summary,
        nodes=[_told(node) for node in parsed.nodes],
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


def parsed_file(content: bytes, name: str) -> ParsedText:
    """:raises ValidationError: at ``file``, with the sentence that says what is wrong with it"""
    try:
        parsed = read_text(content, name)
    except FormatError as error:
        raise ValidationError({"file": str(error)}) from error
    return parsed


def _refuse_translation(instrument: Instrument, language: str) -> None:
    """Laid beside words of another language, everything would be new and everything gone."""
    present = _language_of_text(instrument)
    if present and present != language:
        sentence = _(
            "The present text is in another language. A translation cannot be taken in as a new text."
        )
        raise ValidationError({"file": sentence})


def _language_of_text(instrument: Instrument) -> str:
    """Return in which language most of the present text is; of two alike that of its revision."""
    texts = ProvisionText.objects.filter(
        provision__instrument=instrument, provision__is_live=True
    ).order_by()
    counts = dict(texts.values_list("language").annotate(Count("pk")))
    revision = TextRevision.objects.filter(instrument=instrument).order_by("-number").first()
    worked_in = revision.language if revision else ""
    return max(counts, key=lambda code: (counts[code], code == worked_in), default="")


def _check(node: Node) -> None:
    """Refuse what the portal cannot keep; a heading that is too long is rather a text."""
    if len(node.heading) > LONGEST_HEADING:
        node.text = f"{node.heading}\n{node.text}".strip()
        node.heading = ""
    node.number = node.number[:LONGEST_NUMBER]
    if len(node.text) > MAX_LENGTH:
        sentence = _(
            "The provision in line %(line)s has more than %(limit)s letters. Break it into paragraphs."
        )
        raise ValidationError({"file": sentence % {"line": node.line, "limit": MAX_LENGTH}})
    try:
        validate_plain_text(node.heading)
        validate_plain_text(node.text)
    except ValidationError as error:
        sentence = _("Line %(line)s: %(problem)s")
        told = {"line": node.line, "problem": " ".join(error.messages)}
        raise ValidationError({"file": sentence % told}) from error


def _told(node: Node) -> dict[str, Any]:
    return {
        "kind": node.kind.value,
        "number": node.number,
        "heading": node.heading,
        "text": node.text,
        "line": node.line,
        "key": node.key,
        "children": [_told(child) for child in node.children],
    }


def _node(told: dict[str, Any]) -> Node:
    children = [_node(child) for child in told["children"]]
    own = {name: told[name] for name in ("number", "heading", "text", "line", "key")}
    return Node(Kind(told["kind"]), children=children, **own)


# ── what would become of the present text ───────────────────────────────────────────────────────


def nodes_beside(text_import: TextImport) -> list[Node]:
    """Return the tree that was read, with the keys of the present text where it says the same."""
    nodes = [_node(told) for told in text_import.nodes]
    rows = live_rows(text_import.instrument, text_import.language)
    if not rows:
        return nodes
    for node in (node for root in nodes for node in root.walk()):
        node.key = ""
    gone = Provision.objects.filter(instrument=text_import.instrument, is_live=False)
    give_keys(nodes, tree_of(rows), gone.values_list("key", flat=True))
    return nodes


def changes_by(text_import: TextImport) -> list[ParagraphChange]:
    """Return what becomes of each provision of the present text when the file is taken in."""
    before = [row.keyed for row in live_rows(text_import.instrument, text_import.language)]
    after = [row.keyed for row in rows_of_nodes(nodes_beside(text_import))]
    return compare_paragraphs(before, after)


def tree_of(rows: Iterable[Row]) -> list[Node]:
    """Return the roots of the tree that the rows tell of."""
    roots: list[Node] = []
    holders: list[Node] = []
    for row in rows:
        node = Node(Kind(row.kind), row.number, row.heading, row.text, key=row.key)
        holders = holders[: row.depth]
        (holders[-1].children if holders else roots).append(node)
        holders.append(node)
    return roots


def rows_of_nodes(nodes: list[Node], depth: int = 0) -> Iterator[Row]:
    for node in nodes:
        yield Row(node.key, node.kind.value, node.number, node.heading, node.text, depth)
        yield from rows_of_nodes(node.children, depth + 1)


# ── taking in ───────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def take_in(
    text_import: TextImport, *, instrument_version: int, by: User, at: datetime
) -> TextImport:
    """
    Make what was read the text: the revision that was worked on is frozen as it stood, a new one begins.

    ``instrument_version`` is that of the instrument beside which the file was seen.

    :raises Refused: unless ``rules.may_take_in``
    :raises WrongStatus: when it was taken in already, or the instrument is past negotiation
    :raises StaleVersion: when the text changed since the file was seen beside it
    :raises ValidationError: when an agreed provision would change, or bracketed words would be gone
    """
    require(rules.may_take_in(by, text_import))
    instrument = text_import.instrument
    _hold_as_seen(text_import, instrument_version, at=at)
    _refuse_translation(instrument, text_import.language)
    nodes = nodes_beside(text_import)
    writing = _Writing(instrument, text_import.language, by, at)
    writing.plan(nodes)
    writing.check()
    revision = _new_revision(text_import, by=by, at=at)
    _take_step(text_import, "take_in", by=by, at=at, changes={"revision": revision})
    writing.write()
    follow_text(instrument, at=at)
    return text_import


def _hold_as_seen(text_import: TextImport, version: int, *, at: datetime) -> None:
    """Lock the instrument; one who looked at another text than stands now did not decide of this one."""
    if text_import.status != ImportStatus.READ:
        raise WrongStatus(wrong_status_sentence(text_import))
    hold_open(text_import.instrument, at=at)
    instrument = Instrument.objects.get(pk=text_import.instrument_id)
    if instrument.version != version + 1:  # holding it counted one on
        raise StaleVersion(instrument)


def _new_revision(text_import: TextImport, *, by: User, at: datetime) -> TextRevision:
    """Return the revision to write into: what was worked on stays, unless nothing was written yet."""
    instrument = text_import.instrument
    worked_on = TextRevision.objects.filter(
        instrument=instrument, status=RevisionStatus.WORKING
    ).first()
    has_text = Provision.objects.filter(instrument=instrument, is_live=True).exists()
    if worked_on and not has_text:
        TextRevision.objects.filter(pk=worked_on.pk).update(language=text_import.language)
        return worked_on
    if worked_on:
        freeze_held(worked_on, by=by, at=at)
    kind = RevisionKind.ROLLING if has_text else RevisionKind.ZERO_DRAFT
    return begin_revision(instrument, kind=kind, by=by, at=at, language=text_import.language)


@dataclass
class _Planned:
    provision: Provision
    words: ProvisionText
    is_new: bool


class _Writing:
    """Lays the tree over the provisions that there are: kept, changed, new, gone."""

    def __init__(self, instrument: Instrument, language: str, by: User, at: datetime) -> None:
        self.instrument, self.language, self.by, self.at = instrument, language, by, at
        known = Provision.objects.filter(instrument=instrument).prefetch_related("texts")
        self.known = {provision.key: provision for provision in known}
        self.planned: list[_Planned] = []
        self.reopened: list[Provision] = []
        self.revived: list[Provision] = []
        self.gone: list[Provision] = []

    def plan(self, nodes: list[Node]) -> None:
        self._plan(nodes, None)
        kept = {planned.provision.key for planned in self.planned}
        self.gone = [p for p in self.known.values() if p.is_live and p.key not in kept]

    def _plan(self, nodes: list[Node], holder: Provision | None) -> None:
        for node in nodes:
            provision = self._one(node, holder)
            self._plan(node.children, provision)

    def _one(self, node: Node, holder: Provision | None) -> Provision:
        found = self.known.get(node.key)
        provision = found or Provision(
            id=uuid.uuid4(), instrument=self.instrument, key=node.key, created_at=self.at, created_by=self.by
        )  # fmt: skip
        words = self._words_of(found)
        changed = (words.heading, words.text) != (node.heading, node.text)
        is_changed = (
            found is None or changed or provision.number != node.number or not found.is_live
        )
        if found and not found.is_live:
            self.revived.append(found)
        words.provision, words.heading, words.text = provision, node.heading, node.text
        provision.kind, provision.number, provision.parent = node.kind.value, node.number, holder
        provision.position, provision.is_live = len(self.planned) + 1, True
        self.planned.append(_Planned(provision, words, found is None))
        if is_changed:
            provision.updated_at = self.at
            provision.version += 0 if found is None else 1
        if found and changed and provision.status in AGREED_STATUSES:
            self.reopened.append(provision)
        return provision

    def _words_of(self, found: Provision | None) -> ProvisionText:
        texts = found.texts.all() if found else ()
        words = next((text for text in texts if text.language == self.language), None)
        return words or ProvisionText(language=self.language)

    def check(self) -> None:
        agreed = [*self.reopened, *(p for p in self.gone if p.status in AGREED_STATUSES)]
        if agreed:
            sentence = _(
                "Agreed words would change: %(provisions)s. Set them to open first, or bring the file into line."
            )
            raise ValidationError(sentence % {"provisions": _names(agreed)})
        self._check_brackets()

    def _check_brackets(self) -> None:
        """Brackets stand in any language: those of what goes are lost, whatever language the file is in."""
        planned = {one.provision.pk: one for one in self.planned}
        live = Q(provision__is_live=True) | Q(provision__in=self.revived)
        brackets = Bracket.objects.filter(live, provision__instrument=self.instrument)
        lost = [
            bracket.provision
            for bracket in brackets.select_related("provision")
            if not (found := planned.get(bracket.provision_id))
            or self._words_in(found, bracket.language).count(bracket.quote) != 1
        ]
        if lost:
            sentence = _(
                "Words in brackets would be gone: %(provisions)s. They must stand once in the text that is taken in."
            )
            raise ValidationError(sentence % {"provisions": _names(lost)})

    def _words_in(self, planned: _Planned, language: str) -> str:
        """Return what the provision's text will be in a language; the file changes one of them."""
        if language == self.language:
            return planned.words.text
        texts = planned.provision.texts.all()
        return next((words.text for words in texts if words.language == language), "")

    def write(self) -> None:
        # First all go, then those of the new text come: two must never stand in one place.
        # Whoever is writing into one that goes must be told: it counts as changed. What is kept is set below.
        Provision.objects.filter(instrument=self.instrument, is_live=True).update(
            is_live=False, version=F("version") + 1, updated_at=self.at
        )
        new = [planned.provision for planned in self.planned if planned.is_new]
        Provision.objects.bulk_create(new, batch_size=_AT_ONCE)
        kept = [planned.provision for planned in self.planned if not planned.is_new]
        fields = ["kind", "number", "parent", "position", "is_live", "version", "updated_at"]
        Provision.objects.bulk_update(kept, fields, batch_size=_AT_ONCE)
        words = [planned.words for planned in self.planned]
        ProvisionText.objects.bulk_create(
            words,
            batch_size=_AT_ONCE,
            update_conflicts=True,
            unique_fields=["provision", "language"],
            update_fields=["heading", "text"],
        )


def _names(provisions: list[Provision]) -> str:
    names = [name for name, _count in Counter(map(str, provisions)).items()]
    shown = ", ".join(names[:_NAMED])
    return f"{shown} …" if len(names) > _NAMED else shown
