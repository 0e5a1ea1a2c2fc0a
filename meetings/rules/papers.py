"""Who may do what with the documents of a meeting."""

from django.utils.translation import gettext_lazy as _

from meetings.models import Derestriction, Meeting, Paper
from meetings.rules.meetings import NOT_READY, head_of_the_secretariat, of_the_secretariat
from meetings.statuses import MeetingStatus
from meetings.statuses.documents import PaperStatus
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict

OVER = (MeetingStatus.CLOSED, MeetingStatus.CANCELLED)
NOT_YOURS = Verdict(_("Only those who submit the document, and the secretariat, do this."))
READS_ONLY = Verdict(_("Your role lets you read documents, not prepare them."))
FIXED = Verdict(
    _("An issued document stays as it is: issue a revision or a corrigendum to it."),
    code="wrong_status",
)
SAME_PERSON = Verdict(
    _("You asked for it yourself: a second person opens a document to more readers."),
    code="same_person",
)


def may_create(user: User, meeting: Meeting) -> Verdict:
    """Members' editors and heads for their State, the secretariat for itself."""
    if not user.is_secretariat:
        if not (user.is_member_staff and user.may_act):
            return of_the_secretariat(user)
        if meeting.announced_at is None:
            return NOT_YOURS
    if meeting.status in OVER:
        return Verdict(_("The meeting is over: it takes no more documents."), code="wrong_status")
    return ALLOWED


def _may_prepare(user: User, paper: Paper) -> Verdict:
    if user.is_secretariat:
        return ALLOWED
    if not user.serves(paper.participant_id):
        return NOT_YOURS
    return ALLOWED if user.may_act else READS_ONLY


def may_update(user: User, paper: Paper) -> Verdict:
    """While it is a draft; what is submitted is the secretariat's to put right."""
    verdict = _may_prepare(user, paper)
    if not verdict or paper.status == PaperStatus.DRAFT:
        return verdict
    if paper.is_fixed:
        return FIXED
    if user.is_secretariat:
        return verdict
    return Verdict(_("It is submitted: ask the secretariat to send it back."), code="wrong_status")


def may_add_version(user: User, paper: Paper) -> Verdict:
    """A language: of a draft by those who prepare it, of an issued one by the secretariat."""
    if paper.status == PaperStatus.ISSUED:
        return of_the_secretariat(user)
    return may_update(user, paper)


def may_attach(user: User, paper: Paper) -> Verdict:
    """Files come and go with the language versions, by their own service."""
    return may_add_version(user, paper)


def may_submit(user: User, paper: Paper) -> Verdict:
    """Only those whose document it is hand it in."""
    verdict = _may_prepare(user, paper)
    return NOT_YOURS if verdict and user.participant_id != paper.participant_id else verdict


def may_send_back(user: User, paper: Paper) -> Verdict:
    return of_the_secretariat(user)


def may_issue(user: User, paper: Paper) -> Verdict:
    """The secretariat, of a State what that one has handed in."""
    verdict = of_the_secretariat(user)
    is_of_another = user.participant_id != paper.participant_id
    if verdict and is_of_another and paper.status == PaperStatus.DRAFT:
        return Verdict(_("Its State has not submitted it yet."), code="wrong_status")
    return verdict


def may_withdraw(user: User, paper: Paper) -> Verdict:
    """What is issued only the head of the secretariat takes back; before, whoever prepares it."""
    if paper.is_issued:
        return head_of_the_secretariat(user)
    return _may_prepare(user, paper)


def may_ask_to_derestrict(user: User, paper: Paper) -> Verdict:
    """The head of its originator (security: lowering a classification needs the originator's head)."""
    is_originator = user.participant_id == paper.participant_id
    if user.is_head and not user.is_machine and is_originator:
        return ALLOWED
    return Verdict(_("Only the head of those who submitted it asks to open it to more readers."))


def may_answer(user: User, question: Derestriction) -> Verdict:
    """Of the secretariat, and not whoever asked."""
    verdict = of_the_secretariat(user)
    return SAME_PERSON if verdict and question.by_id == user.pk else verdict


may_derestrict = may_answer


def may_expect(user: User, meeting: Meeting) -> Verdict:
    """Say which documents the meeting needs."""
    return of_the_secretariat(user)


def ready_to_submit(paper: Paper) -> Verdict:
    if paper.versions.exists():
        return ALLOWED
    return Verdict(_("Add the document in one language first."), code=NOT_READY)


def ready_to_issue(paper: Paper) -> Verdict:
    if not paper.versions.exists():
        return Verdict(_("Add the document in one language first."), code=NOT_READY)
    if not paper.versions.filter(translation="none").exists():
        return Verdict(_("Mark the language in which it was written."), code=NOT_READY)
    if paper.versions.filter(file__status__in=("quarantined", "infected")).exists():
        return Verdict(_("One of its files waits for the virus scan."), code=NOT_READY)
    if paper.meeting.announced_at is None:
        return Verdict(
            _("Convene the meeting first: nobody but the secretariat can read of it yet."),
            code=NOT_READY,
        )
    return ALLOWED
