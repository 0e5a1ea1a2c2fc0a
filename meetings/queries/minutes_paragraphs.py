"""Paragraphs of minutes as records of their own: what is tied to them."""

from collections.abc import Sequence

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from meetings.models import MinutesParagraph
from meetings.queries import minutes as minutes_queries
from meetings.statuses import MinutesStatus
from ots_portal.people.models import User
from ots_portal.texts import fold

# Texts of paragraphs are not kept folded; these are the minutes of some twenty meetings.
MOST_LOOKED_THROUGH = 1_000
MOST_FOUND = 10


def visible_to(user: User | AnonymousUser) -> QuerySet[MinutesParagraph]:
    """
    Return the paragraphs of the minutes that the user reads, each with ``read_number``: by which this reader knows it.

    While minutes are under revision whoever does not write them knows the paragraphs of the last revision alone.
    """
    found = MinutesParagraph.objects.filter(minutes__in=minutes_queries.visible_to(user))
    found = found.select_related("minutes__meeting")
    if isinstance(user, User) and user.is_secretariat:
        return found.annotate(read_number=F("position"))
    found = found.exclude(minutes__status=MinutesStatus.REVISED, frozen_number=None)
    return found.annotate(read_number=Coalesce("frozen_number", "position"))


def matching(user: User, text: str) -> Sequence[MinutesParagraph]:
    """
    Return paragraphs of the newest meetings in which all words stand, in the text or the meeting's title.

    Of minutes under revision only the secretariat finds words: those of the others are in the revision.
    """
    wanted = fold(text).split()
    newest = visible_to(user).order_by("-minutes__meeting__starts_at", "position", "id")
    if not user.is_secretariat:
        newest = newest.exclude(minutes__status=MinutesStatus.REVISED)
    found: list[MinutesParagraph] = []
    for paragraph in newest[:MOST_LOOKED_THROUGH].iterator():
        if all(word in _words_of(paragraph) for word in wanted):
            found.append(paragraph)
        if len(found) == MOST_FOUND:
            break
    return found


def _words_of(paragraph: MinutesParagraph) -> str:
    titles = paragraph.minutes.meeting.titles.values()
    return fold(" ".join([*paragraph.texts.values(), *titles]))
