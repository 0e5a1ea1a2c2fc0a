import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from agreements.formats.keys import give_keys
from agreements.formats.numbering import shown_number
from agreements.formats.tree import CHAIR, Node, NodeBracket, ParsedText, Wording
from agreements.models import (
    Alternative,
    Bracket,
    Instrument,
    Provision,
    ProvisionText,
    TextImport,
    TextRevision,
)
from agreements.queries.languages import original_tag
from agreements.queries.text_rows import live_rows
from agreements.rules import text_imports as rules
from agreements.services import translation_imports
from agreements.services.imported_trees import (
    check_node,
    node_of,
    parsed_file,
    refuse_wrong_language,
    rows_of_nodes,
    told_of,
    tree_of,
)
from agreements.services.proposal_bases import follow_text
from agreements.services.revisions import begin_revision, freeze_held, hold_open
from agreements.services.standings import words_changed
from agreements.statuses import (
    AGREED_STATUSES,
    TEXT_IMPORTS,
    ImportStatus,
    ProvisionStatus,
    RevisionKind,
    RevisionStatus,
)
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.lifecycle import StaleVersion, WrongStatus, wrong_status_sentence
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.texts import fold
from ots_portal.texts.comparison import ParagraphChange, compare_paragraphs
from ots_portal.verdicts import require

_take_step = partial(lifecycle.take_step, lifecycle=TEXT_IMPORTS)
_AT_ONCE = 500
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
    refuse_wrong_language(parsed, language)
    for node in parsed.walk():
        check_node(node)
    earlier = TextImport.objects.filter(
        instrument=instrument, created_by=by, status=ImportStatus.READ, is_translation=False
    )
    earlier.delete()
    text_import = TextImport(
        instrument=instrument,
        name=name[-200:],
        language=language,
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


def _refuse_translation(instrument: Instrument, language: str) -> None:
    """Laid beside words of another language, everything would be new and everything gone."""
    has_text = Provision.objects.filter(instrument=instrument, is_live=True).exists()
    if has_text and original_tag(instrument) != language:
        sentence = _(
            "The present text is in another language. A translation cannot be taken in as a new text."
        )
        raise ValidationError({"file": sentence})


# ── what would become of the present text ───────────────────────────────────────────────────────


def nodes_beside(text_import: TextImport) -> list[Node]:
    """Return the tree that was read, with the keys of the present text where it says the same."""
    nodes = [node_of(told) for told in text_import.nodes]
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
    if text_import.is_translation:
        return translation_imports.take_in(
            text_import, instrument_version=instrument_version, by=by, at=at
        )
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
    words_changed(instrument, by=by, at=at)
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
    brackets: list[NodeBracket]


class _Writing:
    """Lays the tree over the provisions that there are: kept, changed, new, gone."""

    def __init__(self, instrument: Instrument, language: str, by: User, at: datetime) -> None:
        self.instrument, self.language, self.by, self.at = instrument, language, by, at
        known = Provision.objects.filter(instrument=instrument)
        known = known.prefetch_related("texts", "brackets")
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
        words.version += 1 if changed and words.provision_id else 0
        words.provision, words.heading, words.text = provision, node.heading, node.text
        provision.kind, provision.number, provision.parent = node.kind.value, node.number, holder
        provision.position, provision.is_live = len(self.planned) + 1, True
        brackets = self._new_brackets(node, found)
        self.planned.append(_Planned(provision, words, found is None, brackets))
        if is_changed:
            provision.updated_at = self.at
            provision.version += 0 if found is None else 1
        if found and (changed or brackets) and provision.status in AGREED_STATUSES:
            self.reopened.append(provision)
        if brackets and provision.status == ProvisionStatus.OPEN:
            provision.status = ProvisionStatus.BRACKETED
        return provision

    def _new_brackets(self, node: Node, found: Provision | None) -> list[NodeBracket]:
        """Return the brackets of the file that the provision does not have; what is kept of them stays as it is."""
        there = {
            bracket.quote
            for bracket in (found.brackets.all() if found else ())
            if bracket.language == self.language
        }
        return [
            bracket
            for bracket in node.brackets
            if bracket.quote not in there and node.text.count(bracket.quote) == 1
        ]

    def _words_of(self, found: Provision | None) -> ProvisionText:
        texts = found.texts.all() if found else ()
        words = next((text for text in texts if text.language == self.language), None)
        return words or ProvisionText(language=self.language)

    def check(self) -> None:
        agreed = [*self.reopened, *(p for p in self.gone if p.status in AGREED_STATUSES)]
        if agreed:
            sentence = _(
                "Agreed words would change: %(provisions)s. A State reopens them first; or bring the file into line."
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
        fields = ["kind", "number", "parent", "position", "status", "is_live", "version", "updated_at"]  # fmt: skip
        Provision.objects.bulk_update(kept, fields, batch_size=_AT_ONCE)
        words = [planned.words for planned in self.planned]
        ProvisionText.objects.bulk_create(
            words,
            batch_size=_AT_ONCE,
            update_conflicts=True,
            unique_fields=["provision", "language"],
            update_fields=["heading", "text", "version"],
        )
        self._write_brackets()

    def _write_brackets(self) -> None:
        """Put the wordings of the file on the table, each with the States that it names, or the chair."""
        bracketed = [planned for planned in self.planned if planned.brackets]
        parties = known_parties() if bracketed else {}
        for planned in bracketed:
            provision = planned.provision
            last = max((one.position for one in provision.brackets.all()), default=0)
            for position, told in enumerate(planned.brackets, start=last + 1):
                bracket = Bracket.objects.create(
                    provision=provision, language=self.language, position=position, quote=told.quote
                )
                for place, wording in enumerate(told.wordings):
                    _write_alternative(bracket, place, wording, parties)


def _write_alternative(
    bracket: Bracket, place: int, wording: Wording, parties: dict[str, Participant]
) -> None:
    sponsors = {parties[fold(name)] for name in wording.by if fold(name) in parties}
    alternative = Alternative.objects.create(
        bracket=bracket,
        label=shown_number(place + 1, "upperLetter"),
        text=wording.text,
        is_deletion=wording.is_deletion,
        # Whoever is not known here is not put in anybody's place: the chair keeps the wording on the table.
        is_by_chair=CHAIR in wording.by or not sponsors,
    )
    alternative.sponsors.set(sponsors)


def known_parties() -> dict[str, Participant]:
    """Return the participants by all that files call them: our code, their country's codes, their names."""
    found: dict[str, Participant] = {}
    for participant in Participant.objects.all():
        names = [*participant.names.values(), *participant.official_names.values()]
        codes = [participant.slug, participant.iso3 or "", participant.iso2 or ""]
        for name in (*codes, *names):
            found.setdefault(fold(name), participant)
    found.pop("", None)
    return found


def _names(provisions: list[Provision]) -> str:
    names = [name for name, _count in Counter(map(str, provisions)).items()]
    shown = ", ".join(names[:_NAMED])
    return f"{shown} …" if len(names) > _NAMED else shown
