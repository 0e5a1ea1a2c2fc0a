"""What the pages of notices show: of what people are told, who hears, by which ways, and in which words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ots_portal import plugs
from ots_portal.notifications.models import Channel
from ots_portal.plugs import Notice, Text, audited, notices
from ots_portal.texts.folding import fold


@dataclass(frozen=True)
class Trait:
    """Something that is so of a notice and not of others, in a word."""

    word: Text
    tone: str


@dataclass(frozen=True)
class Row:
    kind: str
    title: Text
    audience: Text
    channels: str
    traits: list[Trait]
    url: str


@dataclass(frozen=True)
class Group:
    """The notices about one kind of record."""

    title: Text
    rows: list[Row]


@dataclass(frozen=True)
class Part:
    """The notices of one part of the portal; ``anchor`` is where they stand on the page."""

    anchor: str
    title: str
    groups: list[Group]

    @property
    def count(self) -> int:
        return sum(len(group.rows) for group in self.groups)


def parts(words: str = "") -> list[Part]:
    """
    Return the registered notices by the part of the portal and by what they are about, each in the alphabet's order.

    Of ``words`` each must stand in what a line shows, in its kind, or in what it is about.
    """
    named = {record.kinds or record.model: record.title for record in audited.values()}
    wanted = fold(words).split()
    found: dict[str, dict[str, list[Row]]] = {}
    for notice in sorted(notices.values(), key=lambda notice: str(notice.title)):
        about = notice.kind.rpartition(".")[0]
        title, row = str(named.get(about, about)), row_of(notice)
        if all(word in _searched(row, title) for word in wanted):
            app = notice.kind.partition(".")[0]
            found.setdefault(app, {}).setdefault(title, []).append(row)
    made = [
        Part(app, _title_of(app, groups), [Group(*each) for each in sorted(groups.items())])
        for app, groups in found.items()
    ]
    return sorted(made, key=lambda part: part.title)


def _searched(row: Row, about: str) -> str:
    shown = (row.title, row.audience, row.channels, *(trait.word for trait in row.traits))
    return fold(" ".join(map(str, (about, row.kind, *shown))))


def _title_of(app: str, groups: Iterable[str]) -> str:
    """Return the word by which people know the part: its list's in the navigation, or what it tells about."""
    rooms = {room.url_name: room.title for room in plugs.rooms}
    entries = rooms | {entry.url_name: entry.title for entry in plugs.menu}
    return str(entries.get(f"{app}:list") or min(groups))


def row_of(notice: Notice) -> Row:
    return Row(
        kind=notice.kind,
        title=notice.title,
        audience=notice.audience,
        channels=_channels(notice.channels),
        traits=list(_traits(notice)),
        url=reverse("dispatch:notice_detail", args=[notice.kind]),
    )


def _channels(names: Iterable[str]) -> str:
    return ", ".join(str(Channel(name).label) for name in names) or str(Channel.WEBHOOK.label)


def _traits(notice: Notice) -> Iterable[Trait]:
    if notice.is_alert:
        yield Trait(pgettext("notice", "Alert"), "extreme")
    if not notice.is_optional:
        yield Trait(_("Cannot be switched off"), "info")
    if notice.needs_acknowledgement:
        yield Trait(_("To be acknowledged"), "warning")
    if notice.is_recallable:
        yield Trait(_("Can be recalled"), "neutral")
