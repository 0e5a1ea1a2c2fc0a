"""
Akoma Ntoso 3.0 (OASIS LegalDocML) into the tree.

Any of its document types that has a body is taken: act, bill, doc, statement; so are texts in the namespaces
of earlier drafts. What an element is called says what it is; its numbers are read as they stand.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from agreements.formats.keys import MOST_LETTERS
from agreements.formats.tree import (
    CHAIR,
    FormatError,
    Kind,
    Node,
    NodeBracket,
    ParsedText,
    Reason,
    Remark,
    Wording,
)
from agreements.formats.vocabulary import ARTICLE_WORDS, DIVISION_WORDS
from agreements.formats.xml import name_of, parse_xml

_KINDS = {
    "book": Kind.PART,
    "tome": Kind.PART,
    "part": Kind.PART,
    "subpart": Kind.PART,
    "title": Kind.PART,
    "subtitle": Kind.PART,
    "division": Kind.CHAPTER,
    "subdivision": Kind.CHAPTER,
    "chapter": Kind.CHAPTER,
    "subchapter": Kind.CHAPTER,
    "section": Kind.SECTION,
    "subsection": Kind.SECTION,
    "article": Kind.ARTICLE,
    "rule": Kind.ARTICLE,
    "clause": Kind.ARTICLE,
    "subrule": Kind.PARAGRAPH,
    "subclause": Kind.PARAGRAPH,
    "hcontainer": Kind.SECTION,
    "level": Kind.PARAGRAPH,
    "paragraph": Kind.PARAGRAPH,
    "alinea": Kind.PARAGRAPH,
    "point": Kind.POINT,
    "item": Kind.POINT,
    "indent": Kind.POINT,
    "subparagraph": Kind.POINT,
    "subpoint": Kind.SUBPOINT,
}
# They hold others and are nothing by themselves.
_HOLDERS = frozenset({"list", "blockList", "transitional", "blockContainer", "container"})
_WORDS = frozenset({"content", "intro", "listIntroduction", "p", "block"})
# The elements that hold words; what is quoted whole from another text is one of them, a row of a table, too.
_BLOCKS = frozenset({"p", "block", "li", "item", "tr", "caption", "quotedStructure"})
_WHOLE = frozenset({"quotedStructure", "tr"})
_NAMES = frozenset({"num", "heading", "subheading"})
_UNSHOWN = frozenset({"authorialNote", "noteRef", "del", "meta"})
_SPACED = frozenset({"br", "eol", "num", "heading", "td", "th", *_BLOCKS})
_CLOSING = frozenset({"wrapUp", "wrap", "listWrapUp"})
_ITEM_KINDS = frozenset({Kind.POINT, Kind.SUBPOINT})
_DOCUMENTS = (
    "act",
    "bill",
    "doc",
    "statement",
    "officialGazette",
    "portion",
    "documentCollection",
    "amendmentList",
)
_LANGUAGES = {
    "eng": "en", "tur": "tr", "aze": "az", "kaz": "kk", "kir": "ky", "uzb": "uz", "tuk": "tk", "rus": "ru", "fra": "fr",
    "deu": "de", "hun": "hu", "spa": "es", "kaz-Latn": "kk-Latn", "uzb-Cyrl": "uz-Cyrl",
}  # fmt: skip
# What the portal writes: the words of what else has paragraphs of its own, and the kind of a container.
_CONCEPTS = frozenset({"open", "bracketed", "reserved", "agreed_ad_ref", "agreed"})
OWN_WORDS, FINAL, EMPTY, LISTED = "own-words", "final-clause", "empty", "all-listed"


def is_akoma_ntoso(content: bytes) -> bool:
    """Return whether a file without a telling name is Akoma Ntoso."""
    return (
        content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"akomaNtoso" in content[:4000]
    )


def read_akoma_ntoso(content: bytes) -> ParsedText:
    """
    Return the tree; keys are made of the elements' own identifiers.

    :raises FormatError: when it is another kind of XML, or a document type without articles
    """
    root = parse_xml(content)
    if name_of(root) != "akomaNtoso":
        raise FormatError(
            _("The file is XML, but not Akoma Ntoso: its outermost element is “%(name)s”.")
            % {"name": name_of(root)[:60]}
        )
    document = next((element for element in root if name_of(element) in _DOCUMENTS), None)
    if document is None:
        names = ", ".join(name_of(element) for element in root)[:60]
        raise FormatError(
            _("Texts of treaties are taken as act, bill, doc or statement; this is “%(name)s”.")
            % {"name": names}
        )
    reader = _Reader(parties=_parties(document))
    for element in document.iter():
        if target := element.get("alternativeTo"):
            reader.alternatives.setdefault(target.lstrip("#"), []).append(element)
    reader.document(document, reader.nodes)
    reader.settle()
    return ParsedText(
        reader.title, reader.nodes, sorted(set(reader.remarks)), _language_of(document)
    )


def _language_of(document: Any) -> str:
    for element in document.iter():
        if name_of(element) == "FRBRlanguage":
            return _LANGUAGES.get(element.get("language", ""), "")
    return ""


def _parties(document: Any) -> dict[str, str]:
    """Return who the references mean: the last part of the address that their entry has (TLCOrganization, TLCRole)."""
    return {
        element.get("eId", ""): element.get("href", "").rstrip("/").rpartition("/")[2]
        or element.get("showAs", "")
        for element in document.iter()
        if name_of(element).startswith("TLC")
    }


@dataclass
class _Reader:
    parties: dict[str, str] = field(default_factory=dict)
    # The alternatives, by the identifier of what each is an alternative to; those that found their words.
    alternatives: dict[str, list[Any]] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)
    title: str = ""
    nodes: list[Node] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def document(self, document: Any, nodes: list[Node]) -> None:
        """Read one document; an attachment is read as one, too."""
        for part in document:
            name = name_of(part)
            if name in ("preface", "coverPage"):
                self._preface(part)
            elif name == "preamble":
                self._preamble(part, nodes)
            elif name in ("body", "mainBody", "portionBody", "fragmentBody"):
                self._children(part, nodes, None)
            elif name == "collectionBody":
                self._collection(part, nodes)
            elif name == "conclusions":
                self._conclusions(part, nodes)
            elif name in ("attachments", "annexes", "components"):
                for attachment in part:
                    self._attachment(attachment)

    def _collection(self, body: Any, nodes: list[Node]) -> None:
        """Read the first document of several as the text, the others as its annexes."""
        for component in body:
            document = _document_in(component)
            if document is not None and not self.nodes:
                self.document(document, nodes)
            elif document is not None:
                self._attachment(component)
            else:
                self._children(component, nodes, None)

    def _preface(self, part: Any) -> None:
        titled = next((e for e in part.iter() if name_of(e) == "docTitle"), None)
        if titled is None:
            titled = next((e for e in part.iter() if name_of(e) == "longTitle"), None)
        title = _text(titled) if titled is not None else ""
        self.title = self.title or title
        for paragraph, words in _paragraphs(part):
            if words not in self.title and self.title not in words:
                self._remark(paragraph, words, Reason.BEFORE_TITLE)

    def _conclusions(self, part: Any, nodes: list[Node]) -> None:
        for element in part:
            if element.get("class") == FINAL:
                number, heading = _own(element)
                found = _paragraphs(element)
                words = "\n".join(text for _p, text in found)
                node = Node(
                    Kind.FINAL_CLAUSE, number, heading, words, line=element.sourceline or 0, key=_key(element)
                )  # fmt: skip
                nodes.append(node)
                for paragraph, _text_of in found:
                    self._note_brackets(node, paragraph)
                continue
            for paragraph, words in _paragraphs(element):
                node = Node(Kind.FINAL_CLAUSE, text=words, line=paragraph.sourceline or 0)
                nodes.append(node)
                self._note_brackets(node, paragraph)

    # ── brackets ────────────────────────────────────────────────────────────────────────────────

    def _note_brackets(self, node: Node, element: Any) -> None:
        """Give the node the brackets whose words stand in the element."""
        for inner in element.iter():
            key = inner.get("eId", "")
            if key in self.alternatives and key not in self.met:
                self._bracket(node, key, _text(inner), inner)

    def _note_whole(self, node: Node, element: Any) -> None:
        """Give the node a bracket of all its own words, where another provision is an alternative to it."""
        key = element.get("eId", "")
        if key in self.alternatives and key not in self.met:
            self._bracket(node, key, node.text, element)

    def _bracket(self, node: Node, key: str, quote: str, element: Any) -> None:
        if not quote or node.text.count(quote) != 1:
            return
        self.met.add(key)
        wordings = [Wording(_all_words(one), self._by(one)) for one in self.alternatives[key]]
        is_listed = element.get("class") == LISTED
        if not is_listed and all(wording.text != quote for wording in wordings):
            wordings.insert(0, Wording(quote, self._by(element)))
        node.brackets.append(NodeBracket(quote, tuple(wordings)))
        for one in self.alternatives[key]:
            if name_of(one) in _KINDS:
                self._remark(one, _text(one), Reason.ALTERNATIVE)

    def _by(self, element: Any) -> tuple[str, ...]:
        """Return who stands behind a wording: of those it names, who has an entry among the references."""
        said = f"{element.get('by', '')} {element.get('refersTo', '')}".split()
        known = (self.parties.get(one.lstrip("#"), "" if one[0] == "#" else one) for one in said)
        found = tuple(dict.fromkeys(party for party in known if party and party not in _CONCEPTS))
        return found or (CHAIR,)

    def settle(self) -> None:
        """Report the alternatives whose words were not found."""
        for key, elements in self.alternatives.items():
            if key not in self.met:
                for element in elements:
                    self._remark(element, _text(element), Reason.ALTERNATIVE_LEFT_OUT)

    def _preamble(self, part: Any, nodes: list[Node]) -> None:
        for element in part:
            name = name_of(element)
            if name == "recital":
                number, heading = _own(element)
                if element.get("alternativeTo"):
                    continue
                found = _paragraphs(element)
                words = "\n".join(text for _p, text in found)
                if words:
                    node = Node(
                        Kind.PREAMBLE_RECITAL, number, heading, words, line=element.sourceline or 0, key=_key(element)
                    )  # fmt: skip
                    nodes.append(node)
                    self._note_whole(node, element)
                    for paragraph, _text_of in found:
                        self._note_brackets(node, paragraph)
            elif name in _NAMES or name in _UNSHOWN:
                continue
            elif any(name_of(inner) == "recital" for inner in element.iter()):
                self._preamble(element, nodes)
            else:
                nodes += [
                    Node(Kind.PREAMBLE_RECITAL, text=words, line=p.sourceline or 0, key=_key(p))
                    for p, words in _paragraphs(element)
                ]

    def _attachment(self, attachment: Any) -> None:
        document = _document_in(attachment)
        node = Node(Kind.ANNEX, line=attachment.sourceline or 0, key=_key(attachment))
        self.nodes.append(node)
        for element in attachment:
            self._name(node, element)
        if document is None:
            return
        for part in document:
            name = name_of(part)
            if name in ("preface", "coverPage"):
                node.heading = node.heading or " ".join(text for _p, text in _paragraphs(part))
            elif name in ("body", "mainBody", "preamble", "conclusions"):
                self._children(part, node.children, node)
            elif name in ("attachments", "annexes"):
                for inner in part:
                    self._attachment(inner)

    # ── the hierarchy ───────────────────────────────────────────────────────────────────────────

    def _children(self, element: Any, nodes: list[Node], holder: Node | None) -> None:
        for child in element:
            name = name_of(child)
            if child.get("alternativeTo") or child.get("name") == EMPTY:
                continue
            if name in _KINDS:
                self._provision(child, nodes, holder)
            elif child.get("class") == OWN_WORDS:
                self._words(child, nodes, holder)
            elif name in _HOLDERS:
                self._children(child, nodes, holder)
            elif any(name_of(inner) == "blockList" for inner in child.iter()):
                self._words_and_lists(child, nodes, holder)
            elif name in _WORDS:
                self._words(child, nodes, holder)
            elif name in _CLOSING:
                self._close(child, nodes, holder)
            elif name not in _NAMES and name not in _UNSHOWN:
                self._words(child, nodes, holder)

    def _words_and_lists(self, element: Any, nodes: list[Node], holder: Node | None) -> None:
        """Take the words around a list that stands inside a paragraph, and the list itself."""
        loose = [element.text or ""]
        for child in element:
            is_inline = not _has_block(child) and name_of(child) not in _NAMES
            if is_inline:
                loose += _shown(child) if name_of(child) not in _UNSHOWN else []
            else:
                self._say(element, loose, nodes, holder)
                loose = []
                if name_of(child) == "blockList":
                    self._children(child, nodes, holder)
                elif any(name_of(inner) == "blockList" for inner in child.iter()):
                    self._words_and_lists(child, nodes, holder)
                elif name_of(child) not in _NAMES:
                    self._words(child, nodes, holder)
            loose.append(child.tail or "")
        self._say(element, loose, nodes, holder)

    def _say(self, element: Any, loose: list[str], nodes: list[Node], holder: Node | None) -> None:
        if words := " ".join("".join(loose).split()):
            self._put_words(element, element, words, nodes, holder)

    def _provision(self, element: Any, nodes: list[Node], holder: Node | None) -> None:
        kind = _kind(name_of(element), holder)
        if name_of(element) == "hcontainer" and element.get("name") in list(Kind):
            kind = Kind(element.get("name"))
        node = Node(kind, line=element.sourceline or 0, key=_key(element))
        for child in element:
            self._name(node, child)
        nodes.append(node)
        self._children(element, node.children, node)
        self._note_whole(node, element)

    def _name(self, node: Node, element: Any) -> None:
        name = name_of(element)
        if name == "num":
            node.number = _number(_text(element))
        elif name in ("heading", "subheading"):
            node.heading = f"{node.heading} {_text(element)}".strip()

    def _words(self, element: Any, nodes: list[Node], holder: Node | None) -> None:
        for paragraph, words in _paragraphs(element):
            self._put_words(element, paragraph, words, nodes, holder)

    def _put_words(
        self, element: Any, paragraph: Any, words: str, nodes: list[Node], holder: Node | None
    ) -> None:
        """Give the words to whatever holds them; behind a list they are no part of what introduces it."""
        is_intro = name_of(element) in ("intro", "listIntroduction")
        is_own = element.get("class") == OWN_WORDS
        if holder is None or (
            not is_own
            and (
                holder.kind in (Kind.ANNEX, Kind.PART, Kind.CHAPTER, Kind.SECTION)
                or (holder.kind == Kind.ARTICLE and not is_intro)
            )
        ):
            self._paragraph(paragraph, words, nodes, holder)
        else:
            holder.text = f"{holder.text}\n{words}".strip()
            self._note_brackets(holder, paragraph)

    def _paragraph(self, element: Any, words: str, nodes: list[Node], holder: Node | None) -> None:
        node = Node(Kind.PARAGRAPH, text=words, line=element.sourceline or 0)
        nodes.append(node)
        self._note_brackets(node, element)

    def _close(self, element: Any, nodes: list[Node], holder: Node | None) -> None:
        kind = Kind.SUBPOINT if holder is not None and holder.kind in _ITEM_KINDS else Kind.POINT
        nodes += [
            Node(kind, text=words, line=p.sourceline or 0) for p, words in _paragraphs(element)
        ]

    def _remark(self, element: Any, words: str, reason: Reason) -> None:
        self.remarks.append(Remark(element.sourceline or 0, words, reason))


def _kind(name: str, holder: Node | None) -> Kind:
    """Return what the element is where it stands: an item in an item is a subpoint, whatever it is called."""
    kind = _KINDS[name]
    if holder is None or kind not in (Kind.POINT, Kind.PARAGRAPH):
        return kind
    if holder.kind in _ITEM_KINDS:
        return Kind.SUBPOINT
    return Kind.POINT if holder.kind == Kind.PARAGRAPH else kind


def _document_in(element: Any) -> Any:
    """Return the document that a component or an attachment is, or holds; None where it has none."""
    if name_of(element) in _DOCUMENTS:
        return element
    return next((inner for inner in element if name_of(inner) in _DOCUMENTS), None)


def _own(element: Any) -> tuple[str, str]:
    number = next((_number(_text(e)) for e in element if name_of(e) == "num"), "")
    heading = next((_text(e) for e in element if name_of(e) == "heading"), "")
    return number, heading


def _paragraphs(element: Any) -> list[tuple[Any, str]]:
    """Return every word of the element once, by its innermost blocks; words beside blocks stand by themselves."""
    if name_of(element) in _WHOLE:
        words = _row(element) if name_of(element) == "tr" else _text(element)
        return [(element, words)] if words else []
    found: list[tuple[Any, str]] = []
    loose = [element.text or ""]

    def close() -> None:
        if words := " ".join("".join(loose).split()):
            found.append((element, words))
        loose.clear()

    for child in element:
        name = name_of(child)
        if child.get("alternativeTo"):
            # It stands in place of other words, and not among them.
            loose.append(child.tail or "")
            continue
        if _has_block(child):
            close()
            found.extend(_paragraphs(child) if name not in _NAMES else [])
        elif name not in _UNSHOWN and name not in _NAMES:
            loose.extend(_shown(child))
            loose.append(" " if name in _SPACED else "")
        loose.append(child.tail or "")
    close()
    return found


def _has_block(element: Any) -> bool:
    """Return whether it is or holds a block that is shown; a note stands among the words."""
    name = name_of(element)
    if name in _UNSHOWN:
        return False
    return name in _BLOCKS or name == "blockList" or any(map(_has_block, element))


def _row(row: Any) -> str:
    """Return the cells of a row; they stand apart by a stroke."""
    return " | ".join(words for cell in row if (words := _text(cell)))


def _text(element: Any) -> str:
    return " ".join("".join(_shown(element)).split())


def _shown(element: Any) -> list[str]:
    """Return the words of an element; notes of an editor and marks of deletion are not shown."""
    found = [element.text or ""]
    for child in element:
        name = name_of(child)
        if name not in _UNSHOWN and not child.get("alternativeTo"):
            found += _shown(child)
        if name in _SPACED:
            found.append(" ")
        found.append(child.tail or "")
    return found


def _all_words(element: Any) -> str:
    """Return the words of an alternative without its number: of each block a line."""
    return "\n".join(words for _p, words in _paragraphs(element))


_WORDS_BEFORE_NUMBER = re.compile(
    rf"^(?:{'|'.join(sorted(map(re.escape, (*ARTICLE_WORDS, *DIVISION_WORDS, 'annex', 'appendix', 'schedule')), key=len, reverse=True))})(?!\w)\.?\s*",
    re.IGNORECASE,
)


def _number(text: str) -> str:
    """Return "5 bis" of "Article 5 bis", "a" of "(a)", "1" of "1."."""
    bare = _WORDS_BEFORE_NUMBER.sub("", text).strip(" .()[]–—:")
    # A dash that stands where others have a number is all there is.
    return (bare or text.strip() if len(text.strip()) == 1 else bare)[:_LONGEST_NUMBER]


_LONGEST_NUMBER = 20


def _key(element: Any) -> str:
    """Return a key of the element's identifier: wId stays over versions, eId where there is no other."""
    own = element.get("wId") or element.get("eId") or element.get("id") or ""
    key = re.sub(r"[^a-z0-9-]+", "-", own.lower().replace("__", "-").replace("_", "-")).strip("-")
    return key[-MOST_LETTERS:].lstrip("-")
