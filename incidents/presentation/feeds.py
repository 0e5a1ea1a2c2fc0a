"""What the pages about hazard feeds show: values made ready."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from incidents import hazards
from incidents.models import Feed, FeedItem, Observation
from incidents.presentation.levels import LEVEL_TONES
from incidents.presentation.records import Figure, HistoryLine
from incidents.queries import feed_items as queries
from incidents.rules import feed_items as rules
from incidents.rules import feeds as feed_rules
from incidents.statuses import AlertLevel, FeedItemStatus, Scheme
from ots_portal.geo.map import Marker
from ots_portal.participants.countries import country_name
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict

STATUS_TONES = {"new": "warning", "taken_up": "good", "dismissed": "neutral"}
_RANKS = ("", *AlertLevel.values)
MARKERS_SHOWN = 100
# A feed that has not answered for so many of its own periods is looked at by somebody.
LATE_PERIODS = 3


@dataclass(frozen=True)
class ItemRow:
    """A line of the list; everything is text already."""

    url: str
    title: str
    source: str
    hazard: str
    countries: str
    level: str
    level_tone: str
    status: str  # "" where all there is to say is that its source has withdrawn it
    status_tone: str
    is_withdrawn: bool
    onset_at: datetime


def rows(items: Iterable[FeedItem]) -> list[ItemRow]:
    return [
        ItemRow(
            url=item.get_absolute_url(),
            title=item.title,
            source=source_of(item),
            hazard=hazard_label(item.hazard),
            countries=countries_text(item.countries),
            level=level_label(item.alert_level),
            level_tone=level_tone(item),
            status=status_label(item),
            status_tone=STATUS_TONES[item.status],
            is_withdrawn=item.is_withdrawn,
            onset_at=item.onset_at,
        )
        for item in items
    ]


def status_label(item: FeedItem) -> str:
    """Return what became of it here; "" for what its source withdrew while nobody had looked at it."""
    is_untouched = item.is_withdrawn and item.status == FeedItemStatus.NEW
    return "" if is_untouched else str(item.get_status_display())


def level_tone(item: FeedItem) -> str:
    """Return the tone of its level; a level that was taken back alarms nobody."""
    return "neutral" if item.is_withdrawn else LEVEL_TONES.get(item.alert_level, "neutral")


def source_of(item: FeedItem) -> str:
    return f"{scheme_label(item.scheme)} {item.value}"


def scheme_label(scheme: str) -> str:
    return str(dict(Scheme.choices).get(scheme, scheme))


def hazard_label(code: str) -> str:
    hazard = hazards.HAZARDS.get(code)
    return str(hazard.label) if hazard else code


def countries_text(codes: Iterable[str]) -> str:
    return ", ".join(country_name(code) for code in codes)


def level_label(level: str) -> str:
    return str(dict(AlertLevel.choices).get(level) or _("No level"))


def markers(items: Iterable[FeedItem]) -> list[Marker]:
    return [
        Marker(
            lat=item.latitude,
            lon=item.longitude,
            title=item.title,
            url=item.get_absolute_url(),
            tone=level_tone(item),
        )
        for item in items
        if item.latitude is not None and item.longitude is not None
    ]


def whole(item: FeedItem, *, reader: User) -> dict[str, Any]:
    """Return everything the page of one proposal shows to this reader."""
    said = list(queries.observations_of(item))
    standing = [one for one in said if not one.is_withdrawn]
    may_take_up = rules.may_take_up(reader, item)
    is_open = queries.is_open_to(item, reader)
    return {
        "item": item,
        "source": source_of(item),
        "status": status_label(item),
        "status_tone": STATUS_TONES[item.status],
        "level": level_label(item.alert_level),
        "level_tone": level_tone(item),
        "countries": countries_text(item.countries),
        "figures": _figures(item, said),
        "history": history(said),
        "facts": standing[-1].facts if standing else {},
        "said_at": standing[-1].version_at if standing else item.version_at,
        "markers": markers([item]),
        "incident": queries.incident_seen_by(reader, item),
        "taken_by": item.incident.participant.name if item.incident else "",
        "alike": queries.incidents_alike(item, reader) if is_open and may_take_up else [],
        "may_take_up": may_take_up if is_open else None,
        "may_dismiss": rules.may_dismiss(reader, item)
        if item.status == FeedItemStatus.NEW and not item.is_withdrawn
        else None,
    }


def _figures(item: FeedItem, said: list[Observation]) -> list[Figure]:
    return [
        Figure(_("Hazard"), hazard_label(item.hazard)),
        Figure(_("Countries"), countries_text(item.countries) or "—"),
        Figure(_("Versions received"), str(len(said))),
    ]


def history(said: list[Observation]) -> list[HistoryLine]:
    """Return how the level went up and down, the newest first."""
    pairs = list(pairwise([None, *said]))
    return [_line(before, now) for before, now in reversed(pairs) if now is not None]


def _line(before: Observation | None, now: Observation) -> HistoryLine:
    return HistoryLine(
        at=now.version_at,
        title=_moved(before, now),
        text=_told(now),
        tone=LEVEL_TONES.get(now.alert_level, "neutral"),
        actor="",
    )


def _moved(before: Observation | None, now: Observation) -> str:
    """Say where the level stands, and whether it went up or down; or that all of it is taken back."""
    if now.is_withdrawn:
        return _("Withdrawn by its source")
    levels = {
        "before": level_label(before.alert_level) if before else "",
        "now": level_label(now.alert_level),
    }
    if before is None:
        return levels["now"]
    if before.is_withdrawn:
        return _("Reported again: %(now)s") % levels
    ranks = _RANKS.index(before.alert_level), _RANKS.index(now.alert_level)
    if ranks[1] > ranks[0]:
        return _("Raised from %(before)s to %(now)s") % levels
    if ranks[1] < ranks[0]:
        return _("Lowered from %(before)s to %(now)s") % levels
    return _("Still %(now)s") % levels


def _told(now: Observation) -> str:
    if now.is_withdrawn:
        return ""
    parts = []
    if now.episode and now.episode_level:
        words = {"episode": now.episode, "level": level_label(now.episode_level)}
        parts.append(_("Episode %(episode)s: %(level)s") % words)
    if severity := now.facts.get("severity"):
        parts.append(str(severity))
    elif (magnitude := now.facts.get("magnitude")) is not None:
        scale = now.facts.get("magnitude_scale") or ""
        parts.append(f"M {magnitude:g} {scale}".strip())
    if not now.is_current:
        parts.append(_("Over"))
    return " · ".join(parts)


# ── the feeds themselves ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class FeedView:
    """A feed with how it fares, in words."""

    feed: Feed
    format: str
    state: str
    tone: str
    switch_url: str
    switch_word: str | Promise
    may_switch: Verdict


def feed_views(feeds: Iterable[Feed], *, reader: User, now: datetime) -> list[FeedView]:
    return [_feed_view(feed, reader=reader, now=now) for feed in feeds]


def _feed_view(feed: Feed, *, reader: User, now: datetime) -> FeedView:
    state, tone = _state_of(feed, now=now)
    verb, word = ("pause", _("Pause")) if feed.is_active else ("resume", _("Resume"))
    return FeedView(
        feed=feed,
        format=scheme_label(feed.scheme),
        state=state,
        tone=tone,
        switch_url=reverse(f"incidents:feed_{verb}", args=[feed.pk]),
        switch_word=word,
        may_switch=feed_rules.may_change_feed(reader, feed),
    )


def _state_of(feed: Feed, *, now: datetime) -> tuple[str, str]:
    if not feed.is_active:
        return _("Paused"), "neutral"
    if feed.failures_count:
        return _("Does not answer"), "severe"
    if feed.answered_at is None:
        return _("Not asked yet"), "info"
    late = timedelta(minutes=feed.every_minutes * LATE_PERIODS)
    if now - feed.answered_at > late:
        return _("Late"), "warning"
    return _("Answers"), "good"
