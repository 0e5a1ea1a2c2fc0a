"""The statuses of meetings and of their minutes, and the steps between them."""

from django.db import models
from django.utils.translation import pgettext_lazy

# The drawings of the lifecycles look for all tables here.
from meetings.statuses.decisions import ACTIONS as ACTIONS
from meetings.statuses.decisions import DECISIONS as DECISIONS
from meetings.statuses.delegations import ACCREDITATIONS as ACCREDITATIONS
from meetings.statuses.delegations import CREDENTIALS as CREDENTIALS
from meetings.statuses.delegations import DELEGATIONS as DELEGATIONS
from meetings.statuses.delegations import INVITATIONS as INVITATIONS
from meetings.statuses.documents import PAPERS as PAPERS
from ots_portal.lifecycle import Lifecycle, Step

# The tables of the other records, where whoever draws or tests all of them looks.
__all__ = ["ACCREDITATIONS", "CREDENTIALS", "DELEGATIONS", "INVITATIONS"]


class MeetingStatus(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("meeting", "Planned")
    CONVENED = "convened", pgettext_lazy("meeting", "Convened")
    IN_SESSION = "in_session", pgettext_lazy("meeting", "In session")
    SUSPENDED = "suspended", pgettext_lazy("meeting", "Suspended")
    ADJOURNED = "adjourned", pgettext_lazy("meeting", "Adjourned")
    CLOSED = "closed", pgettext_lazy("meeting", "Closed")
    POSTPONED = "postponed", pgettext_lazy("meeting", "Postponed")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "Cancelled")


M = MeetingStatus

MEETINGS = Lifecycle(
    Step("convene", (M.PLANNED, M.POSTPONED), M.CONVENED, records="meetings.meeting.convened"),
    Step("open", (M.CONVENED,), M.IN_SESSION, records="meetings.meeting.opened"),
    Step("suspend", (M.IN_SESSION,), M.SUSPENDED, records="meetings.meeting.suspended"),
    Step("resume", (M.SUSPENDED,), M.IN_SESSION, records="meetings.meeting.resumed"),
    Step("adjourn", (M.IN_SESSION, M.SUSPENDED), M.ADJOURNED, records="meetings.meeting.adjourned"),
    Step("close", (M.ADJOURNED,), M.CLOSED, records="meetings.meeting.closed"),
    Step("postpone", (M.PLANNED, M.CONVENED), M.POSTPONED, records="meetings.meeting.postponed"),
    Step(
        "cancel",
        (M.PLANNED, M.CONVENED, M.POSTPONED),
        M.CANCELLED,
        records="meetings.meeting.cancelled",
    ),
)

# Before these a meeting may never have been made known to anybody but the secretariat.
UNANNOUNCED = (M.PLANNED, M.POSTPONED, M.CANCELLED)
EDITABLE = (M.PLANNED, M.CONVENED, M.POSTPONED, M.IN_SESSION, M.SUSPENDED, M.ADJOURNED)
# Opening the meeting adopts its agenda: from then on items are only added, and keep their numbers.
AGENDA_OPEN = (M.PLANNED, M.CONVENED, M.POSTPONED)
AGENDA_GROWS = (*AGENDA_OPEN, M.IN_SESSION, M.SUSPENDED)
HELD = (M.ADJOURNED, M.CLOSED)
BEGUN = (M.IN_SESSION, M.SUSPENDED, *HELD)
AHEAD = (M.PLANNED, M.CONVENED, M.POSTPONED, M.IN_SESSION, M.SUSPENDED)


class MeetingKind(models.TextChoices):
    MINISTERIAL = "ministerial", pgettext_lazy("meeting", "Ministerial meeting")
    EXTRAORDINARY = "extraordinary", pgettext_lazy("meeting", "Extraordinary meeting")
    SENIOR_OFFICIALS = "senior_officials", pgettext_lazy("meeting", "Senior officials")
    EXPERT_GROUP = "expert_group", pgettext_lazy("meeting", "Expert group")
    NEGOTIATION_ROUND = "negotiation_round", pgettext_lazy("meeting", "Negotiation round")
    COUNCIL_OF_MINISTERS = "council_of_ministers", pgettext_lazy("meeting", "Council of Ministers")


class Mode(models.TextChoices):
    """How the participants meet."""

    IN_PERSON = "in_person", pgettext_lazy("meeting", "In person")
    HYBRID = "hybrid", pgettext_lazy("meeting", "Hybrid")
    VIRTUAL = "virtual", pgettext_lazy("meeting", "Online")
    WRITTEN = "written", pgettext_lazy("meeting", "In writing")


PLACELESS = (Mode.VIRTUAL, Mode.WRITTEN)


class Visibility(models.TextChoices):
    """Who may read a meeting once it is convened; the secretariat always may."""

    MEMBERS = "members", pgettext_lazy("visibility", "Members")
    OBSERVERS = "observers", pgettext_lazy("visibility", "Members and observers")
    PUBLIC = "public", pgettext_lazy("visibility", "Everybody")


class DatePrecision(models.TextChoices):
    """How exactly it is known when a meeting took place."""

    MINUTE = "minute", pgettext_lazy("precision", "Day and hour")
    DAY = "day", pgettext_lazy("precision", "Day only")


class ItemKind(models.TextChoices):
    PROCEDURAL = "procedural", pgettext_lazy("agenda item", "Procedural")
    INFORMATION = "information", pgettext_lazy("agenda item", "For information")
    DISCUSSION = "discussion", pgettext_lazy("agenda item", "For discussion")
    DECISION = "decision", pgettext_lazy("agenda item", "For decision")
    TEXT = "text", pgettext_lazy("agenda item", "Text under negotiation")


class MinutesStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("minutes", "Draft")
    CIRCULATED = "circulated", pgettext_lazy("minutes", "Circulated")
    REVISED = "revised", pgettext_lazy("minutes", "Under revision")
    ADOPTED = "adopted", pgettext_lazy("minutes", "Adopted")
    PUBLISHED = "published", pgettext_lazy("minutes", "Published")


N = MinutesStatus

MINUTES = Lifecycle(
    Step("circulate", (N.DRAFT, N.REVISED), N.CIRCULATED, records="meetings.minutes.circulated"),
    Step("withdraw", (N.CIRCULATED,), N.DRAFT, records="meetings.minutes.withdrawn"),
    Step("revise", (N.CIRCULATED,), N.REVISED, records="meetings.minutes.revised"),
    Step("adopt", (N.CIRCULATED, N.REVISED), N.ADOPTED, records="meetings.minutes.adopted"),
    Step(
        "adopt_by_silence",
        (N.CIRCULATED,),
        N.ADOPTED,
        records="meetings.minutes.adopted",
        automatic=True,
    ),
    Step("publish", (N.ADOPTED,), N.PUBLISHED, records="meetings.minutes.published"),
    # From observers to everybody; the text stays as it is.
    Step("publish_public", (N.PUBLISHED,), N.PUBLISHED, records="meetings.minutes.opened"),
    Step("recall", (N.PUBLISHED,), N.ADOPTED, records="meetings.minutes.recalled"),
)

WRITABLE = (N.DRAFT, N.REVISED)
SETTLED = (N.ADOPTED, N.PUBLISHED)


class AdoptedBy(models.TextChoices):
    """In which way the members adopted minutes."""

    NEXT_MEETING = "next_meeting", pgettext_lazy("adoption of minutes", "By the next meeting")
    IN_SITTING = "in_sitting", pgettext_lazy("adoption of minutes", "In the sitting itself")
    SILENCE = "silence", pgettext_lazy("adoption of minutes", "By silence procedure")


# A person records these; silence is recorded by its own end.
ADOPTED_BY_HAND = (AdoptedBy.NEXT_MEETING, AdoptedBy.IN_SITTING)


class Disposition(models.TextChoices):
    """What became of a State's comment on minutes."""

    PENDING = "pending", pgettext_lazy("comment on minutes", "Pending")
    ACCEPTED = "accepted", pgettext_lazy("comment on minutes", "Accepted")
    PARTLY = "partly", pgettext_lazy("comment on minutes", "Partly accepted")
    NOT_ACCEPTED = "not_accepted", pgettext_lazy("comment on minutes", "Not accepted")
    WITHDRAWN = "withdrawn", pgettext_lazy("comment on minutes", "Taken back")


D = Disposition
_DISPOSED = "meetings.minutes_comment.disposed_of"

# Until the minutes are adopted a disposition can be reconsidered.
MINUTES_COMMENTS = Lifecycle(
    Step("accept", (D.PENDING, D.PARTLY, D.NOT_ACCEPTED), D.ACCEPTED, records=_DISPOSED),
    Step("accept_partly", (D.PENDING, D.ACCEPTED, D.NOT_ACCEPTED), D.PARTLY, records=_DISPOSED),
    Step("decline", (D.PENDING, D.ACCEPTED, D.PARTLY), D.NOT_ACCEPTED, records=_DISPOSED),
    Step("withdraw", (D.PENDING,), D.WITHDRAWN, records="meetings.minutes_comment.withdrawn"),
)


class CorrigendumStatus(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("corrigendum", "Proposed")
    UNDER_SILENCE = "under_silence", pgettext_lazy("corrigendum", "Under silence")
    ISSUED = "issued", pgettext_lazy("corrigendum", "Issued")
    OBJECTED = "objected", pgettext_lazy("corrigendum", "Objected to")
    DISCARDED = "discarded", pgettext_lazy("corrigendum", "Discarded")


C = CorrigendumStatus

CORRIGENDA = Lifecycle(
    Step(
        "put_under_silence",
        (C.PROPOSED,),
        C.UNDER_SILENCE,
        records="meetings.corrigendum.put_under_silence",
    ),
    Step(
        "issue", (C.UNDER_SILENCE,), C.ISSUED, records="meetings.corrigendum.issued", automatic=True
    ),
    Step(
        "object_to",
        (C.UNDER_SILENCE,),
        C.OBJECTED,
        records="meetings.corrigendum.objected_to",
        automatic=True,
    ),
    Step(
        "take_back",
        (C.UNDER_SILENCE,),
        C.PROPOSED,
        records="meetings.corrigendum.taken_back",
        automatic=True,
    ),
    Step("discard", (C.PROPOSED,), C.DISCARDED, records="meetings.corrigendum.discarded"),
)
OPEN_CORRIGENDA = (C.PROPOSED, C.UNDER_SILENCE)

MOST_CHARACTERS = 1_000_000  # of minutes in one language


class Classification(models.TextChoices):
    """Who may read published minutes; members and the secretariat always may."""

    OBSERVERS = "observers", pgettext_lazy("classification", "Members and observers")
    PUBLIC = "public", pgettext_lazy("classification", "Everybody")


# How a status is marked: a shape and a colour beside its word.
MEETING_TONES = {
    M.PLANNED: "draft",
    M.CONVENED: "info",
    M.IN_SESSION: "good",
    M.SUSPENDED: "warning",
    M.ADJOURNED: "info",
    M.CLOSED: "neutral",
    M.POSTPONED: "warning",
    M.CANCELLED: "severe",
}
MINUTES_TONES = {
    N.DRAFT: "draft",
    N.CIRCULATED: "info",
    N.REVISED: "warning",
    N.ADOPTED: "info",
    N.PUBLISHED: "good",
}
DISPOSITION_TONES = {
    D.PENDING: "warning",
    D.ACCEPTED: "good",
    D.PARTLY: "info",
    D.NOT_ACCEPTED: "severe",
    D.WITHDRAWN: "neutral",
}
CORRIGENDUM_TONES = {
    C.PROPOSED: "draft",
    C.UNDER_SILENCE: "warning",
    C.ISSUED: "good",
    C.OBJECTED: "severe",
    C.DISCARDED: "neutral",
}
