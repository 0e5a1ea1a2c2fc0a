"""
The third part: what must not lie beside the data, because whoever holds both holds the portal.

Written as an environment file, as systemd's EnvironmentFile= reads it: the key, and every OTS_… variable
of the process that makes the backup (the passwords of database, mail and storage are among them).
"""

import hashlib
import hmac
import os
import re
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings


def mark(key: str) -> str:
    """Return what tells two keys apart and tells neither."""
    return hmac.new(key.encode(), b"OTS portal backup", hashlib.sha256).hexdigest()[:16]


def write(file: Path, environment: Mapping[str, str]) -> None:
    """Write the keys to a new file that its owner alone can read."""
    lines = {name: value for name, value in environment.items() if name.startswith("OTS_")}
    lines["OTS_SECRET_KEY"] = settings.SECRET_KEY
    text = "".join(f"{name}={_quoted(value)}\n" for name, value in sorted(lines.items()))
    # Created with its mode: between creating and narrowing it anybody could have opened it.
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as target:
        target.write(text)
        target.flush()
        os.fsync(target.fileno())


def _quoted(value: str) -> str:
    """Quote it so that systemd and the shell read the same, and neither takes a part for its own."""
    return '"' + re.sub(r'([\\"$`])', r"\\\1", value) + '"'
