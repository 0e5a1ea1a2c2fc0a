"""B70: pictures are measured before they are decoded, and lose what they tell of their maker."""

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from ots_portal.documents.inspection.findings import Finding, Refused
from ots_portal.documents.inspection.pictures import clean_jpeg, clean_png
from tests.factories.documents import JPEG, PNG, archive, picture

GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F
SECRET = b"40.4093N"


def taken_with_a_phone(orientation: int = 6) -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE] = orientation, "Ministry phone"
    exif.get_ifd(GPS)[1], exif.get_ifd(GPS)[29] = "N", SECRET.decode()
    return exif


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_of(width: int, height: int) -> bytes:
    """A PNG that says how large it is; its pixels are missing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def jpeg_of(width: int, height: int) -> bytes:
    at = JPEG.index(b"\xff\xc0")
    return JPEG[: at + 5] + struct.pack(">HH", height, width) + JPEG[at + 9 :]


def clean(kind: str, raw: bytes) -> bytes:
    return (clean_png if kind == "PNG" else clean_jpeg)(io.BytesIO(raw))


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_place_and_camera_go_and_the_orientation_stays(kind):
    taken = picture(kind, exif=taken_with_a_phone())
    assert SECRET in taken  # otherwise there would be nothing to lose

    kept = clean(kind, taken)

    left = dict(Image.open(io.BytesIO(kept)).getexif())
    assert (SECRET in kept, b"Ministry" in kept, left) == (False, False, {ORIENTATION: 6})


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("more", [{}, {"icc_profile": b"profile" * 20}, {"dpi": (300, 300)}])
def test_the_picture_itself_stays_as_it_is(kind, more):
    taken = picture(kind, exif=taken_with_a_phone(), **more)

    before, after = Image.open(io.BytesIO(taken)), Image.open(io.BytesIO(clean(kind, taken)))

    assert (after.tobytes(), after.info.get("icc_profile")) == (
        before.tobytes(),
        before.info.get("icc_profile"),
    )


@pytest.mark.parametrize("more", [{"progressive": True}, {"quality": 100, "subsampling": 0}])
def test_jpegs_of_several_scans_are_taken(more):
    taken = picture("JPEG", (300, 200), **more)

    assert (
        Image.open(io.BytesIO(clean("JPEG", taken))).tobytes()
        == Image.open(io.BytesIO(taken)).tobytes()
    )


def test_texts_in_a_png_go():
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", SECRET.decode())
    texts.add_itxt("XML:com.adobe.xmp", SECRET.decode())

    assert SECRET not in clean("PNG", picture("PNG", pnginfo=texts))


def test_comments_and_xmp_in_a_jpeg_go():
    told = picture("JPEG", comment=SECRET, xmp=b"http://ns.adobe.com/xap/1.0/\0" + SECRET)
    assert SECRET in told

    assert SECRET not in clean("JPEG", told)


@pytest.mark.parametrize(("kind", "raw"), [("PNG", PNG), ("JPEG", JPEG)])
@pytest.mark.parametrize("more", [b"<script>alert(1)</script>", archive({"a": b"a"}), JPEG])
def test_what_follows_the_picture_is_cut_off(kind, raw, more):
    assert clean(kind, raw + more) == clean(kind, raw)


@pytest.mark.parametrize(
    ("kind", "raw", "finding"),
    [
        ("PNG", png_of(30_000, 30_000), Finding.TOO_MANY_PIXELS),
        ("PNG", png_of(8_000, 8_001), Finding.TOO_MANY_PIXELS),
        ("JPEG", jpeg_of(30_000, 30_000), Finding.TOO_MANY_PIXELS),
        ("PNG", png_of(10, 10), Finding.DAMAGED),
        ("PNG", PNG[:-20], Finding.DAMAGED),
        ("PNG", PNG[:40] + b"\0" + PNG[41:], Finding.DAMAGED),
        ("PNG", PNG[:8], Finding.DAMAGED),
        ("JPEG", JPEG[:-2], Finding.DAMAGED),
        ("JPEG", JPEG[:300], Finding.DAMAGED),
        ("JPEG", JPEG[:3], Finding.DAMAGED),
        ("JPEG", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(20), Finding.DAMAGED),
        ("JPEG", PNG, Finding.DISAGREES),
        ("PNG", JPEG, Finding.DISAGREES),
        ("PNG", b"GIF89a", Finding.DISAGREES),
    ],
)
def test_too_large_or_broken_is_refused(kind, raw, finding):
    with pytest.raises(Refused) as refusal:
        clean(kind, raw)

    assert refusal.value.finding == finding
