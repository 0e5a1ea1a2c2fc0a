"""Who may begin and stop work. Whoever sees a job at all is its owner."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ots_portal.jobs import queries
from ots_portal.jobs.models import Job
from ots_portal.people.models import User
from ots_portal.plugs import JobKind
from ots_portal.verdicts import ALLOWED, Verdict

# One person must not keep the worker from everybody else's work.
OPEN_AT_MOST = 10


def may_begin(user: User, kind: JobKind, parameters: Mapping[str, Any]) -> Verdict:
    """The rule of the kind decides; nobody has more than a few under way."""
    if not user.is_active:
        return Verdict(_("This account is closed."))
    if queries.open_jobs().filter(owner=user).count() >= OPEN_AT_MOST:
        sentence = ngettext(
            "You have %(count)s background job under way. Wait for it, or cancel it.",
            "You have %(count)s background jobs under way. Wait for one of them, or cancel one.",
            OPEN_AT_MOST,
        )
        return Verdict(sentence % {"count": OPEN_AT_MOST})
    return kind.may_begin(user, parameters)


def may_cancel(user: User, job: Job) -> Verdict:
    if job.owner_id != user.pk:
        return Verdict(_("Only whoever began the work may stop it."))
    return ALLOWED
