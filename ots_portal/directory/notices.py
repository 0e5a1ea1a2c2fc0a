"""Who hears of a change in the directory: when an operations room is reached otherwise, those on duty elsewhere."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from ots_portal.directory import queries
from ots_portal.participants.models import ContactPoint, ContactPointKind, ParticipantKind
from ots_portal.people.models import SECRETARIAT_ROLES, User, UserKind
from ots_portal.plugs import Notice, plug_labels, plug_notice

SILENT = {
    "directory.authority.entered": "read on the participant's page",
    "directory.authority.corrected": "read on the participant's page",
    "directory.authority.confirmed": "nothing is different",
    "directory.authority.withdrawn": "read on the participant's page",
    "directory.emergency_number.entered": "read on the participant's page",
    "directory.emergency_number.corrected": "read on the participant's page",
    "directory.emergency_number.confirmed": "nothing is different",
    "directory.emergency_number.withdrawn": "read on the participant's page",
    "directory.contact_point.confirmed": "nothing is different",
    "directory.contact_point.loaded": "demonstration data send nothing",
}
plug_labels(
    {
        "directory.authority.entered": _("An authority is entered"),
        "directory.authority.corrected": _("An authority is corrected"),
        "directory.authority.confirmed": _("An authority is checked again"),
        "directory.authority.withdrawn": _("An authority is withdrawn"),
        "directory.emergency_number.entered": _("An emergency number is entered"),
        "directory.emergency_number.corrected": _("An emergency number is corrected"),
        "directory.emergency_number.confirmed": _("An emergency number is checked again"),
        "directory.emergency_number.withdrawn": _("An emergency number is withdrawn"),
        # These three also tell of focal points and other contacts; the notice is about rooms alone.
        "directory.contact_point.entered": _("A contact point is entered"),
        "directory.contact_point.corrected": _("A contact point is corrected"),
        "directory.contact_point.withdrawn": _("A contact point is withdrawn"),
        "directory.contact_point.confirmed": _("A contact point is checked again"),
        "directory.contact_point.loaded": _("A contact point of the demonstration is loaded"),
    }
)
# What a colleague on duty elsewhere would dial, write or tune to, and when.
HOW_IT_IS_REACHED = {
    "phones", "email", "radio", "is_always_open", "opens_at", "closes_at", "weekdays", "time_zone",
    "valid_from_date",
}  # fmt: skip


def officers_on_duty_elsewhere(entry: Any) -> QuerySet[User]:
    """Return the other members' and the secretariat's people on duty, where an operations room is reached otherwise."""
    if not _is_news(entry.data):
        return User.objects.filter(kind="")  # nobody; pk__in=[] would make no query to insert from
    on_duty = User.objects.filter(kind=UserKind.PERSON, is_active=True, is_on_duty=True)
    readers = Q(participant__kind=ParticipantKind.MEMBER) | Q(role__in=SECRETARIAT_ROLES)
    return on_duty.filter(readers).exclude(participant=entry.participant)


def _is_news(told: dict[str, Any]) -> bool:
    is_room = told.get("record") == ContactPointKind.OPERATIONS_ROOM
    changed = told.get("changed")
    is_otherwise = changed is None or bool(HOW_IT_IS_REACHED & set(changed))
    return is_room and is_otherwise


def contact_point_for(user: User, subject_id: str) -> ContactPoint | None:
    return queries.contact_points_visible_to(user).filter(pk=subject_id).first()


for kind, title in (
    ("directory.contact_point.entered", _("An operations room is entered in the directory")),
    ("directory.contact_point.corrected", _("An operations room is reached otherwise")),
    ("directory.contact_point.withdrawn", _("An operations room is withdrawn from the directory")),
):
    plug_notice(
        Notice(
            kind=kind,
            title=title,
            recipients=officers_on_duty_elsewhere,
            record_for=contact_point_for,
            template=f"participants/notices/contact_point_{kind.rpartition('.')[2]}",
        )
    )
