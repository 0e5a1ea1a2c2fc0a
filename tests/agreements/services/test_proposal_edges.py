"""What a proposal says must not be lost, nor take more with it than it says, whatever happens to the text meanwhile."""

import pytest
from django.core.exceptions import ValidationError

from agreements.models import Alternative, Proposal, Provision, ProvisionText
from agreements.queries.anchors import collisions_of
from agreements.queries.text_rows import live_provisions
from agreements.services import brackets as bracket_services
from agreements.services import proposals as services
from agreements.services import provisions as provision_services
from ots_portal.lifecycle import WrongStatus
from tests.factories.agreements import ProvisionTextFactory
from tests.factories.proposals import a_draft, a_proposal, a_text, head_of, provision_of, words

P1, P2 = "The host answers within one hour of the alert.", "It says what it can send."


def rewrite(instrument, key, text, *, by, now, heading=""):
    provision = provision_of(instrument, key)
    provision_services.update_provision(
        provision, language="en", heading=heading, text=text, version=provision.version, by=by, at=now,
    )  # fmt: skip


def again(proposal):
    return Proposal.objects.get(pk=proposal.pk)


def test_joined_words_do_not_overwrite_what_changed_in_the_other_provision(editor_a, officer, now):
    text = a_text()
    one, other = provision_of(text, "art-1-para-1"), provision_of(text, "art-1-para-2")
    said = {"op": "merge", "provision": one, "other": other, "quote": ""}
    written = a_proposal(editor_a, instrument=text, **said, text=f"{P1} And {P2}")
    as_they_are = a_proposal(editor_a, instrument=text, **said, text="")

    rewrite(text, "art-1-para-2", "It says what it can send, and when.", by=officer, now=now)

    assert [again(each).is_in_conflict for each in (written, as_they_are)] == [True, False]
    rebased = services.rebase(
        again(written), version=again(written).version, by=head_of(editor_a), at=now
    )
    assert not rebased.is_in_conflict


def test_what_is_joined_stands_beside_it_also_when_it_is_merged(editor_a, editor_b, officer, now):
    text = a_text()
    one, other = provision_of(text, "art-1-para-1"), provision_of(text, "art-1-para-2")
    joined = a_proposal(
        editor_a, "under_discussion", instrument=text, op="merge", provision=one, other=other, quote="", text="",
    )  # fmt: skip
    a_proposal(
        editor_b, "merged", instrument=text, op="move", provision=one, other=other, placement="inside",
    )  # fmt: skip

    joined = again(joined)
    with pytest.raises(WrongStatus, match="do not stand in the text any more"):
        services.merge(joined, version=joined.version, by=officer, at=now)

    assert Provision.objects.get(pk=one.pk).parent_id == other.pk


def test_only_neighbours_are_joined(editor_a):
    text = a_text()
    a_proposal(
        editor_a, "merged", instrument=text, op="insert", provision=provision_of(text, "art-1"), quote="",
        new_kind="article", new_number="1 bis", heading="Between", text="Words.",
    )  # fmt: skip
    with pytest.raises(ValidationError, match="beside each other"):
        a_draft(
            editor_a, instrument=text, op="merge", provision=provision_of(text, "art-1"), quote="",
            other=provision_of(text, "art-2"), text="",
        )  # fmt: skip


def test_a_heading_that_was_changed_meanwhile_is_not_overwritten(editor_a, officer, now):
    text = a_text()
    article = provision_of(text, "art-2")
    said = {"provision": article, "quote": "its own costs", "text": "all costs"}
    with_heading = a_proposal(editor_a, instrument=text, **said, heading="Expenses")
    words_alone = a_proposal(editor_a, instrument=text, **said)

    rewrite(text, "art-2", "Each Party bears its own costs.", by=officer, now=now, heading="Money")

    assert [again(one).is_in_conflict for one in (with_heading, words_alone)] == [True, False]


def test_a_split_whose_first_part_went_is_in_conflict(editor_a, officer, now):
    text = a_text()
    proposal = a_proposal(editor_a, instrument=text, op="split", quote="within one hour", text="")

    rewrite(text, "art-1-para-1", "within one hour of the alert.", by=officer, now=now)

    assert again(proposal).is_in_conflict


def test_words_that_introduce_paragraphs_are_left_out_without_these(editor_a, officer, now):
    text = a_text()
    rewrite(text, "art-1", "The Parties agree:", by=officer, now=now, heading="The alert")

    a_proposal(
        editor_a, "merged", instrument=text, op="delete", provision=provision_of(text, "art-1"),
        quote="The Parties agree:", text="",
    )  # fmt: skip

    assert words(text)[:3] == [("art-1", ""), ("art-1-para-1", P1), ("art-1-para-2", P2)]


def test_a_deletion_that_wins_in_the_brackets_takes_the_provision_away(editor_a, officer, now):
    text = a_text()
    article = provision_of(text, "art-2")
    proposal = a_proposal(editor_a, "bracketed", instrument=text, op="delete", provision=article, quote="", text="")  # fmt: skip
    article.refresh_from_db()

    winner = Alternative.objects.get(is_deletion=True)
    bracket_services.resolve_bracket(winner, version=article.version, by=officer, at=now)

    assert again(proposal).status == "merged"
    assert "art-2" not in dict(words(text))


def test_a_heading_comes_with_the_words_that_win_in_the_brackets(editor_a, officer, now):
    text = a_text()
    proposal = a_proposal(
        editor_a, "bracketed", instrument=text, provision=provision_of(text, "art-2"), quote="its own costs",
        text="all costs", heading="Expenses",
    )  # fmt: skip

    winner = Alternative.objects.get(text="all costs")
    version = provision_of(text, "art-2").version
    bracket_services.resolve_bracket(winner, version=version, by=officer, at=now)

    assert again(proposal).status == "merged"
    found = ProvisionText.objects.get(provision__instrument=text, provision__key="art-2")
    assert (found.heading, found.text) == ("Expenses", "Each Party bears all costs.")


def test_a_proposal_is_set_on_the_words_that_stand_when_it_is_written(editor_a, officer, now):
    proposal = a_draft(editor_a)
    seen = {str(one.pk): one for one in live_provisions(proposal.instrument)}
    rewrite(proposal.instrument, "art-1-para-1", "The host answers at once.", by=officer, now=now)

    with pytest.raises(ValidationError, match="do not stand in the provision"):
        services.update_draft(
            proposal, version=1, by=editor_a, at=now, provision=seen[str(proposal.provision_id)]
        )


def test_a_new_provision_that_is_not_wanted_goes_with_its_brackets(editor_a, officer, now):
    text = a_text()
    proposal = a_proposal(
        editor_a, "bracketed", instrument=text, op="insert", provision=provision_of(text, "art-2"), quote="",
        new_kind="article", new_number="3", heading="Review", text="The Parties review it.",
    )  # fmt: skip
    new = Provision.objects.get(instrument=text, number="3")

    winner = Alternative.objects.get(is_deletion=True)
    bracket_services.resolve_bracket(winner, version=new.version, by=officer, at=now)

    assert not Provision.objects.get(pk=new.pk).is_live
    assert again(proposal).status == "bracketed"


@pytest.mark.parametrize(
    ("one", "other", "collide"),
    [
        (("art-1-para-1", "after"), ("art-1-para-2", "before"), True),
        (("art-1-para-2", "after"), ("art-1", "inside"), True),
        (("art-2", "after"), (None, ""), True),
        (("art-1-para-1", "after"), ("art-1-para-2", "after"), False),
        (("art-1-para-2", "after"), ("art-2", "before"), False),
    ],
)
def test_new_provisions_at_one_place_collide_however_it_is_said(
    editor_a, editor_b, one, other, collide
):
    text = a_text()
    for by, (key, placement) in ((editor_a, one), (editor_b, other)):
        beside = provision_of(text, key) if key else None
        a_proposal(
            by, instrument=text, op="insert", provision=beside, placement=placement, quote="",
            new_kind="paragraph", text="Words.",
        )  # fmt: skip

    assert bool(collisions_of(text)) == collide


def test_what_comes_into_an_article_collides_with_its_deletion(editor_a, editor_b):
    text = a_text()
    a_proposal(
        editor_a, instrument=text, op="insert", provision=provision_of(text, "art-1-para-1"), quote="",
        new_kind="paragraph", text="Words.",
    )  # fmt: skip
    a_proposal(
        editor_b, instrument=text, op="delete", provision=provision_of(text, "art-1"), quote="", text="",
    )  # fmt: skip

    assert len(collisions_of(text)) == 2


@pytest.mark.parametrize(
    "said",
    [
        {"op": "delete", "quote": "", "text": ""},
        {"op": "split", "quote": "сообщает", "text": ""},
        {"op": "merge", "quote": "", "text": ""},
    ],
)
def test_nobody_takes_words_away_that_stand_in_another_language(editor_a, said):
    text = a_text()
    one = provision_of(text, "art-1-para-2")
    ProvisionTextFactory(provision=one, language="ru", text="Она сообщает, что может послать.")

    with pytest.raises(ValidationError) as refused:
        a_draft(
            editor_a, instrument=text, provision=one, language="ru", other=provision_of(text, "art-1-para-1"), **said,
        )  # fmt: skip

    assert list(refused.value.message_dict) == ["language"]


def test_words_have_the_line_ends_and_headings_the_line_that_texts_have(editor_a):
    proposal = a_draft(editor_a, text="within\r\na day", heading="Alert\nand answer")

    assert (proposal.text, proposal.heading) == ("within\na day", "Alert and answer")


def test_the_second_part_begins_with_a_word(editor_a):
    text = a_text()
    a_proposal(editor_a, "merged", instrument=text, op="split", quote=" within one", text="")

    assert [one for _key, one in words(text)][1:3] == [
        "The host answers",
        "within one hour of the alert.",
    ]
