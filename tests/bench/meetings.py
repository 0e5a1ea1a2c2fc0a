"""A public meeting with 12 items and its published minutes of 13 paragraphs, as ../shared/design/performance.md has it."""

from datetime import UTC, datetime

from meetings.models import AgendaItem, Meeting, Minutes, MinutesParagraph
from meetings.services import minutes as services
from ots_portal.people.models import Role, User

HELD = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
OVER = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
ITEMS, PARAGRAPHS = 12, 13
# Requests a second that Indico 3.3 answered with the same content on a like machine (docs/bench.md).
INDICO = 6.3
# It ran with two sync workers, asked by two clients at once: so does the portal.
WORKERS = 2
TEXT = "The delegations exchanged views on the matter and agreed on the following steps. " * 12


def fill() -> tuple[str, str]:
    """Write them; return the addresses of the meeting's page and of the minutes'."""
    officer, head = _staff()
    meeting = Meeting.objects.create(
        kind="ministerial", titles={"en": "Meeting of the bench"}, host_id="turkiye", city="Ankara",
        starts_at=HELD, ends_at=HELD.replace(hour=15), time_zone="Europe/Istanbul",
        status="adjourned", visibility="public", announced_at=HELD, created_at=HELD, updated_at=HELD,
    )  # fmt: skip
    items = [
        AgendaItem.objects.create(
            meeting=meeting, position=number, kind="discussion", titles={"en": f"Item {number}"}
        )
        for number in range(1, ITEMS + 1)
    ]
    record = _published(meeting, items, officer=officer, head=head)
    return meeting.get_absolute_url(), record.get_absolute_url()


def _staff() -> tuple[User, User]:
    made = [
        User.objects.create_user(
            f"bench-{role}@secretariat.example", full_name="Bench", participant_id="secretariat",
            role=role,
        )
        for role in (Role.SECRETARIAT_OFFICER, Role.SECRETARIAT_HEAD)
    ]  # fmt: skip
    return made[0], made[1]


def _published(meeting: Meeting, items: list[AgendaItem], *, officer: User, head: User) -> Minutes:
    record = services.prepare(meeting, by=officer, at=HELD)
    for number in range(1, PARAGRAPHS + 1):
        item = items[number - 2] if number > 1 else None
        MinutesParagraph.objects.create(
            minutes=record, position=number, item=item, texts={"en": TEXT}, written_by=officer
        )
    services.circulate(record, by=officer, at=HELD, comments_until=HELD.replace(day=9))
    services.adopt(record, by=head, at=OVER)
    return services.publish(record, by=head, at=OVER, classification="public")
