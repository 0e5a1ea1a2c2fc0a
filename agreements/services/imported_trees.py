"""A tree that was read from a file, as it is kept: checked, as JSON, as rows."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agreements.formats.guessing import is_clearly_another
from agreements.formats.reading import read_text
from agreements.formats.tree import (
    FormatError,
    Kind,
    Node,
    NodeBracket,
    ParsedText,
    Wording,
)
from agreements.queries.text_rows import Row
from agreements.vocabularies.languages import language_name
from ots_portal.texts.fields import MAX_LENGTH, validate_plain_text

LONGEST_HEADING = 300
LONGEST_NUMBER = 20


def parsed_file(content: bytes, name: str) -> ParsedText:
    """:raises ValidationError: at ``file``, with the sentence that says what is wrong with it"""
    try:
        parsed = read_text(content, name)
    except FormatError as error:
        raise ValidationError({"file": str(error)}) from error
    return parsed


def check_node(node: Node) -> None:
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
        for wording in (one for bracket in node.brackets for one in bracket.wordings):
            validate_plain_text(wording.text)
    except ValidationError as error:
        sentence = _("Line %(line)s: %(problem)s")
        told = {"line": node.line, "problem": " ".join(error.messages)}
        raise ValidationError({"file": sentence % told}) from error


def told_of(node: Node) -> dict[str, Any]:
    return {
        "kind": node.kind.value,
        "number": node.number,
        "heading": node.heading,
        "text": node.text,
        "line": node.line,
        "key": node.key,
        "brackets": [
            {
                "quote": bracket.quote,
                "wordings": [
                    {"text": wording.text, "by": list(wording.by)} for wording in bracket.wordings
                ],
            }
            for bracket in node.brackets
        ],
        "children": [told_of(child) for child in node.children],
    }


def node_of(told: dict[str, Any]) -> Node:
    children = [node_of(child) for child in told["children"]]
    own = {name: told[name] for name in ("number", "heading", "text", "line", "key")}
    brackets = [_bracket(bracket) for bracket in told.get("brackets", ())]
    return Node(Kind(told["kind"]), children=children, brackets=brackets, **own)


def _bracket(told: dict[str, Any]) -> NodeBracket:
    wordings = (Wording(one["text"], tuple(one["by"])) for one in told["wordings"])
    return NodeBracket(told["quote"], tuple(wordings))


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


def refuse_wrong_language(parsed: ParsedText, tag: str) -> None:
    """:raises ValidationError: at ``file``, where its words are clearly in another language than is said"""
    words = "\n".join(node.text for node in parsed.walk())
    if found := is_clearly_another(words, tag):
        sentence = _("The file is written in another language than is said: in %(found)s, not in %(said)s.")  # fmt: skip
        told = {"found": language_name(found), "said": language_name(tag)}
        raise ValidationError({"file": sentence % told})
