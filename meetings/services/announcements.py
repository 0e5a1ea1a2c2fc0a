"""What came of silence procedures is put on the agenda of the next meeting, each result once."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from meetings.models import AgendaItem, Meeting, SilenceAnnouncement
from meetings.queries import announcements as queries
from meetings.rules import agenda as rules
from meetings.services import agenda
from meetings.services.refusals import require_now
from meetings.statuses import AGENDA_GROWS, ItemKind
from meetings.statuses.agenda import ItemAccess
from ots_portal.audit.services import record
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import User
from ots_portal.silence.models import SilenceProcedure


@transaction.atomic
def announce_results(meeting: Meeting, *, by: User, at: datetime, consent: str = "") -> Meeting:
    """
    Put all results that wait for this meeting on its agenda, as one item.

    While the agenda is open they join the item that announces others already. Once it is adopted they are an
    addendum, marked late, and ``consent`` says how the meeting agreed to it.

    :raises Refused: unless ``rules.may_announce_results``
    :raises WrongStatus: once the meeting is over, and where nothing waits to be announced
    :raises ValidationError: after the adoption, without ``consent``
    """
    require_now(rules.may_announce_results(by, meeting))
    agenda.claim(meeting, AGENDA_GROWS, at)
    procedures = list(queries.to_announce_at(meeting, by, at=at))
    if not procedures:
        raise WrongStatus(_("No result of a silence procedure waits to be announced here."))
    item = _item_for(meeting, consent=consent.strip(), by=by, at=at)
    _announce(procedures, item, by=by, at=at)
    record(
        "meetings.agenda_item.announced", subject=meeting, by=by, at=at, item=str(item.pk),
        procedures=[str(one.pk) for one in procedures],
    )  # fmt: skip
    return meeting


def _item_for(meeting: Meeting, *, consent: str, by: User, at: datetime) -> AgendaItem:
    is_late = rules.needs_consent(meeting)
    if is_late and not consent:
        raise ValidationError({"consent": _("Say how the meeting agreed to the late item.")})
    standing = None if is_late else queries.announcing_item(meeting)
    if standing:
        return standing
    facts = agenda.ItemFacts(
        titles=_titles(meeting), kind=ItemKind.INFORMATION, access=ItemAccess.MEMBERS
    )
    return agenda.add_item(meeting, facts, by=by, at=at, consent=consent)


def _titles(meeting: Meeting) -> dict[str, str]:
    titles = {}
    for code in meeting.titles:
        with override(code):
            titles[code] = _("Announcements: results of silence procedures")
    return titles


def _announce(
    procedures: Sequence[SilenceProcedure], item: AgendaItem, *, by: User, at: datetime
) -> None:
    """:raises WrongStatus: where another agenda was faster; the unique constraint is the judge"""
    rows = [
        SilenceAnnouncement(item=item, procedure=one, created_at=at, created_by=by)
        for one in procedures
    ]
    try:
        with transaction.atomic():
            SilenceAnnouncement.objects.bulk_create(rows)
    except IntegrityError as error:
        raise WrongStatus(_("Another agenda announces one of these results already.")) from error
