from contextlib import suppress
from datetime import datetime
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.models import Instrument
from agreements.queries.rounds import open_round_of
from agreements.queries.treaty import due_to_enter_into_force, standing_signatures
from agreements.rules import instruments as rules
from agreements.services import adoption, language_texts
from agreements.services.confirmations import ask_capitals, end_standing, refuse_unconfirmed
from agreements.services.entering import hold
from agreements.services.silent_texts import refuse_while_silent
from agreements.statuses import INSTRUMENTS, TABLE_STATUSES
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.lifecycle import WrongStatus, wrong_status_sentence
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.verdicts import require

_take_step = partial(lifecycle.take_step, lifecycle=INSTRUMENTS)


@transaction.atomic
def name_chair(
    instrument: Instrument, *, participant: Participant | None, by: User, at: datetime
) -> Instrument:
    """
    Enter which delegation presides over the negotiation; None: the secretariat does.

    What was told to the chair is read by whoever presides, from then on.

    :raises Refused: unless ``rules.may_name_chair``
    :raises WrongStatus: when the text is not on the table any more
    :raises ValidationError: at ``participant``, unless it is a negotiating State
    """
    require(rules.may_name_chair(by, instrument))
    if participant and not instrument.negotiating_states.filter(pk=participant.pk).exists():
        raise ValidationError({"participant": _("The chair is one of the negotiating States.")})
    return seat(instrument, participant=participant, by=by, at=at)


def seat(
    instrument: Instrument, *, participant: Participant | None, by: User, at: datetime
) -> Instrument:
    """
    Enter who presides for whoever may say so: with a round the delegation that chairs it takes the chair.

    :raises WrongStatus: when the text is not on the table any more
    """
    rows = Instrument.objects.filter(pk=instrument.pk, status__in=TABLE_STATUSES)
    if rows.update(chair=participant, version=F("version") + 1, updated_at=at) != 1:
        raise WrongStatus(wrong_status_sentence(instrument))
    before = instrument.chair_id or ""
    instrument.refresh_from_db()
    changes = {"chair": {"before": before, "after": participant.pk if participant else ""}}
    record("agreements.instrument.chair_named", subject=instrument, by=by, at=at, changes=changes)
    return instrument


def name_chair_by_code(
    instrument: Instrument, *, participant: str | None, by: User, at: datetime
) -> Instrument:
    """The same for programs, which name the State by its code; :raises ValidationError: where there is none such"""
    require(rules.may_name_chair(by, instrument))
    state = Participant.objects.filter(pk=participant).first() if participant else None
    if participant and state is None:
        raise ValidationError({"participant": _("The chair is one of the negotiating States.")})
    return name_chair(instrument, participant=state, by=by, at=at)


def open_negotiation(instrument: Instrument, *, by: User, at: datetime) -> Instrument:
    """
    Put the text on the table of the negotiating States.

    :raises Refused: unless ``rules.may_open_negotiation``
    :raises WrongStatus: unless it is mandated
    """
    require(rules.may_open_negotiation(by, instrument))
    return _take_step(instrument, "open_negotiation", by=by, at=at)


def suspend(instrument: Instrument, *, by: User, at: datetime) -> Instrument:
    """
    Let the negotiation rest.

    :raises Refused: unless ``rules.may_suspend``
    :raises WrongStatus: unless it is under negotiation
    """
    require(rules.may_suspend(by, instrument))
    return _take_step(instrument, "suspend", by=by, at=at)


def resume(instrument: Instrument, *, by: User, at: datetime) -> Instrument:
    """
    Go on negotiating.

    :raises Refused: unless ``rules.may_resume``
    :raises WrongStatus: unless it is suspended
    """
    require(rules.may_resume(by, instrument))
    return _take_step(instrument, "resume", by=by, at=at)


@transaction.atomic
def abandon(instrument: Instrument, *, by: User, at: datetime) -> Instrument:
    """
    Give the negotiation up; the text stays readable.

    :raises Refused: unless ``rules.may_abandon``
    :raises WrongStatus: unless it is under negotiation or suspended; while a round is open or the text under silence
    """
    require(rules.may_abandon(by, instrument))
    abandoned = _take_step(instrument, "abandon", by=by, at=at)
    _refuse_while_a_round_is_open(abandoned)
    refuse_while_silent(abandoned)
    return abandoned


def _refuse_while_a_round_is_open(instrument: Instrument) -> None:
    """:raises WrongStatus: naming the round; the instrument's row is held, so none begins meanwhile"""
    if standing := open_round_of(instrument):
        sentence = _("Round %(number)s is open: close it first.")
        raise WrongStatus(sentence % {"number": standing.number})


@transaction.atomic
def close_ad_referendum(
    instrument: Instrument, *, confirm_by: datetime, by: User, at: datetime
) -> Instrument:
    """
    Close the text, subject to confirmation by the capitals, which are asked to answer by ``confirm_by``.

    :raises Refused: unless ``rules.may_close_ad_referendum``: also while the text is not clean
    :raises ValidationError: unless ``confirm_by`` lies ahead
    :raises WrongStatus: unless it is under negotiation; while a round is open or the text under silence
    """
    # The step comes first: it locks the instrument, and nothing is written or said while we look at the gate.
    _take_step(instrument, "close_ad_referendum", by=by, at=at)
    require(rules.may_close_ad_referendum(by, instrument))
    _refuse_while_a_round_is_open(instrument)
    refuse_while_silent(instrument)
    ask_capitals(instrument, confirm_by=confirm_by, by=by, at=at)
    return instrument


@transaction.atomic
def reopen(instrument: Instrument, *, reason: str, by: User, at: datetime) -> Instrument:
    """
    Take a closed text back to the table: any State does before its confirmation, and says why.

    :raises Refused: unless ``rules.may_reopen``
    :raises ValidationError: without a reason
    :raises WrongStatus: unless it is closed ad referendum; while it is under silence, which an objection breaks
    """
    require(rules.may_reopen(by, instrument))
    reopened = _take_step(instrument, "reopen", by=by, at=at)
    # Asked again, the row being held: a State that confirmed in this moment does not reopen any more.
    require(rules.may_reopen(by, instrument))
    refuse_while_silent(reopened)
    end_standing(reopened, reason=reason, by=by, at=at, kind="agreements.ad_referendum.reopened")
    return reopened


@transaction.atomic
def begin_legal_review(instrument: Instrument, *, by: User, at: datetime) -> Instrument:
    """
    Have the lawyers go through the closed text; capitals go on confirming it.

    :raises Refused: unless ``rules.may_begin_legal_review``
    :raises WrongStatus: unless it is closed ad referendum
    """
    require(rules.may_begin_legal_review(by, instrument))
    return _take_step(instrument, "begin_legal_review", by=by, at=at)


@transaction.atomic
def find_substance(
    instrument: Instrument, *, reason: str, confirm_by: datetime, by: User, at: datetime
) -> Instrument:
    """
    Send a text back to the capitals in which the lawyers found a point of substance: all are asked anew.

    :raises Refused: unless ``rules.may_find_substance``
    :raises ValidationError: without a reason, or unless ``confirm_by`` lies ahead
    :raises WrongStatus: unless it is in legal review; while it is under silence
    """
    require(rules.may_find_substance(by, instrument))
    found = _take_step(instrument, "find_substance", by=by, at=at)
    refuse_while_silent(found)
    end_standing(found, reason=reason, by=by, at=at, kind="agreements.ad_referendum.sent_back")
    ask_capitals(found, confirm_by=confirm_by, by=by, at=at)
    return found


@transaction.atomic
def adopt(instrument: Instrument, *, by: User, at: datetime) -> Instrument:
    """
    Enter that the text is adopted (Vienna Convention on the Law of Treaties, article 9), as it is on record.

    :raises Refused: unless ``rules.may_adopt``: also while a bracket, a reserve or a stale position is left
    :raises WrongStatus: unless it is closed ad referendum, or in legal review; where neither the consent of all
        negotiating States nor the vote of a conference is on record; while it is under silence, or a capital has not
        confirmed what is adopted by the consent of all
    """
    # Held: no position is taken while we look for reserves, and the record is not corrected while it is counted.
    hold(instrument, INSTRUMENTS.steps["adopt"].sources, at=at)
    require(rules.may_adopt(by, instrument))
    refuse_unconfirmed(instrument)
    refuse_while_silent(instrument)
    adoption.enter_adoption(instrument, by=by, at=at)
    return _take_step(instrument, "adopt", by=by, at=at)


@transaction.atomic
def authenticate(instrument: Instrument, *, by: User, at: datetime) -> Instrument:
    """
    Enter that the text is authentic and definitive (article 10), in each of its authentic languages: from then on
    it changes by correction only.

    :raises Refused: unless ``rules.may_authenticate``: also while an authentic language is not certified
    :raises WrongStatus: unless it is adopted, and where it is not on record how it was authenticated
    """
    # Held: no language is written while we look at them, and the record is not corrected.
    hold(instrument, INSTRUMENTS.steps["authenticate"].sources, at=at)
    require(rules.may_authenticate(by, instrument))
    adoption.enter_authentication(instrument, by=by, at=at)
    authenticated = _take_step(instrument, "authenticate", by=by, at=at)
    for language_text in language_texts.to_authenticate(instrument):
        language_texts.authenticate(language_text, by=by, at=at)
    return authenticated


def open_for_signature(instrument: Instrument, *, by: User, at: datetime) -> Instrument:
    """
    Open it for signature.

    :raises Refused: unless ``rules.may_open_for_signature``
    :raises WrongStatus: unless it is authenticated
    """
    require(rules.may_open_for_signature(by, instrument))
    return _take_step(instrument, "open_for_signature", by=by, at=at)


@transaction.atomic
def conclude_signature(instrument: Instrument, *, by: User, at: datetime) -> Instrument:
    """
    End the signing: the treaty is signed, and everybody may read it.

    :raises Refused: unless ``rules.may_conclude_signature``
    :raises WrongStatus: unless it is open for signature, or when nobody has signed
    """
    require(rules.may_conclude_signature(by, instrument))
    if not standing_signatures(instrument).exists():
        raise WrongStatus(_("No State has signed it yet."))
    return _take_step(instrument, "conclude_signature", by=by, at=at)


@transaction.atomic
def enter_into_force(instrument: Instrument, *, at: datetime, notification: str) -> Instrument:
    """
    Write that the calculated day has come, of which the depositary notified the States.

    :raises WrongStatus: unless it is open for signature or signed, or where that day does not result any more
    """
    hold(instrument, INSTRUMENTS.steps["enter_into_force"].sources, at=at)
    due = due_to_enter_into_force(timezone.localdate(at))
    if not due.filter(instrument=instrument, notification__number=notification).exists():
        raise WrongStatus(_("This day of entry into force does not result any more."))
    return _take_step(instrument, "enter_into_force", by=None, at=at, notification=notification)


def enter_into_force_what_is_due(*, at: datetime) -> int:
    """Let every treaty enter into force whose calculated and notified day has come; answers how many."""
    entered = 0
    for entry in due_to_enter_into_force(timezone.localdate(at)).select_related("notification"):
        with suppress(WrongStatus):
            enter_into_force(entry.instrument, at=at, notification=entry.notification.number)
            entered += 1
    return entered
