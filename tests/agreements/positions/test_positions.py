from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from agreements.models import Position, Provision, ReconfirmationRequest, SeenWording
from agreements.queries import positions as queries
from agreements.queries.words import text_now
from agreements.services import brackets, instruments, provisions, revisions
from agreements.services import positions as services
from agreements.services.brackets import Wording
from agreements.services.positions import OtherWords
from ots_portal.audit.queries import history_of
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.positions import (
    EARLIER,
    digest,
    negotiated,
    paragraph_of,
    somebody_of,
    stand,
)


def write(provision, text, by, at, language="en"):
    provision.refresh_from_db()
    return provisions.update_provision(
        provision,
        language=language,
        heading="Heading 1",
        text=text,
        version=provision.version,
        by=by,
        at=at,
    )


def standing_of(user, provision, state):
    text = text_now(provision.instrument)
    standing = queries.standings_for(user, text).of(state.pk, text.by_pk[provision.pk])
    return standing.stance.value, standing.is_stale


# ── taking one ──────────────────────────────────────────────────────────────────────────────────


def test_a_position_is_bound_to_the_words_that_were_seen(article, editor_a, turkiye, now):
    position = stand(article, editor_a, "accept", at=now, note="As agreed in Baku.")

    kept = SeenWording.objects.get()
    assert (position.number, position.participant, position.on_sha256) == (
        1,
        turkiye,
        digest(article),
    )
    assert (kept.sha256, kept.parts[0]["text"]) == (digest(article), "The host answers at once, 1.")


def test_the_last_position_is_the_present_one_and_earlier_ones_stay(article, editor_a, turkiye):
    stand(article, editor_a, "general_reserve")
    stand(article, editor_a, "accept", at=EARLIER + timedelta(hours=1))

    assert standing_of(editor_a, article, turkiye) == ("accept", False)
    assert list(Position.objects.values_list("number", "stance")) == [
        (1, "general_reserve"),
        (2, "accept"),
    ]


def test_a_position_on_other_words_is_refused(article, editor_a, officer, now):
    seen = digest(article)
    write(article, "The host answers within a day.", officer, now)

    with pytest.raises(OtherWords, match="Read the present ones first"):
        stand(article, editor_a, on_sha256=seen)

    assert not Position.objects.exists()


def test_of_two_colleagues_the_second_learns_of_the_first(article, editor_a, second_editor_a):
    stand(article, editor_a, "general_reserve", after=0)

    with pytest.raises(StaleVersion):
        stand(article, second_editor_a, "accept", after=0)

    assert Position.objects.get().stance == "general_reserve"


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("reader_a", "An editor or the head"),
        ("observer", "Only the negotiating States take positions"),
        ("officer", "Only the negotiating States take positions"),
        ("machine_a", "A person takes the position"),
    ],
)
def test_who_takes_no_position(request, article, who, sentence):
    with pytest.raises(Refused, match=sentence):
        stand(article, request.getfixturevalue(who))


def test_a_state_that_does_not_negotiate_takes_none(article, kazakhstan):
    with pytest.raises(Refused, match="does not negotiate"):
        stand(article, somebody_of(kazakhstan))


@pytest.mark.parametrize("status", ["mandated", "suspended", "adopted", "signed", "in_force"])
def test_off_the_table_no_position_is_taken(turkiye, editor_a, status):
    article = negotiated(turkiye, status=status).provisions.get()

    with pytest.raises(WrongStatus):
        stand(article, editor_a)


@pytest.mark.parametrize(
    "values", [{"stance": "like"}, {"visibility": "friends"}, {"note": "x" * 2001}]
)
def test_what_is_no_position_is_said_at_the_field(article, editor_a, values):
    with pytest.raises(ValidationError) as refused:
        stand(article, editor_a, **{"stance": "accept", **values})

    assert list(refused.value.message_dict) == list(values)


def test_the_audit_holds_neither_stance_nor_note(article, editor_a):
    position = stand(article, editor_a, "oppose", note="Never.", visibility="own")

    body = history_of(position).get().body
    assert ("oppose" in body, "Never" in body) == (False, False)


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_to_change_a_position(article, editor_a):
    position = stand(article, editor_a)

    with pytest.raises(DatabaseError), transaction.atomic():
        Position.objects.filter(pk=position.pk).update(stance="oppose")
    assert connection.is_usable()


# ── words that change ───────────────────────────────────────────────────────────────────────────


def test_a_position_turns_stale_with_its_words_and_holds_again_with_them(
    article, editor_a, officer, turkiye, now
):
    stand(article, editor_a)

    write(article, "The host answers within a day.", officer, now)
    changed = standing_of(editor_a, article, turkiye)
    write(article, "The host answers at once, 1.", officer, now)

    assert (changed, standing_of(editor_a, article, turkiye)) == (
        ("accept", True),
        ("accept", False),
    )


def test_another_paragraph_language_or_sponsor_changes_no_words(
    article, editor_a, editor_b, officer, turkiye, azerbaijan, now
):
    other = paragraph_of(article, "1")
    bracket = brackets.open_bracket(
        article,
        language="en",
        quote="at once",
        present=Wording(sponsors=[turkiye]),
        version=article.version,
        by=officer,
        at=now,
    )
    stand(other, editor_a)
    stand(article, editor_b)

    brackets.sponsor(bracket.alternatives.get(), participant=azerbaijan, by=editor_b, at=now)
    write(article, "Ev sahibi hemen yanıtlar.", officer, now, language="tr")

    assert standing_of(editor_b, article, azerbaijan) == ("accept", False)


def test_a_bracket_and_its_alternatives_are_part_of_the_words(
    article, editor_a, officer, turkiye, now
):
    stand(article, editor_a)

    brackets.open_bracket(
        article,
        language="en",
        quote="at once",
        present=Wording(sponsors=[turkiye]),
        version=article.version,
        by=officer,
        at=now,
    )

    assert standing_of(editor_a, article, turkiye) == ("accept", True)


def test_a_delegation_is_asked_once_to_reconfirm(article, editor_a, officer, turkiye, now):
    stand(article, editor_a)

    write(article, "The host answers within a day.", officer, now)
    write(article, "The host answers within an hour.", officer, now)

    request = ReconfirmationRequest.objects.get()
    entries = [entry.data for entry in history_of(request)]
    assert (request.participant, entries) == (turkiye, [{"count": 1}])


def test_a_change_of_several_provisions_asks_a_delegation_with_one_entry(
    article, editor_a, officer, now
):
    paragraph = paragraph_of(article)
    stand(article, editor_a)
    stand(paragraph, editor_a)

    write(paragraph, "They train twice a year.", officer, now)

    first, second = ReconfirmationRequest.objects.all()
    told = [entry.data for one in (first, second) for entry in history_of(one)]
    assert told == [{"count": 2}]


def test_reconfirming_repeats_the_position_on_the_present_words(
    article, editor_a, officer, turkiye, now
):
    position = stand(article, editor_a, "scrutiny_reserve", note="Parliament sits in May.")
    write(article, "The host answers within a day.", officer, now)

    again = services.reconfirm(position, on_sha256=digest(article), by=editor_a, at=now)

    assert (again.number, again.stance, again.note) == (
        2,
        "scrutiny_reserve",
        "Parliament sits in May.",
    )
    assert standing_of(editor_a, article, turkiye) == ("scrutiny_reserve", False)


def test_reconfirming_needs_the_words_that_stand_now(article, editor_a, officer, now):
    position = stand(article, editor_a)
    write(article, "The host answers within a day.", officer, now)
    seen = digest(article)
    write(article, "The host answers within an hour.", officer, now)

    with pytest.raises(OtherWords):
        services.reconfirm(position, on_sha256=seen, by=editor_a, at=now)


def test_what_holds_or_was_replaced_is_not_reconfirmed(article, editor_a, officer, now):
    position = stand(article, editor_a)
    with pytest.raises(WrongStatus, match="holds for the present words already"):
        services.reconfirm(position, on_sha256=digest(article), by=editor_a, at=now)

    write(article, "The host answers within a day.", officer, now)
    stand(article, editor_a, "oppose", at=now)
    with pytest.raises(WrongStatus, match="another position since"):
        services.reconfirm(position, on_sha256=digest(article), by=editor_a, at=now)


def test_another_state_does_not_reconfirm(article, editor_a, editor_b, now):
    with pytest.raises(Refused, match="whose position it is"):
        services.reconfirm(stand(article, editor_a), on_sha256=digest(article), by=editor_b, at=now)


# ── who reads it ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("visibility", "readers"),
    [
        ("own", {"reader_a"}),
        ("chair", {"reader_a", "officer"}),
        ("all", {"reader_a", "officer", "editor_b"}),
    ],
)
def test_who_reads_a_position(request, article, editor_a, visibility, readers):
    stand(article, editor_a, visibility=visibility)
    everybody = ("reader_a", "editor_b", "officer", "administrator", "auditor", "observer")

    found = {who for who in everybody if queries.visible_to(request.getfixturevalue(who)).exists()}

    assert found == readers


def test_a_delegation_that_presides_reads_in_the_place_of_the_secretariat(
    article, editor_a, editor_b, officer, secretary, azerbaijan, now
):
    stand(article, editor_a, visibility="chair")

    instruments.name_chair(article.instrument, participant=azerbaijan, by=secretary, at=now)

    told = [queries.visible_to(user).exists() for user in (editor_b, officer, secretary)]
    assert told == [True, False, False]


def test_others_see_what_they_were_told_last(article, editor_a, editor_b, turkiye):
    stand(article, editor_a, "accept", visibility="all")
    stand(article, editor_a, "oppose", visibility="own", at=EARLIER + timedelta(hours=1))

    assert [standing_of(user, article, turkiye)[0] for user in (editor_a, editor_b)] == [
        "oppose",
        "accept",
    ]


def test_the_chair_negotiates(article, secretary, kazakhstan, now):
    with pytest.raises(ValidationError, match="one of the negotiating States"):
        instruments.name_chair(article.instrument, participant=kazakhstan, by=secretary, at=now)


# ── an article and its paragraphs ───────────────────────────────────────────────────────────────


def test_the_worst_of_the_paragraphs_is_shown_of_the_article(article, editor_a, turkiye):
    first, second = paragraph_of(article, "1"), paragraph_of(article, "2", "They report.")

    stand(first, editor_a, "accept")
    half = standing_of(editor_a, article, turkiye)
    stand(second, editor_a, "parliamentary_reserve")
    reserved = standing_of(editor_a, article, turkiye)
    stand(second, editor_a, "accept_ad_ref", at=EARLIER + timedelta(hours=1))

    assert (half, reserved, standing_of(editor_a, article, turkiye)) == (
        ("none", False),
        ("parliamentary_reserve", False),
        ("accept_ad_ref", False),
    )


def test_what_is_said_of_an_article_is_said_of_its_paragraphs(article, editor_a, turkiye):
    paragraph = paragraph_of(article)

    stand(article, editor_a, "accept")

    assert standing_of(editor_a, paragraph, turkiye) == ("accept", False)


def test_words_of_a_paragraph_are_words_of_its_article(article, editor_a, officer, turkiye, now):
    paragraph = paragraph_of(article)
    stand(article, editor_a)

    write(paragraph, "They train twice a year.", officer, now)

    assert standing_of(editor_a, article, turkiye) == ("accept", True)


# ── the status follows ──────────────────────────────────────────────────────────────────────────


def status_of(provision):
    return Provision.objects.get(pk=provision.pk).status


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        ("accept", "accept", "agreed"),
        ("accept", "accept_ad_ref", "agreed_ad_ref"),
        ("accept", "scrutiny_reserve", "reserved"),
        ("oppose", "accept", "reserved"),
        ("accept", "none", "open"),
    ],
)
def test_the_status_follows_from_what_all_were_told(
    article, editor_a, editor_b, first, second, status
):
    stand(article, editor_a, first)
    stand(article, editor_b, second)

    assert status_of(article) == status


def test_what_the_chair_alone_was_told_shows_in_no_status(article, editor_a, editor_b):
    stand(article, editor_a, "accept")
    stand(article, editor_b, "general_reserve", visibility="chair")

    assert status_of(article) == "open"


def test_a_stale_acceptance_agrees_to_nothing(article, editor_a, editor_b, officer, now):
    stand(article, editor_a)
    write(article, "The host answers within a day.", officer, now)

    stand(article, editor_b)

    assert status_of(article) == "open"


def test_from_ad_referendum_a_provision_becomes_agreed(article, editor_a, editor_b, now):
    stand(article, editor_a, "accept_ad_ref")
    stand(article, editor_b, "accept")
    before = status_of(article)

    stand(article, editor_a, "accept", at=now)

    assert (before, status_of(article)) == ("agreed_ad_ref", "agreed")


# ── reopening ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def agreed(article, editor_a, editor_b):
    stand(article, editor_a)
    stand(article, editor_b)
    return Provision.objects.get(pk=article.pk)


@pytest.mark.parametrize("stance", ["oppose", "general_reserve", "none", "accept_ad_ref"])
def test_what_is_agreed_is_not_taken_back_by_a_position(agreed, editor_a, stance):
    with pytest.raises(ValidationError, match="reopens it first") as refused:
        stand(agreed, editor_a, stance)

    assert list(refused.value.message_dict) == ["stance"]


def test_an_agreed_paragraph_is_not_taken_back_by_its_article(article, editor_a, editor_b):
    paragraph = paragraph_of(article)
    paragraph_of(article, "2")
    stand(article, editor_a)
    stand(paragraph, editor_b)

    with pytest.raises(ValidationError, match=r"Article 1 \(1\): It is agreed"):
        stand(article, editor_a, "oppose")
    stand(paragraph, editor_a)
    stand(article, editor_a, "oppose")

    assert (status_of(paragraph), status_of(article)) == ("agreed", "reserved")


def test_the_head_of_a_state_reopens_and_all_are_asked(agreed, head_a, turkiye, azerbaijan, now):
    reopening = services.reopen_provision(
        agreed, reason="The cost is not clear.", by=head_a, at=now
    )

    asked = ReconfirmationRequest.objects.values_list("participant", flat=True)
    assert (status_of(agreed), reopening.participant, set(asked)) == (
        "open",
        turkiye,
        {"turkiye", "azerbaijan"},
    )
    assert standing_of(head_a, agreed, azerbaijan) == ("accept", True)


def test_once_reopened_all_states_agree_anew(agreed, head_a, editor_a, editor_b, now):
    services.reopen_provision(agreed, reason="The cost is not clear.", by=head_a, at=now)
    later = now + timedelta(minutes=1)

    for position, by in zip(
        Position.objects.order_by("participant"), (editor_b, editor_a), strict=True
    ):
        services.reconfirm(position, on_sha256=digest(agreed), by=by, at=later)

    assert status_of(agreed) == "agreed"


@pytest.mark.parametrize("who", ["editor_a", "officer", "secretary"])
def test_nobody_else_reopens(request, agreed, who, now):
    with pytest.raises(Refused):
        services.reopen_provision(
            agreed, reason="Because.", by=request.getfixturevalue(who), at=now
        )


def test_reopening_says_why_and_needs_something_agreed(article, agreed, head_a, now):
    with pytest.raises(ValidationError) as refused:
        services.reopen_provision(agreed, reason="  ", by=head_a, at=now)
    services.reopen_provision(agreed, reason="The cost.", by=head_a, at=now)
    with pytest.raises(WrongStatus, match="nothing to reopen"):
        services.reopen_provision(agreed, reason="Again.", by=head_a, at=now)

    assert list(refused.value.message_dict) == ["reason"]


def test_reopening_a_paragraph_reopens_its_article(
    article, turkiye, azerbaijan, head_a, editor_b, now
):
    paragraph = paragraph_of(article)
    editor = somebody_of(turkiye)
    for user in (editor, editor_b):
        stand(article, user)
    both = {status_of(article), status_of(paragraph)}

    services.reopen_provision(paragraph, reason="The cost.", by=head_a, at=now)

    assert (both, {status_of(article), status_of(paragraph)}) == ({"agreed"}, {"open"})


def test_the_card_shows_what_is_to_be_reconfirmed_until_it_is(article, editor_a, officer, now):
    position = stand(article, editor_a)
    write(article, "The host answers within a day.", officer, now)
    before = queries.to_reconfirm(editor_a)

    services.reconfirm(position, on_sha256=digest(article), by=editor_a, at=now)

    assert (before, queries.to_reconfirm(editor_a)) == ([position], [])


def test_what_others_were_told_last_is_reconfirmed_too(article, editor_a, officer, now):
    told = stand(article, editor_a, "general_reserve")
    kept = stand(article, editor_a, visibility="own")
    write(article, "The host answers within a day.", officer, now)
    before = queries.to_reconfirm(editor_a)

    services.reconfirm(kept, on_sha256=digest(article), by=editor_a, at=now)
    between = queries.to_reconfirm(editor_a)
    services.reconfirm(told, on_sha256=digest(article), by=editor_a, at=now)

    assert (set(before), between, queries.to_reconfirm(editor_a)) == ({told, kept}, [told], [])


def test_off_the_table_nothing_is_to_be_reconfirmed(article, editor_a, officer, turkiye, now):
    stand(article, editor_a)
    write(article, "The host answers within a day.", officer, now)
    instrument = article.instrument

    instrument.status = "suspended"
    instrument.save()
    suspended = queries.to_reconfirm(editor_a)
    instrument.status = "negotiation"
    instrument.save()
    instrument.negotiating_states.remove(turkiye)

    assert (suspended, queries.to_reconfirm(editor_a)) == ([], [])


def test_who_negotiates_in_another_language_is_asked_anew(article, editor_a, officer, now):
    revision = revisions.open_revision(
        article.instrument, kind="rolling", language="en", by=officer, at=now
    )
    stand(article, editor_a, "accept_ad_ref")
    revisions.freeze(revision, by=officer, at=now)

    revisions.open_revision(article.instrument, kind="rolling", language="ru", by=officer, at=now)

    asked = ReconfirmationRequest.objects.values_list("participant", flat=True)
    assert list(asked) == ["turkiye"]
