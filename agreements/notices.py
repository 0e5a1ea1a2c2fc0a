"""Who hears of what happens to an instrument, and of what nobody is told on purpose."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agreements import queries
from agreements.models import Milestone
from ots_portal.participants.models import ParticipantKind
from ots_portal.people.models import Role, User, UserKind
from ots_portal.plugs import Notice, plug_labels, plug_notice

# Kinds of audit entries that tell nobody, and why; a test finds a kind that stands nowhere.
SILENT = {
    "agreements.instrument.entered": "demonstration and reference data send nothing",
    "agreements.instrument.negotiation_opened": "said at the meeting that opens it",
    "agreements.instrument.suspended": "said at the meeting that suspends it",
    "agreements.instrument.resumed": "said at the meeting that resumes it",
    "agreements.instrument.abandoned": "said at the meeting that abandons it",
    "agreements.instrument.closed_ad_referendum": "said at the meeting that closes it",
    "agreements.instrument.reopened": "said at the meeting that reopens it",
    "agreements.milestone.superseded": "the correction stands beside what it corrects",
    "agreements.domestic_step.recorded": "one State's step is read on the page; the milestones are told",
    "agreements.domestic_step.superseded": "the correction stands beside what it corrects",
    "agreements.revision.opened": "said at the meeting that goes on with the text",
    "agreements.revision.frozen": "the text is read on its page; rounds are told by their meetings",
    "agreements.revision.superseded": "follows from the revision that was frozen",
    "agreements.text_import.read": "nothing has changed yet",
    "agreements.text_import.taken_in": "a text changes many times a day while it is negotiated",
    "agreements.provision.updated": "a text changes many times a day while it is negotiated",
}


plug_labels(
    {
        "agreements.instrument.entered": _("An agreement is entered from public sources"),
        "agreements.instrument.negotiation_opened": _("The negotiation of an agreement is opened"),
        "agreements.instrument.suspended": _("A negotiation is suspended"),
        "agreements.instrument.resumed": _("A negotiation is resumed"),
        "agreements.instrument.abandoned": _("A negotiation is abandoned"),
        "agreements.instrument.closed_ad_referendum": _("A negotiation is closed ad referendum"),
        "agreements.instrument.reopened": _("A negotiation is reopened"),
        "agreements.milestone.superseded": _("A milestone of an agreement is corrected"),
        "agreements.domestic_step.recorded": _("A domestic step is recorded"),
        "agreements.domestic_step.superseded": _("A domestic step is corrected"),
        "agreements.revision.opened": _("A revision of the text is opened"),
        "agreements.revision.frozen": _("A revision of the text is frozen"),
        "agreements.revision.superseded": _("A revision gives way to a later one"),
        "agreements.text_import.read": _("A file with a text is read"),
        "agreements.text_import.taken_in": _("A file becomes the text of an agreement"),
        "agreements.provision.updated": _("The text of a provision is changed"),
    }
)


def heads_and_editors_of_members(entry: Any) -> QuerySet[User]:
    """Return the people of member States who act, except whoever recorded it."""
    people = User.objects.filter(
        kind=UserKind.PERSON,
        is_active=True,
        role__in=(Role.EDITOR, Role.HEAD),
        participant__kind=ParticipantKind.MEMBER,
    )
    return people.exclude(pk=entry.actor_id)


def milestone_for(user: User, subject_id: str) -> Milestone | None:
    return queries.milestones_visible_to(user).filter(pk=subject_id).first()


plug_notice(
    Notice(
        kind="agreements.milestone.recorded",
        title=_("A milestone of an agreement is recorded"),
        recipients=heads_and_editors_of_members,
        record_for=milestone_for,
        template="agreements/notices/milestone_recorded",
    )
)
