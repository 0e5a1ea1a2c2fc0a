"""Why work came to nothing: a code that the job keeps, and its sentence in the reader's language."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ots_portal import plugs
from ots_portal.jobs.models import Job

# Beside these every kind has its own (plugs.JobKind.failures).
SENTENCES = {
    "account": gettext_lazy(
        "Your account was closed, or you serve another participant by now, before the work was done."
    ),
    "not_allowed": gettext_lazy("You may not do this any more: your rights changed."),
    "too_long": gettext_lazy("It took longer than %(minutes)s minutes. Ask for less at a time."),
    "fault": gettext_lazy("Something in the portal went wrong. It was tried %(attempts)s times."),
    "lost": gettext_lazy("The portal was interrupted %(attempts)s times while it worked on this."),
    "unknown_kind": gettext_lazy("The portal does not do this kind of work any more."),
}


class JobFailed(Exception):
    """The work cannot be done, and trying again would not help; ``code`` names the sentence."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code, details)
        self.code, self.details = code, details


def sentence_of(job: Job) -> str:
    """Say in the active language why the job failed, "" where it did not."""
    if not job.failure_code:
        return ""
    kind = plugs.jobs.get(job.kind)
    own = kind.failures.get(job.failure_code) if kind else None
    sentence = own or SENTENCES.get(job.failure_code)
    return str(sentence) % job.failure_details if sentence else _("It could not be done.")
