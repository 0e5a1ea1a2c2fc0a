"""The style sheet is written by hand, and merged by machines."""

import re
from pathlib import Path

from django.conf import settings

SHEET = Path(settings.BASE_DIR) / "ots_portal" / "static" / "portal" / "portal.css"


def _without_comments_and_strings() -> str:
    return re.sub(r"/\*.*?\*/|\"[^\"]*\"", "", SHEET.read_text("utf-8"), flags=re.DOTALL)


def test_every_block_is_closed():
    depth = [0]
    for mark in re.findall(r"[{}]", _without_comments_and_strings()):
        depth.append(depth[-1] + (1 if mark == "{" else -1))

    assert (depth[-1], min(depth), max(depth) <= 3) == (0, 0, True)


def test_a_phone_s_rules_are_for_screens():
    """On paper the page is as narrow as a phone; it must not be set as one."""
    widths = re.findall(r"@media [^{]*max-width[^{]*", _without_comments_and_strings())

    assert [rule for rule in widths if "screen" not in rule] == []
