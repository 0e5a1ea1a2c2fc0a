"""What the pages of notices show: of what people are told, who hears, by which ways, and in which words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ots_portal.notifications.models import Channel
from ots_portal.plugs import Notice, Text, audited, notices


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


def groups() -> list[Group]:
    """Return all registered notices by what they are about, in the order of the alphabet."""
    named = {record.kinds or record.model: record.title for record in audited.values()}
    found: dict[str, list[Row]] = {}
    for notice in sorted(notices.values(), key=lambda notice: str(notice.title)):
        about = notice.kind.rpartition(".")[0]
        found.setdefault(str(named.get(about, about)), []).append(row_of(notice))
    return [Group(title, rows) for title, rows in sorted(found.items())]


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
