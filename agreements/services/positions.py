from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from agreements.models import (
    Instrument,
    Position,
    Provision,
    Reopening,
    SeenWording,
)
from agreements.models.positions import LONGEST_NOTE
from agreements.queries.positions import TO_ALL, Standings, last_of, standings_among
from agreements.queries.words import TextNow, text_now
from agreements.rules import positions as rules
from agreements.services.lengths import refuse_longer
from agreements.services.standings import ask_to_reconfirm, follow
from agreements.statuses import (
    ACCEPTING,
    AGREED_STATUSES,
    AUDIENCES,
    DRAFTING_STATUSES,
    POSITION_STATUSES,
    Audience,
    ProvisionStatus,
    Stance,
)
from ots_portal.audit.services import record
from ots_portal.lifecycle import StaleVersion, WrongStatus, wrong_status_sentence
from ots_portal.people.models import User
from ots_portal.verdicts import require


class OtherWords(StaleVersion):
    """The words that the person saw are not those that stand now; ``current`` is the provision."""

    def __init__(self, current: Provision) -> None:
        super().__init__(current)
        sentence = _("The words of %(provision)s were changed. Read the present ones first.")
        self.args = (sentence % {"provision": current},)


@transaction.atomic
def take_position(  # noqa: PLR0913 -- keywords only, each named where it is called
    provision: Provision,
    *,
    stance: str,
    visibility: str,
    on_sha256: str,
    by: User,
    at: datetime,
    note: str = "",
    after: int | None = None,
) -> Position:
    """
    Say for one's State where it stands on the words of a provision.

    ``on_sha256`` is the hash of the words that the person saw. ``after`` is the number of the State's last position
    that was seen, 0 where there was none; None: whatever it is.

    :raises Refused: unless ``rules.may_take_position``
    :raises WrongStatus: when no positions are taken on the agreement any more
    :raises OtherWords: when other words stand there now
    :raises StaleVersion: when somebody of the same delegation was faster
    :raises ValidationError: naming the field
    """
    require(rules.may_take_position(by, provision))
    text = _hold(provision, POSITION_STATUSES)
    present = _present(text, provision)
    if text.digest_of(present) != on_sha256:
        raise OtherWords(present)
    last = last_of(by.participant_id, present)
    if after is not None and after != (last.number if last else 0):
        raise StaleVersion(last or present)
    _refuse_going_back(text, present, stance, by.participant_id)
    position = Position(
        participant=by.participant,
        provision=present,
        number=last.number + 1 if last else 1,
        stance=stance,
        on_sha256=on_sha256,
        language=text.language,
        note=note.replace("\r\n", "\n").strip(),
        visibility=visibility,
        taken_at=at,
        taken_by=by,
    )
    refuse_longer(LONGEST_NOTE, note=position.note)
    position.full_clean()
    _keep_words(text, present, on_sha256, at)
    position.save(force_insert=True)
    record(
        "agreements.position.taken",
        subject=position,
        by=by,
        at=at,
        participant=position.participant_id,
        provision=str(present.pk),
        on_sha256=on_sha256,
    )
    follow(text)
    return position


def reconfirm(position: Position, *, on_sha256: str, by: User, at: datetime) -> Position:
    """
    Say that a position holds for the present words, too: a new one, with the same stance, note and readers.

    :raises Refused: unless ``rules.may_reconfirm``
    :raises WrongStatus: when it holds already, when the State has said something else since, or it is too late
    :raises OtherWords: when other words stand there now than the person saw
    """
    require(rules.may_reconfirm(by, position))
    with transaction.atomic():
        text = _hold(position.provision, POSITION_STATUSES)
        present = _present(text, position.provision)
        reopenings = Reopening.objects.filter(provision__instrument=text.instrument)
        if not Standings(text, (), reopenings).is_stale(position):
            raise WrongStatus(_("This position holds for the present words already."))
        later = Position.objects.filter(
            participant=position.participant_id,
            provision=present,
            number__gt=position.number,
            # What whoever reads this one reads, too.
            visibility__in=AUDIENCES[AUDIENCES.index(Audience(position.visibility)) :],
        )
        if later.exists():
            raise WrongStatus(_("Your State has taken another position since. Look at that one."))
        return take_position(
            present,
            stance=position.stance,
            visibility=position.visibility,
            note=position.note,
            on_sha256=on_sha256,
            by=by,
            at=at,
        )


def _hold(provision: Provision, statuses: tuple[str, ...]) -> TextNow:
    """
    Lock the agreement and return its text: nobody changes words or closes the text while a State speaks.

    Its version stays: who is about to take in a text is not concerned.
    """
    instrument = provision.instrument
    rows = Instrument.objects.filter(pk=instrument.pk, status__in=statuses)
    if rows.update(status=F("status")) != 1:
        raise WrongStatus(wrong_status_sentence(instrument))
    return text_now(instrument)


def _present(text: TextNow, provision: Provision) -> Provision:
    present = text.by_pk.get(provision.pk)
    if present is None:
        raise WrongStatus(_("This provision is no part of the text any more."))
    return present


def _refuse_going_back(text: TextNow, provision: Provision, stance: str, state: str) -> None:
    """:raises ValidationError: when it is agreed, or a paragraph that the State agreed to by its article"""
    agreed = [one for one in text.with_below(provision) if _goes_back(one, stance)]
    if not agreed:
        return
    sentence = _("It is agreed. To stand otherwise, the head of a delegation reopens it first.")
    if provision in agreed:
        raise ValidationError({"stance": sentence})
    current = standings_among(text, TO_ALL).current
    for one in agreed:
        said_of = (held for held in (one, *text.holders_of(one)) if (state, held.pk) in current)
        if next(said_of, None) == provision:
            raise ValidationError({"stance": f"{text.name_of(one)}: {sentence}"})


def _goes_back(provision: Provision, stance: str) -> bool:
    # What is agreed for good is not made dependent on a capital again.
    is_final = provision.status == ProvisionStatus.AGREED
    holds = (Stance.ACCEPT,) if is_final else ACCEPTING
    return provision.status in AGREED_STATUSES and stance not in holds and stance in Stance.values


def _keep_words(text: TextNow, provision: Provision, sha256: str, at: datetime) -> None:
    """Keep the words, so that later they can be laid beside those of that day; whoever was first has kept them."""
    if not SeenWording.objects.filter(provision=provision, sha256=sha256).exists():
        words = text.words_of(provision)
        SeenWording.objects.create(
            provision=provision,
            sha256=sha256,
            language=words.language,
            parts=list(words.parts),
            seen_at=at,
        )


@transaction.atomic
def reopen_provision(provision: Provision, *, reason: str, by: User, at: datetime) -> Reopening:
    """
    Take agreed words back to the table; all States are asked whether their positions still hold.

    :raises Refused: unless ``rules.may_reopen_provision``
    :raises WrongStatus: unless the provision is agreed, and the agreement is under negotiation
    :raises ValidationError: without a reason
    """
    require(rules.may_reopen_provision(by, provision))
    text = _hold(provision, DRAFTING_STATUSES)
    present = _present(text, provision)
    if present.status not in AGREED_STATUSES:
        raise WrongStatus(_("It is not agreed: there is nothing to reopen."))
    reopening = Reopening(
        provision=present,
        participant=by.participant,
        reason=reason.replace("\r\n", "\n").strip(),
        reopened_at=at,
        reopened_by=by,
    )
    refuse_longer(LONGEST_NOTE, reason=reopening.reason)
    reopening.full_clean()
    reopening.save(force_insert=True)
    for one in (*text.with_below(present), *text.holders_of(present)):
        if one.status in AGREED_STATUSES:
            Provision.objects.filter(pk=one.pk).update(status=ProvisionStatus.OPEN)
            one.status = ProvisionStatus.OPEN
    record(
        "agreements.reopening.made",
        subject=reopening,
        by=by,
        at=at,
        participant=by.participant_id,
        provision=str(present.pk),
    )
    ask_to_reconfirm(text, by=by, at=at)
    follow(text)
    return reopening
