"""
PNG and JPEG: measured before they are decoded, and written again without what they tell of their maker.

The pixels stay bit by bit as they came. Left out are place, time, camera, comments, previews, and
whatever follows the picture; of Exif only the orientation stays, without which a photo lies on its side.
"""

import io
import re
import struct
import warnings
import zlib
from collections.abc import Callable, Iterator
from typing import IO

from PIL import Image

from ots_portal.documents.inspection.findings import Finding, Refused

MOST_PIXELS = 64_000_000
EXIF_ORIENTATION = 0x0112  # Exif 3.0, 4.6.5.1: tag 274
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
JPEG_SIGNATURE = b"\xff\xd8\xff"

Cleaner = Callable[[bytes, int], bytes]


def clean_png(content: IO[bytes]) -> bytes:
    return _cleaned(content.read(), PNG_SIGNATURE, "PNG", _png_without_metadata)


def clean_jpeg(content: IO[bytes]) -> bytes:
    return _cleaned(content.read(), JPEG_SIGNATURE, "JPEG", _jpeg_without_metadata)


def _cleaned(raw: bytes, signature: bytes, kind: str, cleaner: Cleaner) -> bytes:
    if not raw.startswith(signature):
        raise Refused(Finding.DISAGREES)
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit here is lower
    clean = cleaner(raw, _orientation(raw, kind))
    _require_whole(clean, kind)
    return clean


def _orientation(raw: bytes, kind: str) -> int:
    """Measure the picture by its header, and return how it is to be turned (1: not at all)."""
    try:
        with Image.open(io.BytesIO(raw), formats=[kind]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Refused(Finding.TOO_MANY_PIXELS)
            turned = image.getexif().get(EXIF_ORIENTATION, 1)
    except Image.DecompressionBombError as error:
        raise Refused(Finding.TOO_MANY_PIXELS) from error
    except (OSError, ValueError, SyntaxError, struct.error, KeyError, TypeError) as error:
        raise Refused(Finding.DAMAGED) from error
    return turned if isinstance(turned, int) and 1 <= turned <= 8 else 1  # noqa: PLR2004 -- Exif's eight


def _require_whole(clean: bytes, kind: str) -> None:
    """Decode it: what breaks off, or was never a picture, is found here and not at the reader's."""
    try:
        with Image.open(io.BytesIO(clean), formats=[kind]) as image:
            image.load()
    except (OSError, ValueError, SyntaxError, struct.error, zlib.error) as error:
        raise Refused(Finding.DAMAGED) from error


# ── PNG (W3C Recommendation, third edition) ─────────────────────────────────────────────────────

# What a picture needs to be shown as it was meant; texts, times, Exif and private chunks go.
_PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP",
     b"bKGD", b"pHYs"}
)  # fmt: skip


def _png_without_metadata(raw: bytes, orientation: int) -> bytes:
    parts = [PNG_SIGNATURE]
    for name, chunk in _png_chunks(raw):
        if name == b"IDAT" and orientation != 1:
            parts.append(_png_chunk(b"eXIf", _exif_of(orientation)))
            orientation = 1
        if name in _PNG_KEPT:
            parts.append(chunk)
    return b"".join(parts)


def _png_chunks(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and bytes of every chunk up to IEND; what follows is no part of the picture."""
    at = len(PNG_SIGNATURE)
    while True:
        if at + 12 > len(raw):
            raise Refused(Finding.DAMAGED)
        (size,) = struct.unpack_from(">I", raw, at)
        chunk = raw[at : at + 12 + size]
        if len(chunk) != 12 + size or zlib.crc32(chunk[4:-4]) != struct.unpack(">I", chunk[-4:])[0]:
            raise Refused(Finding.DAMAGED)
        yield chunk[4:8], chunk
        if chunk[4:8] == b"IEND":
            return
        at += len(chunk)


def _png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


# ── JPEG (ITU-T T.81, annex B) ──────────────────────────────────────────────────────────────────

_EOI, _SOS, _APP0, _APP1, _APP2, _APP14, _COM = 0xD9, 0xDA, 0xE0, 0xE1, 0xE2, 0xEE, 0xFE
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def _jpeg_without_metadata(raw: bytes, orientation: int) -> bytes:
    parts = [b"\xff\xd8"]
    if orientation != 1:
        body = b"Exif\0\0" + _exif_of(orientation)
        parts.append(b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body)
    parts += [segment for marker, segment in _jpeg_segments(raw) if _is_kept(marker, segment)]
    return b"".join(parts)


def _is_kept(marker: int, segment: bytes) -> bool:
    """Of the application segments JFIF, the colour profile and Adobe's colour transform belong to the picture."""
    if marker == _APP2:
        return segment[4:].startswith(b"ICC_PROFILE\0")
    if marker in (_APP0, _APP14):
        return segment[4:].startswith((b"JFIF\0", b"Adobe"))
    return marker != _COM and not _APP1 <= marker <= 0xEF  # noqa: PLR2004 -- APP15


def _jpeg_segments(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield marker and bytes of every segment up to EOI; a scan carries its compressed data."""
    at = 2
    while True:
        if at + 2 > len(raw) or raw[at] != 0xFF:  # noqa: PLR2004 -- every marker begins so
            raise Refused(Finding.DAMAGED)
        marker = raw[at + 1]
        if marker == 0xFF:  # noqa: PLR2004 -- a fill byte (B.1.1.2)
            at += 1
            continue
        end = at + 2 if marker == _EOI or marker in _ALONE else _end_of_segment(raw, at)
        if marker == _SOS:
            following = _MARKER.search(raw, end)
            end = following.start() if following else len(raw)
        yield marker, raw[at:end]
        if marker == _EOI:
            return
        at = end


def _end_of_segment(raw: bytes, at: int) -> int:
    if at + 4 > len(raw):
        raise Refused(Finding.DAMAGED)
    (size,) = struct.unpack_from(">H", raw, at + 2)
    if size < 2 or at + 2 + size > len(raw):  # noqa: PLR2004 -- the length counts itself
        raise Refused(Finding.DAMAGED)
    return int(at + 2 + size)


def _exif_of(orientation: int) -> bytes:
    """Return a TIFF header and one directory with one entry: the orientation (a short)."""
    entry = struct.pack(">HHIHH", EXIF_ORIENTATION, 3, 1, orientation, 0)
    return b"MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
