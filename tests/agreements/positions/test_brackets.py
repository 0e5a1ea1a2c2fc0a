import pytest
from django.core.exceptions import ValidationError

from agreements.models import Bracket, BracketResolution, ProvisionText
from agreements.queries.words import text_now
from agreements.services import brackets as services
from agreements.services import instruments, revisions
from agreements.services.brackets import Wording, put_in_place
from agreements.statuses import RevisionKind
from ots_portal.audit.queries import history_of
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.positions import stand


@pytest.fixture
def open_one(article, officer, turkiye, now):
    def open_bracket(quote="at once", *, by=officer, others=(), **more):
        article.refresh_from_db()
        values = {
            "language": "en",
            "present": Wording(sponsors=[turkiye]),
            "version": article.version,
            **more,
        }
        return services.open_bracket(article, quote=quote, others=others, by=by, at=now, **values)

    return open_bracket


def wordings(bracket):
    return [
        (one.label, one.text, [state.pk for state in one.sponsors.all()])
        for one in bracket.alternatives.all()
    ]


def text_of(provision):
    return ProvisionText.objects.get(provision=provision, language="en").text


def version_of(provision):
    provision.refresh_from_db()
    return provision.version


def test_words_are_put_into_brackets_with_a_second_wording(open_one, article, azerbaijan):
    bracket = open_one(others=[Wording("within a day", sponsors=[azerbaijan])])

    assert wordings(bracket) == [
        ("A", "at once", ["turkiye"]),
        ("B", "within a day", ["azerbaijan"]),
    ]
    article.refresh_from_db()
    assert (article.status, article.version) == ("bracketed", 2)


def test_to_go_without_words_is_a_wording(open_one, article, officer, now):
    bracket = open_one(others=[Wording(is_deletion=True, is_by_chair=True)])

    assert wordings(bracket)[1] == ("B", "", [])


@pytest.mark.parametrize(
    ("quote", "sentence"),
    [
        ("", "Say which words"),
        ("never", "do not stand in the provision"),
        ("t", "more than once"),
        ("answers at once", "neither overlap nor hold one another"),
        ("once", "neither overlap nor hold one another"),
    ],
)
def test_words_that_cannot_be_put_into_brackets(open_one, quote, sentence):
    open_one("at once")

    with pytest.raises(ValidationError, match=sentence) as refused:
        open_one(quote)

    assert (list(refused.value.message_dict), Bracket.objects.count()) == (["quote"], 1)


def test_each_wording_has_a_state_or_the_chair_behind_it(open_one):
    with pytest.raises(ValidationError, match="at least one State, or the chair"):
        open_one(present=Wording())

    assert not Bracket.objects.exists()


def test_only_negotiating_states_stand_behind_a_wording(open_one, kazakhstan):
    with pytest.raises(ValidationError, match="does not negotiate"):
        open_one(present=Wording(sponsors=[kazakhstan]))


def test_one_wording_stands_there_once(open_one, azerbaijan):
    with pytest.raises(ValidationError, match="on the table already"):
        open_one(others=[Wording("at once", sponsors=[azerbaijan])])


def test_of_two_at_once_the_second_is_told(open_one, article, officer, turkiye, now):
    bracket = open_one()
    seen = version_of(article)
    services.add_alternative(
        bracket, wording=Wording("soon", is_by_chair=True), version=seen, by=officer, at=now
    )

    with pytest.raises(StaleVersion):
        services.add_alternative(
            bracket, wording=Wording("later", is_by_chair=True), version=seen, by=officer, at=now
        )

    assert [label for label, _text, _states in wordings(bracket)] == ["A", "B"]


def test_a_delegation_opens_no_bracket_and_one_that_presides_does(
    open_one, article, head_b, secretary, azerbaijan, now
):
    with pytest.raises(Refused, match="a State tables a proposal"):
        open_one(by=head_b)
    instruments.name_chair(article.instrument, participant=azerbaijan, by=secretary, at=now)
    article.instrument.refresh_from_db()

    assert open_one(by=head_b).pk


def test_a_frozen_text_takes_no_bracket(open_one, article, officer, now):
    revision = revisions.open_revision(
        article.instrument, kind=RevisionKind.ROLLING, by=officer, at=now
    )
    revisions.freeze(revision, by=officer, at=now)

    with pytest.raises(WrongStatus, match="frozen as revision 1"):
        open_one()


def test_agreed_words_take_no_bracket(open_one, article, editor_a, editor_b):
    stand(article, editor_a)
    stand(article, editor_b)

    with pytest.raises(WrongStatus, match="only after a State has reopened it"):
        open_one()


# ── sponsors ────────────────────────────────────────────────────────────────────────────────────


def test_a_delegation_stands_behind_a_wording_and_no_more(open_one, editor_b, azerbaijan, now):
    bracket = open_one()
    alternative = bracket.alternatives.get()

    services.sponsor(alternative, participant=azerbaijan, by=editor_b, at=now)
    with_it = wordings(bracket)
    services.withdraw_sponsorship(alternative, participant=azerbaijan, by=editor_b, at=now)

    assert (with_it[0][2], wordings(bracket)[0][2]) == (["azerbaijan", "turkiye"], ["turkiye"])


def test_nobody_speaks_for_another_delegation(open_one, editor_b, turkiye, now):
    alternative = open_one().alternatives.get()

    with pytest.raises(Refused, match="for its own State"):
        services.withdraw_sponsorship(alternative, participant=turkiye, by=editor_b, at=now)


def test_a_wording_that_nobody_stands_behind_is_off_the_table(
    open_one, article, editor_b, azerbaijan, now
):
    bracket = open_one(others=[Wording("within a day", sponsors=[azerbaijan])])
    before = version_of(article)

    services.withdraw_sponsorship(
        bracket.alternatives.get(label="B"), participant=azerbaijan, by=editor_b, at=now
    )

    assert ([one[0] for one in wordings(bracket)], version_of(article)) == (["A"], before + 1)


def test_the_last_wording_is_not_left_alone(open_one, editor_a, turkiye, now):
    alternative = open_one().alternatives.get()

    with pytest.raises(ValidationError, match="Resolve the bracket instead"):
        services.withdraw_sponsorship(alternative, participant=turkiye, by=editor_a, at=now)

    assert alternative.sponsors.get() == turkiye


# ── resolving ───────────────────────────────────────────────────────────────────────────────────


def test_a_wording_becomes_the_words_and_the_others_are_kept(
    open_one, article, officer, azerbaijan, now
):
    bracket = open_one(others=[Wording("within a day", sponsors=[azerbaijan])])
    chosen = bracket.alternatives.get(label="B")

    resolution = services.resolve_bracket(chosen, version=version_of(article), by=officer, at=now)

    article.refresh_from_db()
    assert (text_of(article), article.status, Bracket.objects.count()) == (
        "The host answers within a day, 1.",
        "open",
        0,
    )
    assert (resolution.winner, [one["sponsors"] for one in resolution.alternatives]) == (
        "B",
        [["turkiye"], ["azerbaijan"]],
    )
    assert "within a day" not in history_of(resolution).get().body


def test_who_saw_the_words_before_the_resolution_is_late(open_one, article, officer, now):
    bracket = open_one()
    seen = ProvisionText.objects.get(provision=article, language="en").version

    services.resolve_bracket(
        bracket.alternatives.get(), version=version_of(article), by=officer, at=now
    )

    assert ProvisionText.objects.get(provision=article, language="en").version == seen + 1


def test_each_bracket_is_written_out_in_its_own_place(open_one, article):
    open_one("host", others=[Wording("host, at once,", is_by_chair=True)])
    open_one("at once", others=[Wording("soon", is_by_chair=True)])
    text = text_now(article.instrument)

    shown = text.words_of(text.by_pk[article.pk]).paragraphs[0]

    assert "The [A: host / B: host, at once,] answers [A: at once / B: soon], 1." in shown.text


def test_a_bracket_is_resolved_on_the_text_that_was_seen(open_one, article, officer, now):
    bracket = open_one()

    with pytest.raises(StaleVersion):
        services.resolve_bracket(bracket.alternatives.get(), version=1, by=officer, at=now)

    assert (Bracket.objects.count(), BracketResolution.objects.count()) == (1, 0)


def test_a_winner_that_says_another_bracket_again_is_refused(open_one, article, officer, now):
    open_one("host")
    bracket = open_one("at once", others=[Wording("as the host says", is_by_chair=True)])

    with pytest.raises(ValidationError, match="must stand in the text once"):
        services.resolve_bracket(
            bracket.alternatives.get(label="B"), version=version_of(article), by=officer, at=now
        )


@pytest.mark.parametrize(
    ("text", "quote", "winner", "result"),
    [
        ("He comes by phone.", "by phone", "", "He comes."),
        ("He comes by phone today.", "by phone", "", "He comes today."),
        ("By phone he comes.", "By phone", "", "he comes."),
        ("He comes\nby phone today.", "by phone", "", "He comes\ntoday."),
        ("He comes by phone", "by phone", "", "He comes"),
        ("He comes by phone.", "by phone", "by radio", "He comes by radio."),
    ],
)
def test_what_goes_takes_its_blank_along(text, quote, winner, result):
    assert put_in_place(text, quote, winner) == result


def test_a_clean_revision_is_not_frozen_with_a_bracket(open_one, article, officer, now):
    revision = revisions.open_revision(
        article.instrument, kind=RevisionKind.CLEAN_AD_REF, by=officer, at=now
    )
    open_one()

    with pytest.raises(ValidationError, match="a clean text has none"):
        revisions.freeze(revision, by=officer, at=now)
