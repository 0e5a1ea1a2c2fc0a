"""Publications as Atom (RFC 4287)."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.feedgenerator import Atom1Feed

from ots_portal.plugs import Publication

_NOTHING_YET = datetime.fromisoformat("2026-01-01T00:00:00+00:00")


def atom_of(
    publications: Iterable[Publication], *, title: str, address: str, link: str, language: str
) -> bytes:
    """
    Return the feed; ``address`` is its own, ``link`` that of the page for people.

    It is as new as its newest entry: what has not changed makes the same bytes.
    """
    feed = UnchangedFeed(
        title=title,
        link=link,
        description="",
        feed_url=address,
        language=language,
        feed_guid=address,
    )
    for one in publications:
        feed.add_item(
            title=one.title,
            link=one.url,
            description=one.text,
            unique_id=one.uid,
            pubdate=one.at,
            updateddate=one.at,
        )
    return feed.writeString("utf-8").encode()


class UnchangedFeed(Atom1Feed):
    """A feed that is as new as its newest entry, not as the moment in which it is asked for."""

    def latest_post_date(self) -> datetime:
        return max((item["updateddate"] for item in self.items), default=_NOTHING_YET)
