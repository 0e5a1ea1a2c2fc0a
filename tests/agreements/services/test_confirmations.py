"""A text closed ad referendum: each capital's word, none by silence, and who takes it back to the table."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from agreements.models import AdReferendum, Confirmation, Instrument, TextRevision
from agreements.queries.confirmations import missing_confirmations, waiting_for
from agreements.services import confirmations as services
from agreements.services import instruments
from agreements.statuses import CONFIRMATIONS, ConfirmationStatus
from agreements.tasks import remind_of_confirmations
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.agreements import RevisionFactory
from tests.factories.negotiation import (
    FAR_AWAY,
    RoundFactory,
    TextSilenceFactory,
    closed_text,
    frozen_text,
    negotiated_by,
)
from tests.factories.treaties import on_record

REASON = "Article 9 goes too far."


@pytest.fixture
def standing(turkiye, azerbaijan):
    return closed_text(turkiye, azerbaijan)


def word_of(standing, state):
    return Confirmation.objects.get(ad_referendum=standing, participant=state)


# ── closing ─────────────────────────────────────────────────────────────────────────────────────
def test_close_ad_referendum_freezes_the_text_and_asks_every_state(
    turkiye, azerbaijan, secretary, now
):
    instrument = negotiated_by(turkiye, azerbaijan)
    working = RevisionFactory(instrument=instrument)

    instruments.close_ad_referendum(instrument, confirm_by=FAR_AWAY, by=secretary, at=now)

    standing = AdReferendum.objects.get()
    working.refresh_from_db()
    assert (standing.revision, standing.closed_at, standing.confirm_by) == (working, now, FAR_AWAY)
    assert (working.status, working.kind) == ("frozen", "clean_ad_ref")
    assert [(one.participant_id, one.status) for one in standing.confirmations.all()] == [
        ("azerbaijan", "pending"),
        ("turkiye", "pending"),
    ]


def test_a_text_that_the_portal_does_not_hold_is_closed_all_the_same(turkiye, secretary, now):
    instrument = negotiated_by(turkiye)

    instruments.close_ad_referendum(instrument, confirm_by=FAR_AWAY, by=secretary, at=now)

    assert AdReferendum.objects.get().revision is None


def test_the_capitals_have_time(turkiye, secretary, now):
    instrument = negotiated_by(turkiye)

    with pytest.raises(ValidationError, match="This moment has passed"):
        instruments.close_ad_referendum(instrument, confirm_by=now, by=secretary, at=now)

    assert Instrument.objects.get().status == "negotiation"


def test_the_capitals_are_asked_in_the_years_the_portal_deals_with(turkiye, secretary, now):
    instrument = negotiated_by(turkiye)
    at_the_end = now.replace(year=9999)

    with pytest.raises(ValidationError, match="between 1990 and 2100"):
        instruments.close_ad_referendum(instrument, confirm_by=at_the_end, by=secretary, at=now)


def test_no_text_is_closed_while_a_round_is_open(turkiye, secretary, now):
    instrument = negotiated_by(turkiye)
    RoundFactory(
        instrument=instrument, number=3, chair=turkiye, status="open", opened_at=now,
        base_revision=frozen_text(instrument),
    )  # fmt: skip

    with pytest.raises(WrongStatus, match="Round 3 is open"):
        instruments.close_ad_referendum(instrument, confirm_by=FAR_AWAY, by=secretary, at=now)


# ── the word of a State ─────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("verb", [v for v, s in CONFIRMATIONS.steps.items() if not s.automatic])
@pytest.mark.parametrize("status", ConfirmationStatus.values)
def test_each_step_leads_on_from_its_own_statuses_only(
    standing, turkiye, head_a, now, verb, status
):
    own = word_of(standing, turkiye)
    if status == "confirmed":
        services.confirm(own, by=head_a, at=now)
    if status == "refused":
        services.refuse(own, reason=REASON, by=head_a, at=now)
    step, body = CONFIRMATIONS.steps[verb], {"reason": REASON} if verb == "refuse" else {}

    if status in step.sources:
        getattr(services, verb)(own, by=head_a, at=now, **body)
    else:
        with pytest.raises(WrongStatus):
            getattr(services, verb)(own, by=head_a, at=now, **body)

    own.refresh_from_db()
    assert own.status == (step.target if status in step.sources else status)


def test_confirm_says_who_and_on_which_words(standing, turkiye, head_a, now):
    own = services.confirm(word_of(standing, turkiye), by=head_a, at=now)

    entry = AuditEntry.objects.get(kind="agreements.confirmation.confirmed")
    assert (own.answered_at, own.answered_by, own.reason) == (now, head_a, "")
    assert (entry.participant, entry.data["text_sha256"]) == ("turkiye", standing.revision.sha256)


def test_a_refusal_says_why_and_reopens_nothing(standing, turkiye, head_a, now):
    with pytest.raises(ValidationError, match="Say why"):
        services.refuse(word_of(standing, turkiye), reason=" ", by=head_a, at=now)
    services.refuse(word_of(standing, turkiye), reason=REASON, by=head_a, at=now)

    assert (word_of(standing, turkiye).reason, Instrument.objects.get().status) == (
        REASON,
        "ad_referendum",
    )


def test_a_refusal_is_lifted_by_confirming(standing, turkiye, head_a, now):
    own = services.refuse(word_of(standing, turkiye), reason=REASON, by=head_a, at=now)

    assert services.confirm(own, by=head_a, at=now).reason == ""


@pytest.mark.parametrize("who", ["editor_a", "head_b", "secretary", "observer"])
def test_nobody_but_its_head_confirms_for_a_state(request, standing, turkiye, who, now):
    with pytest.raises(Refused, match="Only the head of the State’s own authority"):
        services.confirm(word_of(standing, turkiye), by=request.getfixturevalue(who), at=now)


def test_what_went_back_is_not_confirmed_any_more(standing, turkiye, head_a, secretary, now):
    instruments.reopen(standing.instrument, reason=REASON, by=secretary, at=now)
    instruments.close_ad_referendum(
        Instrument.objects.get(), confirm_by=FAR_AWAY, by=secretary, at=now
    )

    with pytest.raises(WrongStatus, match="it went back"):
        services.confirm(word_of(standing, turkiye), by=head_a, at=now)


# ── back to the table ───────────────────────────────────────────────────────────────────────────
def test_any_state_reopens_before_its_confirmation(standing, azerbaijan, head_b, now):
    instruments.reopen(standing.instrument, reason=REASON, by=head_b, at=now)

    standing.refresh_from_db()
    assert (standing.ended_at, standing.ended_by, standing.reason) == (now, azerbaijan, REASON)
    assert Instrument.objects.get().status == "negotiation"


def test_a_state_that_confirmed_does_not_reopen(standing, turkiye, head_a, now):
    services.confirm(word_of(standing, turkiye), by=head_a, at=now)

    with pytest.raises(Refused, match="has confirmed the text"):
        instruments.reopen(standing.instrument, reason=REASON, by=head_a, at=now)


def test_a_state_that_refused_reopens(standing, turkiye, head_a, now):
    services.refuse(word_of(standing, turkiye), reason=REASON, by=head_a, at=now)

    assert instruments.reopen(standing.instrument, reason=REASON, by=head_a, at=now).status == (
        "negotiation"
    )


def test_reopen_says_why(standing, head_a, now):
    with pytest.raises(ValidationError, match="Say why"):
        instruments.reopen(standing.instrument, reason="", by=head_a, at=now)

    assert Instrument.objects.get().status == "ad_referendum"


def test_an_editor_does_not_reopen(standing, editor_a, now):
    with pytest.raises(Refused, match="Only the head of the secretariat"):
        instruments.reopen(standing.instrument, reason=REASON, by=editor_a, at=now)


def test_a_state_that_does_not_negotiate_does_not_reopen(kazakhstan, head_a, now):
    standing = closed_text(kazakhstan)

    with pytest.raises(Refused):
        instruments.reopen(standing.instrument, reason=REASON, by=head_a, at=now)


def test_find_substance_asks_every_state_anew(standing, turkiye, head_a, secretary, now):
    services.confirm(word_of(standing, turkiye), by=head_a, at=now)
    instrument = instruments.begin_legal_review(standing.instrument, by=secretary, at=now)

    instruments.find_substance(instrument, reason=REASON, confirm_by=FAR_AWAY, by=secretary, at=now)

    anew = AdReferendum.objects.get(ended_at=None)
    standing.refresh_from_db()
    assert (standing.reason, anew.revision) == (REASON, standing.revision)
    assert {one.status for one in anew.confirmations.all()} == {"pending"}


def test_capitals_go_on_confirming_in_the_legal_review(standing, turkiye, head_a, secretary, now):
    instruments.begin_legal_review(standing.instrument, by=secretary, at=now)

    assert services.confirm(word_of(standing, turkiye), by=head_a, at=now).status == "confirmed"


# ── adoption ────────────────────────────────────────────────────────────────────────────────────
def test_adopt_names_the_states_whose_word_is_missing(standing, azerbaijan, head_b, secretary, now):
    services.confirm(word_of(standing, azerbaijan), by=head_b, at=now)

    with pytest.raises(WrongStatus, match=r"Missing: Türkiye\.$"):
        instruments.adopt(standing.instrument, by=secretary, at=now)

    assert Instrument.objects.get().status == "ad_referendum"


def test_adopt_when_every_capital_has_confirmed(standing, head_a, head_b, secretary, now):
    for head in (head_a, head_b):
        services.confirm(word_of(standing, head.participant), by=head, at=now)

    on_record(standing.instrument)
    assert instruments.adopt(standing.instrument, by=secretary, at=now).status == "adopted"


def test_silence_confirms_nothing(turkiye, secretary, now):
    standing = closed_text(turkiye, confirm_by=now)

    with pytest.raises(WrongStatus, match="Missing: Türkiye"):
        instruments.adopt(standing.instrument, by=secretary, at=now + timedelta(days=90))


def test_a_refusal_is_missing_as_well(standing, turkiye, azerbaijan, head_a, now):
    services.refuse(word_of(standing, turkiye), reason=REASON, by=head_a, at=now)

    assert missing_confirmations(standing.instrument) == [azerbaijan, turkiye]


def test_consent_to_the_adoption_by_silence_takes_the_place_of_all_words(standing, now):
    TextSilenceFactory(revision=standing.revision, status="passed", result_at=now)

    assert missing_confirmations(standing.instrument) == []


def test_a_consent_from_before_the_text_went_back_does_not_count(
    standing, turkiye, azerbaijan, secretary, now
):
    TextSilenceFactory(revision=standing.revision, status="passed", result_at=now)
    instrument = instruments.begin_legal_review(standing.instrument, by=secretary, at=now)

    instruments.find_substance(
        instrument, reason=REASON, confirm_by=FAR_AWAY, by=secretary, at=now + timedelta(hours=1)
    )

    assert missing_confirmations(instrument) == [azerbaijan, turkiye]


def test_what_waits_for_a_state(standing, turkiye, azerbaijan, head_a, now):
    services.confirm(word_of(standing, turkiye), by=head_a, at=now)

    assert (list(waiting_for(turkiye)), [one.pk for one in waiting_for(azerbaijan)]) == (
        [],
        [word_of(standing, azerbaijan).pk],
    )


# ── reminding ───────────────────────────────────────────────────────────────────────────────────
def reminders() -> list[int]:
    entries = AuditEntry.objects.filter(kind="agreements.ad_referendum.reminded")
    return [entry.data["days"] for entry in entries.order_by("recorded_at")]


def test_capitals_are_reminded_at_each_of_three_moments_once(turkiye, now):
    closed_text(turkiye, confirm_by=now + timedelta(days=30))
    moments = [0, 22, 23, 24, 28, 29, 29.5, 30, 31, 60]

    for days in moments:
        services.remind_due(at=now + timedelta(days=days))

    assert reminders() == [7, 1, 0]


def test_whoever_is_late_reminds_of_the_last_moment_only(turkiye, now):
    closed_text(turkiye, confirm_by=now + timedelta(days=30))

    counts = [services.remind_due(at=now + timedelta(days=40)) for _again in range(2)]

    assert (counts, reminders()) == ([1, 0], [0])


def test_nobody_is_reminded_of_a_time_that_was_shorter_from_the_beginning(turkiye, now):
    closed_text(turkiye, closed_at=now, confirm_by=now + timedelta(days=3))

    services.remind_due(at=now + timedelta(hours=1))

    assert reminders() == []


def test_nobody_is_reminded_once_all_have_answered(turkiye, head_a, now):
    standing = closed_text(turkiye, confirm_by=now + timedelta(days=1))
    services.confirm(word_of(standing, turkiye), by=head_a, at=now)

    assert services.remind_due(at=now) == 0


def test_the_task_reminds(turkiye):
    at = timezone.now()
    closed_text(turkiye, confirm_by=at + timedelta(hours=1))

    assert (remind_of_confirmations(), remind_of_confirmations(), reminders()) == (1, 0, [1])


def test_a_training_text_reminds_nobody(turkiye, now):
    closed_text(turkiye, confirm_by=now)
    Instrument.objects.update(is_training=True)

    assert services.remind_due(at=now) == 0


def test_the_text_is_frozen_once_it_is_closed(standing):
    assert not TextRevision.objects.filter(
        instrument=standing.instrument, status="working"
    ).exists()
