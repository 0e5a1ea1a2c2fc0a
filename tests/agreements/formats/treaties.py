"""Treaties that nobody concluded: random trees, and the many ways in which people lay them out."""

import textwrap
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from agreements.formats.numbering import roman_number
from agreements.formats.tree import Kind, Node, ParsedText

WORDS = [
    "teams",
    "alert",
    "host",
    "exercise",
    "report",
    "equipment",
    "training",
    "radio",
    "water",
    "shelter",
    "border",
    "river",
    "valley",
    "station",
    "officer",
    "medical",
    "rescue",
    "search",
    "notice",
    "plan",
    "joint",
    "member",
    "common",
    "early",
    "warning",
    "assistance",
]
REFERENCES = (
    "under Article 2", "pursuant to Article 3", "in accordance with Article 1", "as laid down in paragraph 2",
    "with Annex I", "of Chapter II", "under paragraph 1", "and Article 4",
)  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """One way of writing a treaty down."""

    article: str = "Article {n}"
    numerals: str = "arabic"
    # None: the title stands on the next line; else what parts it from the number.
    parting: str | None = " – "
    paragraph: str = "{n}."
    point: str = "({n})"
    width: int = 0  # 0: a paragraph is a line
    blank: int = 1  # blank lines between paragraphs
    indent: str = ""
    is_hyphenated: bool = False
    has_contents: bool = False
    page_length: int = 0  # 0: no pages
    page_mark: str = "- {n} -"
    has_form_feeds: bool = False
    header: str = ""
    newline: str = "\n"
    annex: str = "ANNEX {n}"
    chapter: str = "CHAPTER {n}"


# ── trees ───────────────────────────────────────────────────────────────────────────────────────


@st.composite
def sentences(draw, *, end="."):
    words = draw(st.lists(st.sampled_from(WORDS), min_size=4, max_size=25))
    for _number in range(draw(st.integers(0, 2))):
        words.insert(draw(st.integers(2, len(words))), draw(st.sampled_from(REFERENCES)))
    return f"{words[0].capitalize()} {' '.join(words[1:])} parties{end}"


def titles():
    words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5)
    return words.map(lambda found: " ".join(found).capitalize())


@st.composite
def paragraphs(draw, *, number):
    points = draw(st.integers(0, 4)) if draw(st.booleans()) else 0
    if not points:
        count = draw(st.integers(1, 3))
        text = " ".join(draw(sentences()) for _sentence in range(count))
        return Node(Kind.PARAGRAPH, number, text=text)
    node = Node(Kind.PARAGRAPH, number, text=draw(sentences(end=":")))
    for place in range(points):
        node.children.append(draw(_points(place, is_last=place == points - 1)))
    return node


@st.composite
def _points(draw, place, *, is_last):
    letter = "abcdefghijklmnopqrstuvwxyz"[place]
    subpoints = draw(st.integers(2, 4)) if draw(st.integers(0, 5)) == 0 else 0
    end = "." if is_last else ";"
    if not subpoints:
        return Node(Kind.POINT, letter, text=draw(sentences(end=end)))
    node = Node(Kind.POINT, letter, text=draw(sentences(end=":")))
    for number in range(1, subpoints + 1):
        last = end if number == subpoints else ";"
        node.children.append(
            Node(Kind.SUBPOINT, roman_number(number), text=draw(sentences(end=last)))
        )
    return node


@st.composite
def articles(draw, *, number, is_titled):
    heading = draw(titles()) if is_titled else ""
    count = draw(st.integers(1, 4))
    if count == 1:
        children = [draw(paragraphs(number=""))]
    else:
        children = [draw(paragraphs(number=str(place))) for place in range(1, count + 1)]
    return Node(Kind.ARTICLE, number, heading, children=children)


@st.composite
def treaties(draw):
    """A treaty with recitals, articles, perhaps chapters and annexes, and final clauses."""
    is_titled = draw(st.booleans())
    count = draw(st.integers(2, 8))
    found = [draw(articles(number=str(n), is_titled=is_titled)) for n in range(1, count + 1)]
    body = _in_chapters(found) if draw(st.booleans()) else found
    recitals = [
        Node(Kind.PREAMBLE_RECITAL, text=text)
        for text in (
            "The Parties to this Agreement,",
            *(draw(sentences(end=",")) for _recital in range(draw(st.integers(0, 3)))),
            "Have agreed as follows:",
        )
    ]
    final = []
    if draw(st.booleans()):
        final = [
            Node(
                Kind.FINAL_CLAUSE,
                text="IN WITNESS WHEREOF the undersigned have signed this Agreement.",
            ),
            Node(Kind.FINAL_CLAUSE, text="Done at Ankara on 1 May 2031 in a single copy."),
        ]
    annexes = [
        Node(
            Kind.ANNEX,
            roman_number(place).upper(),
            draw(titles()),
            children=[draw(paragraphs(number=str(n))) for n in range(1, draw(st.integers(2, 4)))],
        )
        for place in range(1, draw(st.integers(0, 2)) + 1)
    ]
    return ParsedText("AGREEMENT ON JOINT EXERCISES", [*recitals, *body, *final, *annexes])


def _in_chapters(found):
    half = (len(found) + 1) // 2
    return [
        Node(Kind.CHAPTER, number, heading, children=children)
        for number, heading, children in (
            ("I", "GENERAL PROVISIONS", found[:half]),
            ("II", "OTHER PROVISIONS", found[half:]),
        )
    ]


def layouts(**fixed):
    free = {
        "article": st.sampled_from(["Article {n}", "ARTICLE {n}", "Art. {n}", "Article {n}."]),
        "numerals": st.sampled_from(["arabic", "roman"]),
        "parting": st.sampled_from([None, " – ", ". ", ": ", " "]),
        "paragraph": st.sampled_from(["{n}.", "({n})", "{n})"]),
        "point": st.sampled_from(["({n})", "{n})"]),
        "width": st.sampled_from([0, 60, 76, 100]),
        "blank": st.sampled_from([1, 1, 2]),
        "indent": st.sampled_from(["", "    "]),
        "is_hyphenated": st.booleans(),
        "has_contents": st.booleans(),
        "page_length": st.sampled_from([0, 0, 40]),
        "page_mark": st.sampled_from(["- {n} -", "{n}", "Page {n}"]),
        "has_form_feeds": st.booleans(),
        "header": st.sampled_from(["", "Agreement on joint exercises"]),
        "newline": st.sampled_from(["\n", "\r\n", "\r"]),
        "annex": st.sampled_from(["ANNEX {n}", "Annex {n}", "APPENDIX {n}", "Schedule {n}"]),
        "chapter": st.sampled_from(["CHAPTER {n}", "Chapter {n}"]),
    }
    free.update({name: st.just(value) for name, value in fixed.items()})
    return st.builds(Layout, **free)


# ── laying out ──────────────────────────────────────────────────────────────────────────────────


def laid_out(treaty: ParsedText, layout: Layout) -> str:
    """Return the text as somebody would have written it."""
    layout = _consistent(treaty, layout)
    blocks = [treaty.title, *_contents(treaty, layout)]
    for node in treaty.nodes:
        blocks += _blocks(node, layout, 0)
    lines = []
    for block in blocks:
        lines += [*block.split("\n"), *[""] * layout.blank]
    return layout.newline.join(_paged(lines, layout))


def as_numbered(treaty: ParsedText, layout: Layout) -> ParsedText:
    """Return the tree with the numbers that the layout writes."""
    if layout.numerals == "arabic":
        return treaty
    return replace(treaty, nodes=[_roman(node) for node in treaty.nodes])


def _roman(node):
    number = roman_number(int(node.number)).upper() if node.kind == Kind.ARTICLE else node.number
    children = (
        [_roman(child) for child in node.children] if node.kind != Kind.ARTICLE else node.children
    )
    return replace(node, number=number, children=children)


def _consistent(treaty, layout):
    if layout.paragraph == "{n})" and layout.point == "{n})":
        layout = replace(layout, paragraph="{n}.")
    if layout.article.endswith(".") and layout.parting in (" – ", ". ", ": "):
        layout = replace(layout, parting=" ")
    return layout


def _number(node, layout):
    is_roman = layout.numerals == "roman" and node.kind == Kind.ARTICLE
    return roman_number(int(node.number)).upper() if is_roman else node.number


def _contents(treaty, layout):
    if not layout.has_contents:
        return []
    entries = ["Contents"]
    page = 1
    for node in treaty.walk():
        if node.kind in (Kind.CHAPTER, Kind.ARTICLE, Kind.ANNEX):
            page += 1
            form = {
                Kind.CHAPTER: layout.chapter,
                Kind.ARTICLE: layout.article,
                Kind.ANNEX: layout.annex,
            }
            entries.append(
                f"{form[node.kind].format(n=_number(node, layout))} {node.heading} ...... {page}"
            )
    return ["\n".join(entries)]


def _blocks(node, layout, depth):
    if node.kind == Kind.ARTICLE:
        return [*_article_heading(node, layout), *_below(node, layout, depth)]
    if node.kind == Kind.CHAPTER:
        return [
            f"{layout.chapter.format(n=node.number)}\n{node.heading}",
            *_below(node, layout, depth),
        ]
    if node.kind == Kind.ANNEX:
        return [layout.annex.format(n=node.number), node.heading, *_below(node, layout, depth)]
    return [
        _wrapped(f"{_mark(node, layout)}{node.text}", layout, depth),
        *_below(node, layout, depth + 1),
    ]


def _below(node, layout, depth):
    return [block for child in node.children for block in _blocks(child, layout, depth)]


def _article_heading(node, layout):
    name = layout.article.format(n=_number(node, layout))
    if not node.heading:
        return [name]
    if layout.parting is None:
        return [f"{name}\n{node.heading}"]
    return [f"{name}{layout.parting}{node.heading}"]


def _mark(node, layout):
    if not node.number:
        return ""
    form = layout.paragraph if node.kind == Kind.PARAGRAPH else layout.point
    return f"{form.format(n=node.number)} "


def _wrapped(text, layout, depth):
    if not layout.width:
        return text
    indent = layout.indent * depth
    lines = textwrap.wrap(
        text, layout.width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )
    return "\n".join(_hyphenated(lines) if layout.is_hyphenated else lines)


def _hyphenated(lines):
    """Break the first long word of the second line over the two."""
    if len(lines) < 2:
        return lines
    first, second = lines[0], lines[1].lstrip()
    word = second.split(" ")[0]
    if len(word) < 7 or not word.isalpha() or not word.islower():
        return lines
    blank = lines[1][: len(lines[1]) - len(second)]
    return [f"{first} {word[:3]}-", blank + second[3:], *lines[2:]]


def _paged(lines, layout):
    if not layout.page_length:
        return lines
    found = []
    for page, begin in enumerate(range(0, len(lines), layout.page_length), start=1):
        if layout.header and len(lines) > layout.page_length:
            found += [layout.header, ""]
        found += lines[begin : begin + layout.page_length]
        found += ["", layout.page_mark.format(n=page), ""]
        if layout.has_form_feeds:
            found[-1] = "\f"
    return found
