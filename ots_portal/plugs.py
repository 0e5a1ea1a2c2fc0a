"""The dataclasses that apps plug into the portal, and where they plug them in (``portal.py``)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from ots_portal.verdicts import Verdict

Text = str | Promise


def everyone(_user: Any) -> bool:
    return True


def no_details(_entry: Any, _recipient: Any) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class MenuEntry:
    """A word of the main navigation; ``visible`` says to whom (anonymous visitors included)."""

    title: Text
    url_name: str
    position: int
    visible: Callable[[Any], bool] = everyone


@dataclass(frozen=True)
class Action:
    """What a person begins from the front page, as a button; ``visible`` says who may."""

    title: Text
    url_name: str
    position: int
    visible: Callable[[Any], bool]


@dataclass(frozen=True)
class CardLine:
    """One thing on a front page card: a record, and why it stands there."""

    title: str
    url: str
    note: Text = ""
    badge: Text = ""
    tone: str = "neutral"
    at: datetime | None = None


@dataclass(frozen=True)
class Card:
    """
    A card of the front page; ``lines`` is what this user should see of it, newest first.

    A card that ``needs_me`` stands first: something waits for this very person. One without lines is
    left out unless it says with ``empty`` what its emptiness means.
    """

    title: Text
    position: int
    lines: Callable[[Any], Sequence[CardLine]]
    more_url_name: str = ""
    empty: Text = ""
    needs_me: bool = False
    visible: Callable[[Any], bool] = everyone


@dataclass(frozen=True)
class DocumentOwner:
    """
    A kind of record that files can hang on: its rule decides who reads and who may add.

    ``model`` is the label ("incidents.incident"); ``visible_to(user)`` the app's own boundary.
    """

    model: str
    visible_to: Callable[[Any], QuerySet[Any]]
    may_attach: Callable[[Any, Any], Verdict]


@dataclass(frozen=True)
class Notice:
    """
    Who hears of an audit entry of this ``kind``, and in which words.

    ``recipients(entry)`` is a queryset of users, so that deliveries are one INSERT … SELECT.
    ``record_for(user, subject_id)`` answers the record through the app's own boundary, or None when
    that user may not (or no longer) see it: asked again right before sending.
    ``template`` names ``<template>.subject.txt``, ``.txt`` and ``.html``; they are rendered in the
    recipient's language and time zone with ``record``, ``entry``, ``address`` and ``recipient``.

    ``channels`` are those of notifications.models.Channel. ``details(entry, recipient)`` answers further
    words of the templates, made when the message is sent: a one-time link is never stored in the outbox.
    ``reaches_inactive`` is for mail to people who cannot sign in yet, or not any more.
    """

    kind: str
    title: Text
    recipients: Callable[[Any], QuerySet[Any]]
    record_for: Callable[[Any, str], Any | None]
    template: str
    is_alert: bool = False
    channels: tuple[str, ...] = ("inbox", "mail")
    details: Callable[[Any, Any], dict[str, Any]] = no_details
    reaches_inactive: bool = False


menu: list[MenuEntry] = []
actions: list[Action] = []
cards: list[Card] = []
document_owners: dict[str, DocumentOwner] = {}
notices: dict[str, Notice] = {}


def plug_notice(notice: Notice) -> None:
    """:raises ValueError: when a kind of entry has a notice already"""
    if notice.kind in notices:
        message = f"Two notices for {notice.kind}."
        raise ValueError(message)
    notices[notice.kind] = notice


def plug_documents(owner: DocumentOwner) -> None:
    """:raises ValueError: when two apps claim one kind of record"""
    if owner.model in document_owners:
        message = f"Two document owners for {owner.model}."
        raise ValueError(message)
    document_owners[owner.model] = owner
