"""Errors in an authentic text, and registration: proposed, objected to in time, effected once."""

import json
from datetime import date, timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError

from agreements.formats.notification_texts import proposed_text
from agreements.models import Correction, ProcesVerbal
from agreements.presentation.corrections import corrected
from agreements.queries.corrections import due, effected_lines
from agreements.services import corrections, registrations
from agreements.services.corrections import Line
from ots_portal.audit.digests import sha256
from ots_portal.audit.queries import history_of
from ots_portal.clock import database_now
from ots_portal.lifecycle import WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.agreements import (
    InstrumentFactory,
    ProvisionTextFactory,
    RevisionFactory,
)
from tests.factories.people import ParticipantFactory, UserFactory
from tests.factories.reservations import (
    CorrectionLineFactory,
    RegistrationFactory,
    last_entry,
    notify,
)
from tests.factories.treaties import SignatureFactory, an_entry
from tests.together import together


@pytest.fixture
def treaty(turkiye):
    """Türkiye has signed; article 5 has one error."""
    instrument = InstrumentFactory(status="signed")
    SignatureFactory(instrument=instrument, participant=turkiye)
    ProvisionTextFactory(
        provision__instrument=instrument,
        provision__key="art-5",
        provision__number="5",
        language="en",
        text="The Parties render mutal assistance, and again assistance.",
    )
    return instrument


RIGHT = Line("Article 5", "en", "mutal assistance", "mutual assistance")


def proposing(**fields) -> dict:
    return {"error": "A letter is missing.", "lines": [RIGHT], **fields}


@pytest.fixture
def proposed(treaty, secretary, now) -> Correction:
    return corrections.propose_correction(treaty, by=secretary, at=now, **proposing())


@pytest.fixture
def notified(proposed, secretary, now) -> Correction:
    notify(last_entry(proposed.instrument), secretary, now)
    proposed.refresh_from_db()
    return proposed


def problems(error) -> dict[str, list[str]]:
    return error.value.message_dict


# ── proposed ────────────────────────────────────────────────────────────────────────────────────
def test_a_correction_is_proposed_in_the_ledger(proposed):
    entry = last_entry(proposed.instrument)

    assert (proposed.status, proposed.number, proposed.objection_until) == ("proposed", 1, None)
    assert (entry.kind, entry.details["lines"][0]["right"]) == (
        "correction_proposed",
        "mutual assistance",
    )


@pytest.mark.parametrize("status", ["negotiation", "ad_referendum", "adopted", "terminated"])
def test_before_the_authentication_nothing_is_corrected_in_this_way(secretary, now, status):
    treaty = InstrumentFactory(status=status)

    with pytest.raises(WrongStatus, match="from the authentication of the text on"):
        corrections.propose_correction(treaty, by=secretary, at=now, **proposing())

    assert Correction.objects.count() == 0


def test_only_the_head_of_the_depositary_proposes(treaty, officer, head_a, now):
    for person in (officer, head_a):
        with pytest.raises(Refused):
            corrections.propose_correction(treaty, by=person, at=now, **proposing())


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (Line("Article 50", "en", "mutal", "mutual"), "no such provision: Article 50"),
        (Line("Article 5", "tr", "mutal", "mutual"), "does not exist in this language"),
        (Line("Article 5", "en", "absent", "present"), "do not stand in this provision"),
        (Line("Article 5", "en", "assistance", "aid"), "more than once"),
        (Line("Article 5", "en", "mutal", "mutal"), "are the same"),
        (Line("Article 5", "en", "mutal", " "), "Nothing of this text can be seen"),
        (Line("Article 5", "en", "mutal", ""), "Write the wrong words"),
        (Line("", "en", "mutal", "mutual"), "Name the provision."),
        (Line("Article 5", "en", "mutal", "mu\u202etual"), "U+202E"),
    ],
)
def test_a_place_that_cannot_be_corrected_is_named(treaty, secretary, now, line, sentence):
    told = proposing(lines=[RIGHT, line])

    with pytest.raises(ValidationError) as refused:
        corrections.propose_correction(treaty, by=secretary, at=now, **told)

    said = problems(refused)["lines"][0]
    assert (said.startswith("Place 2: "), sentence in said) == (True, True)


def test_a_treaty_whose_text_is_elsewhere_is_corrected_by_name(secretary, now):
    treaty = InstrumentFactory(status="authenticated")

    made = corrections.propose_correction(treaty, by=secretary, at=now, **proposing())

    line = made.lines.get()
    assert (line.place, line.provision) == ("Article 5", None)


@pytest.mark.parametrize("days", [0, 731])
def test_the_days_to_object_are_bounded(treaty, secretary, now, days):
    with pytest.raises(ValidationError) as refused:
        corrections.propose_correction(
            treaty, by=secretary, at=now, **proposing(objection_days=days)
        )

    assert "objection_days" in problems(refused)


# ── the time to object ──────────────────────────────────────────────────────────────────────────
def test_ninety_days_begin_with_the_notification(notified, now):
    assert notified.objection_until == now + timedelta(days=90)


def test_before_the_notification_nobody_objects(proposed, head_a, now):
    with pytest.raises(WrongStatus, match="has not begun"):
        corrections.object_to(proposed, reason="Why", by=head_a, at=now)


def test_a_head_objects_for_the_own_state(notified, head_a, now):
    objected = corrections.object_to(notified, reason="It is no error.", by=head_a, at=now)

    entry = last_entry(notified.instrument)
    assert (objected.status, objected.objections.get().participant_id) == ("objected", "turkiye")
    assert (entry.kind, entry.participant_id) == ("correction_objected", "turkiye")
    with pytest.raises(ValidationError, match="has objected already"):
        corrections.object_to(notified, reason="Again", by=head_a, at=now)


def test_several_states_object(notified, head_a, secretary, now):
    state = ParticipantFactory(slug="kazakhstan")
    an_entry(secretary, instrument=notified.instrument, participant=state)
    corrections.object_to(notified, reason="No error", by=head_a, at=now)

    corrections.object_to(notified, reason="By note", participant=state, by=secretary, at=now)

    assert notified.objections.count() == 2


def test_the_secretariat_says_for_whom(notified, secretary, now):
    with pytest.raises(ValidationError, match="Say which State objects"):
        corrections.object_to(notified, reason="Why", by=secretary, at=now)


def test_a_head_does_not_object_for_another_state(notified, head_a, now):
    with pytest.raises(ValidationError, match="for your own State"):
        corrections.object_to(
            notified, reason="Why", participant=ParticipantFactory(), by=head_a, at=now
        )


def test_a_state_that_neither_signed_nor_consented_does_not_object(notified, head_b, now):
    with pytest.raises(ValidationError) as refused:
        corrections.object_to(notified, reason="Why", by=head_b, at=now)

    assert "is neither a signatory nor a contracting State" in problems(refused)["participant"][0]


def test_an_editor_does_not_object(notified, editor_a, now):
    with pytest.raises(Refused, match="The head of a signatory"):
        corrections.object_to(notified, reason="Why", by=editor_a, at=now)


@pytest.mark.parametrize("late", [timedelta(), timedelta(microseconds=1), timedelta(days=3)])
def test_at_the_instant_and_later_nobody_objects(notified, head_a, late):
    at = notified.objection_until + late

    with pytest.raises(WrongStatus, match="The time to object ended at"):
        corrections.object_to(notified, reason="Why", by=head_a, at=at)

    assert (notified.status, notified.objections.count()) == ("proposed", 0)


def test_by_the_database_s_clock_the_time_is_over(notified, head_a):
    """The request came in before; while it was worked on the time ran out."""
    until = database_now()
    Correction.objects.filter(pk=notified.pk).update(objection_until=until)

    with pytest.raises(WrongStatus, match="The time to object ended"):
        corrections.object_to(notified, reason="Why", by=head_a, at=until - timedelta(seconds=1))


# ── the result ──────────────────────────────────────────────────────────────────────────────────
def test_with_no_objection_it_is_effected_once(notified):
    at = notified.objection_until

    counts = [corrections.effect_what_is_due(at=at) for _ in range(2)]

    notified.refresh_from_db()
    drawn_up = ProcesVerbal.objects.get()
    entry = last_entry(notified.instrument)
    assert (counts, notified.status) == ([1, 0], "effected")
    assert (sha256(drawn_up.body), json.loads(drawn_up.body)["effect"]) == (
        drawn_up.digest,
        "ab initio",
    )
    assert (entry.kind, entry.details["proces_verbal"]) == ("correction_effected", drawn_up.digest)
    assert "agreements.correction.effected" in {one.kind for one in history_of(notified)}


def test_nothing_is_effected_before_its_time_or_after_an_objection(notified, head_a, now):
    early = corrections.effect_what_is_due(at=notified.objection_until - timedelta(seconds=1))
    corrections.object_to(notified, reason="No error", by=head_a, at=now)
    late = corrections.effect_what_is_due(at=notified.objection_until)

    assert (early, late, ProcesVerbal.objects.count()) == (0, 0, 0)


def test_what_is_not_notified_is_never_due(proposed, now):
    assert not due(now + timedelta(days=4000)).exists()


def test_the_authentic_text_stays_and_the_correction_stands_over_it(notified, treaty):
    revision = RevisionFactory(instrument=treaty)
    words = treaty.provisions.get(key="art-5").texts.get()
    corrections.effect_what_is_due(at=notified.objection_until)

    shown = corrected(words.text, list(notified.lines.all()))

    words.refresh_from_db()
    revision.refresh_from_db()
    assert words.text == "The Parties render mutal assistance, and again assistance."
    assert "<del>mutal assistance</del> <ins>mutual assistance</ins><sup>" in shown
    assert ">Corr.1</a></sup>, and again assistance." in shown


def test_what_is_wrong_is_never_markup(notified):
    line = notified.lines.get()
    line.wrong, line.right = "<b>", "<i>"

    assert "<del>&lt;b&gt;</del> <ins>&lt;i&gt;</ins>" in corrected("a <b> c", [line])


def test_the_notification_says_what_should_read_how(proposed):
    text = proposed_text(last_entry(proposed.instrument))

    assert "within 90 days of this notification" in text
    assert "“mutal assistance” should read “mutual assistance”." in text


@pytest.mark.django_db(transaction=True)
def test_of_three_workers_one_writes_the_result(secretary, now):
    treaty = InstrumentFactory(status="authenticated")
    made = corrections.propose_correction(treaty, by=secretary, at=now, **proposing())
    notify(last_entry(treaty), secretary, now)
    made.refresh_from_db()

    counts = together([partial(corrections.effect_what_is_due, at=made.objection_until)] * 3)

    assert (sum(counts), ProcesVerbal.objects.count()) == (1, 1)


# ── registration ────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def in_force(secretary):
    instrument = InstrumentFactory(status="in_force")
    an_entry(secretary, kind="entry_into_force", instrument=instrument)  # of 21 October 2026
    return instrument


@pytest.mark.parametrize("status", ["signed", "open_for_signature", "authenticated", "terminated"])
def test_before_its_entry_into_force_a_treaty_is_not_registered(secretary, now, status):
    treaty = InstrumentFactory(status=status)

    with pytest.raises(WrongStatus, match="A treaty is registered after its entry into force"):
        registrations.submit_registration(
            treaty, submitted_on_date=now.date(), by=secretary, at=now
        )


def test_a_treaty_is_transmitted_registered_and_published(in_force, secretary, now):
    made = registrations.submit_registration(
        in_force, submitted_on_date=date(2026, 10, 25), by=secretary, at=now
    )
    registrations.register(made, number="I-60001", on=date(2026, 10, 28), by=secretary, at=now)
    registrations.publish(made, volume="3401", on=now.date(), by=secretary, at=now)

    kinds = [*in_force.ledger.order_by("number").values_list("kind", flat=True)]
    assert (made.status, made.number, made.volume) == ("published", "I-60001", "3401")
    assert kinds[1:] == ["registration_submitted", "registration", "registration_published"]


def test_it_is_not_transmitted_before_that_day_nor_twice(in_force, secretary, now):
    with pytest.raises(ValidationError, match="entered into force on 2026-10-21"):
        registrations.submit_registration(
            in_force, submitted_on_date=date(2026, 10, 20), by=secretary, at=now
        )
    registrations.submit_registration(in_force, submitted_on_date=now.date(), by=secretary, at=now)
    with pytest.raises(WrongStatus, match="already"):
        registrations.submit_registration(
            in_force, submitted_on_date=now.date(), by=secretary, at=now
        )


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"number": " "}, "number"),
        ({"number": "I" * 21}, "number"),
        ({"on": date(2020, 5, 1)}, "on"),
        ({"on": date(2099, 1, 1)}, "on"),
    ],
)
def test_a_registration_is_entered_as_it_was_made(secretary, now, fields, field):
    told = {"number": "I-1", "on": date(2020, 7, 1), **fields}

    with pytest.raises(ValidationError) as refused:
        registrations.register(RegistrationFactory(), by=secretary, at=now, **told)

    assert list(problems(refused)) == [field]


def test_nothing_is_published_before_it_is_registered(secretary, now):
    with pytest.raises(WrongStatus):
        registrations.publish(
            RegistrationFactory(), volume="1", on=now.date(), by=secretary, at=now
        )


def test_a_member_of_staff_does_not_register(now):
    person = UserFactory()

    with pytest.raises(Refused):
        registrations.register(
            RegistrationFactory(), number="I-1", on=now.date(), by=person, at=now
        )


# ── one upon the other ──────────────────────────────────────────────────────────────────────────
def test_an_error_in_a_correction_is_corrected_in_its_turn(notified, treaty, secretary, now):
    corrections.effect_what_is_due(at=notified.objection_until)
    again = proposing(lines=[Line("Article 5", "en", "mutal", "reciprocal")])
    at = notified.objection_until
    second = corrections.propose_correction(treaty, by=secretary, at=at, **again)
    notify(last_entry(treaty), secretary, at)
    second.refresh_from_db()
    corrections.effect_what_is_due(at=second.objection_until)
    words = treaty.provisions.get(key="art-5").texts.get()

    lines = effected_lines(treaty)[words.provision_id, "en"]
    shown = corrected(words.text, lines)

    assert [line.correction.number for line in lines] == [1, 2]
    assert "<del>mutal</del> <ins>reciprocal</ins>" in shown
    assert ">Corr.2</a></sup> assistance, and again assistance." in shown
    assert "Corr.1" not in shown


def test_corrections_of_other_words_stand_beside_each_other(notified):
    first = notified.lines.get()
    line = CorrectionLineFactory.build(correction=notified, wrong="again assistance", right="aid")

    shown = corrected("They render mutal assistance, and again assistance.", [first, line])

    assert shown.index("<ins>mutual assistance</ins>") < shown.index("<ins>aid</ins>")
