"""The endpoints of minutes, comments on them and corrigenda."""

from datetime import timedelta

import pytest
from django.utils import timezone

from meetings.models import Corrigendum, Minutes, MinutesComment
from meetings.statuses import MOST_CHARACTERS
from tests.factories.meetings import AgendaItemFactory
from tests.factories.minutes import (
    FAR_AWAY,
    a_comment,
    a_corrigendum,
    a_draft,
    circulated,
    key_of,
    settled,
)

MINUTES = "/api/v1/minutes/"
COMMENTS = "/api/v1/minutes-comments/"
CORRIGENDA = "/api/v1/corrigenda/"


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def record(turkiye, azerbaijan, at):
    return circulated({"en": "They agreed."}, at=at, until=FAR_AWAY)


def post(client, address, body=None):
    return client.post(address, body or {}, content_type="application/json")


def patch(client, record, body):
    tag = client.get(f"{MINUTES}{record.pk}/")["ETag"]
    return client.patch(
        f"{MINUTES}{record.pk}/", body, content_type="application/json", headers={"If-Match": tag}
    )


def pointers(answer):
    return [one["pointer"] for one in answer.json()["errors"]]


def test_all_paragraphs_are_written_in_one_language(client, officer):
    draft = a_draft({"en": "One.", "tr": "Bir."})
    item = AgendaItemFactory(meeting=draft.meeting)
    client.force_login(officer)
    body = {
        "language": "en",
        "paragraphs": [
            {"id": str(draft.paragraphs.get().pk), "text": "Only one."},
            {"text": "Two.", "item": str(item.pk)},
        ],
    }

    answer = patch(client, draft, body)

    assert [(one["texts"], one["item"]) for one in answer.json()["paragraphs"]] == [
        ({"en": "Only one.", "tr": "Bir."}, None),
        ({"en": "Two."}, "1"),
    ]


@pytest.mark.parametrize(
    "paragraph",
    [
        {"id": "11111111-1111-4111-8111-111111111111", "text": "x"},
        {"text": "x", "item": "11111111-1111-4111-8111-111111111111"},
    ],
)
def test_what_is_not_of_these_minutes_is_refused(client, officer, paragraph):
    client.force_login(officer)

    answer = patch(client, a_draft(), {"language": "en", "paragraphs": [paragraph]})

    assert (answer.status_code, pointers(answer)) == (400, ["#/paragraphs"])


@pytest.mark.parametrize(("extra", "status"), [(0, 200), (1, 400)])
def test_a_million_characters_are_taken_and_not_one_more(client, officer, extra, status):
    client.force_login(officer)
    body = {"language": "en", "paragraphs": [{"text": "x" * (MOST_CHARACTERS + extra)}]}

    answer = patch(client, a_draft(), body)

    assert answer.status_code == status
    if extra:
        assert "1000000" in answer.content.decode()
        assert "1000001" in answer.content.decode()


def test_a_deadline_in_the_past_is_told_by_its_pointer(client, officer):
    client.force_login(officer)

    answer = post(
        client, f"{MINUTES}{a_draft().pk}/circulate/", {"comments_until": "2020-01-01T00:00:00Z"}
    )

    assert (answer.status_code, pointers(answer)) == (400, ["#/comments_until"])


def test_adoption_before_the_deadline_is_a_conflict(client, secretary, record):
    client.force_login(secretary)

    answer = post(client, f"{MINUTES}{record.pk}/adopt/", {"adopted_by": "in_sitting"})

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_status")
    assert "may comment until" in answer.json()["detail"]


def test_the_record_is_taken_over(client, officer):
    draft = a_draft()
    client.force_login(officer)

    answer = post(client, f"{MINUTES}{draft.pk}/fill/")

    assert len(answer.json()["paragraphs"]) == 3


def test_observers_see_the_last_revision_alone(client, observer, reader_a, record, officer, at):
    other = settled(classification="observers")
    told = []
    for user in (observer, reader_a):
        client.force_login(user)
        told.append(client.get(f"{MINUTES}{other.pk}/").json()["revisions"])

    assert [[one["number"] for one in revisions] for revisions in told] == [[1], [1]]
    assert told[0][0]["sha256"] == other.revisions.get().sha256


# ── comments ────────────────────────────────────────────────────────────────────────────────────
def body_of(record, **changes):
    return {
        "minutes": str(record.pk), "paragraph": key_of(record), "language": "en",
        "proposed_text": "All agreed.", "reason": "All did.", **changes,
    }  # fmt: skip


def test_a_state_comments_and_the_secretariat_answers(client, editor_a, officer, record):
    client.force_login(editor_a)
    made = post(client, COMMENTS, body_of(record))
    client.force_login(officer)
    answered = post(client, f"{COMMENTS}{made.json()['id']}/decline/", {"reply": "Not all."})

    assert (made.status_code, made.json()["status"], answered.json()["status"]) == (
        201,
        "pending",
        "not_accepted",
    )
    assert answered.json()["reply"] == "Not all."


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"paragraph": "0" * 32}, "#/paragraph"),
        ({"language": "az"}, "#/language"),
        ({"reason": ""}, "#/reason"),
        ({"proposed_text": "They agreed."}, "#/proposed_text"),
    ],
)
def test_a_bad_comment_is_told_by_its_pointer(client, editor_a, record, change, pointer):
    client.force_login(editor_a)

    answer = post(client, COMMENTS, body_of(record, **change))

    assert (answer.status_code, pointers(answer)) == (400, [pointer])


def test_a_late_comment_is_a_conflict(client, editor_a, record):
    Minutes.objects.filter(pk=record.pk).update(comments_until=timezone.now() - timedelta(1))
    client.force_login(editor_a)

    answer = post(client, COMMENTS, body_of(record))

    assert (answer.status_code, MinutesComment.objects.count()) == (409, 0)
    assert "comes too late" in answer.json()["detail"]


def test_comments_are_listed_by_state_and_disposition(client, editor_a, editor_b, record, at):
    a_comment(record, by=editor_a, at=at)
    a_comment(record, by=editor_b, at=at)
    client.force_login(editor_b)

    found = [
        [one["participant"] for one in client.get(COMMENTS, wish).json()["results"]]
        for wish in (
            {"participant": "turkiye"},
            {"status": "accepted"},
            {"minutes": str(record.pk)},
        )
    ]

    assert (found[0], found[1], sorted(found[2])) == (
        ["turkiye"],
        [],
        ["azerbaijan", "turkiye"],
    )


def test_a_refusal_needs_a_reply(client, editor_a, officer, record, at):
    comment = a_comment(record, by=editor_a, at=at)
    client.force_login(officer)

    answer = post(client, f"{COMMENTS}{comment.pk}/accept_partly/")

    assert (answer.status_code, pointers(answer)) == (400, ["#/reply"])


# ── corrigenda ──────────────────────────────────────────────────────────────────────────────────
def test_a_corrigendum_goes_from_the_proposal_under_silence(client, secretary, turkiye):
    record = settled(classification="public")
    client.force_login(secretary)
    change = {"paragraph": key_of(record), "language": "en", "old": "depot", "new": "depots"}
    made = post(
        client, CORRIGENDA, {"minutes": str(record.pk), "changes": [change], "reason": "A slip."}
    )
    silent = post(
        client,
        f"{CORRIGENDA}{made.json()['id']}/put_under_silence/",
        {"expires_at": "2099-01-01T00:00:00Z", "time_zone": "Europe/Istanbul"},
    )

    assert (made.status_code, silent.json()["status"], Corrigendum.objects.get().number) == (
        201,
        "under_silence",
        None,
    )


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"expires_at": "2099-01-01T00:00:00Z", "time_zone": "Nowhere/Land"}, "#/time_zone"),
        ({"expires_at": "2020-01-01T00:00:00Z", "time_zone": "UTC"}, "#/expires_at"),
    ],
)
def test_a_bad_end_of_silence_is_told_by_its_pointer(client, secretary, turkiye, body, pointer):
    made = a_corrigendum("proposed", by=secretary)
    client.force_login(secretary)

    answer = post(client, f"{CORRIGENDA}{made.pk}/put_under_silence/", body)

    assert (answer.status_code, pointers(answer)) == (400, [pointer])


def test_minutes_tell_their_text_as_published_and_as_corrected(client, secretary):
    record = settled(classification="public")
    a_corrigendum("issued", by=secretary, record=record)

    told = client.get(f"{MINUTES}{record.pk}/").json()["paragraphs"][0]

    assert (told["texts"], told["corrected"]) == (
        {"en": "The meeting agreed on the depot."},
        {"en": "The meeting agreed on the depots."},
    )
