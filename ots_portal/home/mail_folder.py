"""The demonstration's outgoing mail: what Django's file backend wrote, read again as messages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.utils.translation import get_language_info

# One file per connection; the backend ends each of its messages with such a line. A line of hyphens
# inside a text is no end: another message, or nothing, must follow.
END_OF_MESSAGE = re.compile(rb"\n-{79}\n(?=Content-Type: |\Z)")


@dataclass(frozen=True)
class Mail:
    """A message as its recipient gets it; ``name`` is the file's with the message's number in it."""

    name: str
    sender: str
    recipients: str
    subject: str
    sent_at: datetime | None
    language: str
    text: str
    html: str
    headers: list[tuple[str, str]]

    @property
    def language_name(self) -> str:
        """The language's own name; its code where it has none."""
        try:
            return str(get_language_info(self.language)["name_local"])
        except KeyError:
            return self.language


def newest(folder: Path, *, count: int) -> list[Mail]:
    """Return the latest messages, the newest first."""
    found: list[Mail] = []
    for file in _files(folder):
        found += reversed(list(_messages(file)))
        if len(found) >= count:
            break
    return found[:count]


def find(folder: Path, name: str) -> Mail | None:
    """
    Return the message of that name.

    The name is only compared with those of the folder's own files: no path is ever made of it.
    """
    stem = name.rpartition(".")[0]
    files = [file for file in _files(folder) if file.stem == stem]
    return next((mail for file in files for mail in _messages(file) if mail.name == name), None)


def _files(folder: Path) -> list[Path]:
    return sorted(
        folder.glob("*.log"), key=lambda file: (file.stat().st_mtime_ns, file.name), reverse=True
    )


def _messages(file: Path) -> Iterator[Mail]:
    parts = END_OF_MESSAGE.split(file.read_bytes())
    for number, raw in enumerate((part for part in parts if part.strip()), start=1):
        message = message_from_bytes(raw, policy=policy.default)
        yield _mail(f"{file.stem}.{number}", message)


def _mail(name: str, message: EmailMessage) -> Mail:
    return Mail(
        name=name,
        sender=str(message["From"] or ""),
        recipients=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        sent_at=message["Date"].datetime if message["Date"] else None,
        language=str(message["Content-Language"] or ""),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        headers=[(header, str(value)) for header, value in message.items()],
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part else ""
