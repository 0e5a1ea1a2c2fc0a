"""The paragraphs, points and subpoints of an article: which item stands beside, and which under another."""

from dataclasses import dataclass, field

from agreements.formats.layout import Block, is_terminal
from agreements.formats.markers import Item, bare_item
from agreements.formats.numbers import comes_next
from agreements.formats.tree import Kind, Node, Reason, Remark

_LOOKED_AHEAD = 200


@dataclass
class _Level:
    """A list that is open: the form of its numbers, where it has got to, and its last item."""

    signs: tuple[str, str]
    row: str
    value: int
    node: Node
    siblings: list[Node]
    # What holds the list: of which kind the items are.
    holder: Node | None


@dataclass
class Items:
    """Puts block after block where it belongs; ``reset`` when another article begins."""

    remarks: list[Remark]
    language: str = ""
    levels: list[_Level] = field(default_factory=list)
    # The paragraph without a number to which points that follow belong.
    paragraph: Node | None = None
    # Items without a number behind "the following:".
    listing: Node | None = None

    def reset(self) -> None:
        self.levels, self.paragraph, self.listing = [], None, None

    def add(self, holder: Node | list[Node], blocks: list[Block], index: int) -> None:
        block = blocks[index]
        item = block.item or self._bare(holder, blocks, index)
        if item and self._place(holder, item, blocks, index):
            return
        self.add_text(holder, block, block.text, blocks, index)

    # ── words without a number ──────────────────────────────────────────────────────────────────

    def add_text(
        self, holder: Node | list[Node], block: Block, text: str, blocks: list[Block], index: int
    ) -> None:
        last = self.levels[-1].node if self.levels else self.paragraph
        if self.listing is not None:
            if _goes_on_listing(self.listing):
                self._enlist(self.listing, block, text)
                return
            self.listing = None
        if (
            last is not None
            and last.text.endswith(":")
            and not last.children
            and text[0].isupper()
            and _is_listed(text)
        ):
            self.listing = last
            self._enlist(last, block, text)
        elif last is not None and self.levels and text[0].islower():
            self._close(block, text)
        elif (
            isinstance(holder, Node)
            and holder.kind == Kind.ARTICLE
            and _introduces(holder, text, blocks, index)
        ):
            holder.text = text
        else:
            self._paragraph(holder, block, text)

    def _enlist(self, holder: Node, block: Block, text: str) -> None:
        kind = Kind.POINT if holder.kind == Kind.PARAGRAPH else Kind.SUBPOINT
        holder.children.append(Node(kind, text=text, line=block.line))

    def _close(self, block: Block, text: str) -> None:
        """Add words that close a list ("provided that …") to what holds the list."""
        holder = self.levels[0].holder
        outer = next((level for level in self.levels if level.node.children), None)
        node = outer.node if outer else holder
        closing = Node(Kind.POINT, text=text, line=block.line)
        if node is None or node.kind in (Kind.ARTICLE, Kind.ANNEX):
            self.levels[0].siblings.append(closing)
            return
        if node.kind != Kind.PARAGRAPH:
            closing.kind = Kind.SUBPOINT
        node.children.append(closing)
        if outer:
            self.levels = self.levels[: self.levels.index(outer) + 1]

    def _paragraph(self, holder: Node | list[Node], block: Block, text: str) -> None:
        node = Node(Kind.PARAGRAPH, text=text, line=block.line)
        _children(holder).append(node)
        # Numbered paragraphs go on behind one without a number; points do not.
        self.levels = [
            level
            for level in self.levels[:1]
            if level.holder is None or level.node.kind == Kind.PARAGRAPH
        ]
        self.paragraph = node
        self.listing = None

    # ── items ───────────────────────────────────────────────────────────────────────────────────

    def _place(
        self, holder: Node | list[Node], item: Item, blocks: list[Block], index: int
    ) -> bool:
        """Put the item beside or under what is open; False where it is no item but words."""
        block = blocks[index]
        signs = (item.opening, item.closing)
        if item.is_bullet:
            self._put_bullet(holder, item, block)
            return True
        rows = _rows(item)
        if beside := self._beside(signs, rows, item, blocks, index):
            level, row = beside
            level.row = row
            self._append(level, item, block, rows.get(row, level.value))
        elif begun := [row for row, value in rows.items() if value == 1]:
            self._begin(holder, item, block, signs, begun[0], 1)
        elif later := self._later(signs, rows):
            level, row = later
            reason = Reason.NUMBER_MISSING if rows[row] > level.value else Reason.NUMBER_TWICE
            self.remarks.append(Remark(block.line, block.text, reason))
            self._append(level, item, block, rows[row])
        elif _is_unsure(item):
            return False
        else:
            row = next(iter(rows), "")
            if not row:
                return False
            self.remarks.append(Remark(block.line, block.text, Reason.NUMBER_MISSING))
            self._begin(holder, item, block, signs, row, rows[row])
        return True

    def _beside(
        self,
        signs: tuple[str, str],
        rows: dict[str, int],
        item: Item,
        blocks: list[Block],
        index: int,
    ) -> tuple[_Level, str] | None:
        """Return the open list whose next item this is, from the inside out."""
        for level in reversed(self.levels):
            if level.signs != signs:
                continue
            is_again = (item.number[-1:].isalpha() and " " in item.number) or item.number.endswith(
                ("bis", "ter", "quater")
            )
            for row in (level.row, _ALSO.get(level.row, level.row)):
                value = rows.get(row)
                if value is None or (
                    value != level.value + 1 and not (is_again and value == level.value)
                ):
                    continue
                if row != level.row and not (row == "digit 0" and level.value == 1):
                    continue
                if "letter" in row and self._begins_roman(signs, rows, blocks, index):
                    continue
                return level, row
            if "letter" in level.row and comes_next(item.number, level.node.number, self.language):
                return level, level.row
        return None

    def _begins_roman(
        self, signs: tuple[str, str], rows: dict[str, int], blocks: list[Block], index: int
    ) -> bool:
        """Return whether "(i)" behind "(h)" begins a list of Roman numbers: the next one says so."""
        row = next((row for row, value in rows.items() if "roman" in row and value == 1), "")
        if not row:
            return False
        for block in blocks[index + 1 : index + _LOOKED_AHEAD]:
            if block.marker:
                return False
            if block.item and (block.item.opening, block.item.closing) == signs:
                return _rows(block.item).get(row) == 2  # noqa: PLR2004 -- ii
        return False

    def _later(self, signs: tuple[str, str], rows: dict[str, int]) -> tuple[_Level, str] | None:
        for level in reversed(self.levels):
            if level.signs == signs and level.row in rows:
                return level, level.row
        return None

    def _append(self, level: _Level, item: Item, block: Block, value: int) -> None:
        node = Node(level.node.kind, item.number, text=item.text, line=block.line)
        level.siblings.append(node)
        level.node, level.value = node, value
        self.levels = self.levels[: self.levels.index(level) + 1]
        self.listing = None
        if len(self.levels) == 1 and node.kind == Kind.PARAGRAPH:
            self.paragraph = None

    def _begin(  # noqa: PLR0913, PLR0917 -- what an item is, and where it goes
        self,
        holder: Node | list[Node],
        item: Item,
        block: Block,
        signs: tuple[str, str],
        row: str,
        value: int,
    ) -> None:
        again = next(
            (level for level in self.levels if (level.signs, level.row) == (signs, row)), None
        )
        if again:
            self.levels = self.levels[: self.levels.index(again)]
        above = self._above(holder, row)
        node = Node(_kind(above, row), item.number, text=item.text, line=block.line)
        siblings = _children(above)
        siblings.append(node)
        held = above if isinstance(above, Node) else None
        self.levels.append(_Level(signs, row, value, node, siblings, held))
        self.listing = None
        if node.kind == Kind.PARAGRAPH:
            self.paragraph = None

    def _above(self, holder: Node | list[Node], row: str) -> Node | list[Node]:
        """Return what a list that begins now stands under."""
        if self.paragraph is not None and (
            self.levels == [] or self.levels[-1].node.kind == Kind.PARAGRAPH
        ):
            # A numbered paragraph never stands under one without a number, unless that announces it.
            if not row.startswith("digit 0") or self.paragraph.text.endswith(":"):
                return self.paragraph
            return holder
        return self.levels[-1].node if self.levels else holder

    def _put_bullet(self, holder: Node | list[Node], item: Item, block: Block) -> None:
        signs = ("", item.number)
        level = next((level for level in reversed(self.levels) if level.signs == signs), None)
        if level:
            self._append(level, item, block, level.value + 1)
        else:
            self._begin(holder, item, block, signs, "bullet", 1)

    def _bare(self, holder: Node | list[Node], blocks: list[Block], index: int) -> Item | None:
        """Return the item of a number without a sign, where the next number comes in the same article."""
        item = bare_item(blocks[index].text)
        if not item or not isinstance(holder, Node) or blocks[index].item:
            return None
        rows = _rows(item)
        row, value = next(iter(rows.items()), ("", 0))
        if any((lv.signs, lv.row, lv.value + 1) == (("", ""), row, value) for lv in self.levels):
            return item
        is_begun = value == 1 and (not _children(holder) or not item.number.isdigit())
        return item if is_begun and _comes_next(blocks, index, row) else None


# "I." that is followed by "2." was a one before somebody scanned it.
_ALSO = {"upper roman": "digit 0"}


def _rows(item: Item) -> dict[str, int]:
    """Return the item's value by the row of numbers it may stand in; "1.2" and "1" are of different rows."""
    depth = item.number.count(".")
    return {
        f"{row} {depth}" if row == "digit" else row: value for row, value in item.values().items()
    }


def _children(holder: Node | list[Node]) -> list[Node]:
    return holder if isinstance(holder, list) else holder.children


def _kind(above: Node | list[Node], row: str) -> Kind:
    if isinstance(above, list) or above.kind not in (Kind.PARAGRAPH, Kind.POINT, Kind.SUBPOINT):
        is_paragraph = row.startswith(("digit", "upper"))
        return Kind.PARAGRAPH if is_paragraph else Kind.POINT
    return Kind.POINT if above.kind == Kind.PARAGRAPH else Kind.SUBPOINT


def _is_unsure(item: Item) -> bool:
    """A letter with a full stop that continues nothing is rather the beginning of a name."""
    return item.closing == "." and not item.opening and item.number.isalpha()


def _is_listed(text: str) -> bool:
    return text.endswith((";", ",", "; and", "; or", " -", " –")) or (
        is_terminal(text) and text.endswith(";")
    )


def _goes_on_listing(holder: Node) -> bool:
    return bool(holder.children) and _is_listed(holder.children[-1].text)


def _introduces(article: Node, text: str, blocks: list[Block], index: int) -> bool:
    """Return whether the words only announce the numbered paragraphs that follow."""
    after = blocks[index + 1] if index + 1 < len(blocks) else None
    if (
        article.children
        or article.text
        or not text.endswith(":")
        or after is None
        or after.item is None
    ):
        return False
    return any(
        row.startswith(("digit", "upper")) and value == 1
        for row, value in _rows(after.item).items()
    )


def _comes_next(blocks: list[Block], index: int, row: str) -> bool:
    for block in blocks[index + 1 : index + _LOOKED_AHEAD]:
        if block.marker:
            return False
        found = bare_item(block.text)
        if found and not block.item and _rows(found).get(row) == 2:  # noqa: PLR2004
            return True
    return False
