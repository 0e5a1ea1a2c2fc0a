"""Minutes along their way: written, circulated, commented on, adopted, published, corrected."""

from datetime import UTC, datetime, timedelta
from typing import Any

from meetings.models import Corrigendum, Meeting, Minutes, MinutesComment
from meetings.services import corrigenda, minutes, minutes_comments
from meetings.services.corrigenda import Change
from meetings.statuses import Disposition, MeetingStatus
from ots_portal.people.models import Role, User
from tests.factories.meetings import MeetingFactory, MinutesFactory, MinutesParagraphFactory
from tests.factories.people import ParticipantFactory, UserFactory

CIRCULATED_AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DEADLINE = CIRCULATED_AT + timedelta(days=14)
AFTER = DEADLINE + timedelta(hours=1)
# In the future of the test, not of its stories.
FAR_AWAY = datetime(2099, 1, 1, tzinfo=UTC)


def a_draft(*texts: dict[str, str], **more: Any) -> Minutes:
    """Minutes of an adjourned meeting with these paragraphs; one in English where none is given."""
    meeting = more.pop("meeting", None) or MeetingFactory(status=MeetingStatus.ADJOURNED)
    record = MinutesFactory(meeting=meeting, **more)
    for number, text in enumerate(texts or ({"en": "The meeting agreed on the depot."},), start=1):
        MinutesParagraphFactory(minutes=record, position=number, texts=text)
    return record


def circulated(
    *texts: dict[str, str],
    at: datetime = CIRCULATED_AT,
    until: datetime = DEADLINE,
    **more: Any,
) -> Minutes:
    record = a_draft(*texts, **more)
    return minutes.circulate(record, by=record.prepared_by, at=at, comments_until=until)


def head_of_the_secretariat() -> User:
    house = ParticipantFactory(slug="secretariat", kind="secretariat")
    return UserFactory(participant=house, role=Role.SECRETARIAT_HEAD)


def settled(*texts: dict[str, str], classification: str = "", **more: Any) -> Minutes:
    """Adopted minutes, published where a classification says for whom."""
    record = circulated(*texts, **more)
    head = head_of_the_secretariat()
    Minutes.objects.filter(pk=record.pk).update(comments_until=CIRCULATED_AT)
    record.refresh_from_db()
    minutes.adopt(record, by=head, at=AFTER)
    if classification:
        minutes.publish(record, by=head, at=AFTER, classification=classification)
    return record


def later_meeting(record: Minutes, status: str = MeetingStatus.IN_SESSION, **more: Any) -> Meeting:
    """A later meeting of the same body, which has begun."""
    before = record.meeting
    words = {
        "series": before.series, "kind": before.kind, "is_training": before.is_training,
        "starts_at": before.starts_at + timedelta(days=90), "status": status,
    }  # fmt: skip
    return MeetingFactory(**{**words, **more})


def key_of(record: Minutes, number: int = 1) -> str:
    return str(record.paragraphs.get(position=number).pk.hex)


def a_comment(record: Minutes, *, by: User, at: datetime, **more: Any) -> MinutesComment:
    said = {
        "paragraph": key_of(record),
        "language": "en",
        "proposed_text": "The meeting agreed on two depots.",
        "reason": "There were two.",
    }
    return minutes_comments.comment(record, **{**said, **more}, by=by, at=at)


def comment_with(status: str, *, by: User, of_secretariat: User, **more: Any) -> MinutesComment:
    """A comment at this disposition, on minutes whose deadline lies far away; made now."""
    at = datetime.now(UTC)
    record = circulated(at=at, until=FAR_AWAY, **more)
    comment = a_comment(record, by=by, at=at)
    disposed = {
        Disposition.ACCEPTED: minutes_comments.accept,
        Disposition.PARTLY: minutes_comments.accept_partly,
        Disposition.NOT_ACCEPTED: minutes_comments.decline,
    }
    if status == Disposition.WITHDRAWN:
        minutes_comments.withdraw(comment, by=by, at=at)
    elif status in disposed:
        disposed[Disposition(status)](comment, by=of_secretariat, at=at, reply="Checked.")
    return comment


def a_corrigendum(status: str, *, by: User, record: Minutes | None = None) -> Corrigendum:
    """A correction of "depot" at this status."""
    record = record or settled(classification="public")
    change = Change(key_of(record), "en", "depot", "depots")
    made = corrigenda.correct(record, [change], reason="A slip.", by=by, at=AFTER)
    if status == "discarded":
        return corrigenda.discard(made, by=by, at=AFTER)
    if status != "proposed":
        Corrigendum.objects.filter(pk=made.pk).update(status="under_silence")
        made.refresh_from_db()
    if status == "issued":
        return corrigenda.issue(made, at=AFTER)
    return corrigenda.object_to(made, at=AFTER) if status == "objected" else made
