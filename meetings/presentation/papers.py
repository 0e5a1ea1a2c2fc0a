"""What the pages of a meeting's documents show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from meetings.models import Meeting, Paper, PaperVersion
from meetings.queries import papers as queries
from meetings.queries.minutes_texts import language_name
from meetings.queries.papers import Missing
from meetings.rules import papers as rules
from meetings.services import papers as services
from meetings.statuses.documents import PAPER_TONES, PAPERS, PaperKind, PaperStatus
from ots_portal.audit.queries import history_of, names_of_actors
from ots_portal.documents.content import NotAccepted
from ots_portal.people.models import User
from ots_portal.texts.choice import FALLBACKS
from ots_portal.verdicts import Verdict

Text = str | Promise

WORDS: Mapping[str, Text] = {
    "meetings.paper.drafted": gettext_lazy("Begun"),
    "meetings.paper.updated": gettext_lazy("Changed"),
    "meetings.paper.language_added": gettext_lazy("Language added"),
    "meetings.paper.submitted": gettext_lazy("Submitted"),
    "meetings.paper.sent_back": gettext_lazy("Sent back"),
    "meetings.paper.issued": gettext_lazy("Issued"),
    "meetings.paper.released": gettext_lazy("Opened to its readers"),
    "meetings.paper.superseded": gettext_lazy("Superseded by its revision"),
    "meetings.paper.withdrawn": gettext_lazy("Withdrawn"),
    "meetings.paper.derestriction_asked": gettext_lazy("Asked to be derestricted"),
    "meetings.paper.derestriction_agreed": gettext_lazy("Derestriction agreed"),
    "meetings.paper.derestriction_declined": gettext_lazy("Derestriction declined"),
    "meetings.paper.derestricted": gettext_lazy("Derestricted"),
}


@dataclass(frozen=True)
class Language:
    """A document in one language: where its file is, and how it came to be."""

    code: str
    name: str
    url: str
    state: str
    is_original: bool
    version: PaperVersion


@dataclass(frozen=True)
class Row:
    """A line of the list; ``languages`` by code."""

    paper: Paper
    tone: str
    languages: Mapping[str, Language]
    is_under_embargo: bool

    def in_order(self, codes: Sequence[str]) -> list[Language | None]:
        return [self.languages.get(code) for code in codes]


@dataclass(frozen=True)
class Gap:
    """What a meeting still lacks."""

    kind: str
    item: str
    languages: str
    url: str


def tone(paper: Paper) -> str:
    return PAPER_TONES[PaperStatus(paper.status)]


def is_under_embargo(paper: Paper, *, at: datetime) -> bool:
    return bool(paper.embargo_until and paper.embargo_until > at)


def open_to(paper: Paper, *, at: datetime) -> str:
    """Say who may read it now: what a derestriction opened is open."""
    if paper.derestrict_at and paper.derestrict_at <= at:
        return paper.get_derestrict_to_display()
    return paper.get_access_display()


def rows(papers: Iterable[Paper], *, at: datetime) -> list[Row]:
    """Make the lines of a list; no query (``queries.with_versions`` took the languages along)."""
    return [
        Row(paper, tone(paper), languages_by_code(paper), is_under_embargo(paper, at=at))
        for paper in papers
    ]


def languages_by_code(paper: Paper) -> dict[str, Language]:
    latest = queries.latest_versions(paper)
    return {code: _language(paper, latest[code]) for code in FALLBACKS if code in latest}


def _language(paper: Paper, version: PaperVersion) -> Language:
    return Language(
        code=version.language,
        name=language_name(version.language),
        url=reverse("meetings:paper_file", args=[paper.pk, version.pk]),
        state=version.get_translation_display(),
        is_original=version.is_original,
        version=version,
    )


def languages_of(papers: Iterable[Paper]) -> list[tuple[str, str]]:
    """Return the languages that any of them has, as (code, name)."""
    found = {code for paper in papers for code in queries.latest_versions(paper)}
    return [(code, language_name(code)) for code in FALLBACKS if code in found]


def versions(paper: Paper) -> list[Language]:
    """Return every file it has, the one that holds first within each language."""
    return [_language(paper, version) for version in paper.versions.all()]


def missing(gaps: Iterable[Missing]) -> list[Gap]:
    return [
        Gap(
            kind=str(PaperKind(gap.kind).label),
            item=gap.item.title if gap.item else "",
            languages=names_of(gap.languages),
            url=gap.paper.get_absolute_url() if gap.paper else "",
        )
        for gap in gaps
    ]


def expected(meeting: Meeting) -> list[dict[str, Any]]:
    """Return what the meeting needs, each with the languages that were named for it, else with its own."""
    wishes = meeting.expected_papers.select_related("item")
    return [
        {
            "wish": wish,
            "kind": wish.get_kind_display(),
            "languages": names_of(wish.languages or meeting.working_languages),
            "is_usual": not wish.languages,
        }
        for wish in wishes
    ]


def names_of(codes: Iterable[str]) -> str:
    """Return the languages' own names, parted by commas."""
    return ", ".join(language_name(code) for code in codes)


@dataclass(frozen=True)
class StepButton:
    label: Text
    url: str
    verdict: Verdict
    tone: str = "primary"


_LABELS: Mapping[str, tuple[Text, str]] = {
    "submit": (gettext_lazy("Submit"), "primary"),
    "issue": (gettext_lazy("Issue"), "primary"),
    "send_back": (gettext_lazy("Send back"), "secondary"),
    "withdraw": (gettext_lazy("Withdraw"), "secondary"),
}
# These ask for more on a page of their own; the others are taken by their button.
ASKING = ("issue", "send_back", "withdraw")


def for_those_who_work_on_it(paper: Paper, user: User) -> dict[str, Any]:
    """Return buttons and history for whoever prepares, issues or reads the document inside the portal."""
    question = queries.question_of(paper) if paper.symbol else None
    works = user.is_secretariat or user.serves(paper.participant_id)
    return {
        "steps": _step_buttons(paper, user) if works else [],
        "may_update": rules.may_update(user, paper),
        "may_add_version": rules.may_add_version(user, paper),
        "may_ask": paper.symbol and not question and rules.may_ask_to_derestrict(user, paper),
        "question": question if works else None,
        "may_answer": question and rules.may_answer(user, question),
        "history": _history(paper) if works else [],
        "untranslated": names_of(queries.untranslated(paper)) if works else "",
    }


def _step_buttons(paper: Paper, user: User) -> list[dict[str, Any]]:
    found = []
    for step in PAPERS.steps_from(paper.status):
        if step.automatic or not (verdict := getattr(rules, f"may_{step.verb}")(user, paper)):
            continue
        label, look = _LABELS[step.verb]
        url = reverse(f"meetings:paper_{step.verb}", args=[paper.pk])
        button = StepButton(label, url, verdict, look)
        found.append({"button": button, "asks": step.verb in ASKING})
    return found


def _history(paper: Paper) -> list[dict[str, Any]]:
    entries = list(history_of(paper))
    names = names_of_actors(entries)
    return [
        {
            "at": entry.recorded_at,
            "title": WORDS[entry.kind],
            "actor": names.get(entry.actor_id) or _("The portal"),
            "tone": "info",
        }
        for entry in reversed(entries)
    ]


def bulk(meeting: Meeting, data: Mapping[str, Any], *, by: User, at: datetime) -> list[str]:
    """Make a draft of each file; return a sentence for each that was refused."""
    refusals = []
    for file in data["several"]:
        title = PurePath(file.name or "").stem[:200] or _("Document")
        facts = services.PaperFacts(kind=data["kind"], titles={data["language"]: title})
        paper = services.create(meeting, facts, by=by, at=at)
        try:
            services.add_version(
                paper, file, language=data["language"], translation="none", by=by, at=at
            )
        except NotAccepted as refusal:
            services.discard(paper, by=by, at=at)
            refusals.append(f"{file.name}: {refusal.sentence}")
    return refusals


def taken_sentence(count: int) -> str:
    sentence = ngettext(
        "%(count)d document is a draft now.", "%(count)d documents are drafts now.", count
    )
    return sentence % {"count": count}


def issued_sentence(paper: Paper) -> str:
    if paper.released_at:
        return _("%(symbol)s is issued. Its readers are being told.") % {"symbol": paper.symbol}
    return _("%(symbol)s is issued. Its readers have it when the embargo ends.") % {
        "symbol": paper.symbol
    }
