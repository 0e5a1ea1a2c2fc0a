"""A proposal made ready for pages: its redline, its buttons, its history, and what it collides with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import Proposal, Provision
from agreements.queries.anchors import Words, parted, place_of, text_after, words_of
from agreements.rules import proposals as rules
from agreements.statuses import PROPOSALS, Placement, ProposalOp, ProposalStatus
from ots_portal.audit.queries import history_of, names_of_actors
from ots_portal.people.models import User
from ots_portal.plugs import audit_labels, notices
from ots_portal.texts.comparison import Piece, compare
from ots_portal.verdicts import Verdict

Text = str | Promise
TONES = {
    ProposalStatus.DRAFT: "draft",
    ProposalStatus.DISCARDED: "neutral",
    ProposalStatus.TABLED: "info",
    ProposalStatus.UNDER_DISCUSSION: "info",
    ProposalStatus.BRACKETED: "warning",
    ProposalStatus.MERGED: "good",
    ProposalStatus.WITHDRAWN: "neutral",
    ProposalStatus.LAPSED: "neutral",
    ProposalStatus.SUPERSEDED: "neutral",
}


@dataclass(frozen=True)
class Redline:
    """One provision as it would change: which, what is said of it, and its words in both texts."""

    title: str
    pieces: tuple[Piece, ...]
    note: str = ""


def redline(proposal: Proposal, names: Mapping[Any, str]) -> list[Redline]:
    """Return what would become of each provision that the proposal touches, by words on those it was written on."""
    base = Words(proposal.base_heading, proposal.base_text)
    own = name_of(proposal.provision, names)
    if proposal.op == ProposalOp.INSERT:
        title = " ".join(filter(None, (proposal.get_new_kind_display(), proposal.new_number)))
        return [Redline(title, _pieces(Words(), text_after(proposal, base)), place_sentence(proposal, names))]  # fmt: skip
    if proposal.op == ProposalOp.MOVE:
        return [Redline(own, _pieces(base, base), place_sentence(proposal, names))]
    if proposal.op == ProposalOp.SPLIT:
        first, second = parted(base.text, proposal.quote)
        number = " ".join(filter(None, (_("Second part"), proposal.new_number)))
        return [
            Redline(own, _pieces(base, Words(base.heading, first))),
            Redline(
                number, _pieces(Words(), Words("", second)), _("It is a provision of its own.")
            ),
        ]
    if proposal.op == ProposalOp.MERGE:
        other = words_of(proposal.other, proposal.language)
        return [
            Redline(own, _pieces(base, text_after(proposal, base))),
            Redline(name_of(proposal.other, names), _pieces(other, Words())),
        ]
    is_whole = proposal.op == ProposalOp.DELETE and not proposal.quote
    note = _("With what stands under it.") if is_whole else ""
    return [Redline(own, _pieces(base, text_after(proposal, base)), note)]


def _pieces(before: Words, after: Words) -> tuple[Piece, ...]:
    return tuple(compare(_joined(before), _joined(after)))


def _joined(words: Words) -> str:
    return "\n".join(part for part in (words.heading, words.text) if part)


def name_of(provision: Provision | None, names: Mapping[Any, str]) -> str:
    """Return "Article 5 (1)"; of what is gone from the text its kind and number."""
    if provision is None:
        return ""
    return names.get(provision.pk) or str(provision)


def place_sentence(proposal: Proposal, names: Mapping[Any, str]) -> str:
    """Say where a new or moved provision would stand."""
    beside = proposal.provision if proposal.op == ProposalOp.INSERT else proposal.other
    if beside is None:
        return _("At the end of the text.")
    sentences = {
        Placement.BEFORE: _("It would stand before %(provision)s."),
        Placement.INSIDE: _("It would stand inside %(provision)s, at its end."),
    }
    usual = _("It would stand behind %(provision)s.")
    return sentences.get(Placement(proposal.placement or "after"), usual) % {
        "provision": name_of(beside, names)
    }


def summary(proposal: Proposal) -> str:
    """Return the change in a line: what is left out → what comes, as lists and files show it."""
    if proposal.op == ProposalOp.INSERT:
        return f"+ {_short(proposal.heading or proposal.text)}"
    if proposal.op == ProposalOp.REPLACE:
        before = proposal.quote or proposal.base_text or proposal.base_heading
        return f"{_short(before)} → {_short(proposal.text or proposal.heading)}"
    if proposal.op == ProposalOp.DELETE:
        return f"− {_short(proposal.quote or proposal.base_text or proposal.base_heading)}"
    return _short(proposal.quote or proposal.base_text or proposal.base_heading)


_MOST_LETTERS = 120


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return f"{flat[:_MOST_LETTERS]}…" if len(flat) > _MOST_LETTERS else flat


# ── the conflict ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Conflict:
    """What a proposal was written on, beside what stands now."""

    then: Words
    now: Words
    pieces: tuple[Piece, ...]
    is_gone: bool


def conflict_of(proposal: Proposal) -> Conflict:
    then = Words(proposal.base_heading, proposal.base_text)
    now = words_of(proposal.provision, proposal.language)
    one_is_gone = any(one and not one.is_live for one in (proposal.provision, proposal.other))
    return Conflict(then, now, _pieces(then, now), one_is_gone)


def words_around(proposal: Proposal) -> tuple[str, str, str]:
    """Return the base text before the quoted words, these, and behind them."""
    place = place_of(proposal.base_text, proposal.quote)
    if place is None:
        return proposal.base_text, "", ""
    start, end = place
    return proposal.base_text[:start], proposal.base_text[start:end], proposal.base_text[end:]


# ── buttons ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Button:
    """A step that leads on; one that ``asks`` something first is a link to its page."""

    verb: str
    url: str
    label: Text
    verdict: Verdict
    tone: str = "primary"
    asks: bool = False
    confirm: Text = ""


_TABLE = gettext_lazy("The secretariat and the member States will read it, and it gets its number. Table it in the name of your State?")  # fmt: skip
# verb: its label, its tone, whether its page asks something first, what a plain button asks before
WORDS: Mapping[str, tuple[Text, str, bool, Text]] = {
    "table": (gettext_lazy("Table it"), "primary", False, _TABLE),
    "discard": (
        gettext_lazy("Discard"),
        "secondary",
        False,
        gettext_lazy("The draft is given up. Discard it?"),
    ),
    "take_up": (gettext_lazy("Under discussion"), "primary", False, ""),
    "bracket": (
        gettext_lazy("Put into brackets"),
        "secondary",
        False,
        gettext_lazy("Its wording will stand in the text in brackets, with the States behind it. Put it in?"),
    ),
    "merge": (
        gettext_lazy("Merge into the text"),
        "secondary",
        False,
        gettext_lazy("The text changes as it is shown here. Merge it?"),
    ),
    "withdraw": (gettext_lazy("Withdraw…"), "secondary", True, ""),
    "supersede": (gettext_lazy("Gives way to another…"), "secondary", True, ""),
}  # fmt: skip
DONE: Mapping[str, Text] = {
    "table": gettext_lazy("The proposal is on the table."),
    "discard": gettext_lazy("The draft is discarded."),
    "take_up": gettext_lazy("It is under discussion."),
    "bracket": gettext_lazy("It stands in the text in brackets."),
    "merge": gettext_lazy("It is merged into the text."),
    "withdraw": gettext_lazy("The proposal is withdrawn."),
    "supersede": gettext_lazy("It gave way to the other proposal."),
    "cosponsor": gettext_lazy("Your State stands behind this proposal."),
    "leave": gettext_lazy("Your State stands behind this proposal no longer."),
    "rebase": gettext_lazy("The proposal is set on the present words."),
}


def buttons(proposal: Proposal, *, user: User) -> list[Button]:
    """Return the steps that lead on and that this person takes."""
    found = [
        Button(
            step.verb,
            reverse(f"agreements:proposal_{step.verb}", args=[proposal.pk]),
            *_in_order(WORDS[step.verb], getattr(rules, f"may_{step.verb}")(user, proposal)),
        )
        for step in PROPOSALS.steps_from(proposal.status)
        if not step.automatic
    ]
    if proposal.is_open:
        found.append(_joining(proposal, user))
    return [button for button in found if button.verdict]


def _in_order(
    words: tuple[Text, str, bool, Text], verdict: Verdict
) -> tuple[Text, Verdict, str, bool, Text]:
    label, tone, asks, confirm = words
    return label, verdict, tone, asks, confirm


def _joining(proposal: Proposal, user: User) -> Button:
    has_joined = any(one.pk == user.participant_id for one in proposal.cosponsors.all())
    verb = "leave" if has_joined else "cosponsor"
    label = _("Leave the sponsors") if has_joined else _("Join as a sponsor")
    question = (
        _("Your State stands behind it no longer. Leave?")
        if has_joined
        else _("Your State stands behind it with the others. Join?")
    )
    url = reverse(f"agreements:proposal_{verb}", args=[proposal.pk])
    verdict = rules.may_cosponsor(user, proposal)
    return Button(verb, url, label, verdict, "secondary", confirm=question)


# ── history ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class HistoryLine:
    at: datetime
    title: Text
    actor: str
    text: str = ""


def history(proposal: Proposal, *, reader: User) -> list[HistoryLine]:
    """Return what happened to it, newest first; what its delegation did in its room is told to it alone."""
    entries = list(history_of(proposal))
    if not reader.serves(proposal.participant_id):
        entries = [
            entry
            for entry in entries
            if proposal.tabled_at and entry.recorded_at >= proposal.tabled_at
            if entry.kind not in ("agreements.proposal.drafted", "agreements.proposal.updated")
        ]
    names = names_of_actors(entries)
    return [
        HistoryLine(
            entry.recorded_at,
            _title(entry.kind),
            (names.get(entry.actor_id) or _("A former user"))
            if entry.actor_id
            else _("The portal"),
            _said(entry.kind, proposal),
        )
        for entry in reversed(entries)
    ]


# What a notice calls "a proposal of one's State" is this one, on its own page.
TITLES: Mapping[str, Text] = {
    "taken_up": gettext_lazy("It is under discussion"),
    "bracketed": gettext_lazy("It is put into brackets"),
    "merged": gettext_lazy("It is merged into the text"),
    "superseded": gettext_lazy("It gives way to another"),
    "lapsed": gettext_lazy("It lapses"),
    "conflicted": gettext_lazy("The words it is about have changed"),
}


def _title(kind: str) -> Text:
    own = TITLES.get(kind.rpartition(".")[2])
    return own or (notices[kind].title if kind in notices else audit_labels[kind])


def _said(kind: str, proposal: Proposal) -> str:
    if kind in ("agreements.proposal.withdrawn", "agreements.proposal.lapsed"):
        return proposal.outcome_reason
    return ""


# ── rows ────────────────────────────────────────────────────────────────────────────────────────


def rows(
    proposals: Iterable[Proposal],
    names: Mapping[Any, str],
    collisions: Mapping[Any, list[Proposal]],
) -> list[dict[str, Any]]:
    return [row(proposal, names, collisions) for proposal in proposals]


def row(
    proposal: Proposal, names: Mapping[Any, str], collisions: Mapping[Any, list[Proposal]]
) -> dict[str, Any]:
    return {
        "proposal": proposal,
        "tone": TONES[ProposalStatus(proposal.status)],
        "provision": name_of(proposal.provision, names) or _("End of the text"),
        "summary": summary(proposal),
        "collides_with": collisions.get(proposal.pk, []),
    }
