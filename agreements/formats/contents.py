"""The table of contents at the start: lines that look like headings and are none."""

import re
from collections.abc import Callable

from agreements.formats.lines import Line
from agreements.formats.markers import Marker, annex_marker, article_marker, division_marker
from agreements.formats.tree import Kind, Reason
from agreements.formats.vocabulary import CONTENTS_WORDS, FORMULA

# "Article 1 Purpose ........ 3", "Article 1 Purpose   3": dots or a wide blank before a page number.
_LEADER = re.compile(r".*?(?:[.·…](?:\s?[.·…]){2,}|…)\s*(?:\d{1,4}|[ivxlc]{1,6})\s*")
_NUMBERED = re.compile(r".*\S\s+\d{1,4}")
_FEWEST = 3
_LONGEST = 160
Found = Callable[[str], Marker | None]


def contents_of(lines: list[Line]) -> dict[int, Reason]:
    """Return the lines of the table of contents by their numbers; it stands before the text begins to say anything."""
    front = range(_front_end(lines))
    heading = next((i for i in front if _heads_contents(lines, i)), None)
    led = [i for i in front if _has_leader(lines[i].text)]
    if len(led) >= _FEWEST:
        begin = min(heading, led[0]) if heading is not None else led[0]
        end = _last_of_run(led)
        return _marked(lines, _first_marked(lines, begin), end + 1)
    if heading is not None:
        return _marked(lines, heading, _end_of_listing(lines, heading + 1))
    return _unannounced(lines)


def _front_end(lines: list[Line]) -> int:
    """Return where a table of contents can stand no more: behind the first formula, or the first article's words."""
    in_article = False
    for index, line in enumerate(lines):
        text = line.text
        if FORMULA.search(text[:_LONGEST]):
            return index
        if article_marker(text):
            in_article = True
        elif in_article and _is_words(text) and not _has_leader(text):
            return index
    return len(lines)


def _heads_contents(lines: list[Line], index: int) -> bool:
    """An article may have "Contents" as its title: of an exercise plan, of a notification."""
    if not is_contents_heading(lines[index].text):
        return False
    return not index or article_marker(lines[index - 1].text) is None


def _has_leader(text: str) -> bool:
    return len(text) <= _LONGEST and bool(_LEADER.fullmatch(text))


def is_contents_heading(text: str) -> bool:
    return text.strip(" :.-–*#").lower().replace("i̇", "i") in CONTENTS_WORDS


def _marked(lines: list[Line], begin: int, end: int) -> dict[int, Reason]:
    return {line.number: Reason.CONTENTS for line in lines[begin:end]}


def _last_of_run(led: list[int]) -> int:
    """Return where the run of leader lines ends: gaps of a few lines are wrapped titles."""
    last = led[0]
    for index in led[1:]:
        if index - last > _FEWEST + 1:
            break
        last = index
    return last


def _first_marked(lines: list[Line], begin: int) -> int:
    """Go back to the first line of an entry whose dots stand on its second line."""
    while begin > 0 and _marker(lines[begin - 1].text) and not _has_leader(lines[begin].text):
        begin -= 1
    return begin


def _marker(text: str) -> Marker | None:
    return article_marker(text) or division_marker(text) or annex_marker(text)


def _end_of_listing(lines: list[Line], begin: int) -> int:
    """
    Return where the entries behind "Contents" end: where the first of them comes again.

    An entry is a heading, or a short line without a full stop. Where none comes again the list ends with its
    last heading that another heading or a page number follows.
    """
    seen: set[tuple[Kind, str]] = set()
    last = begin
    for index in range(begin, len(lines)):
        line = lines[index]
        marker = _marker(line.text)
        if marker:
            name = (marker.kind, marker.number.lower())
            if name in seen and marker.kind in (Kind.ARTICLE, Kind.PART, Kind.CHAPTER):
                break
            seen.add(name)
            last = index + 1
        elif len(line.text) < _LONGEST and _NUMBERED.fullmatch(line.text):
            last = index + 1
        elif len(line.text) > _LONGEST or line.text.endswith((".", ";", ":", ",")):
            break
    return _with_titles(lines, begin, last)


def _with_titles(lines: list[Line], begin: int, end: int) -> int:
    """Take the last entry's title too where the entries have theirs on a line of its own."""
    entries = [
        i for i in range(begin, end) if (m := _marker(lines[i].text)) and m.kind == Kind.ARTICLE
    ]
    parted = [i for i in entries[:-1] if i + 1 < end and not _marker(lines[i + 1].text)]
    has_title = end < len(lines) and not lines[end].has_gap
    return end + 1 if entries[:-1] and len(parted) * 2 > len(entries) and has_title else end


def _unannounced(lines: list[Line]) -> dict[int, Reason]:
    """A list of articles without words between them, before the same numbers come again with words."""
    markers = ((i, article_marker(line.text)) for i, line in enumerate(lines))
    places = [(i, marker) for i, marker in markers if marker and not marker.series]
    again = _restart(places)
    if again is None:
        return {}
    first = places[: places.index(again)]
    run = []
    for place, following in zip(first, [*first[1:], None], strict=True):
        run.append(place)
        until = following[0] if following else place[0] + 1
        if any(_is_words(line.text) for line in lines[place[0] + 1 : until]):
            return {}
    if len(run) < _FEWEST:
        return {}
    begin = _first_listed(lines, run[0][0])
    return _marked(lines, begin, _with_titles(lines, begin, run[-1][0] + 1))


def _first_listed(lines: list[Line], begin: int) -> int:
    while begin > 0 and division_marker(lines[begin - 1].text):
        begin -= 1
    return begin


def _restart(places: list[tuple[int, Marker]]) -> tuple[int, Marker] | None:
    """Return the second article 1, where every number between was a new one."""
    seen: set[object] = set()
    for place in places:
        value = place[1].value
        if value in seen:
            return place if value == places[0][1].value else None
        seen.add(value)
    return None


def _is_words(text: str) -> bool:
    """Return whether the line says something: a title has neither a full stop nor many words."""
    return text.endswith((".", ";", ":", ",")) or len(text) > _LONGEST
