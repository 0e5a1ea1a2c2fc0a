"""Texts closed ad referendum: who has confirmed, who has not, and who may see that."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from agreements.models import AdReferendum, Confirmation, Instrument, TextSilence
from agreements.queries import visible_to as instruments_visible_to
from agreements.queries.adoption import adoption_of_present_text
from agreements.statuses import (
    CONFIRMING_STATUSES,
    ConfirmationStatus,
    SilencePurpose,
    TextSilenceStatus,
)
from agreements.vocabularies.adoption import AdoptionMethod
from ots_portal.participants.models import Participant
from ots_portal.people.models import User

# Days before the end at which capitals that have not confirmed are reminded, each once; 0: at the end.
REMINDER_DAYS = (0, 1, 7)


def visible_to(user: User | AnonymousUser) -> QuerySet[AdReferendum]:
    """Return the closures of texts that the reader may see: of instruments they read, to who negotiates."""
    if not isinstance(user, User) or not (user.is_secretariat or user.is_member_staff):
        return AdReferendum.objects.none()
    readable = Exists(instruments_visible_to(user).order_by().filter(pk=OuterRef("instrument")))
    return AdReferendum.objects.filter(readable).select_related("instrument", "revision")


def confirmations_visible_to(user: User | AnonymousUser) -> QuerySet[Confirmation]:
    found = Confirmation.objects.filter(ad_referendum__in=visible_to(user).order_by())
    return found.select_related("participant", "ad_referendum__instrument")


def with_confirmations(referenda: QuerySet[AdReferendum]) -> QuerySet[AdReferendum]:
    rows = Confirmation.objects.select_related("participant", "answered_by")
    return referenda.select_related("ended_by").prefetch_related(Prefetch("confirmations", rows))


def standing_of(instrument: Instrument) -> AdReferendum | None:
    """Return the closure that capitals are asked about; None where the text is not closed."""
    return AdReferendum.objects.filter(instrument=instrument, ended_at=None).first()


def missing_confirmations(instrument: Instrument) -> list[Participant]:
    """
    Return the negotiating States whose word on the closed text is missing, by name; the one place that says so.

    Nobody's, where the vote of a conference is on record (article 9, 2). A State that refused has not confirmed; where
    all consented to the adoption by silence, one that refused since that was proposed: silence is no answer to a no.
    """
    standing = standing_of(instrument)
    if standing is None or _is_voted(instrument):
        return []
    missing = standing.confirmations.exclude(status=ConfirmationStatus.CONFIRMED)
    if silence := consent_by_silence(standing):
        missing = missing.filter(
            status=ConfirmationStatus.REFUSED, answered_at__gte=silence.created_at
        )
    states = Participant.objects.filter(pk__in=missing.values("participant"))
    return sorted(states, key=lambda state: state.name)


def _is_voted(instrument: Instrument) -> bool:
    adoption = adoption_of_present_text(instrument)
    return adoption is not None and adoption.method == AdoptionMethod.CONFERENCE_VOTE


def consent_by_silence(standing: AdReferendum) -> TextSilence | None:
    """Return the silence in which nobody objected to the adoption of this very text, unless it was sent back since."""
    if standing.revision_id is None:
        return None
    found = _consents().filter(revision=standing.revision_id)
    return found.order_by("-result_at").first()


def _consents() -> QuerySet[TextSilence]:
    sent_back = AdReferendum.objects.filter(
        revision=OuterRef("revision"), ended_at__gte=OuterRef("result_at")
    )
    return TextSilence.objects.filter(
        ~Exists(sent_back),
        purpose=SilencePurpose.ADOPTION,
        status=TextSilenceStatus.PASSED,
    )


def own_confirmation(user: User, instrument: Instrument) -> Confirmation | None:
    """Return the word that the user's State has to give, or gave, on the text as it is closed now."""
    found = Confirmation.objects.filter(
        ad_referendum__instrument=instrument,
        ad_referendum__ended_at=None,
        participant=user.participant_id,
    )
    return found.select_related("participant", "ad_referendum__instrument").first()


def waiting_for(participant: Participant) -> QuerySet[Confirmation]:
    """Return what this State has to confirm, the one that is due first before others; nothing it consented to by silence."""
    found = Confirmation.objects.filter(
        ~Exists(_consents().filter(revision=OuterRef("ad_referendum__revision"))),
        participant=participant,
        status=ConfirmationStatus.PENDING,
        ad_referendum__ended_at=None,
        ad_referendum__instrument__status__in=CONFIRMING_STATUSES,
    )
    return found.select_related("ad_referendum__instrument").order_by(
        "ad_referendum__confirm_by", "id"
    )


def due_to_remind(days: int, at: Any) -> QuerySet[AdReferendum]:
    """
    Return the closures of whose end capitals are to be reminded now, ``days`` before it (one of REMINDER_DAYS).

    One that was shorter than that from its beginning reminds nobody: they had just been told. Nor does one whose text
    may be adopted by the silence of all.
    """
    pending = Confirmation.objects.filter(
        ad_referendum=OuterRef("pk"), status=ConfirmationStatus.PENDING
    )
    found = AdReferendum.objects.filter(
        Q(reminded_days=None) | Q(reminded_days__gt=days),
        Exists(pending),
        ~Exists(_consents().filter(revision=OuterRef("revision"))),
        ended_at=None,
        instrument__status__in=CONFIRMING_STATUSES,
        instrument__is_training=False,
        confirm_by__lte=at + timedelta(days=days),
        confirm_by__gt=F("closed_at") + timedelta(days=days),
    )
    # At the end only the last reminder is left: the others would come too late.
    return found.filter(confirm_by__gt=at) if days else found


def pending_states(standing: AdReferendum) -> QuerySet[Participant]:
    return Participant.objects.filter(
        confirmations__ad_referendum=standing, confirmations__status=ConfirmationStatus.PENDING
    )


def is_late(standing: AdReferendum, at: datetime) -> bool:
    """Return whether the time to confirm is over, and no silence of all has taken the place of the words."""
    is_over = standing.is_standing and standing.confirm_by <= at
    return is_over and consent_by_silence(standing) is None
