"""The pages of minutes: comments side by side, translation, comparison, paper, corrigenda, the reading room."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from meetings.models import Corrigendum, Minutes, MinutesComment
from meetings.services import minutes, minutes_comments
from meetings.services.minutes import Wording
from meetings.statuses import MOST_CHARACTERS
from tests.factories.meetings import AgendaItemFactory, MeetingFactory, MinutesParagraphFactory
from tests.factories.minutes import (
    FAR_AWAY,
    a_comment,
    a_corrigendum,
    a_draft,
    circulated,
    key_of,
    later_meeting,
    settled,
)


def address(name, pk):
    return reverse(f"meetings:{name}", args=[pk])


def page(response):
    return response.content.decode()


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def record(turkiye, azerbaijan, kazakhstan, at):
    """Circulated now, with a deadline that lies far away."""
    return circulated({"en": "They agreed.", "tr": "Anlaştılar."}, at=at, until=FAR_AWAY)


# ── steps ───────────────────────────────────────────────────────────────────────────────────────
def test_the_form_of_circulation_proposes_a_deadline_in_every_capital(
    sign_in, officer, turkiye, kazakhstan
):
    kazakhstan.time_zone = "Asia/Almaty"
    kazakhstan.save()
    text = page(sign_in(officer).get(address("minutes_circulate", a_draft().pk)))

    assert ("Kazakhstan (Asia/Almaty)" in text, 'value="20' in text) == (True, True)


@pytest.mark.parametrize("until", ["2020-01-01T10:00", "never", "2027-03-28T03:30"])
def test_a_bad_deadline_is_told_beside_its_field(sign_in, officer, until):
    meeting = MeetingFactory(status="adjourned", time_zone="Europe/Budapest")
    draft = a_draft(meeting=meeting)
    # 28 March 2027, 02:30 does not exist at Budapest; 03:30 does, so the third is made impossible by its zone.
    moment = until.replace("T03:30", "T02:30")

    answer = sign_in(officer).post(
        address("minutes_circulate", draft.pk), {"comments_until": moment}
    )

    draft.refresh_from_db()
    assert (answer.status_code, draft.status) == (422, "draft")


def test_adoption_says_how(sign_in, secretary, record):
    Minutes.objects.filter(pk=record.pk).update(comments_until=timezone.now() - timedelta(1))
    client = sign_in(secretary)
    later = later_meeting(record)

    unanswered = client.post(address("minutes_adopt", record.pk))
    client.post(
        address("minutes_adopt", record.pk),
        {"adopted_by": "next_meeting", "adopting_meeting": later.pk},
    )

    record.refresh_from_db()
    assert (unanswered.status_code, record.status, record.adopted_by) == (
        422,
        "adopted",
        "next_meeting",
    )


def test_adoption_before_the_deadline_is_refused_with_its_sentence(sign_in, secretary, record):
    answer = sign_in(secretary).get(address("minutes_adopt", record.pk))

    assert (answer.status_code, "may comment until" in page(answer)) == (409, True)


def test_the_page_shows_the_deadline_in_every_capital(sign_in, reader_a, record, kazakhstan):
    kazakhstan.time_zone = "Asia/Almaty"
    kazakhstan.save()

    text = page(sign_in(reader_a).get(record.get_absolute_url()))

    assert "Kazakhstan (Asia/Almaty)" in text


def test_opening_to_everybody_asks_first_and_needs_a_fresh_factor(sign_in, secretary):
    record = settled(classification="observers")
    asked = sign_in(secretary).get(address("minutes_publish_public", record.pk))
    stale = sign_in(secretary, fresh=False).post(address("minutes_publish_public", record.pk))
    record.refresh_from_db()
    before = record.classification
    sign_in(secretary).post(address("minutes_publish_public", record.pk))

    record.refresh_from_db()
    assert (asked.status_code, stale.status_code, before, record.classification) == (
        200,
        302,
        "observers",
        "public",
    )


# ── the record and the languages ────────────────────────────────────────────────────────────────
def test_preparing_from_the_record_says_what_it_did(sign_in, officer):
    draft = a_draft()
    client = sign_in(officer)

    first = client.post(address("minutes_fill", draft.pk), {"version": "1"}, follow=True)
    again = client.post(address("minutes_fill", draft.pk), follow=True)
    stale = client.post(address("minutes_fill", draft.pk), {"version": "1"}, follow=True)

    assert [
        "2 paragraphs were added." in page(first),
        "nothing that the draft does not have" in page(again),
        "saved the minutes in the meantime" in page(stale),
    ] == [True, True, True]


def test_a_translation_is_written_beside_the_original(sign_in, officer):
    draft = a_draft({"en": "They agreed."})
    client = sign_in(officer)
    shown = page(client.get(address("minutes_translate", draft.pk), {"language": "tr"}))
    answer = client.post(
        address("minutes_translate", draft.pk) + "?language=tr",
        {"version": "1", f"text_{key_of(draft)}": "Anlaştılar."},
    )

    assert ('lang="en">They agreed.</p>' in shown, "Missing" in shown) == (True, True)
    assert answer.status_code == 302
    assert draft.paragraphs.get().texts == {"en": "They agreed.", "tr": "Anlaştılar."}


def test_a_translation_out_of_date_is_marked_until_somebody_confirms_it(sign_in, officer, now):
    draft = a_draft({"en": "They agreed."})
    one = draft.paragraphs.get()
    minutes.translate(draft, {one.pk: "Anlaştılar."}, language="tr", by=officer, at=now, version=1)
    minutes.update(
        draft, [Wording("All agreed.", pk=one.pk)], language="en", by=officer, at=now, version=2
    )
    client, place = sign_in(officer), address("minutes_translate", draft.pk) + "?language=tr"
    before = page(client.get(place))
    data = {"version": "3", f"text_{one.pk.hex}": "Anlaştılar.", f"right_{one.pk.hex}": "on"}
    client.post(place, data)

    assert ["Out of date" in text for text in (before, page(client.get(place)))] == [True, False]


def test_a_stale_translation_shows_both_texts(sign_in, officer, now):
    draft = a_draft({"en": "They agreed."})
    one = draft.paragraphs.get()
    minutes.translate(draft, {one.pk: "Theirs."}, language="tr", by=officer, at=now, version=1)

    answer = sign_in(officer).post(
        address("minutes_translate", draft.pk) + "?language=tr",
        {"version": "1", f"text_{one.pk.hex}": "Mine."},
    )

    assert (answer.status_code, "Theirs." in page(answer), "Mine." in page(answer)) == (
        409,
        True,
        True,
    )
    assert draft.paragraphs.get().texts["tr"] == "Theirs."


@pytest.mark.parametrize(("extra", "status"), [(0, 302), (1, 422)])
def test_a_million_characters_come_through_the_form_and_not_one_more(
    sign_in, officer, extra, status
):
    draft = a_draft({"en": "x"})
    half = "ə" * (MOST_CHARACTERS // 2)

    answer = sign_in(officer).post(
        address("minutes_edit", draft.pk) + "?language=az",
        {
            "version": "1",
            "op": "save",
            f"text_{key_of(draft)}": half,
            "text_new": half + "x" * extra,
        },
    )

    assert answer.status_code == status


# ── comments ────────────────────────────────────────────────────────────────────────────────────
def test_paragraphs_comments_and_dispositions_stand_side_by_side(
    sign_in, editor_a, head_b, officer, record, at
):
    comment = a_comment(record, by=editor_a, at=at, proposed_text="All agreed.")
    minutes_comments.accept_partly(comment, by=officer, at=at, reply="Only the first half.")

    text = page(sign_in(head_b).get(address("minutes_comments", record.pk)))

    assert all(
        words in text
        for words in ("They agreed.", "All agreed.", "There were two.", "Partly accepted",
                      "Only the first half.", "Türkiye")
    )  # fmt: skip


def test_a_state_comments_by_the_form_of_the_paragraph(sign_in, editor_a, record):
    client, place = sign_in(editor_a), address("minutes_comments", record.pk)
    form = page(client.get(place, {"paragraph": key_of(record)}))
    data = {
        "paragraph": key_of(record), "language": "en", "proposed_text": "All agreed.",
        "reason": "All did.",
    }  # fmt: skip
    answer = client.post(address("minutes_comment", record.pk), data)

    made = MinutesComment.objects.get()
    assert ('name="proposed_text"' in form, answer.status_code, answer["Location"]) == (
        True,
        302,
        made.get_absolute_url(),
    )


def test_a_comment_without_a_reason_is_told_beside_its_field(sign_in, editor_a, record):
    data = {"paragraph": key_of(record), "language": "en", "proposed_text": "x", "reason": ""}
    answer = sign_in(editor_a).post(address("minutes_comment", record.pk), data)

    assert (answer.status_code, "reason" in answer.context["form"].errors) == (422, True)


def test_a_late_comment_is_refused_with_its_sentence(sign_in, editor_a, record):
    Minutes.objects.filter(pk=record.pk).update(comments_until=timezone.now())
    data = {"paragraph": key_of(record), "language": "en", "proposed_text": "x", "reason": "y"}
    answer = sign_in(editor_a).post(address("minutes_comment", record.pk), data)

    assert (answer.status_code, "comes too late" in page(answer)) == (409, True)


def test_comments_are_narrowed_by_state_and_disposition(
    sign_in, editor_a, editor_b, officer, record, at
):
    a_comment(record, by=editor_a, at=at, proposed_text="Of A.")
    minutes_comments.decline(
        a_comment(record, by=editor_b, at=at, proposed_text="Of B."), by=officer, at=at, reply="No."
    )
    client = sign_in(officer)

    found = [
        [words in page(client.get(address("minutes_comments", record.pk), wish)) for words in ("Of A.", "Of B.")]
        for wish in ({}, {"participant": "turkiye"}, {"status": "not_accepted"}, {"status": "partly"})
    ]  # fmt: skip

    assert found == [[True, True], [True, False], [False, True], [False, False]]


def test_a_refusal_without_a_reply_keeps_the_page_and_says_why(
    sign_in, editor_a, officer, record, at
):
    comment = a_comment(record, by=editor_a, at=at)
    answer = sign_in(officer).post(address("minutes_comment_decline", comment.pk))

    assert (answer.status_code, "Say why" in page(answer)) == (422, True)


def test_a_comment_on_a_paragraph_that_is_gone_is_still_shown(
    sign_in, editor_a, officer, record, at
):
    a_comment(record, by=editor_a, at=at, proposed_text="Of A.")
    Minutes.objects.filter(pk=record.pk).update(status="revised")
    record.refresh_from_db()
    record.paragraphs.all().delete()
    MinutesParagraphFactory(minutes=record, position=1, texts={"en": "Another."})
    minutes.circulate(record, by=officer, at=at)

    text = page(sign_in(officer).get(address("minutes_comments", record.pk)))

    assert ("Another." in text, "Of A." in text) == (True, True)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_comments_needs_the_same_queries_for_any_number(
    sign_in, reader_a, editor_a, at, count, django_assert_num_queries
):
    record = circulated(*[{"en": f"Part {n}."} for n in range(count)], at=at, until=FAR_AWAY)
    for number in range(1, count + 1):
        a_comment(record, by=editor_a, at=at, paragraph=key_of(record, number))
    client = sign_in(reader_a)
    client.get(address("minutes_comments", record.pk))

    with django_assert_num_queries(15):
        client.get(address("minutes_comments", record.pk))


# ── comparison ──────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def revised(record, officer, at):
    Minutes.objects.filter(pk=record.pk).update(status="revised")
    record.refresh_from_db()
    wording = Wording("They agreed at last.", pk=record.paragraphs.get().pk)
    minutes.update(record, [wording], language="en", by=officer, at=at, version=record.version)
    return record


@pytest.mark.parametrize("view", ["inline", "sides"])
def test_the_draft_is_compared_with_the_revision_by_word(sign_in, officer, revised, view):
    answer = sign_in(officer).get(
        address("minutes_compare", revised.pk),
        {"before": "1", "after": "draft", "language": "en", "view": view},
    )

    assert re.search(r"<ins>.*at last", page(answer), re.DOTALL)


def test_members_compare_revisions_and_not_what_is_being_written(sign_in, reader_a, revised):
    answer = sign_in(reader_a).get(
        address("minutes_compare", revised.pk), {"before": "1", "after": "draft", "language": "en"}
    )

    assert (answer.status_code, "at last" in page(answer)) == (422, False)


def test_a_comparison_is_printed(sign_in, officer, revised):
    answer = sign_in(officer).get(
        address("minutes_compare", revised.pk),
        {"before": "1", "after": "draft", "language": "en", "format": "pdf"},
    )

    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")


# ── the reading room ────────────────────────────────────────────────────────────────────────────
def test_visitors_keep_public_minutes_until_they_change(client, secretary):
    record = settled(classification="public")
    first = client.get(record.get_absolute_url())
    held = {"If-None-Match": first["ETag"]}
    again = client.get(record.get_absolute_url(), headers=held)
    a_corrigendum("issued", by=secretary, record=record)
    corrected = client.get(record.get_absolute_url(), headers=held)

    assert (first.status_code, again.status_code, again.content, corrected.status_code) == (
        200,
        304,
        b"",
        200,
    )
    assert first["Cache-Control"] == "no-cache"


def test_the_file_of_public_minutes_is_the_same_bytes_and_kept(client):
    record = settled(classification="public")
    place = address("minutes_pdf", record.pk)
    first, second = client.get(place), client.get(place)
    held = client.get(place, headers={"If-None-Match": first["ETag"]})

    assert (first.content == second.content, first.content[:5], held.status_code) == (
        True,
        b"%PDF-",
        304,
    )


def test_the_text_is_read_in_the_language_that_is_asked_for(client):
    record = settled({"en": "They agreed.", "tr": "Anlaştılar."}, classification="public")

    texts = [
        page(client.get(record.get_absolute_url(), {"language": code})) for code in ("en", "tr")
    ]

    assert [("They agreed." in one, "Anlaştılar." in one) for one in texts] == [
        (True, False),
        (False, True),
    ]
    assert 'lang="tr"' in texts[1]


def test_corrected_minutes_are_shown_as_corrected_and_as_published(client, secretary):
    record = settled(classification="public")
    made = a_corrigendum("issued", by=secretary, record=record)

    corrected = page(client.get(record.get_absolute_url()))
    published = page(client.get(record.get_absolute_url(), {"text": "published"}))

    assert ("Corr.1" in corrected, "<del>" in corrected, "<ins>" in corrected) == (True, True, True)
    assert ("<del>" in published, "<ins>" in published) == (False, False)
    assert made.get_absolute_url() in corrected


def test_a_meeting_with_its_minutes_needs_the_same_queries_for_any_number_of_items(client):
    counts = [_queries_of_both_pages(client, items) for items in (1, 12)]

    assert counts[0] == counts[1]
    assert max(counts[1]) <= 20


def _queries_of_both_pages(client, items):
    """Count for a public meeting with so many items and one paragraph more of published minutes."""
    meeting = MeetingFactory(status="adjourned", visibility="public")
    draft = a_draft(meeting=meeting)
    for number in range(items):
        item = AgendaItemFactory(meeting=meeting, position=number + 1)
        MinutesParagraphFactory(minutes=draft, position=number + 2, item=item)
    record = settled_again(draft)
    counts = []
    for address_of in (meeting.get_absolute_url(), record.get_absolute_url()):
        client.get(address_of)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address_of).status_code == 200
        counts.append(len(caught))
    return counts


def settled_again(draft):
    """Freeze the draft as it is and let it stand published."""
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    minutes.circulate(draft, by=draft.prepared_by, at=moment, comments_until=moment + timedelta(1))
    other = settled(classification="public")
    Minutes.objects.filter(pk=draft.pk).update(
        status="published", classification="public", published_at=moment,
        adopted_at=moment, published_by=other.published_by,
    )  # fmt: skip
    return draft


# ── corrigenda ──────────────────────────────────────────────────────────────────────────────────
def test_a_corrigendum_is_proposed_and_put_under_silence_by_its_pages(sign_in, secretary, reader_a):
    record = settled(classification="public")
    client = sign_in(secretary)
    data = {
        "paragraph_1": key_of(record), "language_1": "en", "old_1": "depot", "new_1": "depots",
        "reason": "A slip.",
    }  # fmt: skip
    client.post(address("minutes_correct", record.pk), data)
    made = Corrigendum.objects.get()
    asked = client.get(address("corrigendum_put_under_silence", made.pk))
    client.post(
        address("corrigendum_put_under_silence", made.pk), {"expires_at": "2099-01-01T10:00"}
    )

    made.refresh_from_db()
    shown = page(sign_in(reader_a).get(made.get_absolute_url()))
    assert (asked.status_code, made.status, "depots" in shown) == (200, "under_silence", True)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"old_1": "hall"}, "old_1"), ({"reason": ""}, "reason"), ({"old_2": "x"}, "paragraph_2")],
)
def test_a_bad_corrigendum_is_told_beside_its_field(sign_in, secretary, change, field):
    record = settled(classification="public")
    data = {
        "paragraph_1": key_of(record), "language_1": "en", "old_1": "depot", "new_1": "depots",
        "reason": "A slip.", **change,
    }  # fmt: skip
    answer = sign_in(secretary).post(address("minutes_correct", record.pk), data)

    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {field})


def test_too_short_a_silence_is_told_beside_its_field(sign_in, secretary):
    made = a_corrigendum("proposed", by=secretary)
    soon = (timezone.now() + timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M")
    answer = sign_in(secretary).post(
        address("corrigendum_put_under_silence", made.pk), {"expires_at": soon}
    )

    assert (answer.status_code, "expires_at" in answer.context["form"].errors) == (422, True)


def test_a_corrigendum_is_printed(client, secretary):
    answer = client.get(address("corrigendum_pdf", a_corrigendum("issued", by=secretary).pk))

    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
