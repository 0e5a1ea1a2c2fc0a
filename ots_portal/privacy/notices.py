"""Who hears that somebody wants to be forgotten."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ots_portal.people.models import Role, User, UserKind
from ots_portal.plugs import Notice, plug_labels, plug_notice
from ots_portal.privacy import queries, rules
from ots_portal.privacy.presentation import PersonView, person_view

SILENT = {
    "people.user.forgotten": "the person is gone; the administrator has done it",
    "people.user.copy_taken": "the person or an administrator has it before them",
    "privacy.retention_run.finished": "happens every day",
}

plug_labels(
    {
        "people.user.forgotten": _("A person is forgotten"),
        "people.user.copy_taken": _("A copy of a person's data is taken"),
        "privacy.retention_run.finished": _("What was due is forgotten"),
    }
)


def administrators(_entry: Any) -> QuerySet[User]:
    return User.objects.filter(kind=UserKind.PERSON, is_active=True, role=Role.SYSTEM_ADMINISTRATOR)


def person_for(user: User, subject_id: str) -> PersonView | None:
    if not rules.may_look_after(user):
        return None
    person = User.objects.filter(pk=subject_id, forgotten_at=None).first()
    return person_view(person) if person else None


plug_notice(
    Notice(
        kind=queries.ASKED,
        title=_("A person asks to be forgotten"),
        recipients=administrators,
        record_for=person_for,
        template="privacy/notices/asked_to_be_forgotten",
    )
)
