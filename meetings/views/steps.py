"""The buttons of a record: which steps lead on, what they are called, and why one is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import ModuleType

from django.db.models import Model
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from meetings.models import Meeting, Minutes
from meetings.rules import meetings as meeting_rules
from meetings.rules import minutes as minutes_rules
from meetings.statuses import MEETINGS, MINUTES
from ots_portal.lifecycle import Lifecycle
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict

Text = str | Promise


ASKING = ("circulate", "adopt", "publish", "publish_public")


@dataclass(frozen=True)
class Words:
    """What a step's button says, what is said when it is done, and what it asks before."""

    label: Text
    done: Text
    tone: str = "primary"
    confirm: Text = ""


@dataclass(frozen=True)
class Button:
    verb: str
    url: str
    words: Words
    verdict: Verdict

    @property
    def asks_first(self) -> bool:
        """Whether its address is a page with a question, and not the step itself."""
        return self.verb in ASKING


MEETING_WORDS = {
    "convene": Words(
        _("Convene"),
        _("The meeting is convened. The participants it is open to are being told."),
        confirm=_("Everybody the meeting is open to will be able to read it, and is told now."),
    ),
    "open": Words(_("Open"), _("The meeting is in session; its agenda is adopted.")),
    "suspend": Words(_("Suspend"), _("The meeting is suspended."), "secondary"),
    "resume": Words(_("Resume"), _("The meeting is in session again.")),
    "adjourn": Words(
        _("Adjourn"),
        _("The meeting is adjourned. Its minutes can be prepared now."),
        "secondary",
        _("The agenda cannot be added to after this."),
    ),
    "close": Words(
        _("Close"),
        _("The meeting is closed."),
        "secondary",
        _("Nothing of a closed meeting can be changed any more."),
    ),
    "postpone": Words(_("Postpone"), _("The meeting is postponed."), "secondary"),
    "cancel": Words(
        _("Cancel the meeting"),
        _("The meeting is cancelled."),
        "danger",
        _("A cancelled meeting does not come back."),
    ),
}
MINUTES_WORDS = {
    "circulate": Words(
        _("Circulate…"), _("The minutes are circulated: the members can read them and comment."),
    ),
    "withdraw": Words(
        _("Withdraw"), _("The minutes are a draft again."), "secondary",
        _("Only the secretariat will be able to read the minutes."),
    ),
    "revise": Words(
        _("Begin the revision"),
        _("The text can be rewritten. The members go on reading what was circulated."),
        "secondary",
    ),
    "adopt": Words(_("Record the adoption…"), _("The minutes are adopted.")),
    "publish": Words(
        _("Publish…"), _("The minutes are published. Those they are open to are told in a moment."),
    ),
    "recall": Words(
        _("Recall"), _("The publication is recalled; nobody is told of it. The minutes are adopted."),
    ),
    "publish_public": Words(
        _("Open to everybody…"), _("Everybody can read the minutes now."), "secondary",
    ),
}  # fmt: skip


def meeting_buttons(meeting: Meeting, *, user: User) -> list[Button]:
    readiness = {"open": meeting_rules.ready_to_open, "close": meeting_rules.ready_to_close}
    return _buttons(meeting, user, MEETINGS, MEETING_WORDS, meeting_rules, readiness, "")


def minutes_buttons(minutes: Minutes, *, user: User, at: datetime) -> list[Button]:
    readiness: dict[str, Callable[..., Verdict]] = {
        "circulate": minutes_rules.ready_to_circulate,
        "withdraw": minutes_rules.ready_to_withdraw,
        "revise": partial(minutes_rules.ready_to_revise, at=at),
        "adopt": partial(minutes_rules.ready_to_adopt, at=at),
        "publish_public": minutes_rules.ready_to_publish_public,
    }
    return _buttons(minutes, user, MINUTES, MINUTES_WORDS, minutes_rules, readiness, "minutes_")


def _buttons(  # noqa: PLR0913, PLR0917 -- what the two kinds of record differ in
    subject: Meeting | Minutes,
    user: User,
    lifecycle: Lifecycle,
    words: dict[str, Words],
    rules: ModuleType,
    readiness: dict[str, Callable[..., Verdict]],
    prefix: str,
) -> list[Button]:
    """Return the steps that lead on; people outside the secretariat take none and see none."""
    if not user.is_authenticated or not user.is_secretariat:
        return []
    return [
        Button(
            step.verb,
            reverse(f"meetings:{prefix}{step.verb}", args=[subject.pk]),
            words[step.verb],
            _verdict(
                getattr(rules, f"may_{step.verb}")(user, subject), subject, readiness.get(step.verb)
            ),
        )
        for step in lifecycle.steps_from(subject.status)
        # The recall stands in the notice that counts down.
        if not step.automatic and step.verb != "recall"
    ]


def _verdict(verdict: Verdict, subject: Model, ready: Callable[..., Verdict] | None) -> Verdict:
    """First whether this person may, then whether the record is ready for it."""
    return ready(subject) if verdict and ready else verdict
