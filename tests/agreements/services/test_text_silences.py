"""Silence about a frozen text: the text stands still, an objection breaks it, its result is written once."""

from datetime import timedelta

import pytest
import time_machine

from agreements.models import Confirmation, TextSilence
from agreements.queries.confirmations import is_late, missing_confirmations, waiting_for
from agreements.services import confirmations, instruments, revisions
from agreements.services import text_silences as services
from agreements.statuses import TextSilenceStatus
from ots_portal.lifecycle import WrongStatus
from ots_portal.silence import services as silence
from ots_portal.silence.models import SilenceProcedure
from ots_portal.verdicts import Refused
from tests.factories.agreements import RevisionFactory
from tests.factories.negotiation import TextSilenceFactory, closed_text, frozen_text, negotiated_by
from tests.factories.treaties import on_record

REASON = "Article 9 goes too far."


@pytest.fixture
def end(now):
    return now + timedelta(days=7)


@pytest.fixture
def standing(turkiye, azerbaijan):
    return closed_text(turkiye, azerbaijan)


def proposed(revision, purpose, secretary, now):
    return services.propose(revision, purpose=purpose, by=secretary, at=now)


def begun(revision, purpose, secretary, now, end):
    one = proposed(revision, purpose, secretary, now)
    return services.put_under_silence(
        one, expires_at=end, time_zone="Europe/Istanbul", by=secretary, at=now
    )


def test_put_under_silence_asks_those_that_have_not_confirmed(
    standing, azerbaijan, head_a, secretary, now, end
):
    own = Confirmation.objects.get(participant="turkiye")
    confirmations.confirm(own, by=head_a, at=now)

    one = begun(standing.revision, "confirmation", secretary, now, end)

    procedure = SilenceProcedure.objects.get()
    assert (one.status, procedure.text_sha256) == ("under_silence", standing.revision.sha256)
    assert list(procedure.participants.all()) == [azerbaijan]


def test_consent_to_the_adoption_is_asked_of_all_that_negotiate(
    turkiye, azerbaijan, secretary, now, end
):
    revision = frozen_text(negotiated_by(turkiye, azerbaijan))

    begun(revision, "adoption", secretary, now, end)

    assert set(SilenceProcedure.objects.get().participants.all()) == {turkiye, azerbaijan}


@pytest.mark.parametrize("who", ["officer", "head_a", "editor_a", "observer"])
def test_only_the_head_of_the_secretariat_proposes_it(request, standing, who, now):
    with pytest.raises(Refused, match="Only the head of the secretariat"):
        services.propose(
            standing.revision, purpose="adoption", by=request.getfixturevalue(who), at=now
        )


def test_confirmation_is_asked_of_a_closed_text_only(turkiye, secretary, now):
    revision = frozen_text(negotiated_by(turkiye))

    with pytest.raises(WrongStatus):
        proposed(revision, "confirmation", secretary, now)


def test_a_text_that_is_worked_on_is_not_put_under_silence(turkiye, secretary, now):
    working = RevisionFactory(instrument=negotiated_by(turkiye))

    with pytest.raises(WrongStatus, match="frozen last"):
        proposed(working, "adoption", secretary, now)


def test_a_text_is_not_put_under_silence_while_a_later_one_is_worked_on(
    turkiye, officer, secretary, now
):
    instrument = negotiated_by(turkiye)
    revision = frozen_text(instrument)
    revisions.open_revision(instrument, kind="rolling", by=officer, at=now)

    with pytest.raises(WrongStatus, match="being worked on"):
        proposed(revision, "adoption", secretary, now)


def test_one_silence_about_a_text_at_a_time(standing, secretary, now):
    proposed(standing.revision, "adoption", secretary, now)

    with pytest.raises(WrongStatus, match="proposed already"):
        proposed(standing.revision, "confirmation", secretary, now)


def test_drop_takes_a_proposal_back(standing, secretary, now):
    one = proposed(standing.revision, "adoption", secretary, now)

    assert services.drop(one, by=secretary, at=now).status == "withdrawn"
    assert proposed(standing.revision, "adoption", secretary, now).status == "proposed"


def test_the_text_stands_still_while_the_silence_runs(turkiye, officer, secretary, now, end):
    instrument = negotiated_by(turkiye)
    begun(frozen_text(instrument), "adoption", secretary, now, end)
    instrument.refresh_from_db()

    with pytest.raises(WrongStatus, match="under silence"):
        revisions.open_revision(instrument, kind="rolling", by=officer, at=now)
    with pytest.raises(WrongStatus, match="under silence"):
        instruments.abandon(instrument, by=secretary, at=now)


@pytest.mark.parametrize(
    ("verb", "body"), [("reopen", {"reason": REASON}), ("adopt", {})], ids=["reopen", "adopt"]
)
def test_a_closed_text_goes_nowhere_while_the_silence_runs(
    standing, secretary, now, end, verb, body
):
    begun(standing.revision, "adoption", secretary, now, end)

    with pytest.raises(WrongStatus):
        getattr(instruments, verb)(standing.instrument, by=secretary, at=now, **body)

    standing.refresh_from_db()
    assert (standing.instrument.status, standing.ended_at) == ("ad_referendum", None)


def test_where_nobody_objects_the_states_have_confirmed(standing, secretary, now, end):
    begun(standing.revision, "confirmation", secretary, now, end)

    counts = [silence.settle_due(clock=lambda: end + timedelta(hours=3)) for _again in range(2)]

    words = Confirmation.objects.values_list("status", "answered_at", "answered_by")
    one = TextSilence.objects.get()
    assert counts == [1, 0]
    assert set(words) == {("confirmed", end, None)}
    assert (one.status, one.result_at) == ("passed", end)
    on_record(standing.instrument)
    assert instruments.adopt(standing.instrument, by=secretary, at=end).status == "adopted"


def test_a_state_that_answered_meanwhile_is_left_as_it_answered(
    standing, turkiye, head_a, secretary, now, end
):
    begun(standing.revision, "confirmation", secretary, now, end)
    own = Confirmation.objects.get(participant=turkiye)
    confirmations.refuse(own, reason=REASON, by=head_a, at=now)

    silence.settle_due(clock=lambda: end)

    assert missing_confirmations(standing.instrument) == [turkiye]


def test_where_nobody_objects_to_the_adoption_it_is_possible(
    standing, turkiye, secretary, now, end
):
    begun(standing.revision, "adoption", secretary, now, end)

    silence.settle_due(clock=lambda: end)

    assert set(Confirmation.objects.values_list("status", flat=True)) == {"pending"}
    assert not waiting_for(turkiye).exists()
    assert not is_late(standing, standing.confirm_by)
    assert confirmations.remind_due(at=standing.confirm_by) == 0
    on_record(standing.instrument)
    assert instruments.adopt(standing.instrument, by=secretary, at=end).status == "adopted"


def test_consent_given_before_the_closing_holds_for_the_same_text(turkiye, secretary, now, end):
    instrument = negotiated_by(turkiye)
    begun(frozen_text(instrument), "adoption", secretary, now, end)
    silence.settle_due(clock=lambda: end)

    instruments.close_ad_referendum(
        instrument, confirm_by=end + timedelta(days=9), by=secretary, at=end + timedelta(hours=1)
    )

    assert missing_confirmations(instrument) == []


@pytest.mark.parametrize(
    "act",
    [
        {"kind": "objection", "reason": REASON},
        {"kind": "amendment", "reason": REASON, "proposed_text": "Two depots."},
    ],
    ids=["objection", "amendment"],
)
def test_an_objection_or_an_amendment_breaks_it(
    standing, turkiye, azerbaijan, head_b, secretary, now, end, act
):
    begun(standing.revision, "confirmation", secretary, now, end)

    with time_machine.travel(now + timedelta(days=1)):
        silence.object_to(
            SilenceProcedure.objects.get(), by=head_b, at=now + timedelta(days=1), **act
        )

    assert TextSilence.objects.get().status == "broken"
    assert missing_confirmations(standing.instrument) == [azerbaijan, turkiye]


def test_withdrawn_it_says_nothing(standing, secretary, now, end):
    begun(standing.revision, "adoption", secretary, now, end)

    with time_machine.travel(now + timedelta(hours=1)):
        silence.withdraw(
            SilenceProcedure.objects.get(), reason=REASON, by=secretary, at=now + timedelta(hours=1)
        )

    assert TextSilence.objects.get().status == "withdrawn"


@pytest.mark.parametrize("status", TextSilenceStatus.values)
def test_what_has_begun_or_ended_does_not_begin_again(standing, secretary, now, end, status):
    result_at = None if status in ("proposed", "under_silence") else now
    one = TextSilenceFactory(revision=standing.revision, status=status, result_at=result_at)

    if status == "proposed":
        services.put_under_silence(one, expires_at=end, time_zone="UTC", by=secretary, at=now)
    else:
        with pytest.raises(WrongStatus):
            services.put_under_silence(one, expires_at=end, time_zone="UTC", by=secretary, at=now)


@pytest.mark.parametrize("moment", ["during", "after"])
def test_silence_is_no_answer_to_a_state_that_refuses(
    standing, turkiye, head_a, secretary, now, end, moment
):
    own = Confirmation.objects.get(participant=turkiye)
    begun(standing.revision, "adoption", secretary, now, end)
    if moment == "during":
        confirmations.refuse(own, reason=REASON, by=head_a, at=now + timedelta(hours=1))
    silence.settle_due(clock=lambda: end)
    if moment == "after":
        confirmations.refuse(own, reason=REASON, by=head_a, at=end)

    on_record(standing.instrument)
    with pytest.raises(WrongStatus, match="Missing: Türkiye"):
        instruments.adopt(standing.instrument, by=secretary, at=end)


def test_a_state_that_had_refused_consents_by_its_silence_later(
    standing, turkiye, head_a, secretary, now, end
):
    own = Confirmation.objects.get(participant=turkiye)
    confirmations.refuse(own, reason=REASON, by=head_a, at=now)
    begun(standing.revision, "adoption", secretary, now + timedelta(hours=1), end)

    silence.settle_due(clock=lambda: end)

    assert missing_confirmations(standing.instrument) == []
