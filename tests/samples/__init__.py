"""Where the inputs of tests lie: our own beside this file, the large real ones beside the checkout."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
EARTHQUAKE = ROOT / "incidents" / "static" / "incidents" / "sample-earthquake.geojson"
# The same earthquake as the event service tells of one that was deleted.
DELETED_EARTHQUAKE = Path(__file__).with_name("deleted-earthquake.geojson")
SHARED = ROOT.parent / "shared" / "samples"


def shared_sample(name: str) -> Path:
    """Return a real input from the folder beside the checkout; skips the test where there is none."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"The real sample {name} is not beside this checkout.")
    return path
