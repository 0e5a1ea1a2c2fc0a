"""What all that writes the text of minutes shares: who goes first, how long it may be, what is translated."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from meetings.models import Minutes, MinutesParagraph
from meetings.queries.minutes_texts import original_language, text_digest
from meetings.statuses import MOST_CHARACTERS, WRITABLE
from ots_portal import lifecycle
from ots_portal.lifecycle import StaleVersion, WrongStatus


def check_length(texts: Iterable[str]) -> None:
    """:raises ValidationError: when one language version would be longer than MOST_CHARACTERS"""
    count = sum(map(len, texts))
    if count > MOST_CHARACTERS:
        sentence = _(
            "Minutes have at most %(limit)s characters in a language; these are %(count)s."
        )
        words = {"limit": MOST_CHARACTERS, "count": count}
        raise ValidationError({"paragraphs": sentence % words})


def claim_version(minutes: Minutes, *, version: int, at: datetime) -> None:
    """
    Take the version the person saw, or find that it has moved; locks the row until the end.

    :raises WrongStatus: unless the text is being written
    :raises StaleVersion: when somebody else has saved since
    """
    standing = Minutes.objects.filter(pk=minutes.pk, status__in=WRITABLE)
    claimed = standing.filter(version=version).update(version=F("version") + 1, updated_at=at)
    minutes.refresh_from_db()
    if claimed:
        return
    if not minutes.is_writable:
        raise WrongStatus(lifecycle.wrong_status_sentence(minutes))
    raise StaleVersion(minutes)


def write_text(paragraph: MinutesParagraph, text: str, *, language: str) -> None:
    """
    Set a paragraph's text in one language, "" to remove it; nothing is saved.

    The first language is the original; every other one remembers which wording of it was translated.
    """
    if text == paragraph.texts.get(language, ""):
        return
    paragraph.original = original_language(paragraph) or language
    paragraph.texts = {code: old for code, old in paragraph.texts.items() if code != language}
    paragraph.translated_from.pop(language, None)
    if not text:
        return
    paragraph.texts[language] = text
    if original_language(paragraph) != language:
        confirm_translation(paragraph, language)


def confirm_translation(paragraph: MinutesParagraph, language: str) -> None:
    """Note that this translation says what the original says now; nothing is saved."""
    original = paragraph.texts[original_language(paragraph)]
    paragraph.translated_from = {**paragraph.translated_from, language: text_digest(original)}
