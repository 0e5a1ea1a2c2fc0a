"""
Documents as PDF: a template set by typst with the content as data, in a process of its own.

Nothing that somebody wrote becomes source: it reaches the template as JSON, whatever it looks like. The
child has one job, little memory, little time, no environment; sources and content come with the job.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

import structlog
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, override

from ots_portal.paper import typesetting
from ots_portal.paper.digests import content_digest
from ots_portal.paper.letters import printable
from ots_portal.paper.problems import (
    NotInstalled,
    NotPrintable,
    NotSet,
    TooBusy,
    TooHeavy,
    TooLong,
)
from ots_portal.paper.sources import TEMPLATES, sources
from ots_portal.ui.assets import font_source
from ots_portal.ui.moments import zoned_text

Text = str | Promise

MOST_TEXT_BYTES = 1_000_000
TIMEOUT_SECONDS = 15
AT_ONCE = 2  # in one process of the portal: each may need a core and up to 1 GiB
# The word of ``watermark`` for what does not happen.
EXERCISE = gettext_lazy("EXERCISE")
_PROGRAM = Path(typesetting.__file__)
_places = BoundedSemaphore(AT_ONCE)
_log = structlog.stdlib.get_logger(__name__)


def render(  # noqa: PLR0913 -- a document's head and foot, each a name
    template: str,
    data: Mapping[str, Any],
    *,
    title: Text,
    language: str,
    classification: Text,
    at: datetime,
    document_number: str = "",
    issuer: Text = "",
    watermark: Text = "",
    words: Mapping[str, Text] | None = None,
    zone: str = "",
    digest: str = "",
) -> bytes:
    """
    Set ``template`` with ``data`` and return the PDF (PDF/A-2a and PDF/UA-1, tagged, A4).

    ``template`` is a name like "incidents/situation_report.typ": ``incidents/paper/situation_report.typ``.
    ``data`` is what JSON can hold, days, moments and lazy sentences included; it never becomes source, and
    its digest stands at the foot. ``language`` is that of the document's words and its tag.
    ``classification`` says who may read it and stands on every page. ``issuer`` is the authority in whose
    name it is made, "" for the portal alone. ``watermark`` is a word laid across every page
    (``EXERCISE``). ``words`` are the template's own, its headings and labels: no part of the digest.
    ``at`` is when it is made: the same content at the same ``at`` gives the same bytes. ``zone`` is the one
    that it is written in, "" for the reader's. ``digest`` is that of the frozen record it prints, "" for that of
    ``data``.

    :raises NotPrintable: with a sentence: TooLong, TooHeavy, TooBusy, NotInstalled, NotSet
    """
    with override(language):
        document = {
            "title": title,
            "language": language.partition("-")[0],
            "classification": classification,
            "number": document_number,
            "issuer": issuer,
            "watermark": watermark,
            "made_at": zoned_text(at, zone),
            "digest": digest or content_digest(data),
            "words": {**_words(), **(words or {})},
            "data": data,
        }
        content = _as_json(document)
    return _set(template, content, at)


def _words() -> dict[str, str]:
    """Return what the base layout itself says, in the active language."""
    return {
        "portal": gettext("OTS Emergency Portal"),
        "organization": gettext("Organization of Turkic States"),
        "for_whom": gettext("For: %(readers)s") % {"readers": "{readers}"},
        "page": gettext("Page %(number)s of %(total)s")
        % {"number": "{number}", "total": "{total}"},
        "made": gettext("Made %(moment)s") % {"moment": "{moment}"},
        "digest": gettext("Content SHA-256"),
        "signed": gettext("Signed %(moment)s") % {"moment": "{moment}"},
        "signature": gettext("Signature"),
        "place_and_date": gettext("Place and date"),
        "nothing": gettext("Nothing entered."),
    }


def _as_json(document: Mapping[str, Any]) -> str:
    """
    Return the document with what cannot be printed replaced.

    :raises TooLong: beyond MOST_TEXT_BYTES
    """
    plain = json.loads(json.dumps(document, cls=DjangoJSONEncoder))
    content = json.dumps(printable(plain), ensure_ascii=False)
    if len(content.encode()) > MOST_TEXT_BYTES:
        raise TooLong
    return content


# ── the child ───────────────────────────────────────────────────────────────────────────────────


def _set(template: str, content: str, at: datetime) -> bytes:
    """
    Put the job together and have it done.

    :raises LookupError: when there is no such template
    """
    if find_spec("typst") is None:
        raise NotInstalled
    found = sources()
    if template not in found:
        message = f"There is no template {template}."
        raise LookupError(message)
    job = {
        "sources": {**found, "main.typ": found[template]},
        "fonts": str(font_source().parent),
        "inputs": {"document": content},
        "made_at": int(at.timestamp()),
    }
    return _run(template, json.dumps(job).encode())


def _run(template: str, job: bytes) -> bytes:
    if not _places.acquire(timeout=TIMEOUT_SECONDS):
        raise TooBusy
    try:
        done = _child(job)
    except subprocess.TimeoutExpired:
        _log.warning("pdf stopped", template=template, job_bytes=len(job))
        raise TooHeavy from None
    finally:
        _places.release()
    if done.returncode:
        raise _failure(template, done)
    return done.stdout


def _child(job: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 -- this very Python, a file of ours
        [sys.executable, "-I", "-B", str(_PROGRAM)],
        input=job,
        capture_output=True,
        cwd=TEMPLATES,
        # One thread: a document costs no more than the one core that its request has.
        env={"LC_ALL": "C.UTF-8", "RAYON_NUM_THREADS": "1"},
        timeout=TIMEOUT_SECONDS,
        check=False,
    )


def _failure(template: str, done: subprocess.CompletedProcess[bytes]) -> NotPrintable:
    # typst says where in our sources; of the content it may quote a word, so only the beginning is kept.
    said = done.stderr[:300].decode(errors="replace")
    _log.error("pdf not set", template=template, returncode=done.returncode, said=said)
    if done.returncode == typesetting.NOT_INSTALLED:
        return NotInstalled()
    # A signal means a limit: the child was stopped, or could get no memory.
    return TooHeavy() if done.returncode < 0 else NotSet()
