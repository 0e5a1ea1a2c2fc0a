"""A proposal's life: the delegation's room, the table, brackets, the text."""

import pytest
from django.core.exceptions import ValidationError

from agreements.models import Alternative, BracketResolution, Instrument, Proposal, Provision
from agreements.queries.anchors import collisions_of
from agreements.services import brackets as bracket_services
from agreements.services import proposals as services
from agreements.services import provisions as provision_services
from agreements.services import revisions as revision_services
from ots_portal.audit.queries import history_of
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.agreements import LONG_AGO
from tests.factories.proposals import (
    a_draft,
    a_proposal,
    a_text,
    brackets,
    provision_of,
    words,
)

P1, P2 = "The host answers within one hour of the alert.", "It says what it can send."


def kinds(proposal):
    return [entry.kind.rpartition(".")[2] for entry in history_of(proposal)]


def rewrite(instrument, key, text, *, by, now):
    provision = provision_of(instrument, key)
    provision_services.update_provision(
        provision, language="en", heading="", text=text, version=provision.version, by=by, at=now,
    )  # fmt: skip


# ── drafts ──────────────────────────────────────────────────────────────────────────────────────


def test_a_draft_knows_the_words_it_was_written_on(editor_a):
    proposal = a_draft(editor_a)

    assert (proposal.status, proposal.number, proposal.start, proposal.end) == ("draft", "", 17, 32)
    assert proposal.base_text == P1


def test_the_audit_of_a_draft_holds_no_words(editor_a, now):
    proposal = a_draft(editor_a)
    services.update_draft(proposal, version=1, by=editor_a, at=now, text="within a day")

    entries = list(history_of(proposal))
    assert kinds(proposal) == ["drafted", "updated"]
    assert all("hour" not in entry.body and "day" not in entry.body for entry in entries)
    assert {entry.participant for entry in entries} == {"turkiye"}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"quote": "no such words"}, "quote"),
        ({"quote": "e"}, "quote"),
        ({"text": ""}, "text"),
        ({"text": "within one hour"}, "text"),
        ({"quote": "", "text": P1}, "text"),
        ({"op": "burn"}, "op"),
        ({"provision": None}, "provision"),
        ({"op": "insert", "new_kind": "article", "text": ""}, "text"),
        ({"op": "insert", "new_kind": ""}, "new_kind"),
        ({"op": "split", "quote": ""}, "quote"),
        ({"op": "split", "quote": "The host"}, "quote"),
        ({"op": "move"}, "other"),
        ({"op": "merge"}, "other"),
    ],
)
def test_what_says_too_little_is_said_at_its_field(editor_a, said, field):
    with pytest.raises(ValidationError) as refused:
        a_draft(editor_a, **said)

    assert list(refused.value.message_dict) == [field]


def test_a_provision_of_another_agreement_is_refused(editor_a):
    other = provision_of(a_text(), "art-2")

    with pytest.raises(ValidationError) as refused:
        a_draft(editor_a, provision=other, quote="costs")

    assert list(refused.value.message_dict) == ["provision"]


def test_an_article_does_not_move_into_itself(editor_a):
    text = a_text()
    article, inside = provision_of(text, "art-1"), provision_of(text, "art-1-para-2")

    with pytest.raises(ValidationError, match="into itself"):
        a_draft(editor_a, instrument=text, op="move", provision=article, other=inside)


def test_two_people_at_one_draft_do_not_overwrite_each_other(editor_a, now):
    proposal = a_draft(editor_a)
    services.update_draft(proposal, version=1, by=editor_a, at=now, text="within a day")

    with pytest.raises(StaleVersion):
        services.update_draft(proposal, version=1, by=editor_a, at=now, text="at once")


@pytest.mark.parametrize("who", ["reader_a", "observer", "officer", "secretary", "auditor"])
def test_only_editors_and_heads_of_members_propose(request, who):
    user = request.getfixturevalue(who)

    with pytest.raises(Refused):
        a_draft(user)


def test_a_member_that_does_not_negotiate_proposes_nothing(editor_a, azerbaijan):
    text = a_text()
    text.negotiating_states.add(azerbaijan)

    with pytest.raises(Refused, match="does not negotiate"):
        a_draft(editor_a, instrument=text)


def test_nothing_is_drafted_once_the_negotiation_is_closed(editor_a):
    text = a_text()
    Instrument.objects.filter(pk=text.pk).update(status="ad_referendum")

    with pytest.raises(WrongStatus):
        a_draft(editor_a, instrument=text)


# ── tabling ─────────────────────────────────────────────────────────────────────────────────────


def test_numbers_are_counted_by_instrument_and_state(editor_a, editor_b):
    text = a_text()
    numbers = [a_proposal(one, instrument=text).number for one in (editor_a, editor_b, editor_a)]
    numbers.append(a_proposal(editor_a).number)

    assert numbers == ["TR-1", "AZ-1", "TR-2", "TR-1"]


def test_only_the_head_tables(editor_a, head_b, officer, now):
    proposal = a_draft(editor_a)

    for person in (editor_a, head_b, officer):
        with pytest.raises(Refused):
            services.table(proposal, version=1, by=person, at=now)


def test_what_was_changed_since_it_was_read_is_not_tabled(editor_a, head_a, now):
    proposal = a_draft(editor_a)
    services.update_draft(proposal, version=1, by=editor_a, at=now, text="within a day")

    with pytest.raises(StaleVersion):
        services.table(proposal, version=1, by=head_a, at=now)

    proposal.refresh_from_db()
    assert proposal.status == "draft"


def test_a_draft_goes_along_where_its_words_still_stand(editor_a, head_a, officer, now):
    proposal = a_draft(editor_a)
    text = proposal.instrument
    rewrite(text, "art-1-para-1", "Every host answers within one hour.", by=officer, now=now)

    services.table(proposal, version=1, by=head_a, at=now)

    assert (proposal.base_text, proposal.start) == ("Every host answers within one hour.", 19)
    assert sorted(kinds(proposal)) == ["drafted", "rebased", "tabled"]


def test_a_draft_whose_words_are_gone_is_refused_with_the_way_out(editor_a, head_a, officer, now):
    proposal = a_draft(editor_a)
    rewrite(proposal.instrument, "art-1-para-1", "The host answers at once.", by=officer, now=now)

    with pytest.raises(services.OldBase, match="set the proposal on the present words"):
        services.table(proposal, version=1, by=head_a, at=now)

    proposal.refresh_from_db()
    services.rebase(proposal, version=1, by=editor_a, at=now, quote="at once", text="soon")
    services.table(proposal, version=2, by=head_a, at=now)
    assert (proposal.status, proposal.base_text) == ("tabled", "The host answers at once.")


# ── the text moves on under what is tabled ──────────────────────────────────────────────────────


def test_a_tabled_proposal_goes_along_with_other_words(editor_a, officer, now):
    proposal = a_proposal(editor_a)
    rewrite(proposal.instrument, "art-1-para-1", "Answer within one hour!", by=officer, now=now)

    proposal.refresh_from_db()
    assert (proposal.is_in_conflict, proposal.base_text) == (False, "Answer within one hour!")
    assert history_of(proposal).last().data["automatic"] is True


def test_a_tabled_proposal_whose_words_go_is_flagged_and_rebased_by_its_head(
    editor_a, head_a, officer, now
):
    proposal = a_proposal(editor_a, "under_discussion")
    rewrite(proposal.instrument, "art-1-para-1", "The host answers at once.", by=officer, now=now)
    proposal.refresh_from_db()
    flagged = proposal.is_in_conflict
    with pytest.raises(WrongStatus, match="its State sets it on the present ones first"):
        services.merge(proposal, version=proposal.version, by=officer, at=now)
    with pytest.raises(Refused):
        services.rebase(proposal, version=proposal.version, by=editor_a, at=now, quote="at once", text="soon")  # fmt: skip
    proposal.refresh_from_db()

    services.rebase(proposal, version=proposal.version, by=head_a, at=now, quote="at once", text="soon")  # fmt: skip

    assert (flagged, proposal.is_in_conflict, proposal.number) == (True, False, "TR-1")
    assert "conflicted" in kinds(proposal)


def test_a_conflict_ends_when_the_words_stand_again(editor_a, officer, now):
    proposal = a_proposal(editor_a)
    rewrite(proposal.instrument, "art-1-para-1", "At once.", by=officer, now=now)
    rewrite(proposal.instrument, "art-1-para-1", P1, by=officer, now=now)

    proposal.refresh_from_db()
    assert proposal.is_in_conflict is False


# ── States behind it ────────────────────────────────────────────────────────────────────────────


def test_another_head_joins_and_leaves(editor_a, head_b, now):
    proposal = a_proposal(editor_a)

    services.cosponsor(proposal, version=proposal.version, by=head_b, at=now)
    joined = proposal.sponsor_names
    services.leave(proposal, by=head_b, at=now)

    assert (joined, proposal.sponsor_names) == ("Türkiye, Azerbaijan", "Türkiye")


@pytest.mark.parametrize("who", ["head_a", "editor_b", "officer", "observer"])
def test_who_does_not_join(request, editor_a, who, now):
    proposal = a_proposal(editor_a)

    with pytest.raises(Refused):
        services.cosponsor(
            proposal, version=proposal.version, by=request.getfixturevalue(who), at=now
        )


def test_a_state_joins_what_it_read(editor_a, head_a, head_b, now):
    proposal = a_proposal(editor_a)
    seen = proposal.version
    services.rebase(proposal, version=seen, by=head_a, at=now, text="within a week")

    with pytest.raises(StaleVersion):
        services.cosponsor(proposal, version=seen, by=head_b, at=now)


# ── collisions ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("said", "collide"),
    [
        ({"quote": "one hour", "text": "a day"}, True),
        ({"quote": "The host", "text": "Each host"}, False),
        ({"quote": "", "text": "The host answers."}, True),
        ({"op": "delete", "quote": ""}, True),
        ({"op": "delete", "quote": "of the alert"}, False),
        ({"op": "split", "quote": "of the alert"}, True),
    ],
)
def test_proposals_on_the_same_words_collide(editor_a, editor_b, said, collide):
    text = a_text()
    one = a_proposal(editor_a, instrument=text)
    other = a_proposal(editor_b, instrument=text, **said)

    found = collisions_of(text)

    assert (other in found.get(one.pk, []), one in found.get(other.pk, [])) == (collide, collide)


def test_whoever_deletes_an_article_collides_with_what_changes_inside_it(editor_a, editor_b):
    text = a_text()
    one = a_proposal(editor_a, instrument=text)
    article = provision_of(text, "art-1")
    other = a_proposal(editor_b, instrument=text, op="delete", quote="", provision=article)

    assert collisions_of(text)[one.pk] == [other]


# ── brackets ────────────────────────────────────────────────────────────────────────────────────


def test_brackets_hold_what_stands_and_what_is_proposed_with_its_sponsors(
    editor_a, head_b, officer, now
):
    proposal = a_proposal(editor_a, "under_discussion")
    services.cosponsor(proposal, version=proposal.version, by=head_b, at=now)

    services.bracket(proposal, version=proposal.version, by=officer, at=now)

    assert brackets(proposal.instrument) == [
        (
            "within one hour",
            [("within one hour", ["Chair"]), ("within two hours", ["Azerbaijan", "Türkiye"])],
        )
    ]
    assert proposal.bracket.provision.status == "bracketed"


def test_a_second_proposal_on_the_same_words_joins_the_bracket(editor_a, editor_b, officer, now):
    first = a_proposal(editor_a, "bracketed")
    second = a_proposal(
        editor_b, "under_discussion", instrument=first.instrument, text="within a day"
    )

    services.bracket(second, version=second.version, by=officer, at=now)

    [(_quote, alternatives)] = brackets(first.instrument)
    assert [text for text, _states in alternatives] == [
        "within one hour", "within two hours", "within a day",
    ]  # fmt: skip


def test_brackets_that_would_overlap_others_are_refused(editor_a, editor_b, officer, now):
    first = a_proposal(editor_a, "bracketed")
    second = a_proposal(
        editor_b, "under_discussion", instrument=first.instrument, quote="one hour of", text="a day of"
    )  # fmt: skip

    with pytest.raises(ValidationError, match="neither overlap nor hold one another"):
        services.bracket(second, version=second.version, by=officer, at=now)

    second.refresh_from_db()
    assert second.status == "under_discussion"


def test_withdrawn_from_brackets_the_words_stand_alone_again(editor_a, head_a, now):
    proposal = a_proposal(editor_a, "bracketed")

    services.withdraw(proposal, reason="Another way was found.", by=head_a, at=now)

    assert brackets(proposal.instrument) == []
    assert provision_of(proposal.instrument, "art-1-para-1").status == "open"


def test_a_new_provision_stands_in_brackets_with_its_deletion_beside_it(editor_a):
    proposal = a_proposal(
        editor_a, "bracketed", op="insert", text="It tells the secretariat.", new_kind="paragraph", new_number="1 bis",
    )  # fmt: skip

    assert [text for _key, text in words(proposal.instrument)][1:3] == [P1, "It tells the secretariat."]  # fmt: skip
    assert brackets(proposal.instrument) == [
        (
            "It tells the secretariat.",
            [("It tells the secretariat.", ["Türkiye"]), ("", ["Chair"])],
        )
    ]


def test_a_move_is_no_wording_for_brackets(editor_a, officer, now):
    text = a_text()
    proposal = a_proposal(
        editor_a, "under_discussion", instrument=text, op="move", provision=provision_of(text, "art-1"),
        other=provision_of(text, "art-2"),
    )  # fmt: skip

    with pytest.raises(ValidationError, match="no wording for brackets"):
        services.bracket(proposal, version=proposal.version, by=officer, at=now)


# ── merging ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("way", ["under_discussion", "bracketed"])
def test_words_are_merged_straight_or_out_of_brackets(editor_a, officer, way, now):
    proposal = a_proposal(editor_a, way)

    services.merge(proposal, version=proposal.version, by=officer, at=now)

    assert words(proposal.instrument)[1] == (
        "art-1-para-1", "The host answers within two hours of the alert.",
    )  # fmt: skip
    assert (brackets(proposal.instrument), proposal.status) == ([], "merged")
    assert provision_of(proposal.instrument, "art-1-para-1").status == "open"


def test_words_are_left_out_without_a_double_blank(editor_a):
    proposal = a_proposal(editor_a, "merged", op="delete", quote="within one hour")

    assert words(proposal.instrument)[1][1] == "The host answers of the alert."


def test_a_provision_is_inserted_where_it_belongs_and_the_others_keep_their_keys(editor_a):
    proposal = a_proposal(
        editor_a, "merged", op="insert", text="It tells the secretariat.", new_kind="paragraph", new_number="1 bis",
    )  # fmt: skip

    assert [key for key, _text in words(proposal.instrument)] == [
        "art-1", "art-1-para-1", "art-1-para-1-bis", "art-1-para-2", "art-2",
    ]  # fmt: skip
    assert provision_of(proposal.instrument, "art-1-para-1-bis").parent.key == "art-1"


def test_an_article_is_inserted_into_an_empty_text(editor_a):
    from tests.factories.agreements import InstrumentFactory  # noqa: PLC0415

    proposal = a_proposal(
        editor_a, "merged", instrument=InstrumentFactory(), op="insert", new_kind="article", new_number="1",
        provision=None, text="The Parties train together.",
    )  # fmt: skip

    assert words(proposal.instrument) == [("art-1", "The Parties train together.")]


def test_an_article_goes_with_what_stands_under_it(editor_a):
    text = a_text()
    a_proposal(
        editor_a, "merged", instrument=text, op="delete", quote="", provision=provision_of(text, "art-1")
    )  # fmt: skip

    assert words(text) == [("art-2", "Each Party bears its own costs.")]


def test_an_article_moves_with_what_stands_under_it(editor_a):
    text = a_text()
    a_proposal(
        editor_a, "merged", instrument=text, op="move", provision=provision_of(text, "art-1"),
        other=provision_of(text, "art-2"), placement="after",
    )  # fmt: skip

    assert [key for key, _text in words(text)] == [
        "art-2", "art-1", "art-1-para-1", "art-1-para-2",
    ]  # fmt: skip
    positions = Provision.objects.filter(instrument=text).order_by("position")
    assert [one.position for one in positions] == [1, 2, 3, 4]


def test_a_paragraph_moves_into_another_article(editor_a):
    text = a_text()
    a_proposal(
        editor_a, "merged", instrument=text, op="move", provision=provision_of(text, "art-1-para-2"),
        other=provision_of(text, "art-2"), placement="inside",
    )  # fmt: skip

    moved = provision_of(text, "art-1-para-2")
    assert (moved.parent.key, moved.position, moved.is_live) == ("art-2", 4, True)


def test_a_provision_is_split_and_the_first_part_keeps_the_key(editor_a):
    proposal = a_proposal(editor_a, "merged", op="split", quote="within one hour", new_number="2")

    assert words(proposal.instrument)[1:3] == [
        ("art-1-para-1", "The host answers"),
        ("art-1-para-2-v2", "within one hour of the alert."),
    ]


def test_two_provisions_are_joined_under_the_key_of_the_first(editor_a):
    text = a_text()
    a_proposal(
        editor_a, "merged", instrument=text, op="merge", other=provision_of(text, "art-1-para-2"), text=""
    )  # fmt: skip

    assert words(text)[1:] == [
        ("art-1-para-1", f"{P1} {P2}"), ("art-2", "Each Party bears its own costs."),
    ]  # fmt: skip


def test_joined_articles_keep_what_stood_under_them(editor_a):
    text = a_text()
    a_proposal(
        editor_a, "merged", instrument=text, op="merge", provision=provision_of(text, "art-2"),
        other=provision_of(text, "art-1"), text="",
    )  # fmt: skip

    assert [key for key, _text in words(text)] == ["art-2", "art-1-para-1", "art-1-para-2"]
    assert provision_of(text, "art-1-para-1").parent.key == "art-2"


def test_agreed_words_are_not_changed_by_a_proposal(editor_a, officer, now):
    proposal = a_proposal(editor_a, "under_discussion")
    Provision.objects.filter(pk=proposal.provision_id).update(status="agreed")

    with pytest.raises(WrongStatus, match="only after a State has reopened it"):
        services.merge(proposal, version=proposal.version, by=officer, at=now)

    proposal.refresh_from_db()
    assert (proposal.status, words(proposal.instrument)[1][1]) == ("under_discussion", P1)


def test_a_frozen_text_is_not_changed_and_a_proposal_on_it_is_tabled(editor_a, officer, now):
    proposal = a_proposal(editor_a, "under_discussion")
    text = proposal.instrument
    revision = revision_services.open_revision(text, kind="rolling", by=officer, at=now)
    revision_services.freeze(revision, by=officer, at=now)

    with pytest.raises(WrongStatus, match="frozen as revision 1"):
        services.merge(proposal, version=proposal.version, by=officer, at=now)

    assert a_proposal(editor_a, instrument=text).base_revision == revision


def test_the_other_wording_in_the_brackets_is_in_conflict_once_one_is_merged(
    editor_a, editor_b, officer, now
):
    first = a_proposal(editor_a, "bracketed")
    other = a_proposal(editor_b, "bracketed", instrument=first.instrument, text="within a day")

    services.merge(first, version=first.version, by=officer, at=now)

    other.refresh_from_db()
    assert (other.status, other.is_in_conflict) == ("bracketed", True)


# ── the other ends ──────────────────────────────────────────────────────────────────────────────


def test_a_proposal_gives_way_to_another_one(editor_a, head_a, editor_b, now):
    old = a_proposal(editor_a)
    new = a_proposal(editor_a, instrument=old.instrument, text="within a day")
    foreign = a_proposal(editor_b, instrument=old.instrument, text="at once")
    with pytest.raises(ValidationError):
        services.supersede(old, superseded_by=foreign, by=head_a, at=now)
    with pytest.raises(ValidationError):
        services.supersede(old, superseded_by=old, by=head_a, at=now)

    services.supersede(old, superseded_by=new, by=head_a, at=now)

    assert (old.status, old.superseded_by) == ("superseded", new)


def test_what_is_open_lapses_with_the_round_and_says_why(editor_a, editor_b, officer, now):
    tabled = a_proposal(editor_a)
    text = tabled.instrument
    draft = a_draft(editor_a, instrument=text)
    discussed = a_proposal(editor_b, "under_discussion", instrument=text, text="at once")
    bracketed = a_proposal(editor_b, "bracketed", instrument=text, text="within a day")

    lapsed = services.lapse_all(text, by=officer, at=now, reason="Round 2 was closed.")

    assert lapsed == [tabled, discussed] or set(lapsed) == {tabled, discussed}
    statuses = {one.pk: one.status for one in Proposal.objects.filter(instrument=text)}
    assert [statuses[one.pk] for one in (tabled, draft, discussed, bracketed)] == [
        "lapsed", "draft", "lapsed", "bracketed",
    ]  # fmt: skip
    tabled.refresh_from_db()
    assert tabled.outcome_reason == "Round 2 was closed."
    services.lapse_all(text, by=officer, at=now, reason="Closed.", with_bracketed=True)
    bracketed.refresh_from_db()
    assert (bracketed.status, brackets(text)) == ("lapsed", [])


@pytest.mark.parametrize("who", ["editor_a", "head_b", "officer", "secretary"])
def test_nobody_but_the_sponsors_head_withdraws(request, editor_a, who, now):
    proposal = a_proposal(editor_a)

    with pytest.raises(Refused):
        services.withdraw(proposal, reason="So.", by=request.getfixturevalue(who), at=now)


@pytest.mark.parametrize("who", ["head_a", "head_b"])
def test_only_the_secretariat_enters_outcomes(request, editor_a, who, now):
    proposal = a_proposal(editor_a)

    with pytest.raises(Refused):
        services.take_up(proposal, by=request.getfixturevalue(who), at=now)


def test_the_delegation_in_the_chair_enters_outcomes_as_far_as_it_keeps_brackets(
    editor_a, editor_b, head_a, head_b, reader_a, now
):
    proposal = a_proposal(editor_a)
    other = a_proposal(editor_b, instrument=proposal.instrument, text="at once")
    Instrument.objects.filter(pk=proposal.instrument_id).update(chair=editor_b.participant)
    proposal.instrument.refresh_from_db()
    for person in (head_a, reader_a):
        with pytest.raises(Refused, match="the secretariat and the chair"):
            services.take_up(proposal, by=person, at=now)

    services.take_up(proposal, by=editor_b, at=now)
    services.bracket(proposal, version=proposal.version, by=editor_b, at=now)
    services.merge(proposal, version=proposal.version, by=head_b, at=now)
    other.instrument.refresh_from_db()

    assert (proposal.status, brackets(proposal.instrument)) == ("merged", [])
    assert words(proposal.instrument)[1][1] == "The host answers within two hours of the alert."


def test_a_bracket_that_is_resolved_merges_the_proposals_whose_wording_won(
    editor_a, editor_b, officer, now
):
    won = a_proposal(editor_a, "bracketed")
    same = a_proposal(editor_b, "bracketed", instrument=won.instrument)
    lost = a_proposal(editor_b, "bracketed", instrument=won.instrument, text="within a day")
    winner = Alternative.objects.get(text="within two hours")
    version = provision_of(won.instrument, "art-1-para-1").version

    bracket_services.resolve_bracket(winner, version=version, by=officer, at=now)

    found = [Proposal.objects.get(pk=one.pk) for one in (won, same, lost)]
    assert [(one.status, one.is_in_conflict) for one in found] == [
        ("merged", False), ("merged", False), ("bracketed", True),
    ]  # fmt: skip


def test_what_was_in_brackets_is_kept_whoever_closes_them(editor_a, head_a, officer, now):
    merged = a_proposal(editor_a, "bracketed")
    withdrawn = a_proposal(editor_a, "bracketed")

    services.merge(merged, version=merged.version, by=officer, at=now)
    services.withdraw(withdrawn, reason="So.", by=head_a, at=now)

    kept = {one.provision.instrument: one for one in BracketResolution.objects.all()}
    told = [
        (kept[one.instrument].winner, [way["text"] for way in kept[one.instrument].alternatives])
        for one in (merged, withdrawn)
    ]
    both = ["within one hour", "within two hours"]
    assert told == [("B", both), ("A", both)]


def test_a_deletion_out_of_brackets_takes_the_provision_away(editor_a, officer, now):
    text = a_text()
    article = provision_of(text, "art-2")
    proposal = a_proposal(
        editor_a, "bracketed", instrument=text, op="delete", provision=article, quote=""
    )

    services.merge(proposal, version=proposal.version, by=officer, at=now)

    assert "art-2" not in dict(words(text))


def test_nothing_comes_into_an_article_that_is_agreed(editor_a, officer, now):
    proposal = a_proposal(
        editor_a, "under_discussion", op="insert", text="It tells.", new_kind="paragraph", new_number="3",
    )  # fmt: skip
    Provision.objects.filter(instrument=proposal.instrument, key="art-1").update(status="agreed")

    with pytest.raises(WrongStatus, match="only after a State has reopened it"):
        services.merge(proposal, version=proposal.version, by=officer, at=now)


def test_tabling_does_not_disturb_who_looks_at_a_file_beside_the_text(editor_a):
    text = a_text()
    a_proposal(editor_a, instrument=text)

    assert Instrument.objects.get(pk=text.pk).version == text.version
    assert text.updated_at == LONG_AGO
