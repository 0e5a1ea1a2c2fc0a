"""Markdown: what its signs say of headings and lists; the words are read as those of a plain text."""

import re
from dataclasses import replace

from agreements.formats.lines import Line, lines_of
from agreements.formats.plain import parse_lines, refuse_long
from agreements.formats.tree import ParsedText, Reason, Remark

_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_MARKED_LINE = re.compile(
    r"^(?:#{1,6}[ \t]+\S|[ \t]{0,3}\*\*[^*\s][^*\n]{0,300}\*\*[ \t]*$)", re.MULTILINE
)
_UNDERLINE = re.compile(r"(=+|-+)$")
_RULE = re.compile(r"(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,}")
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n(?:---|\.\.\.)\n", re.DOTALL)
_LINK = re.compile(r"!?\[([^\]\[]*)\]\([^()\s]*(?:\s+\"[^\"()]*\")?\)")
_NOTE_MARK = re.compile(r"\[\^[\w-]+\](?!:)")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.{1,500}?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])(\*|_)(?=[^\s*_])(.{1,500}?)(?<=[^\s*_])\1(?![\w*])")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])")
_TAG = re.compile(
    r"</?(?:br|p|b|i|em|strong|u|sup|sub|div|span|center)\b[^<>]{0,200}>", re.IGNORECASE
)
_BULLET = re.compile(r"[*+-]\s+")


def read_markdown(text: str) -> ParsedText:
    """Return the tree of a Markdown text (CommonMark, with the notes and front matter that many programs add)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text, remarks = _without_front_matter(text)
    lines = lines_of(_without_comments(text))
    refuse_long(lines)
    lines = [_plain(line) for line in _with_underlined(lines)]
    return parse_lines(_after_headings([line for line in lines if line.text]), remarks)


def is_markdown(text: str) -> bool:
    """Return whether a text without a telling name is Markdown: it has a heading with "#", or a bold line."""
    return bool(_MARKED_LINE.search(text))


def _without_front_matter(text: str) -> tuple[str, list[Remark]]:
    found = _FRONT_MATTER.match(text)
    if not found:
        return text, []
    said = [
        Remark(number, line.strip(), Reason.FILE_HEADER)
        for number, line in enumerate(found[0].splitlines(), start=1)
        if line.strip()
    ]
    return "\n" * found[0].count("\n") + text[found.end() :], said


def _without_comments(text: str) -> str:
    """Leave out what stands between "<!--" and "-->"; the lines keep their numbers."""
    kept: list[str] = []
    place = 0
    while (begin := text.find("<!--", place)) >= 0 and (end := text.find("-->", begin + 4)) >= 0:
        kept += [text[place:begin], "\n" * text.count("\n", begin, end)]
        place = end + 3
    return "".join([*kept, text[place:]])


def _with_underlined(lines: list[Line]) -> list[Line]:
    """Make "Title" with "=====" below it a heading."""
    found: list[Line] = []
    for line in lines:
        mark = _UNDERLINE.fullmatch(line.text)
        is_below = bool(
            mark and found and not line.has_gap and found[-1].level == 0 and len(line.text) > 1
        )
        if is_below:
            found[-1] = replace(found[-1], level=1 if line.text[0] == "=" else 2)
        else:
            found.append(line)
    return found


def _plain(line: Line) -> Line:
    text = re.sub(r"^(?:>\s?)+", "", line.text)
    level = line.level
    if heading := _HEADING.fullmatch(text):
        level, text = len(heading[1]), _without_closing(heading[2])
    elif _RULE.fullmatch(text):
        return line
    text = _BULLET.sub("— ", text, count=1) if _BULLET.match(text) else text
    words = " ".join(_words(text).split())
    return replace(line, text=words, level=level, has_gap=line.has_gap or level > 0)


def _without_closing(heading: str) -> str:
    """Leave out the "##" that may close a heading: a blank stands before it."""
    bare = heading.rstrip("#")
    return bare.rstrip() if not bare or bare[-1].isspace() else heading


def _words(text: str) -> str:
    text = _TAG.sub(" ", _NOTE_MARK.sub("", _LINK.sub(r"\1", text)))
    text = _EMPHASIS.sub(r"\2", _STRONG.sub(r"\2", text))
    return _ESCAPE.sub(r"\1", text.replace("\\\n", "\n")).replace("`", "")


def _after_headings(lines: list[Line]) -> list[Line]:
    """Nothing wraps a heading."""
    return [
        replace(line, has_gap=True) if before is not None and before.level else line
        for before, line in zip([None, *lines], lines, strict=False)
    ]
