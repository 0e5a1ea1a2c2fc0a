"""Reading a PDF back as a program for the blind would: text through the fonts' own tables, tags, language."""

import io
import re

import pikepdf

PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
TRIPLE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


def text_of(content: bytes) -> str:
    """Return all pages' text without spaces and places to break, so that a broken word is whole again."""
    with opened(content) as pdf:
        shown = "".join(_page_text(page) for page in pdf.pages)
    return re.sub(r"[\s\u200b]", "", shown)


def _page_text(page: pikepdf.Page) -> str:
    tables = {name: _letters(font) for name, font in page.resources.get("/Font", {}).items()}
    table, shown = {}, []
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            table = tables[str(operands[0])]
        elif str(operator) in ("Tj", "TJ"):
            pieces = operands[0] if str(operator) == "TJ" else operands
            texts = [bytes(piece) for piece in pieces if isinstance(piece, pikepdf.String)]
            shown += [_decoded(codes, table) for codes in texts]
    return "".join(shown)


def _decoded(codes: bytes, table: dict[int, str]) -> str:
    pairs = (codes[at : at + 2] for at in range(0, len(codes), 2))
    return "".join(table.get(int.from_bytes(pair, "big"), "\ufffd") for pair in pairs)


def _letters(font: pikepdf.Object) -> dict[int, str]:
    """Return code → text as the font's ToUnicode table has it."""
    table: dict[int, str] = {}
    content = font.ToUnicode.read_bytes()
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", content, re.DOTALL):
        for code, letters in PAIR.findall(block):
            table[int(code, 16)] = bytes.fromhex(letters.decode()).decode("utf-16-be")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", content, re.DOTALL):
        for first, last, letters in TRIPLE.findall(block):
            start = int(letters, 16)
            for step in range(int(last, 16) - int(first, 16) + 1):
                table[int(first, 16) + step] = chr(start + step)
    return table


def fonts_of(content: bytes) -> dict[str, bool]:
    """Return each font's name → whether its letters lie in the file."""
    found = {}
    with opened(content) as pdf:
        for page in pdf.pages:
            for font in page.resources.get("/Font", {}).values():
                descriptor = font.DescendantFonts[0].FontDescriptor
                is_inside = any(f"/FontFile{kind}" in descriptor for kind in ("", "2", "3"))
                found[str(font.BaseFont).partition("+")[2]] = is_inside
    return found


def tags_of(content: bytes) -> set[str]:
    """Return the sorts of element in the tree that a reader for the blind follows."""
    with opened(content) as pdf:
        return set(_tags(pdf.Root.StructTreeRoot))


def _tags(element: pikepdf.Object) -> list[str]:
    own = [str(element.S)] if "/S" in element else []
    inner = element.get("/K", [])
    children = inner if isinstance(inner, pikepdf.Array) else [inner]
    below = [_tags(child) for child in children if isinstance(child, pikepdf.Dictionary)]
    return own + [tag for tags in below for tag in tags]
