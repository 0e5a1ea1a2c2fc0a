"""What the next meetings lack, in words."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def gaps_of(meeting: Any) -> list[str]:
    """Say what a meeting of ``queries.next_with_gaps`` lacks, one sentence each."""
    counted = (
        (meeting.draft_count, ngettext("%d invitation not sent", "%d invitations not sent", meeting.draft_count)),
        (meeting.unanswered_count, ngettext("%d invitation unanswered", "%d invitations unanswered", meeting.unanswered_count)),
        (meeting.headless_count, ngettext("%d delegation without a head", "%d delegations without a head", meeting.headless_count)),
        (meeting.unexamined_count, ngettext("%d delegation without credentials in order", "%d delegations without credentials in order", meeting.unexamined_count)),
    )  # fmt: skip
    gaps = [words % count for count, words in counted if count]
    return gaps if meeting.has_agenda else [*gaps, _("no agenda")]
