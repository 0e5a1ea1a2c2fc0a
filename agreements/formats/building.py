"""From blocks to the tree: what holds what, and in which order the numbers go."""

import re
from dataclasses import dataclass, field

from agreements.formats.items import Items
from agreements.formats.layout import BELONGS_TO, Block, is_terminal
from agreements.formats.markers import item_of
from agreements.formats.numbers import Value, follows
from agreements.formats.tree import Kind, Node, ParsedText, Reason, Remark
from agreements.formats.vocabulary import ARTICLE_WORDS, FINAL_CLAUSE, FORMULA, names_instrument

_LONGEST_HEADING = 300
_MOST_WORDS_OF_HEADING = 14
_FEW_WORDS = 8
_LONGEST_TITLE = 600


def build(blocks: list[Block], remarks: list[Remark]) -> ParsedText:
    """Return the tree; every block is in it, or among the remarks."""
    builder = _Builder(blocks, list(remarks))
    builder.build()
    return ParsedText(
        builder.title, builder.nodes, sorted(set(builder.remarks)), _language_of(blocks)
    )


def _language_of(blocks: list[Block]) -> str:
    words = [b.marker.word for b in blocks if b.marker and b.marker.kind == Kind.ARTICLE]
    if not words:
        return ""
    word = max(set(words), key=words.count)
    language = ARTICLE_WORDS.get(word, "")
    if language == "en" and _speaks_french(blocks):
        return "fr"
    return language


def _speaks_french(blocks: list[Block]) -> bool:
    words = [word for block in blocks[:200] for word in block.text.lower().split()]
    return sum(words.count(word) for word in ("le", "la", "les", "des", "du")) > words.count("the")


@dataclass
class _Builder:
    blocks: list[Block]
    remarks: list[Remark]
    title: str = ""
    nodes: list[Node] = field(default_factory=list)
    # What is open, from the outside in: annex and divisions with their ranks.
    holders: list[tuple[int, Node]] = field(default_factory=list)
    article: Node | None = None
    is_final: bool = False
    last_value: Value | None = None
    is_fresh: bool = True

    def build(self) -> None:
        first = next((i for i, b in enumerate(self.blocks) if b.marker), len(self.blocks))
        self.items = Items(self.remarks, _language_of(self.blocks))
        begin = self._front(self.blocks[:first], is_all=first == len(self.blocks))
        index = min(begin, first)
        while index < len(self.blocks):
            index = self._take(index)

    # ── title and preamble ──────────────────────────────────────────────────────────────────────

    def _front(self, blocks: list[Block], *, is_all: bool) -> int:
        """Take title and recitals; return the index of the first block that is neither."""
        begin = self._title_begin(blocks)
        for block in blocks[:begin]:
            self._remark(
                block, Reason.PREAMBLE_HEADING if block.is_preamble_heading else Reason.BEFORE_TITLE
            )
        end = self._title_end(blocks, begin)
        self.title = " ".join(_bare(block.text) for block in blocks[begin:end])
        if is_all:
            return end
        rest = blocks[end:]
        stop = len(blocks) - 1 if rest and _is_loose_heading(rest, len(rest) - 1) else len(blocks)
        for block in blocks[end:stop]:
            self._recital(block, is_first=not self.nodes)
        return stop

    def _title_begin(self, blocks: list[Block]) -> int:
        for index, block in enumerate(blocks):
            if is_terminal(block.text) or block.text.endswith(",") or block.is_preamble_heading:
                break
            if block.level == 1 or names_instrument(block.text):
                return index
        return 0

    def _title_end(self, blocks: list[Block], begin: int) -> int:
        if begin >= len(blocks) or not _may_be_title(blocks[begin]):
            return begin
        first, end = blocks[begin], begin + 1
        while end < len(blocks) and _continues_title(first, blocks[end]):
            end += 1
        return end

    def _recital(self, block: Block, *, is_first: bool) -> None:
        if block.is_preamble_heading:
            self._remark(block, Reason.PREAMBLE_HEADING)
        elif is_first and _is_subtitle(block):
            self._remark(block, Reason.BEFORE_TITLE)
        elif not _has_words(block.text):
            self._remark(block, Reason.NO_WORDS)
        else:
            item = item_of(block.text)
            number = item.number if item and not item.is_bullet else ""
            text = item.text if item and not item.is_bullet else block.text
            self.nodes.append(Node(Kind.PREAMBLE_RECITAL, number, text=text, line=block.line))

    # ── the body ────────────────────────────────────────────────────────────────────────────────

    def _take(self, index: int) -> int:
        """Take the block, and those that belong to its heading; return the index of the next."""
        block = self.blocks[index]
        if block.marker:
            return self._open(index)
        if block.is_preamble_heading:
            self._remark(block, Reason.PREAMBLE_HEADING)
        elif not _has_words(block.text) and not block.item:
            self._remark(block, Reason.NO_WORDS)
        elif block.is_final or self.is_final:
            self._final(block)
        elif _is_loose_heading(self.blocks, index) and self._has_text():
            self._loose_heading(block)
        else:
            self.items.add(self._holder(), self.blocks, index)
        return index + 1

    def _holder(self) -> Node | list[Node]:
        if self.article:
            return self.article
        return self.holders[-1][1] if self.holders else self.nodes

    def _has_text(self) -> bool:
        return self.article is None or bool(self.article.text or self.article.children)

    def _open(self, index: int) -> int:
        marker = self.blocks[index].marker
        assert marker is not None
        self.is_final = False
        self.items.reset()
        if marker.kind == Kind.ARTICLE:
            return self._open_article(index)
        self.article, self.is_fresh = None, True
        rank = 0 if marker.kind == Kind.ANNEX else marker.rank
        if marker.kind == Kind.ANNEX:
            self.holders, self.last_value = [], None
        else:
            self.holders = [held for held in self.holders if held[0] < rank]
        node = Node(marker.kind, marker.number, line=self.blocks[index].line)
        self._put(node)
        self.holders.append((rank, node))
        return self._head(node, index)

    def _put(self, node: Node) -> None:
        (self.holders[-1][1].children if self.holders else self.nodes).append(node)

    def _head(self, node: Node, index: int) -> int:
        """Give a division or annex its heading: behind the number, or the short lines that follow."""
        heading = [self.blocks[index].text] if self.blocks[index].text else []
        index += 1
        while index < len(self.blocks) and self._goes_on_heading(heading, index, node):
            heading.append(self.blocks[index].text)
            index += 1
        node.heading = _bare(" ".join(heading))
        return index

    def _goes_on_heading(  # noqa: PLR0911 -- each line a reason
        self, heading: list[str], index: int, node: Node
    ) -> bool:
        block = self.blocks[index]
        if block.marker or block.item or block.is_final or not _has_words(block.text):
            return False
        if not _may_be_heading(block.text):
            return False
        is_last = index + 1 >= len(self.blocks)
        if node.kind == Kind.ANNEX and (is_last or self.blocks[index + 1].marker) and heading:
            return False
        if not heading:
            return not is_last or node.kind != Kind.ANNEX
        so_far = " ".join(heading)
        if node.kind == Kind.ANNEX and len(heading) == 1 and BELONGS_TO.match(so_far):
            return True
        if block.text[0].islower() or (
            so_far.isupper() and block.text.isupper() and not block.has_gap
        ):
            return True
        return not block.has_gap and not block.last.is_whole and node.kind != Kind.ANNEX

    # ── articles ────────────────────────────────────────────────────────────────────────────────

    def _open_article(self, index: int) -> int:
        block = self.blocks[index]
        marker = block.marker
        assert marker is not None
        if not marker.series:
            self._check_number(block, marker.value)
        self.article = Node(Kind.ARTICLE, marker.number, line=block.line)
        self._put(self.article)
        if not marker.series:
            self.last_value, self.is_fresh = marker.value, False
        if block.text == "[":
            return self._bracketed_article(index + 1)
        if block.text:
            return self._article_words(index)
        return self._article_heading(index + 1)

    def _bracketed_article(self, index: int) -> int:
        """A bracket that opens before "Article 5" opens before its heading, or before its first words."""
        assert self.article is not None
        following = self._article_heading(index)
        block = self._at(index)
        if self.article.heading or block is None or block.marker or block.item or block.is_final:
            self.article.heading = f"[{self.article.heading}"
        else:
            block.text = f"[{block.text}"
        return following

    def _check_number(self, block: Block, value: Value | None) -> None:
        if self.last_value is None or value is None or follows(value, self.last_value):
            return
        if self.is_fresh and value == (1, 0):
            return
        is_lower = value <= self.last_value
        reason = Reason.NUMBER_TWICE if is_lower else Reason.NUMBER_MISSING
        assert block.marker is not None
        shown = f"{block.marker.word} {block.marker.number} {block.text}".strip()
        self.remarks.append(Remark(block.line, shown, reason))

    def _article_words(self, index: int) -> int:
        """Decide of the words behind an article's number whether they are its heading or its text."""
        assert self.article is not None
        block = self.blocks[index]
        text = block.text
        following = self._following(index)
        is_short_sentence = (
            len(text.split()) <= _FEW_WORDS and text.endswith(".") and text.count(".") == 1
        )
        is_heading = _may_be_heading(text) or (is_short_sentence and following is not None)
        if text.startswith("(") and text.endswith(")"):
            is_heading = True
        if not is_heading:
            self.items.add_text(self.article, block, text, self.blocks, index)
            return index + 1
        self.article.heading = _bare(text)
        return self._second_line(index + 1)

    def _article_heading(self, index: int) -> int:
        """Take the short line behind a bare number as the heading, where words follow it."""
        assert self.article is not None
        block = self._at(index)
        if block is None or block.item or block.marker or block.is_final:
            return index
        is_titled = _may_be_heading(block.text) and self._following(index) is not None
        if block.text.startswith("(") and block.text.endswith(")") and self._following(index):
            is_titled = True
        if not is_titled:
            return index
        self.article.heading = _bare(block.text)
        return self._second_line(index + 1)

    def _second_line(self, index: int) -> int:
        """Take what goes on with the heading on the next line: no gap between, no full stop, and words behind it."""
        assert self.article is not None
        block = self._at(index)
        if block is None or block.marker or block.item or block.is_final or block.has_gap:
            return index
        after = self._following(index)
        if not _may_be_heading(block.text) or after is None or block.last.is_whole:
            return index
        if not (after.has_gap or after.item):
            return index
        self.article.heading = f"{self.article.heading} {_bare(block.text)}"
        return index + 1

    def _following(self, index: int) -> Block | None:
        """Return the next block if it belongs to the same article."""
        block = self._at(index + 1)
        if block is None or block.marker or block.is_final:
            return None
        return block

    def _at(self, index: int) -> Block | None:
        return self.blocks[index] if index < len(self.blocks) else None

    def _loose_heading(self, block: Block) -> None:
        """Open a chapter that has a heading and no number; inside a numbered chapter it is a section."""
        in_chapter = any(node.kind == Kind.CHAPTER and node.number for _rank, node in self.holders)
        kind, rank = (Kind.SECTION, 4) if in_chapter else (Kind.CHAPTER, 3)
        self.article, self.is_fresh = None, True
        self.items.reset()
        self.holders = [held for held in self.holders if held[0] < rank]
        node = Node(kind, heading=_bare(block.text), line=block.line)
        self._put(node)
        self.holders.append((rank, node))

    def _final(self, block: Block) -> None:
        self.is_final, self.article, self.holders = True, None, []
        self.nodes.append(Node(Kind.FINAL_CLAUSE, text=block.text, line=block.line))

    def _remark(self, block: Block, reason: Reason) -> None:
        self.remarks += [Remark(line.number, line.text, reason) for line in block.lines]


# ── what words look like ────────────────────────────────────────────────────────────────────────


def _has_words(text: str) -> bool:
    return any(letter.isalpha() for letter in text)


def _bare(text: str) -> str:
    """Return a heading without the signs around it."""
    text = text.strip()
    if text.startswith("(") and text.endswith(")") and text.count("(") == 1:
        text = text[1:-1]
    return re.sub(r"^[–—:.-]+\s*|\s*(?:[–—:]|(?<!\.)\.)+$", "", text).strip()


def _may_be_heading(text: str) -> bool:
    return len(text) <= _LONGEST_HEADING and not is_terminal(text) and not text.endswith(",")


def _may_be_title(block: Block) -> bool:
    text = block.text
    if block.level == 1:
        return True
    return not is_terminal(text) and not text.endswith(",") and len(text) <= _LONGEST_TITLE


def _continues_title(first: Block, block: Block) -> bool:
    text = block.text
    if block.is_preamble_heading or is_terminal(text) or text.endswith(",") or block.item:
        return False
    if len(text) > _LONGEST_TITLE or FORMULA.search(text[:_LONGEST_TITLE]) or _is_subtitle(block):
        return False
    if first.level == 1:
        return False
    if text.isupper() or text[0].islower() or text.startswith("("):
        return True
    if first.text.isupper():
        return False
    return not block.has_gap and not re.match(r"(?:The|Les?|La|Die|Das|Der)\s", text)


def _is_subtitle(block: Block) -> bool:
    """Return whether the line says when and where the text was made: "Done at Vienna on 23 May 1969"."""
    text = block.text
    if len(text) > _LONGEST_HEADING // 2 or text.endswith((",", ";", ":")):
        return False
    return bool(FINAL_CLAUSE.match(text) or re.search(r"\b(?:1[89]|20)\d\d\b\W*(?:г\.?|года|yil|y\.)?\W*$", text)) and not FORMULA.search(text[:_LONGEST_TITLE])  # fmt: skip


def _is_loose_heading(blocks: list[Block], index: int) -> bool:
    """Return whether the block is a heading without a number: short, in capitals or by itself, before an article."""
    block = blocks[index]
    if (
        block.marker
        or block.item
        or block.is_preamble_heading
        or FORMULA.search(block.text[:_LONGEST_TITLE])
    ):
        return False
    if not _may_be_heading(block.text) or len(block.text.split()) > _MOST_WORDS_OF_HEADING:
        return False
    if not block.text[0].isupper() or (
        index and not (is_terminal(blocks[index - 1].text) or blocks[index - 1].is_heading)
    ):
        return False
    after = blocks[index + 1] if index + 1 < len(blocks) else None
    is_before_article = after is None or bool(after.marker and after.marker.kind == Kind.ARTICLE)
    stands_out = (
        block.text.isupper()
        or block.level > 0
        or (block.has_gap and after is not None and after.has_gap)
    )
    return is_before_article and stands_out
