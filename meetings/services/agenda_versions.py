"""Freezing the agenda: as it is circulated, as it is adopted, and with what was added since."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Max

from meetings.models import AgendaVersion, Meeting
from meetings.queries import agenda as queries
from meetings.rules import agenda as rules
from meetings.services.refusals import require_now
from meetings.statuses import AGENDA_OPEN
from meetings.statuses.agenda import AgendaStage
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import User


@transaction.atomic
def circulate_agenda(meeting: Meeting, *, by: User, at: datetime) -> AgendaVersion:
    """
    Freeze the provisional agenda and tell those who are called; it can be changed and circulated again.

    :raises Refused: unless ``rules.may_circulate_agenda``
    :raises WrongStatus: before the meeting is convened, once it is open, and without an item
    """
    require_now(rules.may_circulate_agenda(by, meeting))
    require_now(rules.ready_to_circulate_agenda(meeting))
    standing = Meeting.objects.filter(pk=meeting.pk, status__in=AGENDA_OPEN)
    if not standing.update(version=F("version") + 1, updated_at=at):
        raise WrongStatus(lifecycle.wrong_status_sentence(meeting))
    return freeze(meeting, AgendaStage.PROVISIONAL, by=by, at=at)


def freeze(meeting: Meeting, stage: AgendaStage, *, by: User, at: datetime) -> AgendaVersion:
    """Keep the agenda as it is now; in the transaction that has claimed the meeting's row."""
    rows = queries.frozen_rows(meeting)
    last = meeting.agenda_versions.aggregate(last=Max("number"))["last"] or 0
    version = AgendaVersion.objects.create(
        meeting=meeting,
        number=last + 1,
        stage=stage,
        items=rows,
        sha256=queries.digest_of(rows),
        frozen_at=at,
        frozen_by=by,
    )
    record(
        _KINDS[stage],
        subject=meeting,
        by=by,
        at=at,
        number=version.number,
        item_count=len(rows),
        sha256=version.sha256,
    )
    return version


_KINDS = {
    AgendaStage.PROVISIONAL: "meetings.agenda.circulated",
    AgendaStage.ADOPTED: "meetings.agenda.adopted",
    AgendaStage.ADDENDUM: "meetings.agenda.supplemented",
}
