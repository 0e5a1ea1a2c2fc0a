"""What paragraphs of minutes are tied to: provisions, incidents, decisions."""

from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from meetings.models import MinutesParagraph
from meetings.queries import minutes_paragraphs as queries
from meetings.services import minutes
from meetings.services.minutes import Wording
from ots_portal import plugs
from ots_portal.crossrefs import services as ties
from ots_portal.crossrefs.models import CrossReference
from ots_portal.verdicts import Refused
from tests.factories.agreements import InstrumentFactory, ProvisionFactory
from tests.factories.incidents import IncidentFactory
from tests.factories.meetings import MeetingFactory
from tests.factories.minutes import AFTER, a_draft, circulated, settled
from tests.factories.sittings import DecisionFactory

CROSSREFS = "/api/v1/crossrefs/"


@pytest.fixture
def provision():
    return ProvisionFactory(instrument=InstrumentFactory(status="negotiation"))


@pytest.fixture
def incident(turkiye):
    return IncidentFactory(participant=turkiye, status="active", titles={"en": "Elazığ quake"})


@pytest.fixture
def decision():
    meeting = MeetingFactory(status="in_session")
    return DecisionFactory(meeting=meeting, titles={"en": "Joint exercise"})


def tie(paragraph, to, *, by):
    return ties.tie(paragraph, to=to, by=by, at=AFTER)


def text_of(answer):
    return " ".join(answer.content.decode().split())


def picker(record):
    return reverse("crossrefs:tie", args=[record._meta.label_lower, record.pk])


def key_of(record):
    return f"{record._meta.label_lower}:{record.pk}"


def under_revision(*texts, by):
    record = circulated(*texts)
    record.comments_until = None
    record.save()
    return minutes.revise(record, by=by, at=AFTER)


# ── beside the paragraph, and on the other side ─────────────────────────────────────────────────
def test_ties_stand_beside_their_paragraph(sign_in, officer, reader_a, provision, incident):
    record = circulated({"en": "One."}, {"en": "Two."})
    first, second = record.paragraphs.order_by("position")
    tie(first, provision, by=officer)
    tie(second, incident, by=officer)

    page = text_of(sign_in(reader_a).get(record.get_absolute_url()))

    before, after = page.split('id="p-2"')
    assert (str(provision) in before, str(incident) in before) == (True, False)
    assert (str(provision) in after, str(incident) in after) == (False, True)
    assert "Untie" not in page


def test_the_other_side_leads_back_to_the_paragraph(
    sign_in, officer, reader_a, provision, incident, decision
):
    record = circulated({"en": "One."}, {"en": "Two."})
    second = record.paragraphs.get(position=2)
    for other in (provision, incident, decision):
        tie(second, other, by=officer)
    client = sign_in(reader_a)
    pages = [
        provision.instrument.get_text_url(),
        f"{incident.get_absolute_url()}?whole=1",
        decision.get_absolute_url(),
    ]

    shown = [text_of(client.get(address)) for address in pages]

    assert all(f'href="{record.get_absolute_url()}#p-2"' in page for page in shown)
    assert all("Paragraph 2, Minutes:" in page for page in shown)


def test_the_secretariat_ties_on_the_page_and_only_to_what_it_may_read(
    sign_in, officer, decision, turkiye
):
    record = a_draft()
    paragraph = record.paragraphs.get()
    hidden = IncidentFactory(participant=turkiye, status="draft", titles={"en": "Joint quake"})
    client = sign_in(officer)

    page = text_of(client.get(record.get_absolute_url()))
    found = text_of(client.get(picker(paragraph), {"q": "joint"}))
    refused = client.post(picker(paragraph), {"to": key_of(hidden), "relation": "concerns"})
    done = client.post(picker(paragraph), {"to": key_of(decision), "relation": "concerns"})

    assert picker(paragraph) in page
    assert (key_of(decision) in found, key_of(hidden) in found) == (True, False)
    assert (refused.status_code, done.status_code) == (422, 302)
    assert done["Location"] == f"{record.get_absolute_url()}#p-1"


def test_only_the_secretariat_ties_paragraphs(head_a, incident):
    with pytest.raises(Refused):
        tie(circulated().paragraphs.get(), incident, by=head_a)


# ── nothing leaks ───────────────────────────────────────────────────────────────────────────────
def test_readers_see_only_ties_whose_other_end_they_may_see(
    client, sign_in, officer, observer, incident, decision
):
    record = settled(classification="public")
    paragraph = record.paragraphs.get()
    tie(paragraph, incident, by=officer)
    tie(paragraph, decision, by=officer)

    to_all = client.get(record.get_absolute_url())
    to_observer = sign_in(observer).get(record.get_absolute_url())

    for page in map(text_of, (to_all, to_observer)):
        assert "Elazığ quake" not in page
        assert "Joint exercise" not in page
        assert "Concerns" not in page


def test_to_a_visitor_a_page_with_hidden_ties_is_the_same_bytes(client, officer, incident):
    record = settled(classification="public")
    before = client.get(record.get_absolute_url())
    tie(record.paragraphs.get(), incident, by=officer)

    after = client.get(record.get_absolute_url())

    assert (after.content, after["ETag"]) == (before.content, before["ETag"])
    assert not after.cookies


def test_the_api_tells_and_counts_no_tie_of_which_one_end_is_closed(
    client, officer, editor_b, observer, incident
):
    record = settled(classification="observers")
    paragraph = record.paragraphs.get()
    made = tie(paragraph, incident, by=officer)
    told = {}
    for user in (editor_b, observer):
        client.force_login(user)
        answer = client.get(CROSSREFS, {"from_type": "meetings.minutesparagraph"})
        told[user] = [one["id"] for one in answer.json()["results"]]

    assert told == {editor_b: [str(made.pk)], observer: []}


def test_of_a_draft_nobody_learns_by_its_ties(client, officer, reader_a, incident):
    tie(a_draft().paragraphs.get(), incident, by=officer)
    client.force_login(reader_a)

    page = text_of(client.get(f"{incident.get_absolute_url()}?whole=1"))

    assert "Belongs together with" not in page
    assert client.get(CROSSREFS).json()["results"] == []


# ── across revisions ────────────────────────────────────────────────────────────────────────────
def test_a_paragraph_keeps_its_tie_while_it_is_revised(
    sign_in, officer, secretary, reader_a, incident
):
    record = circulated({"en": "One."}, {"en": "Two."})
    second = record.paragraphs.get(position=2)
    tie(second, incident, by=officer)
    record.comments_until = None
    record.save()
    minutes.revise(record, by=officer, at=AFTER)
    first = record.paragraphs.get(position=1)
    words = [Wording("New."), Wording("Two, reworded.", pk=second.pk), Wording("One.", pk=first.pk)]
    minutes.update(record, words, language="en", by=officer, at=AFTER, version=record.version)

    numbers = {
        user: plugs.linkables["meetings.minutesparagraph"].address_of(
            queries.visible_to(user).get(pk=second.pk)
        )
        for user in (officer, reader_a)
    }
    to_reader = text_of(sign_in(reader_a).get(record.get_absolute_url()))
    minutes.circulate(record, by=officer, at=AFTER)
    again = text_of(sign_in(reader_a).get(record.get_absolute_url()))

    assert [address[-4:] for address in numbers.values()] == ["#p-2", "#p-2"]
    assert "Elazığ quake" in to_reader.split('id="p-2"')[1]
    assert "Elazığ quake" in again.split('id="p-2"')[1].split('id="p-3"')[0]


def test_a_reader_knows_a_moved_paragraph_by_the_number_that_was_circulated(officer, reader_a):
    record = under_revision({"en": "One."}, {"en": "Two."}, by=officer)
    second, first = record.paragraphs.order_by("-position")
    words = [Wording("Two.", pk=second.pk), Wording("One.", pk=first.pk)]
    minutes.update(record, words, language="en", by=officer, at=AFTER, version=record.version)

    label = plugs.linkables["meetings.minutesparagraph"].label_of

    assert label(queries.visible_to(officer).get(pk=second.pk)).startswith("Paragraph 1,")
    assert label(queries.visible_to(reader_a).get(pk=second.pk)).startswith("Paragraph 2,")


def test_a_paragraph_that_is_only_being_written_is_nobody_elses(
    client, officer, reader_a, incident
):
    record = under_revision({"en": "One."}, by=officer)
    old = record.paragraphs.get()
    words = [Wording("One.", pk=old.pk), Wording("A secret addition.")]
    minutes.update(record, words, language="en", by=officer, at=AFTER, version=record.version)
    new = record.paragraphs.get(position=2)
    tie(new, incident, by=officer)
    client.force_login(reader_a)

    page = text_of(client.get(f"{incident.get_absolute_url()}?whole=1"))

    assert "Paragraph 2" not in page
    assert new not in queries.visible_to(reader_a)
    assert client.get(picker(new)).status_code == 404


def test_words_that_are_only_being_written_are_found_by_the_secretariat_alone(officer, reader_a):
    record = under_revision({"en": "One."}, by=officer)
    MinutesParagraph.objects.filter(minutes=record).update(texts={"en": "Depot at Ağrı."})

    assert [one.minutes for one in queries.matching(officer, "agri")] == [record]
    assert queries.matching(reader_a, "agri") == []


def test_paragraphs_are_found_by_words_of_text_and_meeting(reader_a):
    record = circulated({"en": "The depot."}, meeting=MeetingFactory(status="adjourned"))

    words = f"depot {record.meeting.title}"

    assert [one.minutes for one in queries.matching(reader_a, words)] == [record]
    assert queries.matching(reader_a, "harbour") == []


@pytest.mark.parametrize("count", [1, 4])
def test_the_page_needs_the_same_queries_for_any_number_of_ties(
    sign_in, officer, reader_a, turkiye, count, django_assert_num_queries
):
    record = circulated(*[{"en": f"Text {number}."} for number in range(count)])
    for paragraph in record.paragraphs.all():
        tie(paragraph, IncidentFactory(participant=turkiye, status="active"), by=officer)
    client = sign_in(reader_a)
    client.get(record.get_absolute_url())

    with django_assert_num_queries(18):
        client.get(record.get_absolute_url())
    assert CrossReference.objects.count() == count


def test_the_migration_numbers_paragraphs_by_the_last_revision(officer):
    record = under_revision({"en": "One."}, {"en": "Two."}, by=officer)
    first, second = record.paragraphs.order_by("position")
    words = [Wording("New."), Wording("Two.", pk=second.pk), Wording("One.", pk=first.pk)]
    minutes.update(record, words, language="en", by=officer, at=AFTER, version=record.version)
    MinutesParagraph.objects.update(frozen_number=None)

    migration = "0004_announcements_adopting_meetings_and_frozen_paragraphs"
    import_module(f"meetings.migrations.{migration}").number_frozen_paragraphs(apps, None)

    numbers = record.paragraphs.order_by("position").values_list("frozen_number", flat=True)
    assert list(numbers) == [None, 2, 1]
