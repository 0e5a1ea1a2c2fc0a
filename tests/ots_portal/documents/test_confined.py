"""The child in which files are opened: what runs away there is stopped there."""

import io
import os
import subprocess
import sys
import time

import pytest
from django.conf import settings

from ots_portal.documents import confined
from ots_portal.documents.content import SENTENCES
from ots_portal.documents.inspection.findings import Finding
from tests.factories.documents import JPEG, PDF, PNG, pdf, picture


@pytest.mark.parametrize(("kind", "content"), [("pdf", PDF), ("text", b"text"), ("json", b"[]")])
def test_a_good_file_is_kept_as_it_is(kind, content):
    assert confined.inspect(kind, io.BytesIO(content)) == confined.Inspected(None, None)


@pytest.mark.parametrize(("kind", "content"), [("png", PNG), ("jpeg", JPEG)])
def test_a_picture_comes_back_clean(kind, content):
    assert confined.inspect(kind, io.BytesIO(content + b"more")).clean in (PNG, JPEG)


def test_what_is_found_is_told():
    script = pdf(b"<< /S /JavaScript /JS (1) >>")

    assert confined.inspect("pdf", io.BytesIO(script)) == confined.Inspected(Finding.SCRIPT)


def test_a_file_that_needs_too_much_memory_is_refused():
    """20 MB of lists in lists are 700 MB in memory."""
    lists = b"[" + b"[[]]," * 4_000_000 + b"[]]"

    assert confined.inspect("json", io.BytesIO(lists)) == confined.Inspected(Finding.TOO_HEAVY)


def test_a_file_that_takes_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(confined, "TIMEOUT_SECONDS", 0.01)

    began = time.monotonic()
    found = confined.inspect("pdf", io.BytesIO(PDF))

    assert (found, time.monotonic() - began < 5) == (confined.Inspected(Finding.TOO_HEAVY), True)


def test_a_child_that_dies_is_a_file_that_is_refused():
    assert confined.inspect("no such kind", io.BytesIO(PDF)).finding == Finding.TOO_HEAVY


def test_the_child_gets_none_of_our_secrets(monkeypatch):
    """What a parser that was taken over could read: the environment is empty but for the language."""
    asked = {}
    monkeypatch.setitem(os.environ, "OTS_SECRET_KEY", "secret")
    monkeypatch.setattr(
        confined.subprocess, "run", lambda command, **options: asked.update(options) or _done()
    )

    confined.inspect("pdf", io.BytesIO(PDF))

    assert asked["env"] == {"LC_ALL": "C.UTF-8"}


def _done():
    return confined.subprocess.CompletedProcess([], 1)


def test_a_picture_of_64_million_pixels_can_be_checked():
    large = picture("JPEG", (8_000, 8_000), quality=20)

    assert confined.inspect("jpeg", io.BytesIO(large)).finding is None


def test_every_finding_has_a_sentence():
    assert set(SENTENCES) == set(Finding)


def test_the_child_loads_nothing_of_the_portal_but_the_inspection():
    """Each upload starts one: it must not wait for, nor hold, what an inspection does not use."""
    code = (
        "import sys, ots_portal.documents.inspection.__main__\n"
        "print(sorted({'celery', 'django', 'kombu'} & set(sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "[]\n"
