"""
What is not in the repository: made at set-up from installed packages.

The typeface and the base map are for the browser; the territories' shapes are for the portal itself.
"""

import hashlib
import importlib.util
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from ots_portal.geo import borders, projection, states, territories

FONT_PACKAGE = "fontpkg_source_sans_3"
FONT_FILE = "SourceSans3[wght].ttf"
# Latin, Latin-1, Extended-A and -B, IPA's schwa, letters that modify (ʻ), accents, Cyrillic and its
# supplement, Latin Extended Additional, punctuation, currency signs, arrows and a few signs.
FONT_RANGES = (
    (0x20, 0x7E),
    (0xA0, 0x24F),
    (0x259, 0x259),
    (0x2BB, 0x2BC),
    (0x2C6, 0x2DD),
    (0x300, 0x30C),
    (0x400, 0x52F),
    (0x1E00, 0x1E9E),
    (0x2010, 0x2027),
    (0x2030, 0x203A),
    (0x20A0, 0x20BF),
    (0x2116, 0x2122),
    (0x2190, 0x2199),
    (0x2212, 0x2212),
    (0x2248, 0x2265),
)
FONT_WEIGHTS = (400, 700)


@dataclass(frozen=True)
class Asset:
    """A file under var/: made again when its source or its maker changes."""

    name: str
    source: Callable[[], Path]
    make: Callable[[Path], bytes]
    makers: tuple[Path, ...]


def font_source() -> Path:
    """:raises FileNotFoundError: when the package with the typeface is not installed"""
    spec = importlib.util.find_spec(FONT_PACKAGE)
    if spec is None or spec.origin is None:
        message = f"The package {FONT_PACKAGE} is not installed: there is no typeface to build."
        raise FileNotFoundError(message)
    return Path(spec.origin).parent / "files" / FONT_FILE


def make_font(source: Path) -> bytes:
    """Return the typeface as WOFF2, cut down to the portal's letters and weights."""
    # recalcTimestamp: the same source gives the same bytes, so browsers keep what they have.
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options(
        layout_features=["kern", "mark", "mkmk", "ccmp", "locl", "lnum", "tnum"]
    )
    cutter = subset.Subsetter(options)
    cutter.populate(
        unicodes=[code for first, last in FONT_RANGES for code in range(first, last + 1)]
    )
    cutter.subset(font)
    # After the cut: the other way round the subsetter misses glyphs that no longer vary.
    font = instancer.instantiateVariableFont(font, {"wght": FONT_WEIGHTS})
    font.flavor = "woff2"
    result = io.BytesIO()
    font.save(result)
    return result.getvalue()


def make_map(source: Path) -> bytes:
    return borders.draw_map(source).encode()


ASSETS = (
    Asset("fonts/source-sans-3.woff2", font_source, make_font, (Path(__file__),)),
    Asset(
        "map.svg", borders.archive, make_map, (Path(borders.__file__), Path(projection.__file__))
    ),
)


def make_outlines(source: Path) -> bytes:
    return json.dumps(borders.draw_outlines(source)).encode()


# Read by the portal, never served.
OUTLINES = Asset(
    states.FILE, borders.archive, make_outlines, (Path(borders.__file__), Path(projection.__file__))
)
TERRITORIES = Asset(
    territories.FILE, borders.archive, territories.prepare, (Path(territories.__file__),)
)


def build(asset: Asset, *, folder: Path) -> bool:
    """Make the asset unless it is up to date; return whether it was made."""
    target = folder / asset.name
    mark = target.with_name(f".{target.name}.made-from")
    source = asset.source()
    origin = _fingerprint(source, *asset.makers)
    if target.exists() and mark.exists() and mark.read_text() == origin:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    _write_whole(target, asset.make(source))
    _write_whole(mark, origin.encode())
    return True


def _fingerprint(*files: Path) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _write_whole(target: Path, content: bytes) -> None:
    """Write beside and rename: whoever reads meanwhile gets the old file or the new one, never half."""
    draft = target.with_name(f".{target.name}.draft")
    draft.write_bytes(content)
    draft.replace(target)
