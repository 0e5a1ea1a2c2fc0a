"""The documents of the training meetings: symbols, languages, a revision, an embargo, a derestriction."""

from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from meetings.demo.stage import Stage, item_of, texts
from meetings.models import Meeting, Paper
from meetings.services import derestrictions, papers
from meetings.services.papers import PaperFacts
from ots_portal.people.models import Role
from ots_portal.texts import in_language


def issue_all(stage: Stage, meeting: Meeting, name: str, *, at: datetime) -> None:
    """
    Issue the documents that a meeting does not have yet.

    Outside of a transaction: a file that is stored stays, whatever becomes of what follows it.
    """
    issued: dict[str, Paper] = {}
    for row in texts()["papers"][name]:
        if there := meeting.papers.filter(titles=row["titles"]).first():
            issued[row["key"]] = there
            continue
        issued[row["key"]] = _issue(stage, meeting, row, issued.get(row.get("parent", "")), at=at)
        at = stage.later(at, 10)


def _issue(
    stage: Stage, meeting: Meeting, row: dict[str, Any], parent: Paper | None, *, at: datetime
) -> Paper:
    by = stage.person(row["by"])
    facts = PaperFacts(
        kind=row["kind"],
        titles=row["titles"],
        item_id=item_of(meeting, row["item"]).pk if "item" in row else None,
        parent_id=parent.pk if parent else None,
        relation=row.get("relation", ""),
        access=row["access"],
    )
    paper = papers.create(meeting, facts, by=by, at=at)
    for number, (language, translation) in enumerate(row["files"], start=1):
        papers.add_version(
            paper,
            _file(row, language),
            language=language,
            translation=translation,
            by=by,
            at=stage.later(at, number),
        )
    if by.role != Role.SECRETARIAT_OFFICER:
        papers.submit(paper, by=by, at=stage.later(at, 5))
    ends_at = stage.hour(row["embargo"], "12:00") if "embargo" in row else None
    papers.issue(paper, by=stage.officer, at=stage.later(at, 6), embargo_until=ends_at)
    if "derestrict_to" in row:
        _derestrict(stage, paper, row["derestrict_to"])
    return paper


def _file(row: dict[str, Any], language: str) -> "ContentFile[bytes]":
    title = in_language(row["titles"], language)
    text = f"{title}\n\n{texts()['paper_text'][language]}\n"
    return ContentFile(text.encode(), f"training-{row['key']}-{language}.txt")


@transaction.atomic
def _derestrict(stage: Stage, paper: Paper, access: str) -> None:
    """Let the head of its originator ask, and the secretariat's agree; both lie in the past."""
    asked_at = stage.on(-5, "10:00")
    question = derestrictions.ask_to_derestrict(
        paper, access=access, takes_effect_at=asked_at + timedelta(minutes=1),
        reason="The statement may be quoted (training).",
        by=stage.person(f"head@{paper.participant_id}"), at=asked_at,
    )  # fmt: skip
    derestrictions.derestrict(
        question, reason="Agreed (training).", by=stage.head, at=asked_at + timedelta(seconds=30)
    )
    # As the round would: it looks at the documents of others, too.
    papers.work_through_instants(at=stage.at)


def expect(stage: Stage, meeting: Meeting, *, at: datetime) -> None:
    """Say which documents the meeting needs, in which languages."""
    for row in texts()["expected"]:
        papers.expect(
            meeting, kind=row["kind"], languages=row["languages"], by=stage.officer, at=at,
            item_id=item_of(meeting, row["item"]).pk if row["item"] else None,
        )  # fmt: skip
