"""The dataclasses that apps plug into the portal, and where they plug them in (``portal.py``)."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, BinaryIO, Protocol

from django.db.models import Choices, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ots_portal.verdicts import ALLOWED, Verdict

Text = str | Promise
NOT_A_SOURCE = Verdict(_("Nothing is tied to a record of this kind from its own page."))


def everyone(_user: Any) -> bool:
    return True


def always(_entry: Any) -> bool:
    return True


def no_details(_entry: Any, _recipient: Any) -> dict[str, Any]:
    return {}


def no_topics(_entry: Any) -> Mapping[str, frozenset[str]]:
    return {}


def address_of_record(record: Any) -> str:
    return str(record.get_absolute_url())


@dataclass(frozen=True)
class MenuEntry:
    """A word of the main navigation; ``visible`` says to whom (anonymous visitors included)."""

    title: Text
    url_name: str
    position: int
    visible: Callable[[Any], bool] = everyone


@dataclass(frozen=True)
class Room:
    """
    A list inside a part of the main navigation: shown as a second row on that part's pages.

    ``under`` is the url name of the menu entry it belongs to.
    """

    title: Text
    url_name: str
    under: str
    position: int
    visible: Callable[[Any], bool] = everyone


@dataclass(frozen=True)
class Banner:
    """A line above every page of those it concerns, and where it leads."""

    title: Text
    url: str
    action: Text
    text: Text = ""


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
    is_exercise: bool = False


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
    ``may_remove(user, record)`` is asked beside the rule for all documents: a record's files may stand for good.
    ``is_placed_by_app``: files come only by the app's own service, never by the page for any record.
    ``placed()``: rows, by OuterRef("pk") of the file, that say it is in use; what was replaced is nobody's.
    """

    model: str
    visible_to: Callable[[Any], QuerySet[Any]]
    may_attach: Callable[[Any, Any], Verdict]
    may_remove: Callable[[Any, Any], Verdict] | None = None
    is_placed_by_app: bool = False
    placed: Callable[[], QuerySet[Any]] | None = None


@dataclass(frozen=True)
class Thread:
    """
    What messages belong together: an incident and all that hangs on it.

    ``model`` is a label ("incidents.incident"), ``key`` the primary key as text. Mails of one thread stand
    together in a mailbox; a person mutes a thread, never a single record of it.
    """

    model: str
    key: str


def to_nothing(_record: Any) -> None:
    return None


def thread_of_subject(entry: Any) -> Thread:
    return Thread(entry.subject_type, entry.subject_id)


@dataclass(frozen=True)
class Topic:
    """
    A field by which people subscribe: "participants", "hazards", "alert_levels".

    ``choices()`` answers (value, label) pairs. Those of an ``is_ordered`` topic rise: who subscribes chooses
    the least, and is told of it and of all that stand behind it.
    """

    name: str
    title: Text
    choices: Callable[[], Sequence[tuple[str, Text]]]
    position: int
    is_ordered: bool = False


@dataclass(frozen=True)
class Wish:
    """
    What somebody wants to hear of beyond the own role and duty: topic → the values of which one must fit.

    A topic without values leaves it open; of an ordered one there is one value, the least. ``cadence`` is
    one of notifications.models.Cadence.
    """

    name: str
    cadence: str = "daily"
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class CalendarEntry:
    """
    Something with a date that a person keeps in a calendar: a shift, a deadline.

    ``uid`` is the same whenever it is asked for, so that a calendar moves it instead of doubling it.
    ``ends_at`` None: a moment, such as a deadline. ``url`` is the whole address. ``zone`` is the one of the
    place whose clocks it goes by, "" for none; ``sequence`` grows with each change of it, None where nobody
    counts them. ``is_whole_days``: only the days are known.
    """

    uid: str
    title: str
    url: str
    starts_at: datetime
    ends_at: datetime | None = None
    text: str = ""
    changed_at: datetime | None = None
    is_cancelled: bool = False
    zone: str = ""
    place: str = ""
    sequence: int | None = None
    is_whole_days: bool = False


@dataclass(frozen=True)
class Attachment:
    """A small file that goes with a mail; ``parameters`` are those of its content type (method=REQUEST)."""

    name: str
    content: bytes
    content_type: str
    parameters: Mapping[str, str] = field(default_factory=dict)


def no_attachments(_entry: Any, _record: Any, _recipient: Any) -> Sequence[Attachment]:
    return ()


@dataclass(frozen=True)
class Publication:
    """
    Something that has been published to a reader, as a feed tells of it.

    ``uid`` is the same whenever it is asked for; ``url`` the whole address; ``at`` when it was opened.
    """

    uid: str
    title: str
    url: str
    at: datetime
    text: str = ""


@dataclass(frozen=True)
class PersonPart:
    """What an app shows on a person's page to whoever answers for the account; ``template`` is given ``values``."""

    template: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Notice:
    """
    Who hears of an audit entry of this ``kind``, and in which words.

    ``recipients(entry)`` is a queryset of users, so that deliveries are one INSERT … SELECT.
    ``record_for(user, subject_id)`` answers the record through the app's own boundary, or None when
    that user may not (or no longer) see it: asked again right before sending.
    ``template`` names ``<template>.subject.txt``, ``.txt`` and ``.html``; they are rendered in the
    recipient's language and time zone with ``record``, ``entry``, ``address`` and ``recipient``.

    ``is_mailed(entry)`` is False where the inbox is enough: what comes in a flood is mailed once.
    ``channels`` are those of notifications.models.Channel. ``details(entry, recipient)`` answers further
    words of the templates, made when the message is sent: a one-time link is never stored in the outbox.
    The words are rendered once for all who read them in one language and time zone, without ``recipient``,
    unless there are ``details`` or the notice ``is_personal``.
    ``attachments(entry, record, recipient)`` are what goes with the mail, such as a calendar's request; made for
    each person. The inbox and other channels do without.
    ``reaches_inactive`` is for mail to people who cannot sign in yet, or not any more.
    ``is_optional`` is False where people cannot do without its mail: what concerns their own account.
    ``acknowledge_url_name`` is the page of the subject by which a participant says that it has arrived; ""
    where nobody has to. A clock runs until then: what was not acknowledged was not received.
    ``acknowledge(record, by, at)`` does the same for whoever opens the link of the mail, and
    ``acknowledged_kind`` is the kind of entry that it records: from then on the participant's clock stands.
    ``answerable(entry)`` are the people who may acknowledge, on duty or not: a participant of theirs that has
    nobody on duty has a clock, too, and its deputy or head is told at once. None: only those who are told.
    ``is_awaited(entry)`` is False once nothing is to be acknowledged any more: clocks then end.

    ``readers(entry)`` is everybody who may see the record, as a queryset of users: it answers the question of
    ``record_for`` for a whole batch in one query, and bounds who may subscribe. None where only ``recipients``
    are concerned.
    ``thread_of(entry)`` is what the message belongs to; ``topics_of(entry)`` the values that subscriptions are
    compared with, by the name of the topic ({"hazards": frozenset({"GH0101"})}). One can subscribe to what has
    both; a message that is worded for its recipients alone ("waits for your signature") has no topics.
    ``is_recallable`` holds the message back for settings.PORTAL_RECALL_SECONDS, in which it can be taken
    back: for circulars and publications, never for alerts and requests (decisions.md 27).
    """

    kind: str
    title: Text
    recipients: Callable[[Any], QuerySet[Any]]
    record_for: Callable[[Any, str], Any | None]
    template: str
    is_alert: bool = False
    is_mailed: Callable[[Any], bool] = always
    channels: tuple[str, ...] = ("inbox", "mail")
    details: Callable[[Any, Any], dict[str, Any]] = no_details
    reaches_inactive: bool = False
    is_optional: bool = True
    acknowledge_url_name: str = ""
    acknowledge: Callable[..., Any] | None = None
    acknowledged_kind: str = ""
    answerable: Callable[[Any], QuerySet[Any]] | None = None
    is_awaited: Callable[[Any], bool] = always
    readers: Callable[[Any], QuerySet[Any]] | None = None
    thread_of: Callable[[Any], Thread] = thread_of_subject
    topics_of: Callable[[Any], Mapping[str, frozenset[str]]] = no_topics
    is_recallable: bool = False
    is_personal: bool = False
    attachments: Callable[[Any, Any, Any], Sequence[Attachment]] = no_attachments

    @property
    def is_worded_for_each(self) -> bool:
        own = self.details is not no_details or self.attachments is not no_attachments
        return self.is_personal or own

    @property
    def needs_acknowledgement(self) -> bool:
        return bool(self.acknowledge_url_name)

    @property
    def audience(self) -> Text:
        """Whom it reaches, in words (``plug_audiences``); "" where nobody has said so."""
        return audiences.get(self.recipients, "")


def as_it_is(record: Any) -> Any:
    return record


@dataclass(frozen=True)
class Sample:
    """
    What an app invents for the preview of its notices, beyond what the model of the record says by itself.

    ``fields`` are attributes of the invented record, or functions that make them when the language is known;
    ``data`` is what the entry tells, ``details`` the further words of the templates. ``model`` is the label of
    the record's model where it is not the one that the audit knows; ``wrap`` makes of the record what the
    notice's ``record_for`` would answer.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    model: str = ""
    wrap: Callable[[Any], Any] = as_it_is

    def __or__(self, other: "Sample") -> "Sample":
        """Return both; what ``other`` says goes first."""
        return Sample(
            fields={**self.fields, **other.fields},
            data={**self.data, **other.data},
            details={**self.details, **other.details},
            model=other.model or self.model,
            wrap=self.wrap if other.wrap is as_it_is else other.wrap,
        )


@dataclass(frozen=True)
class AuditedRecord:
    """
    A kind of record that audit entries are about, so that the audit pages can name and link it.

    ``visible_to(user)`` is the app's own boundary: to whom it is closed, a record shows only its kind.
    ``address_of(record)`` answers "" where it has no page. ``fields`` are the words of what entries tell
    that is no field of the model. ``model`` is its label ("agreements.domesticstep"); ``kinds`` what its
    kinds of entries begin with where that is another ("agreements.domestic_step"). ``belongs_to(record)`` is what it
    is a part of, whose title says more than its own number; None where it stands by itself. ``is_sealed``: its
    entries are for the head of its own participant alone; the auditor does not read them.
    """

    model: str
    title: Text
    visible_to: Callable[[Any], QuerySet[Any]]
    address_of: Callable[[Any], str] = address_of_record
    fields: Mapping[str, Text] = field(default_factory=dict)
    kinds: str = ""
    belongs_to: Callable[[Any], Thread | None] = to_nothing
    is_sealed: bool = False


@dataclass(frozen=True)
class SearchText:
    """What a record says in one language, as far as all who may see the record may read it."""

    title: str
    body: str = ""


def title_of_record(record: Any) -> str:
    return str(record)


def of_nobody(_record: Any) -> str:
    return ""


def as_found(records: QuerySet[Any]) -> QuerySet[Any]:
    return records


@dataclass(frozen=True)
class Searchable:
    """
    A kind of record that people search for.

    ``model`` is its label ("incidents.incident"), ``title`` what it is in words. ``visible_to(user)`` is the
    app's own boundary, asked with every search: what it does not answer is no hit, whatever the index holds.
    ``texts_of(record)`` answers language → SearchText, under "" what is in no language (a number); all of it is
    for everybody who may see the record. A text for fewer readers is a Searchable of its own, with a ``name``
    and a boundary of its own. ``at_of(record)`` is the moment by which hits stand, newest first.

    ``title_of(record)`` heads the hit, ``mark_of`` may add a badge ("Exercise"), ``participant_of`` the slug of
    whose record it is. ``whole(records)`` fetches along what all these read.

    A record is indexed again after each audit entry about it. ``follows`` names the other records whose
    entries concern it: model → function of their key, which answers the keys of the records to index again.
    ``is_public``: it is also searched for visitors, whom ``visible_to`` then gets as AnonymousUser.
    """

    model: str
    title: Text
    visible_to: Callable[[Any], QuerySet[Any]]
    texts_of: Callable[[Any], Mapping[str, SearchText]]
    at_of: Callable[[Any], datetime]
    title_of: Callable[[Any], str] = title_of_record
    mark_of: Callable[[Any], Text] = of_nobody
    participant_of: Callable[[Any], str] = of_nobody
    address_of: Callable[[Any], str] = address_of_record
    whole: Callable[[QuerySet[Any]], QuerySet[Any]] = as_found
    follows: Mapping[str, Callable[[str], Iterable[Any]]] = field(default_factory=dict)
    is_public: bool = False
    name: str = ""

    @property
    def key(self) -> str:
        return self.name or self.model


@dataclass(frozen=True)
class Retention:
    """
    A kind of stored thing that is forgotten some time; how long it is kept says settings.PORTAL_RETENTION.

    ``count(before)`` answers how many were over before that moment; ``forget(before, limit)`` removes at
    most so many of them and answers how many.
    """

    kind: str
    count: Callable[[datetime], int]
    forget: Callable[[datetime, int], int]


def retention_of_rows(kind: str, due: Callable[[datetime], QuerySet[Any]]) -> Retention:
    """Forget rows by deleting them; ``due(before)`` answers those whose time was over before that moment."""

    def forget(before: datetime, limit: int) -> int:
        batch = list(due(before).order_by("pk").values_list("pk", flat=True)[:limit])
        # Asked again: what was taken up in between stays.
        due(before).filter(pk__in=batch).delete()
        return len(batch)

    return Retention(kind, count=lambda before: due(before).count(), forget=forget)


@dataclass(frozen=True)
class PersonalData:
    """
    What an app keeps about a person beside records that point to them.

    ``told(person)`` answers the rows of the person's own copy; ``erase(person, at)`` removes what names
    the person. Either may be left out.
    """

    name: str
    told: Callable[[Any], Sequence[dict[str, Any]]] | None = None
    erase: Callable[[Any, datetime], None] | None = None


class JobContext(Protocol):
    """What the work of a job has in its hands."""

    def progress(self, done: int, total: int | None = None, *, stage: str = "") -> None:
        """
        Say how far it is; cheap, so call it with every row, and not inside a transaction.

        ``stage`` is a code of the kind's ``stages``. It ends the work, by an exception, once the owner has
        cancelled it or somebody else has taken it over.
        """

    def is_cancelled(self) -> bool:
        """Answer whether ``progress`` would end the work, for those who tidy up first."""

    def open_result(self, name: str, content_type: str) -> AbstractContextManager[BinaryIO]:
        """Open the file that the owner will fetch; it counts once it is closed, the last one of several."""


def always_allowed(_user: Any, _parameters: Mapping[str, Any]) -> Verdict:
    return ALLOWED


def no_description(_parameters: Mapping[str, Any]) -> Text:
    return ""


@dataclass(frozen=True)
class JobKind:
    """
    A kind of long work that the worker does for somebody, with its progress on a page and a file to fetch.

    ``run(context, parameters, *, owner, at)`` does it: in the owner's language and time zone, through the
    owner's ``visible_to``. It may be run again from the start when a worker was lost. What it cannot do it
    says with ``jobs.failures.JobFailed(code, …)``, the code's sentence being in ``failures``.

    ``may_begin(user, parameters)`` is asked when it is begun and again before it runs. ``describe`` says what
    this one is about ("Open incidents, as XLSX"). ``stages`` are the words of what it is at. Work that
    ``needs_step_up`` is begun again, and its file fetched, only by whoever has just shown who they are.
    """

    kind: str
    title: Text
    run: Callable[..., None]
    may_begin: Callable[[Any, Mapping[str, Any]], Verdict] = always_allowed
    describe: Callable[[Mapping[str, Any]], Text] = no_description
    stages: Mapping[str, Text] = field(default_factory=dict)
    failures: Mapping[str, Text] = field(default_factory=dict)
    time_limit_seconds: int = 15 * 60
    needs_step_up: bool = False


@dataclass(frozen=True)
class SilentSubject:
    """
    A kind of record that can be put under silence: adopted unless a State objects before an exact instant.

    ``model`` is the label ("meetings.decision"); ``visible_to(user)`` the app's own boundary.
    ``may_start(user, record)`` is asked when it begins, before the record's own status is moved;
    ``may_object(user, record)`` of the head of a State that takes part. ``participants(record)`` are those who
    may break it, as a queryset of Participants; ``readers(record)`` everybody who hears of the result, as a
    queryset of users. ``on_result(procedure, by=…, at=…)`` does what follows from it: it runs in the
    transaction that writes the result, and ``procedure.status`` says which ("adopted", "broken", "withdrawn");
    ``by`` is None where the time was over.

    ``minimum_hours(record)`` raises settings.PORTAL_SILENCE_HOURS_MIN, it never lowers it.
    ``may_withdraw(user, record)``: None leaves it to those who began it.
    ``start(record, expires_at=…, time_zone=…, by=…, at=…)`` is the app's own service, which moves the record
    and calls ``silence.services.start``; None: nothing moves, and the latter is called by the page.
    ``titles(record)`` and ``text_sha256(record)`` are what the record is called in each language, and the digest
    of what is under silence; None: its words in the portal's languages, and the digest of all its texts.
    """

    model: str
    title: Text
    visible_to: Callable[[Any], QuerySet[Any]]
    may_start: Callable[[Any, Any], Verdict]
    may_object: Callable[[Any, Any], Verdict]
    participants: Callable[[Any], QuerySet[Any]]
    readers: Callable[[Any], QuerySet[Any]]
    on_result: Callable[..., None]
    minimum_hours: Callable[[Any], int] | None = None
    may_withdraw: Callable[[Any, Any], Verdict] | None = None
    start: Callable[..., Any] | None = None
    titles: Callable[[Any], Mapping[str, str]] | None = None
    text_sha256: Callable[[Any], str] | None = None


@dataclass(frozen=True)
class Telling:
    """
    That a person was told of an audit entry: on a channel, since when, and when it was opened.

    ``person`` is a user with the participant fetched. ``told_at`` None: under way, or it failed; ``status`` is
    the code of notifications.models.DeliveryStatus and ``status_label`` its word.
    """

    person: Any
    channel: str
    status: str
    status_label: Text
    told_at: datetime | None
    read_at: datetime | None


def nothing_found(_user: Any, _text: str) -> Sequence[Any]:
    return ()


def nobody_ties(_user: Any, _record: Any) -> Verdict:
    return NOT_A_SOURCE


@dataclass(frozen=True)
class Linkable:
    """
    A kind of record that can be tied to others (``ots_portal.crossrefs``).

    ``model`` is the label ("incidents.incident"), its key a UUID; ``visible_to(user)`` the app's own boundary.
    ``search(user, text)`` answers records whose words fit, the likeliest first; bounded, and through that
    boundary. ``label_of(record)`` names it in the active language, ``address_of(record)`` is its page.
    ``may_tie(user, record)`` says who ties something to it: whoever may edit it. Without one it is only ever the
    other end.
    """

    model: str
    title: Text
    visible_to: Callable[[Any], QuerySet[Any]]
    search: Callable[[Any, str], Sequence[Any]] = nothing_found
    label_of: Callable[[Any], str] = str
    address_of: Callable[[Any], str] = address_of_record
    may_tie: Callable[[Any, Any], Verdict] = nobody_ties


@dataclass(frozen=True)
class HistoryPlace:
    """Where a page of a history goes on: behind the line of this moment, kind and key."""

    at: datetime
    kind: str
    key: str


@dataclass(frozen=True)
class HistoryAsked:
    """
    What is asked of the history of a record.

    ``ends`` are the records that it is about: label ("agreements.provision") → a queryset of their keys, for
    ``…__in``. ``participant`` is the code of whose acts are asked for, "" for all; ``since`` is then or later,
    ``until`` before then. ``behind`` is where the page goes on, ``limit`` how many lines it takes at most.
    """

    ends: Mapping[str, Any]
    participant: str = ""
    since: datetime | None = None
    until: datetime | None = None
    behind: HistoryPlace | None = None
    is_oldest_first: bool = False
    limit: int = 50

    def narrowed(self, records: QuerySet[Any], *, at: str, kind: str) -> QuerySet[Any]:
        """
        Return the records of this page in its order: ``at`` is the column of the moment, ``kind`` that of the lines.

        Records whose moment is not known stand in no history.
        """
        records = records.filter(**{f"{at}__isnull": False})
        if self.since:
            records = records.filter(**{f"{at}__gte": self.since})
        if self.until:
            records = records.filter(**{f"{at}__lt": self.until})
        if self.behind:
            records = records.filter(self._behind(self.behind, at=at, kind=kind))
        order = (at, "pk") if self.is_oldest_first else (f"-{at}", "-pk")
        return records.order_by(*order)[: self.limit]

    def _behind(self, place: HistoryPlace, *, at: str, kind: str) -> Q:
        beyond = "gt" if self.is_oldest_first else "lt"
        behind = Q(**{f"{at}__{beyond}": place.at})
        if kind == place.kind:
            return behind | Q(**{at: place.at, f"pk__{beyond}": place.key})
        is_later_kind = kind > place.kind if self.is_oldest_first else kind < place.kind
        return behind | Q(**{at: place.at}) if is_later_kind else behind


@dataclass(frozen=True)
class HistoryLine:
    """
    A line of a record's history: when, what, whose, in the reader's language.

    ``kind`` is the source's name, ``key`` the primary key of what it tells of; the two order lines of one moment.
    ``about`` says which part it concerns ("Article 9"), "" where that is plain. ``pieces`` is what changed in words
    (``texts.comparison``), empty where it is no text. ``participants`` are codes of States.
    """

    at: datetime
    kind: str
    key: str
    title: str
    text: str = ""
    language: str = ""
    about: str = ""
    url: str = ""
    participants: tuple[str, ...] = ()
    pieces: Sequence[Any] = ()

    @property
    def place(self) -> HistoryPlace:
        return HistoryPlace(self.at, self.kind, self.key)


def known(moment: datetime | None) -> datetime:
    """Return the moment of a line: ``HistoryAsked.narrowed`` leaves out records whose moment is not known."""
    assert moment is not None
    return moment


@dataclass(frozen=True)
class HistorySource:
    """
    A kind of thing that stands in the history of records, whichever app keeps it.

    ``name`` is a code, ``title`` its word. ``lines(user, asked)`` answers at most ``asked.limit`` lines of the page
    that is asked for, in its order, only of what the user may read, in a fixed number of queries;
    ``asked.narrowed`` does the paging. ``has_participants``: its lines are acts of States, so that it takes part
    where those of one State are asked for.
    """

    name: str
    title: Text
    lines: Callable[[Any, HistoryAsked], Sequence[HistoryLine]]
    has_participants: bool = False


menu: list[MenuEntry] = []
rooms: list[Room] = []
# Each answers a user's banner, or None; it must not query for people whom it does not concern.
banners: list[Callable[[Any], Banner | None]] = []
actions: list[Action] = []
cards: list[Card] = []
document_owners: dict[str, DocumentOwner] = {}
notices: dict[str, Notice] = {}
# What a function of recipients answers, in words that people read.
audiences: dict[Callable[..., Any], Text] = {}
samples: dict[str, Sample] = {}
topics: dict[str, Topic] = {}
# Each answers the subscriptions that this person has from the start, named in the active language.
first_wishes: list[Callable[[Any], Sequence[Wish]]] = []
# Each answers what of its app stands in this person's calendar between two moments.
calendars: list[Callable[[Any, datetime, datetime], Sequence[CalendarEntry]]] = []
# Each answers the newest of what its app has published to this person, worded in the active language.
publications: list[Callable[[Any], Sequence[Publication]]] = []
# Each answers what of its app this reader sees on the page of a person, or None: (reader, person).
person_parts: list[Callable[[Any, Any], PersonPart | None]] = []
audit_labels: dict[str, Text] = {}
audited: dict[str, AuditedRecord] = {}
searchables: dict[str, Searchable] = {}
retentions: dict[str, Retention] = {}
personal_data: dict[str, PersonalData] = {}
jobs: dict[str, JobKind] = {}
silent_subjects: dict[str, SilentSubject] = {}
linkables: dict[str, Linkable] = {}
histories: dict[str, HistorySource] = {}
# Each answers who was told of these audit entries (their keys), one after the other participant.
tellings: list[Callable[[Sequence[Any]], Sequence[Telling]]] = []


def plug_notice(notice: Notice) -> None:
    """:raises ValueError: when a kind of entry has a notice already"""
    if notice.kind in notices:
        message = f"Two notices for {notice.kind}."
        raise ValueError(message)
    notices[notice.kind] = notice


def plug_audiences(words: Mapping[Callable[..., Any], Text]) -> None:
    """
    Say in words whom functions of recipients answer: "Officers on duty of all other participants".

    :raises ValueError: when that was said of one already
    """
    for recipients, text in words.items():
        if recipients in audiences:
            message = f"Two sentences for {recipients}."
            raise ValueError(message)
        audiences[recipients] = text


def plug_sample(kinds: str, sample: Sample) -> None:
    """
    Say what is invented for the notices whose kind is this, or begins with it ("incidents.offer").

    :raises ValueError: when that was said already
    """
    if kinds in samples:
        message = f"Two samples for {kinds}."
        raise ValueError(message)
    samples[kinds] = sample


def plug_topic(topic: Topic) -> None:
    """:raises ValueError: when two apps use one name"""
    if topic.name in topics:
        message = f"Two topics called {topic.name}."
        raise ValueError(message)
    topics[topic.name] = topic


def plug_documents(owner: DocumentOwner) -> None:
    """:raises ValueError: when two apps claim one kind of record"""
    if owner.model in document_owners:
        message = f"Two document owners for {owner.model}."
        raise ValueError(message)
    document_owners[owner.model] = owner


def plug_labels(labels: Mapping[str, Text]) -> None:
    """
    Say in words what kinds of audit entries mean; where a kind has a notice, its title says so.

    :raises ValueError: when a kind has its words already
    """
    for kind, label in labels.items():
        if kind in audit_labels:
            message = f"Two labels for {kind}."
            raise ValueError(message)
        audit_labels[kind] = label


def plug_audited(record: AuditedRecord) -> None:
    """:raises ValueError: when two apps claim one kind of record"""
    if record.model in audited:
        message = f"Two apps show {record.model} in the audit."
        raise ValueError(message)
    audited[record.model] = record


def plug_searchable(searchable: Searchable) -> None:
    """:raises ValueError: when two use one name"""
    if searchable.key in searchables:
        message = f"Two kinds of search for {searchable.key}."
        raise ValueError(message)
    searchables[searchable.key] = searchable


def plug_retention(retention: Retention) -> None:
    """:raises ValueError: when two apps forget one kind"""
    if retention.kind in retentions:
        message = f"Two retentions for {retention.kind}."
        raise ValueError(message)
    retentions[retention.kind] = retention


def plug_personal_data(data: PersonalData) -> None:
    """:raises ValueError: when two apps use one name"""
    if data.name in personal_data:
        message = f"Two kinds of personal data called {data.name}."
        raise ValueError(message)
    personal_data[data.name] = data


def plug_job(job: JobKind) -> None:
    """:raises ValueError: when two apps claim one kind"""
    if job.kind in jobs:
        message = f"Two kinds of job called {job.kind}."
        raise ValueError(message)
    jobs[job.kind] = job


def plug_silence(subject: SilentSubject) -> None:
    """:raises ValueError: when two apps put one kind of record under silence"""
    if subject.model in silent_subjects:
        message = f"Two silent subjects for {subject.model}."
        raise ValueError(message)
    silent_subjects[subject.model] = subject


def plug_linkable(linkable: Linkable) -> None:
    """:raises ValueError: when two apps claim one kind of record"""
    if linkable.model in linkables:
        message = f"Two linkables for {linkable.model}."
        raise ValueError(message)
    linkables[linkable.model] = linkable


# ── what codes mean ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Term:
    """
    A code and what it is called: a lazy text, or the names by language where they are data.

    ``more`` is what else is known of it: its counterpart in other lists, what it belongs to.
    """

    code: str
    label: Text | Mapping[str, str]
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Vocabulary:
    """
    An enumeration of the API: ``name`` as in /api/v1/vocabularies/<name>/, "incidents.alert-level".

    ``terms()`` is asked once. ``source`` is the list of somebody else that the codes are taken from.
    """

    name: str
    terms: Callable[[], Iterable[Term]]
    source: str = ""


vocabularies: dict[str, Vocabulary] = {}


def plug_vocabulary(vocabulary: Vocabulary) -> None:
    """:raises ValueError: when there is one of this name already"""
    if vocabulary.name in vocabularies:
        message = f"Two vocabularies {vocabulary.name}."
        raise ValueError(message)
    vocabularies[vocabulary.name] = vocabulary


def plug_enumerations(app: str, *enumerations: type[Choices]) -> None:
    """Plug vocabularies that are named like their classes: ``AlertLevel`` is "incidents.alert-level"."""
    for enumeration in enumerations:
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", enumeration.__name__).lower()
        plug_vocabulary(Vocabulary(f"{app}.{words}", partial(_terms_of, enumeration.choices)))


def plug_choices(name: str, choices: Iterable[tuple[Any, Any]], *, source: str = "") -> None:
    """Plug a vocabulary whose terms stand as pairs of code and label."""
    plug_vocabulary(Vocabulary(name, partial(_terms_of, list(choices)), source))


def _terms_of(choices: Iterable[tuple[Any, Any]]) -> list[Term]:
    return [Term(str(code), label) for code, label in choices if code not in ("", None)]


def plug_history(source: HistorySource) -> None:
    """:raises ValueError: when two use one name"""
    if source.name in histories:
        message = f"Two kinds of history called {source.name}."
        raise ValueError(message)
    histories[source.name] = source
