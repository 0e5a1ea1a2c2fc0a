"""Hits as the page and the endpoint show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape

from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from ots_portal.participants.models import Participant
from ots_portal.search.queries import Found
from ots_portal.search.snippets import Snippet, marked, snippet_of


@dataclass(frozen=True)
class Hit:
    """One line of the results."""

    key: str
    kind: str
    kind_title: str | Promise
    title: SafeString
    plain_title: str
    url: str
    at: datetime
    mark: str | Promise
    participant: str
    participant_name: str
    snippet: Snippet

    @property
    def plain_snippet(self) -> str:
        return unescape(strip_tags(self.snippet.text))


def hits_shown(found: Sequence[Found], words: Sequence[str]) -> list[Hit]:
    """Return the hits with their titles and snippets; one query for the participants' names."""
    slugs = {one.row.participant for one in found} - {""}
    names = (
        {one.slug: one.name for one in Participant.objects.filter(slug__in=slugs)} if slugs else {}
    )
    return [_hit(one, words, names) for one in found]


def _hit(found: Found, words: Sequence[str], names: dict[str, str]) -> Hit:
    searchable, record = found.searchable, found.record
    title = searchable.title_of(record)
    return Hit(
        key=str(record.pk),
        kind=searchable.key,
        kind_title=searchable.title,
        title=marked(title, words),
        plain_title=title,
        url=searchable.address_of(record),
        at=found.row.at,
        mark=searchable.mark_of(record),
        participant=found.row.participant,
        participant_name=names.get(found.row.participant, ""),
        snippet=snippet_of(searchable.texts_of(record), words),
    )
