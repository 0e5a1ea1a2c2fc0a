"""The tree that a treaty's text becomes, and what is said of the way there."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext


class FormatError(Exception):
    """The file cannot be read; carries a sentence for whoever sent it."""


class Kind(StrEnum):
    """What a node is; the values are those of ``ProvisionKind``."""

    PREAMBLE_RECITAL = "preamble_recital"
    PART = "part"
    CHAPTER = "chapter"
    SECTION = "section"
    ARTICLE = "article"
    PARAGRAPH = "paragraph"
    POINT = "point"
    SUBPOINT = "subpoint"
    ANNEX = "annex"
    FINAL_CLAUSE = "final_clause"


DIVISIONS = frozenset({Kind.PART, Kind.CHAPTER, Kind.SECTION})
# What holds words of its own; the others are held together by a number and a heading.
WORDED = frozenset(
    {Kind.PREAMBLE_RECITAL, Kind.PARAGRAPH, Kind.POINT, Kind.SUBPOINT, Kind.FINAL_CLAUSE}
)


@dataclass(frozen=True)
class Wording:
    """
    One of the wordings in a bracket, empty where the words would go.

    ``by`` is who stands behind it, as the file has it: a code or name of each State, CHAIR for the chair.
    """

    text: str
    by: tuple[str, ...] = ()

    @property
    def is_deletion(self) -> bool:
        return not self.text


CHAIR = "chair"


@dataclass(frozen=True)
class NodeBracket:
    """Words of a node on which States do not agree; ``quote`` stands in its text once."""

    quote: str
    wordings: tuple[Wording, ...]


@dataclass(slots=True)
class Node:
    """
    A provision: its own words, then what stands under it.

    ``number`` is as written, without the word before it and the sign behind it ("5 bis", "a", "IV"); empty
    where there is none. ``line`` is where it begins in the file, from 1; it takes no part in comparisons, nor
    does ``key``, which is given last.
    """

    kind: Kind
    number: str = ""
    heading: str = ""
    text: str = ""
    children: list["Node"] = field(default_factory=list)
    brackets: list[NodeBracket] = field(default_factory=list)
    line: int = field(default=0, compare=False)
    key: str = field(default="", compare=False)

    def walk(self) -> Iterator["Node"]:
        """Yield the node and everything under it, in the order of reading."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    @property
    def words(self) -> str:
        """All words of the node and of what stands under it, a line for each."""
        lines = (line for node in self.walk() for line in (node.heading, node.text))
        return "\n".join(line for line in lines if line)


class Reason(TextChoices):
    """Why a line is not in the tree, or stands there with a question mark."""

    BEFORE_TITLE = "before_title", gettext_lazy("stands beside the title and is no part of it")
    NO_WORDS = "no_words", gettext_lazy("has no words")
    NUMBER_ALONE = "number_alone", gettext_lazy("is a number that belongs to nothing")
    PAGE_NUMBER = "page_number", gettext_lazy("is the number of a page")
    RUNNING_HEADER = "running_header", gettext_lazy("is repeated on the pages")
    CONTENTS = "contents", gettext_lazy("belongs to the table of contents")
    FOOTNOTE = "footnote", gettext_lazy("is a footnote")
    RULE = "rule", gettext_lazy("is a drawn line")
    PREAMBLE_HEADING = "preamble_heading", gettext_lazy("only says that the preamble begins")
    FILE_HEADER = "file_header", gettext_lazy("belongs to the file and not to the text")
    NUMBER_MISSING = "number_missing", gettext_lazy("a number before this one is missing")
    NUMBER_TWICE = "number_twice", gettext_lazy("this number stands twice")
    TRACKED_CHANGES = "tracked_changes", gettext_lazy("has tracked changes, taken as accepted")
    ALTERNATIVE = (
        "alternative",
        gettext_lazy("is an alternative to another provision, taken as words in brackets"),
    )
    ALTERNATIVE_LEFT_OUT = (
        "alternative_left_out",
        gettext_lazy("is an alternative to words that are not found, and was left out"),
    )


# Lines that are in the tree; their reason is a question to whoever imports.
QUESTIONS = frozenset(
    {Reason.NUMBER_MISSING, Reason.NUMBER_TWICE, Reason.TRACKED_CHANGES, Reason.ALTERNATIVE}
)
NOT_RECOGNISED = frozenset(
    {Reason.BEFORE_TITLE, Reason.NO_WORDS, Reason.NUMBER_ALONE, Reason.ALTERNATIVE_LEFT_OUT}
)


@dataclass(frozen=True, order=True)
class Remark:
    """What is said of one line of the file."""

    line: int
    text: str
    reason: Reason

    def __str__(self) -> str:
        told = {"line": self.line, "reason": self.reason.label, "text": self.text[:_SHOWN]}
        return _("Line %(line)s %(reason)s: “%(text)s”") % told


_SHOWN = 100


@dataclass(frozen=True)
class ParsedText:
    """A whole text; ``language`` is a guess by its words for articles, empty where there is none."""

    title: str
    nodes: list[Node]
    remarks: list[Remark] = field(default_factory=list, compare=False)
    language: str = field(default="", compare=False)

    def walk(self) -> Iterator[Node]:
        for node in self.nodes:
            yield from node.walk()

    @property
    def counts(self) -> Counter[Kind]:
        return Counter(node.kind for node in self.walk())

    @property
    def not_recognised(self) -> list[Remark]:
        """Lines that found no place in the tree and should have one."""
        return [remark for remark in self.remarks if remark.reason in NOT_RECOGNISED]

    @property
    def questions(self) -> list[Remark]:
        """Lines that are in the tree, and at which somebody should look."""
        return [remark for remark in self.remarks if remark.reason in QUESTIONS]

    @property
    def passed_over(self) -> list[Remark]:
        """Lines that are no part of the text: page numbers, running headers, contents, footnotes."""
        known = NOT_RECOGNISED | QUESTIONS
        return [remark for remark in self.remarks if remark.reason not in known]

    @property
    def summary(self) -> str:
        """Return "13 articles, 41 paragraphs, 2 annexes; 3 lines not recognised"."""
        counts = self.counts
        lines = len({remark.line for remark in self.not_recognised})
        return _("%(articles)s, %(paragraphs)s, %(annexes)s; %(lines)s") % {
            "articles": _articles(counts[Kind.ARTICLE]),
            "paragraphs": _paragraphs(counts[Kind.PARAGRAPH]),
            "annexes": _annexes(counts[Kind.ANNEX]),
            "lines": _lines(lines),
        }


def _articles(count: int) -> str:
    return ngettext("%(count)s article", "%(count)s articles", count) % {"count": count}


def _paragraphs(count: int) -> str:
    return ngettext("%(count)s paragraph", "%(count)s paragraphs", count) % {"count": count}


def _annexes(count: int) -> str:
    return ngettext("%(count)s annex", "%(count)s annexes", count) % {"count": count}


def _lines(count: int) -> str:
    text = ngettext("%(count)s line not recognised", "%(count)s lines not recognised", count)
    return text % {"count": count}
