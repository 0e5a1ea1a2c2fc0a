"""
The tree as Akoma Ntoso 3.0 (OASIS LegalDocML): one document for each language, a work with several expressions.

A bill until the treaty is signed, an act after. Keys are the identifiers (eId and wId), words in brackets carry their
alternatives with @alternativeTo, and what is written here comes back as the same tree (``akoma_ntoso``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lxml import etree

from agreements.formats.akoma_ntoso import EMPTY, FINAL, LISTED, OWN_WORDS
from agreements.formats.tree import Kind, Node, NodeBracket

NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
CONTENT_TYPE = "application/akn+xml"
SECRETARIAT = "secretariat"
_ELEMENTS = {
    Kind.PART: "part",
    Kind.CHAPTER: "chapter",
    Kind.SECTION: "section",
    Kind.ARTICLE: "article",
    Kind.PARAGRAPH: "paragraph",
    Kind.POINT: "point",
    Kind.SUBPOINT: "point",
}
_ITEMS = frozenset({Kind.POINT, Kind.SUBPOINT})
# What is read with paragraphs under it: words of its own are marked as such.
_HOLDING = frozenset({Kind.PART, Kind.CHAPTER, Kind.SECTION, Kind.ARTICLE, Kind.ANNEX})


@dataclass(frozen=True)
class Entry:
    """Somebody or something that the document refers to: a State, a role, a concept."""

    key: str
    name: str


@dataclass(frozen=True)
class Event:
    """A moment in the life of the text; ``number`` is the revision's."""

    number: int
    on_date: date
    name: str


@dataclass(frozen=True)
class WorkStep:
    """A step on the way of the text: who took it (SECRETARIAT, or a party's code), and what came of it."""

    on_date: date
    by: str
    outcome: Entry


@dataclass(frozen=True)
class Expression:
    """One language of the text: ``code`` by ISO 639-2 ("eng", "uzb-Cyrl"), ``tag`` as pages have it."""

    code: str
    tag: str
    is_authentic: bool


@dataclass(frozen=True)
class Document:
    """All that stands in one file; ``original`` is the language in which the text was negotiated."""

    code: str
    subtype: str
    title: str
    is_act: bool
    expression: Expression
    original: Expression
    others: Sequence[Expression]
    revision: int
    work_date: date
    text_date: date
    written_date: date
    nodes: Sequence[Node]
    parties: Sequence[Entry] = ()
    roles: Sequence[Entry] = ()
    concepts: Sequence[Entry] = ()
    statuses: dict[str, str] = field(default_factory=dict)  # key of a provision → its status
    events: Sequence[Event] = ()
    steps: Sequence[WorkStep] = ()

    @property
    def name(self) -> str:
        return "act" if self.is_act else "bill"

    @property
    def work(self) -> str:
        return f"/akn/un/{self.name}/{self.subtype}/ots/{self.work_date.year}/{self.code}"

    def address_of(self, expression: Expression) -> str:
        return f"{self.work}/{expression.code}@{self.text_date.isoformat()}"


def write_akoma_ntoso(document: Document) -> bytes:
    """Return the document as XML in UTF-8, valid against the schema of OASIS."""
    root = etree.Element(f"{{{NAMESPACE}}}akomaNtoso", nsmap={None: NAMESPACE})
    _Writer(document).write(root)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=False))


def _add(parent: Any, called: str, /, **attributes: str) -> Any:
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{called}")
    for key, value in attributes.items():
        if value:
            # "class", "as" and "type" are no names of arguments.
            element.set(key.rstrip("_"), value)
    return element


@dataclass
class _Writer:
    document: Document
    bracket_count: int = 0
    empty_count: int = 0

    def write(self, root: Any) -> None:
        document = self.document
        main = _add(root, document.name, name=document.subtype, contains="singleVersion")
        self._meta(main, "main", document.title)
        preface = _add(_add(_add(main, "preface"), "longTitle"), "p")
        _add(preface, "docTitle").text = _clean(document.title)
        recitals = [n for n in document.nodes if n.kind == Kind.PREAMBLE_RECITAL]
        final = [n for n in document.nodes if n.kind == Kind.FINAL_CLAUSE]
        annexes = [n for n in document.nodes if n.kind == Kind.ANNEX]
        apart = {Kind.PREAMBLE_RECITAL, Kind.FINAL_CLAUSE, Kind.ANNEX}
        if recitals:
            holder = _add(_add(main, "preamble"), "recitals", eId="recs")
            for node in recitals:
                self._boxed(holder, "recital", node)
        body = _add(main, "body")
        self._hierarchy(body, [n for n in document.nodes if n.kind not in apart], None)
        if final:
            holder = _add(main, "conclusions")
            for node in final:
                self._boxed(holder, "blockContainer", node, class_=FINAL)
        if annexes:
            holder = _add(main, "attachments")
            for place, node in enumerate(annexes, start=1):
                self._annex(holder, node, place)

    # ── what holds what ─────────────────────────────────────────────────────────────────────────

    def _hierarchy(self, parent: Any, nodes: Iterable[Node], holder: Kind | None) -> None:
        for node in nodes:
            name = _element_name(node.kind, holder)
            more = {"name": node.kind.value} if name == "hcontainer" else {}
            element = _add(parent, name, **self._identity(node), **more)
            self._number_and_heading(element, node)
            if node.children:
                self._own_words(element, "intro", node)
                self._hierarchy(element, node.children, node.kind)
            elif node.text:
                self._own_words(element, "content", node)
        if not len(parent):
            self.empty_count += 1
            _add(parent, "hcontainer", name=EMPTY, eId=f"{EMPTY}-{self.empty_count}")

    def _own_words(self, element: Any, name: str, node: Node) -> None:
        if node.text:
            is_marked = node.kind in _HOLDING
            holder = _add(element, name, class_=OWN_WORDS if is_marked else "")
            self._paragraphs(holder, node)

    def _boxed(self, parent: Any, name: str, node: Node, *, class_: str = "") -> None:
        element = _add(parent, name, **self._identity(node), class_=class_)
        self._number_and_heading(element, node)
        self._paragraphs(element, node)

    def _annex(self, parent: Any, node: Node, place: int) -> None:
        attachment = _add(parent, "attachment", **self._identity(node))
        self._number_and_heading(attachment, node)
        document = _add(attachment, "doc", name="annex")
        self._meta(document, f"annex_{place}", node.heading or node.number)
        body = _add(document, "mainBody")
        if node.text:
            self._paragraphs(_add(body, "blockContainer", class_=OWN_WORDS, eId=f"{node.key}-words"), node)  # fmt: skip
        if node.children or not node.text:
            self._hierarchy(body, node.children, Kind.ANNEX)

    def _identity(self, node: Node) -> dict[str, str]:
        status = self.document.statuses.get(node.key, "")
        return {"eId": node.key, "wId": node.key, "refersTo": f"#{status}" if status else ""}

    def _number_and_heading(self, element: Any, node: Node) -> None:
        if node.number:
            _add(element, "num").text = _clean(node.number)
        if node.heading:
            _add(element, "heading").text = _clean(node.heading)

    # ── words ───────────────────────────────────────────────────────────────────────────────────

    def _paragraphs(self, element: Any, node: Node) -> None:
        """Write each line as a paragraph, with the brackets that stand in it."""
        quotes = [_in_one_line(bracket.quote) for bracket in node.brackets]
        text = node.text
        for bracket, quote in zip(node.brackets, quotes, strict=True):
            text = text.replace(bracket.quote, quote)
        lines = [line for line in text.splitlines() if line.strip()]
        for line in lines or [""]:
            paragraph = _add(element, "p")
            places = sorted(
                (line.find(quote), number) for number, quote in enumerate(quotes) if quote in line
            )
            end = 0
            for start, number in places:
                bracket = node.brackets[number]
                if start < end:  # words inside of another bracket
                    continue
                _say(paragraph, line[end:start])
                self._bracket(paragraph, node, bracket)
                end = start + len(bracket.quote)
            _say(paragraph, line[end:])

    def _bracket(self, paragraph: Any, node: Node, bracket: NodeBracket) -> None:
        """Write the words, then each wording on the table as an alternative to them."""
        self.bracket_count += 1
        key = f"{node.key}-bracket-{self.bracket_count}"
        # The wordings behind it are all there are: the words themselves are among them, or nobody wants them.
        inline = _add(paragraph, "inline", name="bracket", eId=key, class_=LISTED)
        _say(inline, _in_one_line(bracket.quote))
        for place, wording in enumerate(bracket.wordings, start=1):
            by = " ".join(f"#{_key(party)}" for party in wording.by)
            other = _add(
                paragraph, "inline", name="alternative", eId=f"{key}-{place}", alternativeTo=f"#{key}", refersTo=by
            )  # fmt: skip
            _say(other, _in_one_line(wording.text))

    # ── about the document ──────────────────────────────────────────────────────────────────────

    def _meta(self, parent: Any, component: str, title: str) -> None:
        document = self.document
        meta = _add(parent, "meta")
        identification = _add(meta, "identification", source=f"#{SECRETARIAT}")
        address = document.address_of(document.expression)
        work = _add(identification, "FRBRWork")
        self._addresses(work, document.work, component, document.work_date, name="creation")
        _add(work, "FRBRcountry", value="un")
        _add(work, "FRBRsubtype", value=document.subtype)
        _add(work, "FRBRnumber", value=document.code)
        _add(work, "FRBRname", value=_clean(title) or document.code)
        expression = _add(identification, "FRBRExpression")
        self._addresses(expression, address, component, document.text_date, name="revision")
        _add(expression, "FRBRversionNumber", value=str(document.revision))
        _add(expression, "FRBRauthoritative", value=_bool(document.expression.is_authentic))
        _add(expression, "FRBRlanguage", language=document.expression.code)
        if document.expression != document.original:
            _add(
                expression,
                "FRBRtranslation",
                href=document.address_of(document.original),
                fromLanguage=document.original.code,
                authoritative=_bool(document.expression.is_authentic),
                by=f"#{SECRETARIAT}",
            )
        manifestation = _add(identification, "FRBRManifestation")
        self._addresses(
            manifestation, address, component, document.written_date, name="export", ending=".xml"
        )
        _add(manifestation, "FRBRformat", value=CONTENT_TYPE)
        if component == "main":
            self._life(meta)
            self._references(meta)

    def _addresses(  # noqa: PLR0913 -- the parts of an address
        self,
        parent: Any,
        address: str,
        component: str,
        on_date: date,
        *,
        name: str,
        ending: str = "",
    ) -> None:
        _add(parent, "FRBRthis", value=f"{address}/!{component}{ending}")
        _add(parent, "FRBRuri", value=f"{address}{ending}")
        _add(parent, "FRBRdate", date=on_date.isoformat(), name=name)
        _add(parent, "FRBRauthor", href=f"#{SECRETARIAT}")

    def _life(self, meta: Any) -> None:
        if self.document.events:
            lifecycle = _add(meta, "lifecycle", source=f"#{SECRETARIAT}")
            for place, event in enumerate(self.document.events):
                _add(
                    lifecycle,
                    "eventRef",
                    eId=f"event-{event.number}",
                    date=event.on_date.isoformat(),
                    source=f"#revision-{event.number}",
                    type="amendment" if place else "generation",
                )
        if self.document.steps:
            workflow = _add(meta, "workflow", source=f"#{SECRETARIAT}")
            for place, step in enumerate(self.document.steps, start=1):
                _add(
                    workflow,
                    "step",
                    eId=f"step-{place}",
                    date=step.on_date.isoformat(),
                    by=f"#{_key(step.by)}",
                    outcome=f"#{step.outcome.key}",
                )

    def _references(self, meta: Any) -> None:
        document = self.document
        references = _add(meta, "references", source=f"#{SECRETARIAT}")
        for event in document.events:
            address = f"{document.work}/{document.original.code}@{event.on_date.isoformat()}"
            _add(references, "original", eId=f"revision-{event.number}", href=address, showAs=event.name)  # fmt: skip
        for other in document.others:
            _add(
                references,
                "activeRef",
                eId=f"language-{other.tag.lower()}",
                href=document.address_of(other),
                showAs=other.code,
            )
        secretariat = Entry(SECRETARIAT, "Secretariat")
        for party in (secretariat, *document.parties):
            _add(
                references,
                "TLCOrganization",
                eId=_key(party.key),
                href=f"/ontology/organization/ots/{party.key}",
                showAs=party.name,
            )
        for role in document.roles:
            _add(references, "TLCRole", eId=_key(role.key), href=f"/ontology/role/ots/{role.key}", showAs=role.name)  # fmt: skip
        for concept in document.concepts:
            _add(
                references,
                "TLCConcept",
                eId=concept.key,
                href=f"/ontology/concept/ots/{concept.key}",
                showAs=concept.name,
            )


def _element_name(kind: Kind, holder: Kind | None) -> str:
    """Return the element that is read as this kind where it stands; else a container that says its kind."""
    if kind == Kind.PARAGRAPH and holder in (Kind.PARAGRAPH, *_ITEMS):
        return "hcontainer"
    if kind == Kind.POINT and holder in _ITEMS:
        return "hcontainer"
    if kind == Kind.SUBPOINT and holder not in _ITEMS:
        return "hcontainer"
    return _ELEMENTS.get(kind, "hcontainer")


# Where a line ends inside of a bracket, which one paragraph holds as a whole; no text has this letter.
_LINE_END = "\ue000"


def _in_one_line(words: str) -> str:
    return _LINE_END.join(words.splitlines())


def _say(paragraph: Any, words: str) -> None:
    """Add words behind the last element of the paragraph."""
    first, *others = words.split(_LINE_END)
    _say_line(paragraph, first)
    for line in others:
        _add(paragraph, "br")
        _say_line(paragraph, line)


def _say_line(paragraph: Any, words: str) -> None:
    last = paragraph[-1] if len(paragraph) else None
    if last is None:
        paragraph.text = f"{paragraph.text or ''}{_clean(words)}"
    else:
        last.tail = f"{last.tail or ''}{_clean(words)}"


def _key(party: str) -> str:
    """Return the party's code as an identifier; it must not be that of a provision."""
    return party if party == SECRETARIAT else f"party-{party}"


def _bool(value: bool) -> str:  # noqa: FBT001 -- a value, no switch
    return "true" if value else "false"


def _clean(text: str) -> str:
    """Return the text without what XML cannot hold."""
    return "".join(letter for letter in text if letter in "\t\n" or letter >= " ")
