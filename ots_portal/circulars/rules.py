"""Who may do what with circulars: the secretariat prepares and its head issues; a head of authority does both."""

from django.utils.translation import gettext_lazy as _

from ots_portal.circulars import queries
from ots_portal.circulars.models import Circular
from ots_portal.circulars.statuses import CircularStatus
from ots_portal.notifications import recall
from ots_portal.people.models import Role, User
from ots_portal.verdicts import ALLOWED, Verdict

NOT_READY = "not_ready"
ISSUED_KIND = "circulars.circular.issued"

NOT_A_MACHINE = Verdict(_("A person writes circulars: partner systems only read them."))
NOT_A_WRITER = Verdict(
    _("Circulars are written by the secretariat, and by heads of authority to their own people.")
)
NOT_YOURS = Verdict(_("Only those in whose name this circular goes out may do this."))
NOT_A_HEAD = Verdict(_("Only the head in whose name this circular goes out may do this."))
NOT_A_DRAFT = Verdict(
    _("Only a draft is changed: what was issued is followed by another circular."),
    code="wrong_status",
)


def may_create(user: User) -> Verdict:
    if user.is_machine:
        return NOT_A_MACHINE
    return ALLOWED if user.is_secretariat or user.role == Role.HEAD else NOT_A_WRITER


def is_own(user: User, circular: Circular) -> bool:
    """Return whether the circular goes out in the name of those for whom this user may write."""
    if not may_create(user):
        return False
    return (
        circular.is_of_the_secretariat
        if user.is_secretariat
        else user.serves(circular.participant_id)
    )


def _may_write(user: User, circular: Circular) -> Verdict:
    if user.is_machine:
        return NOT_A_MACHINE
    return ALLOWED if is_own(user, circular) else NOT_YOURS


def _head_may(user: User, circular: Circular) -> Verdict:
    verdict = _may_write(user, circular)
    return NOT_A_HEAD if verdict and not user.is_head else verdict


def may_update(user: User, circular: Circular) -> Verdict:
    verdict = _may_write(user, circular)
    return NOT_A_DRAFT if verdict and circular.status != CircularStatus.DRAFT else verdict


may_attach = may_update
may_discard = _may_write
may_issue = _head_may
may_read_receipts = _may_write


def may_recall(user: User, circular: Circular) -> Verdict:
    verdict = _head_may(user, circular)
    if verdict and not recall.is_open(circular, ISSUED_KIND):
        return Verdict(recall.too_late(), code="wrong_status")
    return verdict


def may_confirm(user: User, circular: Circular) -> Verdict:
    if user.is_machine:
        return Verdict(_("A person confirms this: partner systems only read circulars."))
    if not queries.is_addressed_to(circular, user):
        return Verdict(_("Only those it is addressed to confirm that it has arrived."))
    if not circular.needs_receipt:
        return Verdict(_("This circular asks for no receipt."), code="wrong_status")
    return ALLOWED


def ready_to_issue(circular: Circular) -> Verdict:
    """The words must be whole in each language in which there are any, and somebody must be written to."""
    titles, texts = _written(circular.titles), _written(circular.texts)
    if not titles or titles != texts:
        sentence = _(
            "Each language needs a title and a text, and there must be one language at least."
        )
        return Verdict(sentence, code=NOT_READY)
    if not circular.addressees.exists():
        return Verdict(_("Say first to whom it is addressed."), code=NOT_READY)
    return ALLOWED


def _written(texts: dict[str, str]) -> set[str]:
    return {language for language, text in texts.items() if text.strip()}
