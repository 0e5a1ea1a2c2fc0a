"""Minutes written from a meeting's record: one paragraph for each thing that the record tells."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override, pgettext

from meetings.models import (
    ActionItem,
    Decision,
    Delegation,
    HeadOfDelegation,
    Intervention,
    QuorumCheck,
    Sitting,
)
from meetings.queries.record import MeetingRecord
from meetings.statuses import ItemKind
from meetings.statuses.decisions import DecisionMode, DecisionStatus
from meetings.statuses.sittings import InterventionKind
from ots_portal.texts import in_language
from ots_portal.ui.moments import day_text, zoned_text

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Told:
    """
    A paragraph that the record tells; ``source`` names what it was written from ("decision:<id>").

    ``texts`` has each working language in which everything is known that the paragraph quotes.
    """

    source: str
    texts: dict[str, str]
    item_id: UUID | None = None
    decision_id: UUID | None = None
    action_id: UUID | None = None
    quotes: tuple[Texts, ...] = field(default=(), compare=False)


def told_by(record: MeetingRecord) -> list[Told]:
    """Return the paragraphs in the order of the minutes, from the opening to the closing."""
    per_language = {code: _in_language(record, code) for code in languages_of(record)}
    first = next(iter(per_language.values()))
    return [_joined(one.source, per_language) for one in first]


def _joined(source: str, per_language: Mapping[str, Sequence[Told]]) -> Told:
    """Put the languages of one paragraph together; one in which a quoted text is missing is left out."""
    found = {
        code: one for code, told in per_language.items() for one in told if one.source == source
    }
    texts = {
        code: one.texts[code]
        for code, one in found.items()
        if all(quote.get(code) for quote in one.quotes if quote)
    }
    some = next(iter(found.values()))
    return Told(source, texts or dict(some.texts), some.item_id, some.decision_id, some.action_id)


def languages_of(record: MeetingRecord) -> list[str]:
    """Return the portal's languages in which the record has a text; the main one where it has none."""
    written = {code for texts in _quoted(record) for code, text in texts.items() if text}
    found = [code for code, _name in settings.LANGUAGES if code in written]
    return found or [settings.LANGUAGE_CODE]


def _quoted(record: MeetingRecord) -> Iterator[Texts]:
    yield from (entry.item.titles for entry in record.agenda)
    yield from (one.summaries for group in record.interventions.values() for one in group)
    for group in record.decisions.values():
        for decision in group:
            yield from (decision.titles, decision.texts)
    yield from (action.titles for group in record.actions.values() for action in group)


def _in_language(record: MeetingRecord, code: str) -> list[Told]:
    with override(code):
        return [
            Told(
                one.source, {code: one.texts[""]}, one.item_id, one.decision_id, one.action_id,
                one.quotes,
            )
            for one in _paragraphs(record)
        ]  # fmt: skip


# ── in the active language ──────────────────────────────────────────────────────────────────────
def _paragraphs(record: MeetingRecord) -> Iterator[Told]:
    yield Told("opening", {"": _opening(record)})
    if record.delegations:
        yield Told("attendance", {"": _attendance(record)})
    for check in record.quorum_checks:
        yield Told(f"quorum:{check.pk}", {"": _quorum(check, record)})
    if record.agenda:
        yield _adoption_of_the_agenda(record)
    for entry in record.agenda:
        yield from _item(entry.item.pk, record)
    yield from _decisions(record.decisions.get(None, ()), record, item_id=None)
    yield Told("closing", {"": _closing(record)})


def _opening(record: MeetingRecord) -> str:
    meeting = record.meeting
    place = ", ".join(filter(None, (meeting.venue, meeting.city))) or str(
        meeting.get_mode_display()
    )
    words = {
        "place": place,
        "start": zoned_text(_first_instant(record), meeting.time_zone),
        "chair": _chair(record),
        "host": meeting.host.name,
    }
    if meeting.chair:
        sentence = _("The meeting was opened on %(start)s (%(place)s). %(chair)s presided.") % words
    else:
        sentence = (
            _("The meeting was opened on %(start)s (%(place)s); its host was %(host)s.") % words
        )
    return "\n".join([sentence, *(_sitting(one, meeting.time_zone) for one in record.sittings)])


def _chair(record: MeetingRecord) -> str:
    chair = record.meeting.chair
    return chair.name if chair else ""


def _first_instant(record: MeetingRecord) -> datetime:
    return record.sittings[0].started_at if record.sittings else record.meeting.starts_at


def _sitting(sitting: Sitting, zone: str) -> str:
    words = {"number": sitting.number, "start": zoned_text(sitting.started_at, zone)}
    if sitting.ended_at is None:
        return _("Sitting %(number)s: from %(start)s.") % words
    end = zoned_text(sitting.ended_at, zone)
    return _("Sitting %(number)s: from %(start)s to %(end)s.") % {**words, "end": end}


def _attendance(record: MeetingRecord) -> str:
    came = [one for one in record.delegations if one.pk in record.present or not record.present]
    lines = [_delegation(one, record) for one in came]
    count = len(came)
    sentence = ngettext(
        "%(count)s delegation took part:", "%(count)s delegations took part:", count
    )
    return "\n".join([sentence % {"count": count}, *lines])


def _delegation(delegation: Delegation, record: MeetingRecord) -> str:
    words = {
        "participant": delegation.participant.name,
        "capacity": delegation.get_capacity_display(),
    }
    heads = record.heads.get(delegation.pk, ())
    if not heads:
        return "– " + _("%(participant)s (%(capacity)s)") % words
    named = ", ".join(_head(one, record.meeting.time_zone, alone=len(heads) == 1) for one in heads)
    sentence = _("%(participant)s (%(capacity)s), headed by %(heads)s")
    return "– " + sentence % {**words, "heads": named}


def _head(head: HeadOfDelegation, zone: str, *, alone: bool) -> str:
    name = ", ".join(filter(None, (head.delegate.full_name, head.delegate.title)))
    if alone:
        return name
    return _("%(name)s (since %(moment)s)") % {
        "name": name,
        "moment": zoned_text(head.since, zone),
    }


def _quorum(check: QuorumCheck, record: MeetingRecord) -> str:
    words = {
        "moment": zoned_text(check.checked_at, record.meeting.time_zone),
        "present": len(check.present),
        "members": check.member_count,
        "needed": check.needed_count,
    }
    if check.is_quorate:
        return (
            _(
                "At %(moment)s, %(present)s of %(members)s members were present; %(needed)s are needed: "
                "there was a quorum."
            )
            % words
        )
    return (
        _(
            "At %(moment)s, %(present)s of %(members)s members were present; %(needed)s are needed: "
            "there was no quorum."
        )
        % words
    )


def _adoption_of_the_agenda(record: MeetingRecord) -> Told:
    lines = [f"{entry.number}. {in_language(entry.item.titles)}" for entry in record.agenda]
    first = record.agenda[0].item
    return Told(
        "agenda",
        {"": "\n".join([_("The meeting adopted its agenda:"), *lines])},
        item_id=first.pk if first.kind == ItemKind.PROCEDURAL else None,
        quotes=tuple(entry.item.titles for entry in record.agenda),
    )


def _item(item_id: UUID, record: MeetingRecord) -> Iterator[Told]:
    for intervention in record.interventions.get(item_id, ()):
        yield Told(
            f"intervention:{intervention.pk}",
            {"": _intervention(intervention)},
            item_id=item_id,
            quotes=(intervention.summaries,),
        )
    yield from _decisions(record.decisions.get(item_id, ()), record, item_id=item_id)


def _intervention(intervention: Intervention) -> str:
    frames = {
        InterventionKind.STATEMENT: _("%(who)s made a statement."),
        InterventionKind.RIGHT_OF_REPLY: _("%(who)s spoke in right of reply."),
        InterventionKind.POINT_OF_ORDER: _("%(who)s raised a point of order."),
        InterventionKind.EXPLANATION: _("%(who)s explained its position."),
    }
    who = intervention.delegation.participant.name
    if intervention.delegate:
        who = f"{who} ({intervention.delegate.full_name})"
    sentence = frames[InterventionKind(intervention.kind)] % {"who": who}
    summary = in_language(intervention.summaries)
    return f"{sentence} {summary}" if summary else sentence


def _decisions(
    decisions: Iterable[Decision], record: MeetingRecord, *, item_id: UUID | None
) -> Iterator[Told]:
    for decision in decisions:
        yield Told(
            f"decision:{decision.pk}",
            {"": _decision(decision, record)},
            item_id=item_id,
            decision_id=decision.pk,
            quotes=(decision.texts or decision.titles,),
        )
        for action in record.actions.get(decision.pk, ()):
            yield Told(
                f"action:{action.pk}",
                {"": _action(action)},
                item_id=item_id,
                decision_id=decision.pk,
                action_id=action.pk,
                quotes=(action.titles,),
            )


def _decision(decision: Decision, record: MeetingRecord) -> str:
    text = in_language(decision.texts) or in_language(decision.titles)
    frames = {
        DecisionStatus.NOT_ADOPTED: _("The following decision was not adopted: %(text)s"),
        DecisionStatus.DEFERRED: _("The following decision was deferred: %(text)s"),
    }
    words = {
        "number": decision.number,
        "how": _mode(decision),
        "text": text,
    }
    usual = _("Decision %(number)s, adopted %(how)s: %(text)s")
    sentence = frames.get(DecisionStatus(decision.status), usual) % words
    votes = _votes(decision.votes, record)
    return f"{sentence}\n{votes}" if votes else sentence


def _mode(decision: Decision) -> str:
    words = {
        DecisionMode.CONSENSUS: pgettext("decision adopted", "by consensus"),
        DecisionMode.VOTE: pgettext("decision adopted", "by vote"),
        DecisionMode.SILENCE: pgettext("decision adopted", "by silence procedure"),
        DecisionMode.ACCLAMATION: pgettext("decision adopted", "by acclamation"),
    }
    return words[DecisionMode(decision.mode)]


def _votes(votes: Mapping[str, str], record: MeetingRecord) -> str:
    """Return who voted how, or "" where there was no vote."""
    frames = {
        "yes": _("In favour: %(names)s."),
        "no": _("Against: %(names)s."),
        "abstain": _("Abstaining: %(names)s."),
    }
    said = []
    for vote, frame in frames.items():
        names = [_name(slug, record) for slug, cast in sorted(votes.items()) if cast == vote]
        said += [frame % {"names": ", ".join(names)}] if names else []
    return " ".join(said)


def _name(slug: str, record: MeetingRecord) -> str:
    participant = record.participants.get(slug)
    return participant.name if participant else slug


def _action(action: ActionItem) -> str:
    sentence = _("%(participant)s will do the following by %(day)s (%(zone)s): %(text)s")
    return sentence % {
        "participant": action.responsible.name,
        "day": day_text(action.due_on),
        "zone": action.time_zone,
        "text": in_language(action.titles),
    }


def _closing(record: MeetingRecord) -> str:
    meeting = record.meeting
    ended = [one.ended_at for one in record.sittings if one.ended_at]
    moment = zoned_text(ended[-1] if ended else meeting.ends_at, meeting.time_zone)
    return _("The meeting was closed on %(moment)s.") % {"moment": moment}
