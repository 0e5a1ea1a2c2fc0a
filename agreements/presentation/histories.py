"""The lines that this app writes into the negotiating history of a text."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agreements.models import BracketResolution, FrozenProvision, Proposal, RoundFigure
from agreements.models.rounds import FigurePoint
from agreements.presentation.convergence import holder_names
from agreements.queries import histories as queries
from agreements.queries.rounds import holders_of, names_of
from agreements.statuses import ConfirmationStatus, ProposalOp, ProposalStatus
from ots_portal.plugs import HistoryAsked, HistoryLine, HistorySource, known
from ots_portal.texts.comparison import Piece, compare

TEXT, GONE, FIGURES = "agreements.text", "agreements.text_gone", "agreements.brackets"
BEGUN, CLOSED = "agreements.round_begun", "agreements.round_closed"
CLOSURE, REOPENING = "agreements.closure", "agreements.reopening"
TABLED, OUTCOME = "agreements.proposal_tabled", "agreements.proposal_outcome"
POSITION, COMMENT = "agreements.position", "agreements.comment"
OPENED, RESOLVED = "agreements.bracket_opened", "agreements.bracket_resolved"
ANSWER, SILENCE = "agreements.confirmation", "agreements.text_silence"


# ── words ───────────────────────────────────────────────────────────────────────────────────────
def _words(one: FrozenProvision) -> str:
    return "\n".join(part for part in (one.heading, one.text) if part)


def _texts(user: Any, asked: HistoryAsked) -> Sequence[HistoryLine]:
    rows = queries.frozen_words(user, asked, kind=TEXT)
    before = queries.words_before(rows)
    return [
        _text_line(row, before.get((row.revision_id, row.provision_id, row.language)))
        for row in rows
    ]


def _text_line(row: FrozenProvision, before: FrozenProvision | None) -> HistoryLine:
    told = {"revision": row.revision.number, "kind": row.revision.get_kind_display()}
    sentence = (
        gettext("New words in revision %(revision)s (%(kind)s)")
        if before is None
        else gettext("Other words in revision %(revision)s (%(kind)s)")
    )
    return HistoryLine(
        known(row.revision.frozen_at),
        TEXT,
        str(row.pk),
        title=sentence % told,
        text=_words(row),
        language=row.language,
        about=str(row),
        url=f"{row.revision.get_absolute_url()}#{row.provision.key}",
        pieces=tuple(compare(_words(before), _words(row))) if before else (),
    )


def _gone(user: Any, asked: HistoryAsked) -> Sequence[HistoryLine]:
    return [
        HistoryLine(
            row.gone_at,  # type: ignore[attr-defined]
            GONE,
            str(row.pk),
            title=gettext("No part of revision %(revision)s any more")
            % {"revision": row.gone_from},  # type: ignore[attr-defined]
            text=_words(row),
            language=row.language,
            about=str(row),
            url=f"{row.revision.get_absolute_url()}#{row.provision.key}",
            pieces=(Piece("removed", _words(row)),) if _words(row) else (),
        )
        for row in queries.gone_words(user, asked, kind=GONE)
    ]


# ── brackets, reserves, status ──────────────────────────────────────────────────────────────────
def _figures(user: Any, asked: HistoryAsked) -> Sequence[HistoryLine]:
    rows = queries.changed_figures(user, asked, kind=FIGURES)
    before = queries.figures_before(rows)
    codes = {code for row in rows for code in [*holders_of(row.brackets), *_reserving(row)]}
    names = names_of(codes)
    return [
        HistoryLine(
            row.taken_at,
            FIGURES,
            str(row.pk),
            title=_point(row) % {"round": row.round.number},
            text="\n".join(_standing(row, before.get(row.pk), names)),
            about=str(row),
            url=row.round.get_absolute_url(),
            participants=tuple(sorted({*holders_of(row.brackets), *_reserving(row)})),
        )
        for row in rows
    ]


def _reserving(row: RoundFigure) -> set[str]:
    return {one["participant"] for one in row.reserves if one["participant"]}


def _point(row: RoundFigure) -> str:
    if row.point == FigurePoint.BEGUN:
        return gettext("Where it stood when round %(round)s began")
    return gettext("Where it stood when round %(round)s closed")


def _standing(row: RoundFigure, before: RoundFigure | None, names: dict[str, str]) -> Iterable[str]:
    yield gettext("Status: %(status)s.") % {"status": row.get_status_display()}
    count, earlier = row.bracket_count, before.bracket_count if before else 0
    if before and count != earlier:
        sentence = ngettext(
            "%(count)s open bracket; before that there were %(before)s.",
            "%(count)s open brackets; before that there were %(before)s.",
            count,
        )
        yield sentence % {"count": count, "before": earlier}
    elif count:
        sentence = ngettext("%(count)s open bracket.", "%(count)s open brackets.", count)
        yield sentence % {"count": count}
    for bracket in row.brackets:
        yield gettext("In brackets: “%(words)s”, held by %(holders)s.") % {
            "words": bracket["quote"],
            "holders": ", ".join(holder_names(holders_of([bracket]), names)) or "—",
        }
    if row.reserve_count:
        sentence = ngettext("%(count)s reserve", "%(count)s reserves", row.reserve_count)
        whose = ", ".join(names.get(code, code) for code in sorted(_reserving(row)))
        yield (sentence % {"count": row.reserve_count}) + (f": {whose}." if whose else ".")


# ── proposals, positions, comments ──────────────────────────────────────────────────────────────
def _tabled(user: Any, asked: HistoryAsked) -> Sequence[HistoryLine]:
    return [
        _proposal_line(
            one,
            known(one.tabled_at),
            TABLED,
            title=gettext("%(state)s tabled proposal %(number)s (%(change)s)")
            % {
                "state": one.participant.name,
                "number": one.number,
                "change": one.get_op_display(),
            },
            text="\n".join(part for part in (one.heading, one.text or one.quote) if part),
            pieces=_changed_words(one),
        )
        for one in queries.proposals_tabled(user, asked, kind=TABLED)
    ]


def _changed_words(proposal: Proposal) -> tuple[Piece, ...]:
    """Return what words would become; of a change of place, a split or a joining nothing."""
    if proposal.op == ProposalOp.DELETE:
        return (Piece("removed", proposal.quote or proposal.base_text),)
    if proposal.op == ProposalOp.REPLACE and proposal.text:
        return tuple(compare(proposal.quote or proposal.base_text, proposal.text))
    return ()


def _outcomes(user: Any, asked: HistoryAsked) -> Sequence[HistoryLine]:
    return [
        _proposal_line(
            one,
            known(one.settled_at),
            OUTCOME,
            title=_outcome(one),
            text=one.outcome_reason,
        )
        for one in queries.proposals_settled(user, asked, kind=OUTCOME)
    ]


def _outcome(proposal: Proposal) -> str:
    told = {"number": proposal.number, "state": proposal.participant.name}
    if proposal.status == ProposalStatus.MERGED:
        return gettext("Proposal %(number)s became part of the text") % told
    if proposal.status == ProposalStatus.WITHDRAWN:
        return gettext("%(state)s withdrew proposal %(number)s") % told
    if proposal.superseded_by:
        told["other"] = proposal.superseded_by.number
        return gettext("Proposal %(number)s gave way to proposal %(other)s") % told
    return gettext("Proposal %(number)s lapsed") % told


def _proposal_line(  # noqa: PLR0913 -- keywords behind what every line has
    proposal: Proposal,
    at: datetime,
    kind: str,
    *,
    title: str,
    text: str,
    pieces: tuple[Piece, ...] = (),
) -> HistoryLine:
    return HistoryLine(
        at,
        kind,
        str(proposal.pk),
        title=title,
        text=text,
        language=proposal.language,
        about=str(proposal.provision) if proposal.provision else "",
        url=proposal.get_absolute_url(),
        pieces=pieces,
        participants=(proposal.participant_id,),
    )


def _positions(user: Any, asked: HistoryAsked) -> Sequence[HistoryLine]:
    return [
        HistoryLine(
            one.taken_at,
            POSITION,
            str(one.pk),
            title=gettext("Position of %(state)s: %(position)s")
            % {"state": one.participant.name, "position": one.get_stance_display()},
            text=one.note,
            about=str(one.provision),
            url=one.get_absolute_url(),
            participants=(one.participant_id,),
        )
        for one in queries.positions_taken(user, asked, kind=POSITION)
    ]


def _comments(user: Any, asked: HistoryAsked) -> Sequence[HistoryLine]:
    return [
        HistoryLine(
            known(one.released_at),
            COMMENT,
            str(one.pk),
            title=gettext("%(state)s sent a comment to all") % {"state": one.participant.name},
            text=one.text,
            about=str(one.provision),
            url=f"{one.provision.instrument.get_text_url()}#{one.provision.key}",
            participants=(one.participant_id,),
        )
        for one in queries.comments_released(user, asked, kind=COMMENT)
    ]


def _opened(user: Any, asked: HistoryAsked) -> Sequence[HistoryLine]:
    return [
        HistoryLine(
            one.created_at,
            OPENED,
            str(one.pk),
            title=gettext("Words were put into brackets"),
            text=one.quote,
            language=one.language,
            about=str(one.provision),
            url=one.get_absolute_url(),
        )
        for one in queries.brackets_opened(user, asked, kind=OPENED)
    ]


def _resolved(user: Any, asked: HistoryAsked) -> Sequence[HistoryLine]:
    rows = queries.brackets_resolved(user, asked, kind=RESOLVED)
    names = names_of({code for row in rows for code in holders_of([_bracket_of(row)])})
    return [
        HistoryLine(
            row.resolved_at,
            RESOLVED,
            str(row.pk),
            title=gettext("A bracket was resolved with wording %(label)s") % {"label": row.winner},
            text="\n".join(_wordings(row, names)),
            language=row.language,
            about=str(row.provision),
            url=row.get_absolute_url(),
            pieces=tuple(compare(row.quote, _winner(row))),
        )
        for row in rows
    ]


def _bracket_of(row: BracketResolution) -> dict[str, Any]:
    return {"quote": row.quote, "alternatives": row.alternatives}


def _winner(row: BracketResolution) -> str:
    return next((str(one["text"]) for one in row.alternatives if one["label"] == row.winner), "")


def _wordings(row: BracketResolution, names: dict[str, str]) -> Iterable[str]:
    for one in row.alternatives:
        holders = holder_names(holders_of([{"alternatives": [one]}]), names)
        yield gettext("%(label)s: “%(words)s”, held by %(holders)s.") % {
            "label": one["label"],
            "words": one["text"] or gettext("without these words"),
            "holders": ", ".join(holders) or "—",
        }


# ── rounds ──────────────────────────────────────────────────────────────────────────────────────
def _rounds_begun(user: Any, asked: HistoryAsked) -> Sequence[HistoryLine]:
    return [
        HistoryLine(
            known(one.opened_at),
            BEGUN,
            str(one.pk),
            title=gettext("Round %(number)s began, %(chair)s in the chair")
            % {"number": one.number, "chair": one.chair.name},
            url=one.get_absolute_url(),
            participants=(one.chair_id,),
        )
        for one in queries.rounds_begun(user, asked, kind=BEGUN)
    ]


def _rounds_closed(user: Any, asked: HistoryAsked) -> Sequence[HistoryLine]:
    return [
        HistoryLine(
            known(one.closed_at),
            CLOSED,
            str(one.pk),
            title=gettext("Round %(number)s closed with revision %(revision)s")
            % {"number": one.number, "revision": one.result_revision.number},  # type: ignore[union-attr]
            url=one.get_absolute_url(),
            participants=(one.chair_id,),
        )
        for one in queries.rounds_closed(user, asked, kind=CLOSED)
    ]


# ── closing ─────────────────────────────────────────────────────────────────────────────────────
def _closures(user: Any, asked: HistoryAsked) -> Sequence[HistoryLine]:
    return [
        HistoryLine(
            one.closed_at,
            CLOSURE,
            str(one.pk),
            title=gettext("The text was closed ad referendum"),
            url=one.get_absolute_url(),
        )
        for one in queries.closures(user, asked, kind=CLOSURE)
    ]


def _reopenings(user: Any, asked: HistoryAsked) -> Sequence[HistoryLine]:
    return [
        HistoryLine(
            known(one.ended_at),
            REOPENING,
            str(one.pk),
            title=gettext("%(state)s sent the closed text back")
            % {"state": one.ended_by.name if one.ended_by else gettext("The secretariat")},
            text=one.reason,
            url=one.get_absolute_url(),
            participants=(one.ended_by_id,) if one.ended_by_id else (),
        )
        for one in queries.closures_ended(user, asked, kind=REOPENING)
    ]


def _answers(user: Any, asked: HistoryAsked) -> Sequence[HistoryLine]:
    return [
        HistoryLine(
            known(one.answered_at),
            ANSWER,
            str(one.pk),
            title=_answer(one.status, by_silence=one.by_silence_id is not None)
            % {"state": one.participant.name},
            text=one.reason,
            url=one.get_absolute_url(),
            participants=(one.participant_id,),
        )
        for one in queries.answers(user, asked, kind=ANSWER)
    ]


def _answer(status: str, *, by_silence: bool) -> str:
    if status == ConfirmationStatus.REFUSED:
        return gettext("%(state)s refused to confirm the text")
    if by_silence:
        return gettext("%(state)s confirmed the text by silence")
    return gettext("%(state)s confirmed the text")


def _silences(user: Any, asked: HistoryAsked) -> Sequence[HistoryLine]:
    return [
        HistoryLine(
            known(one.result_at),
            SILENCE,
            str(one.pk),
            title=gettext("Silence about revision %(revision)s: %(result)s")
            % {"revision": one.revision.number, "result": one.get_status_display()},
            text=one.get_purpose_display(),
            url=one.get_absolute_url(),
        )
        for one in queries.silences_ended(user, asked, kind=SILENCE)
    ]


# One line for each kind of thing.
SOURCES = (
    HistorySource(TEXT, pgettext_lazy("history", "Text"), _texts),
    HistorySource(GONE, _("Gone from the text"), _gone),
    HistorySource(FIGURES, _("Brackets and reserves"), _figures),
    HistorySource(TABLED, _("Proposal"), _tabled, has_participants=True),
    HistorySource(OUTCOME, _("What became of a proposal"), _outcomes, has_participants=True),
    HistorySource(OPENED, _("Bracket opened"), _opened),
    HistorySource(RESOLVED, _("Bracket resolved"), _resolved),
    HistorySource(POSITION, _("Position of a State"), _positions, has_participants=True),
    HistorySource(COMMENT, _("Comment of a delegation"), _comments, has_participants=True),
    HistorySource(BEGUN, _("Beginning of a round"), _rounds_begun, has_participants=True),
    HistorySource(CLOSED, _("End of a round"), _rounds_closed, has_participants=True),
    HistorySource(CLOSURE, _("Closing ad referendum"), _closures),
    HistorySource(REOPENING, _("Sending back of the text"), _reopenings, has_participants=True),
    HistorySource(ANSWER, _("Confirmation by a State"), _answers, has_participants=True),
    HistorySource(SILENCE, _("Silence about the text"), _silences),
)
