"""The languages of a meeting: said once, taken along, and what is missing in them."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from meetings.models import Meeting
from meetings.queries import papers as paper_queries
from meetings.queries import readiness
from meetings.services import following, meetings, papers
from meetings.services import minutes as minutes_services
from ots_portal import plugs
from ots_portal.audit.services import record
from ots_portal.texts.languages import in_order, validate_languages
from tests.factories.meetings import MeetingFactory, MinutesFactory, MinutesParagraphFactory
from tests.factories.papers import PaperFactory, PaperVersionFactory
from tests.factories.sittings import SeriesFactory

POSTED = {
    "title_en": "Third meeting",
    "kind": "ministerial",
    "host": "turkiye",
    "mode": "in_person",
    "city": "Ankara",
    "time_zone": "Europe/Istanbul",
    "starts": "2026-12-10T09:00",
    "ends": "2026-12-10T17:00",
    "date_precision": "minute",
    "visibility": "members",
}


def page(response):
    return response.content.decode()


def facts(**changes):
    meeting = MeetingFactory.build(host_id="turkiye")
    return {name: getattr(meeting, name) for name in meetings.FACTS} | changes


def test_codes_come_in_the_portals_order():
    assert in_order(["ru", "tr", "xx", "en", "tr"]) == ["en", "tr", "ru"]


@pytest.mark.parametrize("value", [["xx"], ["en", "en"], "en", [1], None])
def test_what_is_no_list_of_known_languages_is_refused(value):
    with pytest.raises(ValidationError):
        validate_languages(value)


@pytest.mark.parametrize(
    ("named", "kept"), [([], ["tr", "kk"]), (["ru", "en"], ["en", "ru"])], ids=["none", "own"]
)
def test_a_meeting_has_the_languages_of_its_series_unless_it_names_its_own(
    officer, turkiye, now, named, kept
):
    series = SeriesFactory(working_languages=["tr", "kk"])

    meeting = meetings.create(
        facts(series_id=series.pk, working_languages=named), by=officer, at=now
    )

    assert meeting.working_languages == kept


def test_a_later_change_of_the_series_leaves_its_meetings_as_they_are(officer, turkiye, now):
    series = SeriesFactory(working_languages=["tr"])
    meeting = meetings.create(facts(series_id=series.pk), by=officer, at=now)

    series.working_languages = ["en"]
    series.save()

    assert Meeting.objects.get(pk=meeting.pk).working_languages == ["tr"]


def test_the_next_meeting_takes_the_languages_of_the_last_along(officer, turkiye, now):
    series = SeriesFactory(working_languages=["en"])
    last = MeetingFactory(series=series, status="adjourned", working_languages=["az", "ru"])

    made = following.follow(last, facts(series_id=series.pk), by=officer, at=now)

    assert made.working_languages == ["az", "ru"]


def test_the_form_of_the_next_meeting_has_them_ticked(client, officer):
    last = MeetingFactory(status="adjourned", working_languages=["az", "ru"])
    client.force_login(officer)

    form = client.get(reverse("meetings:follow", args=[last.pk])).context["form"]

    assert form["working_languages"].value() == ["az", "ru"]


def test_they_are_planned_on_the_form_and_shown_by_their_own_names(client, officer, turkiye):
    client.force_login(officer)

    answer = client.post(
        reverse("meetings:new"), {**POSTED, "working_languages": ["ru", "tr"]}, follow=True
    )

    assert (Meeting.objects.get().working_languages, "Türkçe, Русский" in page(answer)) == (
        ["tr", "ru"],
        True,
    )


def test_a_language_that_the_portal_does_not_know_is_refused_beside_the_field(
    client, officer, turkiye
):
    client.force_login(officer)

    answer = client.post(reverse("meetings:new"), {**POSTED, "working_languages": ["xx"]})

    assert (answer.status_code, list(answer.context["form"].errors)) == (
        422,
        ["working_languages"],
    )


def test_both_choices_are_shown_to_whoever_saves_second(client, officer):
    meeting = MeetingFactory(working_languages=["en"], kind="ministerial")
    client.force_login(officer)
    address = reverse("meetings:edit", args=[meeting.pk])

    answer = client.post(address, {**POSTED, "working_languages": ["az", "kk"], "version": "0"})

    (row,) = [row for row in answer.context["differences"] if "languages" in str(row.label).lower()]
    assert (answer.status_code, answer.context["form"]["working_languages"].value(), row.now) == (
        409,
        ["az", "kk"],
        "English",
    )


def test_a_change_stands_in_the_history(officer, now):
    meeting = MeetingFactory(working_languages=["en"])

    meetings.update(meeting, {"working_languages": ["tr", "en"]}, by=officer, at=now, version=1)

    meeting.refresh_from_db()
    assert (meeting.working_languages, meeting.city) == (["en", "tr"], "Ankara")


# ── what is missing in them ─────────────────────────────────────────────────────────────────────


@pytest.fixture
def meeting():
    return MeetingFactory(status="convened", working_languages=["en", "tr", "kk"])


def test_a_document_is_expected_in_the_working_languages_unless_others_are_named(
    officer, meeting, now
):
    papers.expect(meeting, kind="note", languages=[], by=officer, at=now)
    papers.expect(meeting, kind="report", languages=["ru"], by=officer, at=now)
    paper = PaperFactory(meeting=meeting, kind="note", status="issued", prepared_by=officer)
    PaperVersionFactory(paper=paper)

    gaps = {gap.kind: gap.languages for gap in paper_queries.missing_documents(meeting)}

    assert gaps == {"note": ("tr", "kk"), "report": ("ru",)}


def test_what_is_expected_follows_the_meetings_languages(officer, meeting, now):
    papers.expect(meeting, kind="note", languages=[], by=officer, at=now)
    meetings.update(meeting, {"working_languages": ["az"]}, by=officer, at=now, version=1)

    assert [(one.title, one.languages) for one in readiness.missing_documents(meeting)] == [
        ("Note", ("az",))
    ]


def test_a_document_is_missing_also_where_nobody_said_in_which_language(officer, meeting, now):
    papers.expect(meeting, kind="note", languages=[], by=officer, at=now)
    meetings.update(meeting, {"working_languages": []}, by=officer, at=now, version=1)

    assert [(one.title, one.languages) for one in readiness.missing_documents(meeting)] == [
        ("Note", ())
    ]


@pytest.mark.parametrize(("languages", "status"), [(["en"], 302), ([], 422)])
def test_languages_are_named_where_the_meeting_has_none(client, officer, languages, status):
    meeting = MeetingFactory(status="convened", working_languages=languages)
    client.force_login(officer)

    answer = client.post(reverse("meetings:expected_list", args=[meeting.pk]), {"kind": "note"})

    assert answer.status_code == status


def test_the_page_of_a_document_names_what_is_to_be_translated(client, officer, reader_a, meeting):
    paper = PaperFactory(meeting=meeting, status="issued", prepared_by=officer)
    PaperVersionFactory(paper=paper)

    seen = {}
    for user in (officer, reader_a):
        client.force_login(user)
        text = page(client.get(paper.get_absolute_url()))
        seen[user] = "not in yet: Türkçe, Қазақ" in text

    assert seen == {officer: True, reader_a: False}


def test_the_first_language_that_is_missing_is_offered_for_the_next_file(client, officer, meeting):
    paper = PaperFactory(meeting=meeting, status="issued", prepared_by=officer)
    PaperVersionFactory(paper=paper)
    client.force_login(officer)

    form = client.get(reverse("meetings:paper_version_add", args=[paper.pk])).context["form"]

    assert form["language"].value() == "tr"


def test_the_board_names_what_is_missing_by_document(client, officer, meeting, now):
    papers.expect(meeting, kind="note", languages=[], by=officer, at=now)
    papers.expect(meeting, kind="report", languages=["ru"], by=officer, at=now)
    client.force_login(officer)

    text = page(client.get(reverse("meetings:readiness", args=[meeting.pk])))

    assert [line in text for line in ("Note: English, Türkçe, Қазақ", "Report: Русский")] == [
        True,
        True,
    ]


def test_what_is_expected_stands_in_the_meetings_history(client, officer, meeting, now):
    wish = papers.expect(meeting, kind="note", languages=[], by=officer, at=now)
    papers.expect_no_more(wish, by=officer, at=now)
    draft = PaperFactory(meeting=meeting, prepared_by=officer)
    papers.discard(draft, by=officer, at=now)
    client.force_login(officer)

    answer = client.get(meeting.get_absolute_url())

    assert {str(line.title) for line in answer.context["history"]} == {
        "An empty draft of a document is deleted",
        "A document is not expected any more",
        "A document is expected",
    }


def test_a_kind_without_words_of_its_own_is_named_as_on_the_audit_pages(
    client, officer, meeting, now
):
    record("meetings.paper.drafted", subject=meeting, by=officer, at=now)
    client.force_login(officer)

    (line,) = client.get(meeting.get_absolute_url()).context["history"]

    assert str(line.title) == str(plugs.audit_labels["meetings.paper.drafted"])


def test_the_board_names_languages_that_the_minutes_are_not_written_in(client, officer):
    meeting = MeetingFactory(status="adjourned", working_languages=["en", "tr", "kk"])
    minutes = MinutesFactory(meeting=meeting)
    MinutesParagraphFactory(minutes=minutes, position=1, texts={"en": "One.", "tr": "Bir."})
    MinutesParagraphFactory(minutes=minutes, position=2, texts={"en": "Two."})
    client.force_login(officer)

    text = page(client.get(reverse("meetings:readiness", args=[meeting.pk])))

    assert "Not written in: Türkçe, Қазақ" in text


def test_minutes_are_written_in_every_working_language(client, officer):
    meeting = MeetingFactory(status="adjourned", working_languages=["kk"])
    minutes = MinutesFactory(meeting=meeting)
    paragraph = MinutesParagraphFactory(minutes=minutes, position=1, texts={"en": "One."})
    client.force_login(officer)
    address = f"{reverse('meetings:minutes_translate', args=[minutes.pk])}?language=kk"

    client.post(address, {"version": "1", f"text_{paragraph.pk.hex}": "Бір."})

    paragraph.refresh_from_db()
    assert paragraph.texts == {"en": "One.", "kk": "Бір."}


def test_minutes_in_one_language_alone_can_be_circulated(officer, now):
    """A working language is an expectation, not a lock."""
    meeting = MeetingFactory(status="adjourned", working_languages=["en", "kk"])
    minutes = MinutesFactory(meeting=meeting, prepared_by=officer)
    MinutesParagraphFactory(minutes=minutes, position=1, texts={"en": "One."})

    minutes_services.circulate(minutes, by=officer, at=now)

    assert minutes.status == "circulated"


# ── for programs ────────────────────────────────────────────────────────────────────────────────


def test_programs_read_them(client, reader_a, meeting):
    client.force_login(reader_a)

    told = client.get(f"/api/v1/meetings/{meeting.pk}/").json()

    assert told["working_languages"] == ["en", "tr", "kk"]


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (["ru", "en"], (201, None)),
        (["en", "en"], (400, "#/working_languages")),
        (["xx"], (400, "#/working_languages/0")),
        ("en", (400, "#/working_languages")),
    ],
)
def test_a_series_is_entered_with_them(client, officer, sent, answer):
    client.force_login(officer)
    body = {"code": "MM", "kind": "ministerial", "names": {"en": "Ministers"}}

    response = client.post(
        "/api/v1/series/", {**body, "working_languages": sent}, content_type="application/json"
    )

    errors = response.json().get("errors", [{"pointer": None}])
    assert (response.status_code, errors[0]["pointer"]) == answer
