"""
Asking hazard feeds: which addresses there are, and what becomes of their answers.

The network comes in as an argument: ``fetch`` is the egress door, or a test's own.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from incidents.formats import gdacs, usgs
from incidents.formats.fields import FormatError
from incidents.models import Feed
from incidents.rules import feeds as rules
from incidents.services import feed_items, feed_withdrawals
from incidents.services.feed_items import Outcome, Sighting
from incidents.services.feed_withdrawals import Withdrawal
from incidents.statuses import Scheme
from ots_portal.audit.services import record
from ots_portal.people.models import User
from ots_portal.verdicts import require

MAX_BYTES = 16_000_000
TIMEOUT_SECONDS = 30.0
# Who does not answer is asked less and less often, at last every six hours.
LONGEST_PAUSE = timedelta(hours=6)
LONGEST_ETAG, LONGEST_DATE = 300, 100  # the columns of models.Feed
SHORTEST_MINUTES, LONGEST_MINUTES = 1, 24 * 60


class NotFetched(Exception):
    """The address gave no usable answer; the message is a sentence for the feeds' page."""


class Answer(Protocol):
    """What came back: the marks are sent along the next time, so that nothing is sent twice."""

    @property
    def body(self) -> bytes: ...
    @property
    def etag(self) -> str: ...
    @property
    def last_modified(self) -> str: ...
    @property
    def is_not_modified(self) -> bool: ...


class Fetch(Protocol):
    """:raises NotFetched: with a sentence"""

    def __call__(  # noqa: PLR0913 -- keywords only, those of the egress door
        self,
        url: str,
        *,
        max_bytes: int,
        timeout_seconds: float,
        accept: str,
        etag: str,
        last_modified: str,
    ) -> Answer: ...


@dataclass(frozen=True)
class Read:
    """What an answer holds: versions to take in, and a sentence for each item that cannot be read."""

    sightings: tuple[Sighting | Withdrawal, ...]
    refused: tuple[str, ...]
    other_count: int


def read_gdacs(content: bytes) -> Read:
    """:raises FormatError: when it is no feed or event of GDACS"""
    said = gdacs.read(content)
    return Read(tuple(map(feed_items.from_gdacs, said.items)), said.refused, said.other_count)


def read_usgs(content: bytes) -> Read:
    """:raises FormatError: when it is no list of earthquakes"""
    said = usgs.read_feed(content)
    return Read(tuple(map(_from_usgs, said.items)), said.refused, said.other_count)


def _from_usgs(said: usgs.Earthquake | usgs.Deletion) -> Sighting | Withdrawal:
    if isinstance(said, usgs.Deletion):
        return feed_withdrawals.from_usgs(said)
    return feed_items.from_usgs(said)


@dataclass
class Tally:
    """How many versions became what; ``refused`` are sentences about those that could not be taken."""

    counts: dict[Outcome, int]
    refused: list[str]

    @property
    def kept_count(self) -> int:
        return sum(self.counts.values()) - self.passed_over_count

    @property
    def passed_over_count(self) -> int:
        return self.counts[Outcome.PASSED_OVER]


def take_in_all(
    sightings: Iterable[Sighting | Withdrawal], *, at: datetime, countries: frozenset[str] | None
) -> Tally:
    """Take in version after version, the oldest first, each in a transaction of its own."""
    tally = Tally(dict.fromkeys(Outcome, 0), [])
    for sighting in sorted(sightings, key=lambda found: found.order):
        try:
            tally.counts[_taken_in(sighting, at=at, countries=countries)] += 1
        except FormatError as error:
            tally.refused.append(str(error))
    return tally


def _taken_in(
    said: Sighting | Withdrawal, *, at: datetime, countries: frozenset[str] | None
) -> Outcome:
    """:raises FormatError: when it is dated in the future"""
    if isinstance(said, Withdrawal):
        return feed_withdrawals.withdraw(said, at=at)
    return feed_items.take_in(said, at=at, countries=countries)


def _take_in_proposals(read: Callable[[bytes], Read], content: bytes, *, at: datetime) -> Tally:
    """:raises FormatError: when the answer is not what ``read`` reads"""
    said = read(content)
    countries = feed_items.participants_countries()
    tally = take_in_all(said.sightings, at=at, countries=countries)
    tally.refused += said.refused
    tally.counts[Outcome.PASSED_OVER] += said.other_count
    return tally


class TakeIn(Protocol):
    """:raises FormatError: when the answer cannot be read at all"""

    def __call__(self, content: bytes, *, at: datetime) -> Tally: ...


@dataclass(frozen=True)
class Format:
    """What becomes of the answers of a feed, and which kinds of content it is asked for."""

    take_in: TakeIn
    accept: str


# By the scheme of a feed; a format with records of its own is added here by its module.
FORMATS: dict[str, Format] = {
    Scheme.GDACS: Format(
        partial(_take_in_proposals, read_gdacs),
        "application/rss+xml, application/xml, application/json",
    ),
    Scheme.USGS: Format(
        partial(_take_in_proposals, read_usgs), "application/geo+json, application/json"
    ),
}


# ── asking ──────────────────────────────────────────────────────────────────────────────────────


def ask(feed: Feed, *, fetch: Fetch, at: datetime) -> Tally | None:
    """
    Ask one feed, if nobody else is doing it, and take in what is new; None where there was nothing.

    No transaction is open while the network is waited for.
    """
    next_at = at + timedelta(minutes=feed.every_minutes)
    claimed = Feed.objects.filter(pk=feed.pk, is_active=True, due_at__lte=at)
    if not claimed.update(due_at=next_at, asked_at=at):
        return None
    try:
        form = _format_of(feed)
        answer = _asked(feed, form, fetch)
        tally = None if answer.is_not_modified else form.take_in(answer.body, at=at)
    except (NotFetched, FormatError) as error:
        _failed(feed, str(error), at=at)
        return None
    if tally is None:
        _answered(feed, at=at)
        return None
    _answered(
        feed,
        at=at,
        # Half a mark is none: what does not fit is not sent along the next time.
        etag=answer.etag if len(answer.etag) <= LONGEST_ETAG else "",
        last_modified=answer.last_modified if len(answer.last_modified) <= LONGEST_DATE else "",
        kept_count=tally.kept_count,
        passed_over_count=tally.passed_over_count,
        # What could be read is taken in; what could not is said all the same.
        failure=_told(tally.refused),
    )
    return tally


def _format_of(feed: Feed) -> Format:
    """:raises NotFetched: where nothing here reads it"""
    if feed.scheme not in FORMATS:
        raise NotFetched(_("No reader for this format is installed."))
    return FORMATS[feed.scheme]


def _asked(feed: Feed, form: Format, fetch: Fetch) -> Answer:
    return fetch(
        feed.address,
        max_bytes=MAX_BYTES,
        timeout_seconds=TIMEOUT_SECONDS,
        accept=form.accept,
        etag=feed.etag,
        last_modified=feed.last_modified,
    )


def _answered(feed: Feed, *, at: datetime, **values: Any) -> None:
    values = {"failure": "", **values}
    Feed.objects.filter(pk=feed.pk).update(answered_at=at, failures_count=0, **values)


def _told(refused: list[str]) -> str:
    if not refused:
        return ""
    further = len(refused) - 1
    more = _(" (and %(count)s more)") % {"count": further} if further else ""
    return f"{refused[0][:450]}{more}"


def _failed(feed: Feed, sentence: str, *, at: datetime) -> None:
    """Note why, and wait longer before the next time."""
    every = timedelta(minutes=feed.every_minutes)
    # Doubled each time; the exponent is bounded before the pause is.
    pause = min(every * 2 ** min(feed.failures_count + 1, 12), max(LONGEST_PAUSE, every))
    Feed.objects.filter(pk=feed.pk).update(
        failures_count=F("failures_count") + 1, failure=sentence[:500], due_at=at + pause
    )


def note_fault(feed: Feed, *, at: datetime) -> None:
    """Say on the feeds' page that its answer met a fault of the portal, and wait longer before the next time."""
    sentence = _("The portal failed at this answer; its keepers find the reason in the log.")
    _failed(feed, sentence, at=at)


# ── which addresses there are ───────────────────────────────────────────────────────────────────


@transaction.atomic
def add(  # noqa: PLR0913 -- keywords only, each named where it is called
    *, scheme: str, name: str, address: str, every_minutes: int, by: User, at: datetime
) -> Feed:
    """
    Let the portal ask a further address.

    :raises Refused: unless ``rules.may_add_feed``
    :raises ValidationError: when a value is impossible, or the address is asked already
    """
    require(rules.may_add_feed(by))
    feed = Feed(
        scheme=scheme,
        name=name,
        address=address,
        every_minutes=every_minutes,
        due_at=at,
        added_by=by,
    )
    if scheme not in FORMATS:
        raise ValidationError({"scheme": _("No reader for this format is installed.")})
    feed.full_clean(exclude=["added_by"])
    feed.save(force_insert=True)
    record("incidents.feed.added", subject=feed, by=by, at=at, scheme=scheme, every=every_minutes)
    return feed


@transaction.atomic
def pause(feed: Feed, *, by: User, at: datetime) -> Feed:
    """
    Stop asking it; what it said stays.

    :raises Refused: unless ``rules.may_pause``
    """
    require(rules.may_pause(by, feed))
    return _switch(feed, is_active=False, kind="incidents.feed.paused", by=by, at=at)


@transaction.atomic
def resume(feed: Feed, *, by: User, at: datetime) -> Feed:
    """
    Ask it again, at once and without the marks of the last answer.

    :raises Refused: unless ``rules.may_resume``
    """
    require(rules.may_resume(by, feed))
    return _switch(feed, is_active=True, kind="incidents.feed.resumed", by=by, at=at)


def _switch(feed: Feed, *, is_active: bool, kind: str, by: User, at: datetime) -> Feed:
    moved = Feed.objects.filter(pk=feed.pk, is_active=not is_active)
    fresh = {"due_at": at, "failures_count": 0, "etag": "", "last_modified": ""}
    if moved.update(is_active=is_active, **(fresh if is_active else {})):
        record(kind, subject=feed, by=by, at=at)
    feed.refresh_from_db()
    return feed
