"""Who may do what with minutes: an officer prepares, the head publishes what others wrote."""

from datetime import datetime

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from meetings.models import Meeting, Minutes
from meetings.queries.minutes import is_author
from meetings.queries.minutes_comments import pending_of
from meetings.queries.minutes_texts import gaps_of, language_name, working_text
from meetings.rules.meetings import NOT_READY, head_of_the_secretariat, of_the_secretariat
from meetings.rules.recall import may_recall  # noqa: F401 -- a step of theirs, found here
from meetings.statuses import HELD, Classification, MinutesStatus
from ots_portal.people.models import User
from ots_portal.silence.queries import running_of
from ots_portal.ui.moments import zoned_text
from ots_portal.verdicts import ALLOWED, Verdict

SAME_PERSON = Verdict(
    _("You prepared these minutes or wrote a part of them: a second person publishes them."),
    code="same_person",
)


def may_prepare(user: User, meeting: Meeting) -> Verdict:
    return of_the_secretariat(user)


def may_update(user: User, minutes: Minutes) -> Verdict:
    verdict = of_the_secretariat(user)
    if verdict and minutes.status == MinutesStatus.CIRCULATED:
        return Verdict(
            _("Circulated minutes are not rewritten: withdraw them or begin their revision first."),
            code="wrong_status",
        )
    if verdict and not minutes.is_writable:
        return Verdict(
            _("Adopted minutes are not rewritten: they are corrected by a corrigendum."),
            code="wrong_status",
        )
    return verdict


def may_fill(user: User, minutes: Minutes) -> Verdict:
    """Take over what the meeting's record tells; only into a draft that nobody outside has read."""
    verdict = of_the_secretariat(user)
    if verdict and not minutes.is_draft:
        return Verdict(_("Only a draft is prepared from the record."), code="wrong_status")
    return verdict


def may_circulate(user: User, minutes: Minutes) -> Verdict:
    return of_the_secretariat(user)


def may_withdraw(user: User, minutes: Minutes) -> Verdict:
    return head_of_the_secretariat(user)


def may_revise(user: User, minutes: Minutes) -> Verdict:
    return of_the_secretariat(user)


may_adopt = may_withdraw


def may_publish(user: User, minutes: Minutes) -> Verdict:
    verdict = head_of_the_secretariat(user)
    return SAME_PERSON if verdict and is_author(user, minutes) else verdict


def may_publish_public(user: User, minutes: Minutes) -> Verdict:
    """Open to everybody what was published for observers."""
    return may_publish(user, minutes)


def may_compare(user: User, minutes: Minutes) -> Verdict:
    """Those to whom drafts are shown also see what changed; others read the text that was published."""
    if user.is_secretariat or user.is_member_staff:
        return ALLOWED
    return Verdict(_("Earlier texts of minutes are for the members and the secretariat."))


def may_tie(user: User, minutes: Minutes) -> Verdict:
    """Say what a paragraph is about: no word of the text, and no part of its digest, changes by that."""
    return of_the_secretariat(user)


def ready_to_prepare(meeting: Meeting) -> Verdict:
    if meeting.is_from_public_sources:
        return Verdict(
            _("This meeting was entered from public sources: its minutes are not kept here."),
            code=NOT_READY,
        )
    if meeting.status not in HELD:
        return Verdict(_("Minutes are prepared once the meeting is adjourned."), code=NOT_READY)
    return ALLOWED


def ready_to_circulate(minutes: Minutes) -> Verdict:
    if minutes.meeting.status not in HELD:
        return Verdict(_("Minutes are circulated once the meeting is adjourned."), code=NOT_READY)
    if not minutes.paragraphs.exists():
        return Verdict(_("There is no paragraph to circulate yet."), code=NOT_READY)
    return ALLOWED


def ready_to_withdraw(minutes: Minutes) -> Verdict:
    if running_of("meetings.minutes", minutes.pk):
        return Verdict(
            _("The minutes are under silence: withdraw the silence procedure first."),
            code=NOT_READY,
        )
    return ALLOWED


def ready_to_revise(minutes: Minutes, *, at: datetime) -> Verdict:
    if _takes_comments(minutes, at):
        return Verdict(
            gettext("The members may comment until %(moment)s: the text is revised after that.")
            % {"moment": zoned_text(_deadline(minutes))},
            code=NOT_READY,
        )
    return ready_to_withdraw(minutes)


def ready_to_adopt(minutes: Minutes, *, at: datetime) -> Verdict:
    """Adoption needs an end of the comments, a disposition of each, and the same paragraphs in each language."""
    if _takes_comments(minutes, at):
        return Verdict(
            gettext("The members may comment until %(moment)s: the minutes are adopted after that.")
            % {"moment": zoned_text(_deadline(minutes))},
            code=NOT_READY,
        )
    if pending := pending_of(minutes).count():
        return Verdict(
            ngettext(
                "%(count)s comment is still pending: dispose of it first.",
                "%(count)s comments are still pending: dispose of them first.",
                pending,
            )
            % {"count": pending},
            code=NOT_READY,
        )
    return _same_paragraphs(minutes) and ready_to_withdraw(minutes)


def ready_to_publish_public(minutes: Minutes) -> Verdict:
    if minutes.classification == Classification.PUBLIC:
        return Verdict(_("These minutes are open to everybody already."), code="wrong_status")
    return ALLOWED


def _same_paragraphs(minutes: Minutes) -> Verdict:
    gaps = gaps_of(working_text(minutes))
    if not gaps:
        return ALLOWED
    named = "; ".join(
        f"{language_name(code)}: {', '.join(map(str, numbers))}" for code, numbers in gaps.items()
    )
    return Verdict(
        gettext(
            "Not every language version has the same paragraphs. Missing paragraphs: %(named)s."
        )
        % {"named": named},
        code=NOT_READY,
    )


def _takes_comments(minutes: Minutes, at: datetime) -> bool:
    until = minutes.comments_until
    return minutes.status == MinutesStatus.CIRCULATED and until is not None and at < until


def _deadline(minutes: Minutes) -> datetime:
    assert minutes.comments_until
    return minutes.comments_until
