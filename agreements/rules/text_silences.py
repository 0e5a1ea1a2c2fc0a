from typing import Any

from django.utils.translation import gettext_lazy as _

from agreements.models import Instrument, TextSilence
from agreements.queries.text_silences import asked_in_silence
from agreements.statuses import (
    SILENCE_STATUSES,
    RevisionStatus,
    SilencePurpose,
    TextSilenceStatus,
)
from ots_portal.people.models import Role, User
from ots_portal.verdicts import ALLOWED, Verdict

_NOT_THE_HEAD = Verdict(
    _("Only the head of the secretariat puts a text under silence, for the chair.")
)
_STARTABLE = (TextSilenceStatus.PROPOSED, TextSilenceStatus.UNDER_SILENCE)


def may_propose(user: User, instrument: Instrument) -> Verdict:
    return ALLOWED if user.role == Role.SECRETARIAT_HEAD else _NOT_THE_HEAD


def may_put_under_silence(user: User, silence: TextSilence) -> Verdict:
    return may_propose(user, silence.instrument)


def may_drop(user: User, silence: TextSilence) -> Verdict:
    return may_propose(user, silence.instrument)


def may_object(user: User, silence: TextSilence) -> Verdict:
    """Whose word it is, the silence procedure itself asks: the head of a State that was asked."""
    return ALLOWED


def may_start(user: User, silence: Any) -> Verdict:
    """Asked before its status moves, and again when it has moved; what has ended does not begin again."""
    verdict = may_put_under_silence(user, silence)
    if verdict and silence.status not in _STARTABLE:
        return Verdict(_("This has ended: propose another silence procedure."), code="wrong_status")
    return verdict and ready(silence)


def ready(silence: TextSilence) -> Verdict:
    """Whether the text can be put under silence as things stand."""
    revision, instrument = silence.revision, silence.instrument
    if revision.status != RevisionStatus.FROZEN:
        return Verdict(
            _("Only the text that was frozen last is put under silence."), code="not_ready"
        )
    if instrument.revisions.filter(status=RevisionStatus.WORKING).exists():
        sentence = _("A later revision is being worked on: freeze it, and propose that one.")
        return Verdict(sentence, code="not_ready")
    if instrument.status not in SILENCE_STATUSES[SilencePurpose(silence.purpose)]:
        sentence = _("As this agreement stands, its text is not put under silence for this.")
        return Verdict(sentence, code="not_ready")
    if not asked_in_silence(silence).exists():
        return Verdict(_("No State is left whose word is missing."), code="not_ready")
    return ALLOWED
