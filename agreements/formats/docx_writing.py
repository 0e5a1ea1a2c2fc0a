"""
DOCX (ECMA-376) written: a text with its numbers as text, and two texts in one with Word's tracked changes.

Each paragraph lies inside a bookmark named after its provision's key, so that a document that comes back is laid
beside the text it was made of; Word and LibreOffice keep bookmarks while people write.
"""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal
from xml.sax.saxutils import escape

from agreements.formats.tree import DIVISIONS, Kind
from ots_portal.texts.comparison import Piece

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Part = Literal["number", "text"]

# By language: article, part, chapter, section, annex, as treaties write them; another language as English.
_NAMES: dict[str, tuple[str, str, str, str, str]] = {
    "en": ("Article {n}", "Part {n}", "Chapter {n}", "Section {n}", "Annex {n}"),
    "fr": ("Article {n}", "Partie {n}", "Chapitre {n}", "Section {n}", "Annexe {n}"),
    "ru": ("Статья {n}", "Часть {n}", "Глава {n}", "Параграф {n}", "Приложение {n}"),
    "tr": ("Madde {n}", "Kısım {n}", "Bölüm {n}", "Ayrım {n}", "Ek {n}"),
    "az": ("Maddə {n}", "Hissə {n}", "Fəsil {n}", "Bölmə {n}", "Əlavə {n}"),
    "kk": ("{n}-бап", "{n}-бөлік", "{n}-тарау", "{n}-параграф", "{n}-қосымша"),
    "ky": ("{n}-берене", "{n}-бөлүк", "{n}-глава", "{n}-параграф", "{n}-тиркеме"),
    "uz": ("{n}-modda", "{n}-qism", "{n}-bob", "{n}-paragraf", "{n}-ilova"),
    "tk": ("{n}-madda", "{n}-bölek", "{n}-bap", "{n}-paragraf", "{n}-goşundy"),
    "hu": ("{n}. cikk", "{n}. rész", "{n}. fejezet", "{n}. szakasz", "{n}. melléklet"),
}
_NAMED = (Kind.ARTICLE, Kind.PART, Kind.CHAPTER, Kind.SECTION, Kind.ANNEX)
_PARTED = " – "


@dataclass(frozen=True)
class WordProvision:
    """A provision as it is written: ``depth`` is how many others hold it."""

    key: str
    kind: str
    number: str
    heading: str
    text: str
    depth: int = 0


@dataclass(frozen=True)
class WordFrame:
    """What stands around the text: ``header`` and ``footer`` on each page, in the text's language."""

    title: str
    header: str
    footer: str
    language: str
    at: datetime


@dataclass(frozen=True)
class WordChange:
    """
    What became of a provision: ``before`` is None of a new one, ``after`` of one that went.

    ``heading`` and ``text`` compare the two; only asked where both are there.
    """

    before: WordProvision | None
    after: WordProvision | None
    heading: Sequence[Piece] = ()
    text: Sequence[Piece] = ()


def label_of(provision: WordProvision, language: str) -> str:
    """Return a provision's number as it is written: "Article 5", "1.", "(a)"; "" where it has none."""
    kind, number = Kind(provision.kind), provision.number
    if kind in _NAMED:
        form = _NAMES.get(language, _NAMES["en"])[_NAMED.index(kind)]
        if number:
            return form.format(n=number)
        named = kind in (Kind.ARTICLE, Kind.ANNEX)
        return re.sub(r"\{n\}[-.]?\s?|\s\{n\}", "", form).strip().capitalize() if named else ""
    if not number:
        return ""
    return f"{number}." if kind in (Kind.PARAGRAPH, Kind.FINAL_CLAUSE) else f"({number})"


def number_line(provision: WordProvision, language: str) -> str:
    """Return the line that a heading stands on: "Article 5 – Costs"; "" where there is none."""
    if not is_titled(provision):
        return ""
    return _PARTED.join(filter(None, (label_of(provision, language), provision.heading)))


def text_line(provision: WordProvision, language: str) -> str:
    """Return the line of its words, with the number before them where that stands on no line of its own."""
    label = "" if is_titled(provision) else label_of(provision, language)
    return " ".join(filter(None, (label, provision.text)))


def is_titled(provision: WordProvision) -> bool:
    """Return whether number and heading stand on a line of their own."""
    return Kind(provision.kind) in _NAMED or bool(provision.heading)


def bookmark_of(key: str, part: Part) -> str:
    """Return the bookmark's name: Word takes 40 letters, digits and underscores, beginning with a letter."""
    return f"ots_{hashlib.sha256(key.encode()).hexdigest()[:24]}_{part}"


def text_to_docx(provisions: Iterable[WordProvision], frame: WordFrame) -> bytes:
    """Return a text as a Word document."""
    body = _Body(frame)
    body.paragraph("Title", [("same", frame.title)])
    for provision in provisions:
        body.provision(provision)
    return _packed(body, frame)


def changes_to_docx(
    changes: Iterable[WordChange], frame: WordFrame, *, author: str, changed_at: datetime
) -> bytes:
    """
    Return two texts in one, with tracked changes: all accepted it is the later one, all rejected the earlier.

    What moved is deleted where it stood and inserted where it stands.
    """
    body = _Body(frame, author=author, changed_at=changed_at)
    body.paragraph("Title", [("same", frame.title)])
    for change in changes:
        body.change(change)
    return _packed(body, frame)


# ── the body ────────────────────────────────────────────────────────────────────────────────────
Runs = list[tuple[str, str]]  # (same, added or removed, words)


@dataclass
class _Body:
    frame: WordFrame
    author: str = ""
    changed_at: datetime | None = None
    parts: list[str] = field(default_factory=list)
    count: int = 0

    def provision(self, provision: WordProvision) -> None:
        self._lines(provision, "same")

    def _lines(self, provision: WordProvision, kind: str) -> None:
        language = self.frame.language
        if line := number_line(provision, language):
            self._line(provision, "number", [(kind, line)], mark=kind)
        if provision.text or not is_titled(provision):
            self._line(provision, "text", [(kind, text_line(provision, language))], mark=kind)

    def change(self, change: WordChange) -> None:
        before, after = change.before, change.after
        if before is None or after is None:
            one = after or before
            assert one is not None
            self._lines(one, "added" if before is None else "removed")
            return
        self._number_line(before, after, change)
        self._text_line(before, after, change)

    def _number_line(self, before: WordProvision, after: WordProvision, change: WordChange) -> None:
        language = self.frame.language
        old, new = number_line(before, language), number_line(after, language)
        if not (old and new):
            if one := new or old:
                kind = "added" if new else "removed"
                self._line(after, "number", [(kind, one)], mark=kind)
            return
        runs = self._label_runs(label_of(before, language), label_of(after, language))
        is_parted = [bool(one.heading and label_of(one, language)) for one in (before, after)]
        runs += _both(*(_PARTED if parted else "" for parted in is_parted))
        runs += [(piece.kind, piece.text) for piece in change.heading]
        self._line(after, "number", runs)

    def _text_line(self, before: WordProvision, after: WordProvision, change: WordChange) -> None:
        language = self.frame.language
        has_old = bool(before.text) or not is_titled(before)
        has_new = bool(after.text) or not is_titled(after)
        if has_old != has_new:
            kind, one = ("added", after) if has_new else ("removed", before)
            self._line(after, "text", [(kind, text_line(one, language))], mark=kind)
            return
        if not has_new:
            return
        labels = ["" if is_titled(one) else label_of(one, language) for one in (before, after)]
        runs = self._label_runs(*labels)
        runs += _both(*(" " if label and one.text else "" for label, one in zip(labels, (before, after), strict=True)))  # fmt: skip
        runs += [(piece.kind, piece.text) for piece in change.text]
        self._line(after, "text", runs)

    @staticmethod
    def _label_runs(old: str, new: str) -> Runs:
        return _both(old, new)

    def _line(
        self, provision: WordProvision, part: Part, runs: Runs, *, mark: str = "same"
    ) -> None:
        kind = Kind(provision.kind)
        if part == "number":
            style = "Heading1" if kind in DIVISIONS or kind == Kind.ANNEX else "Heading2"
        else:
            style = f"Level{min(max(self._depth(provision), 0), 3)}"
        self.paragraph(style, runs, mark=mark, bookmark=bookmark_of(provision.key, part))

    @staticmethod
    def _depth(provision: WordProvision) -> int:
        """Return by how much the words are set in: an article's own and its paragraphs' not at all."""
        steps = {Kind.POINT: 1, Kind.SUBPOINT: 2}
        return steps.get(Kind(provision.kind), 0)

    def paragraph(self, style: str, runs: Runs, *, mark: str = "same", bookmark: str = "") -> None:
        ending = {"added": "ins", "removed": "del"}.get(mark)
        marked = f"<w:rPr>{self._change(ending)}</w:rPr>" if ending else ""
        begin = end = ""
        if bookmark:
            number = self._next()
            begin = f'<w:bookmarkStart w:id="{number}" w:name="{bookmark}"/>'
            end = f'<w:bookmarkEnd w:id="{number}"/>'
        words = "".join(self._run(kind, text) for kind, text in runs if text)
        self.parts.append(
            f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{marked}</w:pPr>{begin}{words}{end}</w:p>'
        )

    def _run(self, kind: str, text: str) -> str:
        if kind == "same":
            return f"<w:r>{_words(text, 't')}</w:r>"
        name, letters = ("ins", "t") if kind == "added" else ("del", "delText")
        opening = self._change(name).removesuffix("/>")
        return f"{opening}><w:r>{_words(text, letters)}</w:r></w:{name}>"

    def _change(self, name: str) -> str:
        assert self.changed_at
        moment = self.changed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        author = _attribute(self.author)
        return f'<w:{name} w:id="{self._next()}" w:author="{author}" w:date="{moment}"/>'

    def _next(self) -> int:
        self.count += 1
        return self.count


def _both(old: str, new: str) -> Runs:
    if old == new:
        return [("same", new)]
    return [("removed", old), ("added", new)]


# XML 1.0, section 2.2: what no document may hold.
_FORBIDDEN = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _words(text: str, letters: str) -> str:
    """Return the parts of a run: words, and what stands between them as Word has it."""
    found = []
    for part in re.split(r"(\r?\n|\t)", _FORBIDDEN.sub("", text)):
        if part == "\t":
            found.append("<w:tab/>")
        elif part.endswith("\n"):
            found.append("<w:br/>")
        elif part:
            found.append(f'<w:{letters} xml:space="preserve">{escape(part)}</w:{letters}>')
    return "".join(found)


def _attribute(text: str) -> str:
    return escape(_FORBIDDEN.sub("", text), {'"': "&quot;", "\n": " ", "\t": " "})


# ── the archive ─────────────────────────────────────────────────────────────────────────────────
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_FIRST_DAY = (
    1980,
    1,
    1,
    0,
    0,
    0,
)  # what an archive calls no date: the same text makes the same file


def _packed(body: _Body, frame: WordFrame) -> bytes:
    page = (
        '<w:sectPr><w:headerReference w:type="default" r:id="rId2"/>'
        '<w:footerReference w:type="default" r:id="rId3"/>'
        '<w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1418" w:right="1418" w:bottom="1418" w:left="1418" w:header="709" w:footer="709" w:gutter="0"/>'
        "</w:sectPr>"
    )
    files = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "word/document.xml")}, core=True),
        "docProps/core.xml": _core(frame),
        "word/document.xml": f"{_XML}<w:document {_W} {_R}><w:body>{''.join(body.parts)}{page}</w:body></w:document>",
        "word/_rels/document.xml.rels": _relations(
            {
                "rId1": ("styles", "styles.xml"),
                "rId2": ("header", "header1.xml"),
                "rId3": ("footer", "footer1.xml"),
            }
        ),
        "word/styles.xml": _styles(frame.language),
        "word/header1.xml": _edge("hdr", "Header", frame.header),
        "word/footer1.xml": _edge("ftr", "Footer", frame.footer, has_pages=True),
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(
                zipfile.ZipInfo(name, _FIRST_DAY), text, compress_type=zipfile.ZIP_DEFLATED
            )
    return content.getvalue()


def _content_types() -> str:
    parts = {
        "/word/document.xml": f"{_OFFICE}.document.main+xml",
        "/word/styles.xml": f"{_OFFICE}.styles+xml",
        "/word/header1.xml": f"{_OFFICE}.header+xml",
        "/word/footer1.xml": f"{_OFFICE}.footer+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    told = "".join(
        f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in parts.items()
    )
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{told}</Types>'
    )


def _relations(parts: dict[str, tuple[str, str]], *, core: bool = False) -> str:
    told = "".join(
        f'<Relationship Id="{key}" Type="{_RELATED}/{kind}" Target="{target}"/>'
        for key, (kind, target) in parts.items()
    )
    if core:
        kind = f"{_PACKAGE}/relationships/metadata/core-properties"
        told += f'<Relationship Id="rIdCore" Type="{kind}" Target="docProps/core.xml"/>'
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{told}</Relationships>'


def _core(frame: WordFrame) -> str:
    moment = frame.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(_FORBIDDEN.sub('', frame.title))}</dc:title>"
        f"<dc:language>{frame.language}</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created></cp:coreProperties>'
    )


def _edge(element: str, style: str, text: str, *, has_pages: bool = False) -> str:
    """Return header or footer; the footer counts its pages."""
    pages = ""
    if has_pages:
        field_of = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> {name} </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
        slash = '<w:r><w:t xml:space="preserve"> / </w:t></w:r>'
        pages = (
            f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
            f"{field_of.format(name='PAGE')}{slash}{field_of.format(name='NUMPAGES')}</w:p>"
        )
    return (
        f'{_XML}<w:{element} {_W}><w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
        f"<w:r>{_words(text, 't')}</w:r></w:p>{pages}</w:{element}>"
    )


def _styles(language: str) -> str:
    def style(key: str, name: str, paragraph: str, run: str = "", *, default: bool = False) -> str:
        based = "" if default else '<w:basedOn w:val="Normal"/>'
        is_default = ' w:default="1"' if default else ""
        return (
            f'<w:style w:type="paragraph"{is_default} w:styleId="{key}"><w:name w:val="{name}"/>{based}'
            f"<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
        )

    centred, bold = '<w:jc w:val="center"/>', "<w:b/>"
    together = "<w:keepNext/>"
    small = '<w:sz w:val="16"/>'
    # The reader takes a "heading 1" for a title: the divisions begin one below it.
    styles = (
        style("Normal", "Normal", '<w:spacing w:after="120"/>', default=True),
        style("Title", "Title", f'<w:spacing w:after="240"/>{centred}', f'{bold}<w:sz w:val="28"/>'),
        style("Heading1", "heading 2", f'{together}<w:spacing w:before="240" w:after="120"/>{centred}<w:outlineLvl w:val="0"/>', f'{bold}<w:sz w:val="24"/>'),
        style("Heading2", "heading 3", f'{together}<w:spacing w:before="200" w:after="120"/>{centred}<w:outlineLvl w:val="1"/>', bold),
        *(
            style(f"Level{level}", f"Treaty level {level}", f'<w:ind w:left="{level * 567}"/><w:jc w:val="both"/>')
            for level in range(4)
        ),
        style("Header", "header", centred, small),
        style("Footer", "footer", centred, small),
    )  # fmt: skip
    return (
        f"{_XML}<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>"
        '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman" w:eastAsia="Times New Roman"/>'
        f'<w:sz w:val="24"/><w:lang w:val="{language}"/></w:rPr></w:rPrDefault></w:docDefaults>{"".join(styles)}</w:styles>'
    )
