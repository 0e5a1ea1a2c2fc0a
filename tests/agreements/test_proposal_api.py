"""The API's twin of proposals: drafted, tabled with If-Match, refused with the same sentences."""

import json
from functools import partial

import pytest
from django.core.exceptions import ValidationError

from agreements.models import Proposal, Provision
from agreements.queries.anchors import narrowed, without
from agreements.services import proposals as services
from ots_portal.audit.models import AuditEntry
from ots_portal.notifications.models import Delivery
from tests.factories.proposals import a_draft, a_proposal, a_text, provision_of
from tests.together import together

HOME = "/api/v1/proposals/"


def send(client, address, body=None, *, version=None, method="post"):
    headers = {"HTTP_IF_MATCH": f'"{version}.seen"'} if version else {}
    return getattr(client, method)(
        address, json.dumps(body or {}), content_type="application/json", **headers
    )


def test_a_proposal_is_drafted_changed_and_tabled(client, head_a):
    text = a_text()
    client.force_login(head_a)
    body = {
        "instrument": str(text.pk), "op": "replace", "provision": str(provision_of(text, "art-1-para-1").pk),
        "language": "en", "quote": "one hour", "text": "two hours",
    }  # fmt: skip

    made = send(client, HOME, body)
    address = made["Location"]
    changed = send(client, address, {"text": "a day"}, version=1, method="patch")
    tabled = send(client, f"{address}table/", version=2)

    assert [one.status_code for one in (made, changed, tabled)] == [201, 200, 200]
    told = tabled.json()
    assert (told["number"], told["status"], told["text"], told["start"]) == ("TR-1", "tabled", "a day", 24)  # fmt: skip
    assert told["base_text"].startswith("The host answers")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"quote": "no such words"}, "#/quote"),
        ({"provision": "11111111-1111-4111-8111-111111111111"}, "#/provision"),
        ({"instrument": "11111111-1111-4111-8111-111111111111"}, "#/instrument"),
        ({"op": "burn"}, "#/op"),
        ({"unknown": 1}, "#/unknown"),
        ({"text": "\u202e"}, "#/text"),
    ],
)
def test_bad_input_is_named_by_its_field(client, editor_a, changes, pointer):
    text = a_text()
    client.force_login(editor_a)
    body = {
        "instrument": str(text.pk), "op": "replace", "provision": str(provision_of(text, "art-1-para-1").pk),
        "language": "en", "quote": "one hour", "text": "two hours", **changes,
    }  # fmt: skip

    answer = send(client, HOME, body)

    assert answer.status_code == 400
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


def test_a_step_that_binds_needs_the_version_that_was_read(client, editor_a, head_a):
    proposal = a_draft(editor_a)
    client.force_login(head_a)
    address = f"{HOME}{proposal.pk}/table/"

    assert send(client, address).status_code == 428
    assert send(client, address, version=7).status_code == 412
    assert send(client, address, version=1).status_code == 200


def test_words_that_are_gone_are_answered_with_409_and_set_anew(client, editor_a, head_a):
    proposal = a_draft(editor_a)
    proposal.provision.texts.update(text="The host answers at once.")
    client.force_login(head_a)
    refused = send(client, f"{HOME}{proposal.pk}/table/", version=1)

    body = {"quote": "at once", "text": "soon"}
    rebased = send(client, f"{HOME}{proposal.pk}/rebase/", body, version=1)

    assert (refused.status_code, rebased.status_code) == (409, 200)
    assert "set the proposal on the present words" in refused.json()["detail"]
    assert rebased.json()["base_text"] == "The host answers at once."


def test_the_list_is_narrowed_and_collisions_are_told(client, editor_a, editor_b, officer):
    text = a_text()
    one = a_proposal(editor_a, instrument=text)
    other = a_proposal(editor_b, instrument=text, text="within a day")
    a_draft(editor_b, instrument=text)
    client.force_login(officer)

    found = client.get(HOME, {"instrument": text.pk, "problem": "collision"}).json()["results"]
    detail = client.get(f"{HOME}{one.pk}/").json()

    assert {row["number"] for row in found} == {"TR-1", "AZ-1"}
    assert detail["collides_with"] == [str(other.pk)]
    assert client.get(HOME, {"problem": "collision"}).status_code == 400


def test_supersede_names_the_other_one(client, editor_a, head_a):
    old = a_proposal(editor_a)
    new = a_proposal(editor_a, instrument=old.instrument, text="within a day")
    client.force_login(head_a)
    address = f"{HOME}{old.pk}/supersede/"

    missing = send(client, address, {"superseded_by": "11111111-1111-4111-8111-111111111111"})
    done = send(client, address, {"superseded_by": str(new.pk)})

    assert (missing.status_code, done.status_code) == (400, 200)
    assert done.json()["superseded_by"] == str(new.pk)


def test_those_who_negotiate_are_told_of_what_is_tabled_and_the_sponsors_of_what_becomes_of_it(
    editor_a, head_a, editor_b, head_b, officer, observer
):
    from ots_portal.plugs import notices  # noqa: PLC0415

    proposal = a_proposal(editor_a, "under_discussion", officer=officer)
    tabled = AuditEntry.objects.get(kind="agreements.proposal.tabled")
    taken_up = AuditEntry.objects.get(kind="agreements.proposal.taken_up")
    told = set(notices[tabled.kind].recipients(tabled))
    behind = set(notices[taken_up.kind].recipients(taken_up))

    assert {editor_a, editor_b, head_b, officer} <= told
    assert (head_a in told, observer in told) == (False, False)
    assert behind == {editor_a, head_a}
    assert notices[tabled.kind].record_for(observer, str(proposal.pk)) is None


def test_nothing_is_told_of_a_draft(editor_a):
    a_draft(editor_a)

    assert not Delivery.objects.exists()


# ── the words that differ ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("before", "after", "quote", "text"),
    [
        ("within one hour of it", "within two hours of it", "one hour", "two hours"),
        ("a host and a host", "a host and the host", "and a host", "and the host"),
        ("They train.", "They train together.", "train.", "train together."),
        ("They train together.", "They train.", "train together.", "train."),
        ("same", "same", "", ""),
        ("One.", "Two!", "One.", "Two!"),
    ],
)
def test_only_what_differs_is_quoted_with_as_much_as_it_needs(before, after, quote, text):
    assert narrowed(before, after) == (quote, text)


@pytest.mark.parametrize(
    ("text", "quote", "left"),
    [
        ("The host answers at once.", " at once", "The host answers."),
        ("The host answers at once.", "at once", "The host answers."),
        ("The host, if it can, answers.", "if it can, ", "The host, answers."),
        ("At once the host answers.", "At once ", "the host answers."),
        ("One and two.", "and", "One two."),
    ],
)
def test_words_that_are_left_out_leave_no_double_blank(text, quote, left):
    assert without(text, quote) == left


@pytest.mark.django_db(transaction=True)
def test_two_heads_who_table_at_once_get_two_numbers(editor_a, head_a, now):
    text = a_text()
    drafts = [a_draft(editor_a, instrument=text) for _number in range(4)]

    together([partial(services.table, one, version=1, by=head_a, at=now) for one in drafts])

    numbers = Proposal.objects.filter(instrument=text).values_list("number", flat=True)
    assert sorted(numbers) == ["TR-1", "TR-2", "TR-3", "TR-4"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_merge_at_once_one_is_told_so(editor_a, officer, now):
    proposal = a_proposal(editor_a, "under_discussion", officer=officer)
    seen = proposal.version

    calls = [partial(services.merge, Proposal.objects.get(pk=proposal.pk), version=seen, by=officer, at=now) for _time in range(2)]  # fmt: skip
    results = together(calls)

    kinds = sorted(type(one).__name__ for one in results)
    assert kinds == ["Proposal", "StaleVersion"]
    assert provision_of(proposal.instrument, "art-1-para-1").texts.get().text == (
        "The host answers within two hours of the alert."
    )


def test_a_bracketed_provision_is_not_deleted(editor_a, editor_b, officer, now):
    first = a_proposal(editor_a, "bracketed")
    article = Provision.objects.get(instrument=first.instrument, key="art-1")
    second = a_proposal(
        editor_b, "under_discussion", instrument=first.instrument, op="delete", quote="", provision=article
    )  # fmt: skip

    with pytest.raises(ValidationError, match="Words in brackets would be gone"):
        services.merge(second, version=second.version, by=officer, at=now)
