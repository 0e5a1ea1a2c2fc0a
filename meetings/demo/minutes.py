"""The minutes of the training meetings: circulated and commented on, or adopted, published and corrected."""

from datetime import datetime
from typing import Any

from meetings.demo.stage import Stage, texts
from meetings.models import Meeting, Minutes
from meetings.queries.minutes_texts import Paragraph, last_revision
from meetings.services import corrigenda, minutes, minutes_comments
from meetings.statuses import AdoptedBy, Classification
from ots_portal.silence import services as silence
from ots_portal.silence.models import SilenceProcedure

ANSWERS = {
    "accept": minutes_comments.accept,
    "accept_partly": minutes_comments.accept_partly,
    "decline": minutes_comments.decline,
}


def prepare(stage: Stage, meeting: Meeting, days: int) -> Minutes:
    """Write them from the record."""
    prepared = minutes.prepare(meeting, by=stage.officer, at=stage.on(days, "09:00"))
    minutes.fill(prepared, by=stage.officer, at=stage.on(days, "09:10"), version=prepared.version)
    return prepared


def circulate_for_comments(stage: Stage, meeting: Meeting) -> None:
    circulated = prepare(stage, meeting, -9)
    minutes.circulate(
        circulated, by=stage.officer, at=stage.on(-8, "10:00"),
        comments_until=stage.hour(8, "18:00"),
    )  # fmt: skip
    for row in texts()["comments"]:
        _comment(stage, circulated, row)


def _comment(stage: Stage, circulated: Minutes, row: dict[str, Any]) -> None:
    comment = minutes_comments.comment(
        circulated, paragraph=_paragraph(circulated, row)["key"], language="en",
        proposed_text=row["text"], reason=row["reason"], by=stage.person(row["by"]),
        at=stage.on(-7, "11:00"),
    )  # fmt: skip
    if row["answer"]:
        step = ANSWERS[row["answer"]]
        step(comment, by=stage.officer, at=stage.on(-4, "15:00"), reply=row["reply"])


def _paragraph(written: Minutes, row: dict[str, Any]) -> Paragraph:
    """Return the paragraph about a decision, or else the first about an item."""
    revision = last_revision(written)
    assert revision, "circulated in the scene before"
    if name := row.get("decision"):
        words = texts()["decisions"][name]["texts"]["en"]
        return next(one for one in revision.paragraphs if words in one["texts"].get("en", ""))
    return next(one for one in revision.paragraphs if one["item_number"] == row["item"])


def circulate_the_first(stage: Stage, meeting: Meeting) -> None:
    written = prepare(stage, meeting, -84)
    minutes.circulate(
        written, by=stage.officer, at=stage.on(-80, "10:00"), comments_until=stage.on(-66, "18:00")
    )


def adopt_the_first(stage: Stage, meeting: Meeting, *, by_meeting: Meeting, at: datetime) -> None:
    """Let the next meeting, which is in session, adopt them."""
    minutes.adopt(
        meeting.minutes,
        by=stage.head,
        at=at,
        adopted_by=AdoptedBy.NEXT_MEETING,
        adopting_meeting=by_meeting,
    )


def publish_and_correct(stage: Stage, meeting: Meeting) -> None:
    """Publish for everybody; the correction is issued once its silence has ended."""
    written = Minutes.objects.get(meeting=meeting)
    minutes.publish(
        written, by=stage.head, at=stage.on(-11, "12:00"), classification=Classification.PUBLIC
    )
    _correct(stage, written)


def _correct(stage: Stage, written: Minutes) -> None:
    row = texts()["corrigendum"]
    revision = last_revision(written)
    assert revision, "adopted in the scene before"
    place = next(one for one in revision.paragraphs if row["old"] in one["texts"].get("en", ""))
    change = corrigenda.Change(place["key"], "en", row["old"], row["new"])
    at = stage.on(-10, "10:00")
    corrigendum = corrigenda.correct(written, [change], reason=row["reason"], by=stage.head, at=at)
    ends_at = at + (stage.hour(-2, "18:00") - stage.hour(-10, "10:00"))
    corrigenda.put_under_silence(
        corrigendum,
        expires_at=ends_at,
        time_zone=stage.head.time_zone,
        by=stage.head,
        at=stage.later(at, 20),
    )
    if ends_at < stage.at:
        procedure = SilenceProcedure.objects.get(subject_id=corrigendum.pk)
        silence.adopt(procedure, at=ends_at)
