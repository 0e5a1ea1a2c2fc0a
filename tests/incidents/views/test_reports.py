"""The pages of situation reports."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents.models import SituationReport
from incidents.presentation.reports import SECTION
from incidents.services import reports as services
from ots_portal.notifications.models import OutboxRow
from ots_portal.notifications.services import fan_out_waiting
from tests.factories.incidents import IncidentFactory
from tests.factories.reports import MORNING, a_content, a_report, an_entry, drafted, published
from tests.factories.sessions import sign_in


@pytest.fixture
def incident(turkiye):
    return IncidentFactory(participant=turkiye, status="active", countries=["TR", "SY"])


@pytest.fixture
def as_editor(client, editor_a):
    sign_in(client, editor_a)
    return client


def edit_url(report, **query):
    address = reverse("incidents:report_edit", args=[report.pk])
    return f"{address}?language={query['language']}" if query else address


def fields(report, *rows, **changes):
    """The editor's form with these figures, each a dictionary of what differs from twelve deaths."""
    form = {
        "op": "save", "version": report.version, "kind": "update", "as_of": "2026-11-20T09:00",
        "situation": "The search goes on.", "response": "", "needs": "", "outlook": "",
        "usual_source": "AFAD", "rows": ",".join(f"r{n}" for n in range(len(rows))),
    }  # fmt: skip
    for number, row in enumerate(rows):
        values = {
            "measure": "death:all_people", "place": "TR", "value": "12", "value_to": "", "source": "",
            "as_of": "", "confidence": "some", "estimate": "primary", **row,
        }  # fmt: skip
        form |= {f"{name}_r{number}": value for name, value in values.items()}
    return {**form, **changes}


def figures_of(report):
    return [
        (one.indicator, one.subdivision or one.country, one.value, one.value_to, one.source)
        for one in report.figures.all()
    ]


# ── writing ─────────────────────────────────────────────────────────────────────────────────────
def test_the_next_report_is_begun_with_one_button(as_editor, incident):
    answer = as_editor.post(reverse("incidents:report_new", args=[incident.pk]))

    report = SituationReport.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, edit_url(report))


def test_the_second_button_leads_to_the_draft_that_is_there(as_editor, incident):
    first = as_editor.post(reverse("incidents:report_new", args=[incident.pk]))
    second = as_editor.post(reverse("incidents:report_new", args=[incident.pk]))

    assert first["Location"].startswith(second["Location"])
    assert SituationReport.objects.count() == 1


def test_a_first_report_asks_for_the_usual_figures(as_editor, incident, editor_a):
    report = services.create(incident, by=editor_a, at=MORNING)

    page = as_editor.get(edit_url(report)).content.decode()

    assert page.count('class="figure-row"') == 6
    assert '<option value="death:all_people" selected>' in page


def test_texts_and_figures_are_saved(as_editor, incident, editor_a):
    report = services.create(incident, by=editor_a, at=MORNING)
    rows = [{}, {"measure": "destroyed:buildings", "place": "TR-31", "value": "3", "value_to": "5", "source": "Governor"}]  # fmt: skip

    answer = as_editor.post(edit_url(report, language="tr"), fields(report, *rows))

    report.refresh_from_db()
    assert (answer.status_code, report.situations) == (302, {"tr": "The search goes on."})
    assert figures_of(report) == [
        ("death", "TR", 12, None, "AFAD"),
        ("destroyed", "TR-31", 3, 5, "Governor"),
    ]


def test_an_empty_number_is_unknown_and_0_is_a_figure(as_editor, incident, editor_a):
    report = services.create(incident, by=editor_a, at=MORNING)
    rows = [{"value": ""}, {"measure": "missing:all_people", "value": "0"}]

    as_editor.post(edit_url(report), fields(report, *rows))

    assert figures_of(report) == [("missing", "TR", 0, None, "AFAD")]


def test_a_row_can_be_added_without_a_script_and_nothing_is_saved(as_editor, incident, editor_a):
    report = services.create(incident, by=editor_a, at=MORNING)

    answer = as_editor.post(edit_url(report), fields(report, {"value": "77"}, op="add"))

    page = answer.content.decode()
    assert (answer.status_code, page.count('class="figure-row"')) == (200, 2)
    assert 'value="77"' in page
    assert figures_of(report) == []


def test_a_row_can_be_removed_and_the_others_keep_what_was_typed(as_editor, incident, editor_a):
    report = services.create(incident, by=editor_a, at=MORNING)
    form = fields(report, {"value": "77"}, {"value": "88"}, op="remove:r0")

    page = as_editor.post(edit_url(report), form).content.decode()

    assert (page.count('class="figure-row"'), 'value="77"' in page, 'value="88"' in page) == (
        1, False, True,
    )  # fmt: skip


def test_the_preview_shows_what_was_written_and_saves_nothing(as_editor, incident, editor_a):
    report = services.create(incident, by=editor_a, at=MORNING)

    page = as_editor.post(edit_url(report), fields(report, {}, op="preview")).content.decode()

    assert "nothing is saved yet" in page
    assert "<strong>12</strong>" in page
    assert figures_of(report) == []


def test_save_and_submit_in_one_go(as_editor, incident, editor_a):
    report = services.create(incident, by=editor_a, at=MORNING)

    as_editor.post(edit_url(report), fields(report, {}, op="submit"))

    report.refresh_from_db()
    assert (report.status, report.submitted_by) == ("submitted", editor_a)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"value": "many"}, "Enter a whole number"),
        ({"value": "-1"}, "greater than or equal to 0"),
        ({"value_to": "3"}, "upper end of a range is more"),
        ({"value": "", "value_to": "3"}, "Unknown is not 0"),
        ({"measure": ""}, "Say what was counted, and where"),
        ({"measure": "injured:roads"}, "Select a valid choice"),
        ({"place": "AZ"}, "Select a valid choice"),
        ({"source": "", "as_of": "2999-01-01T00:00"}, "lies in the future"),
        ({"source": "x" * 300}, "at most 200"),
    ],
)
def test_a_refused_form_says_where_and_keeps_what_was_typed(
    as_editor, incident, editor_a, row, sentence
):
    report = services.create(incident, by=editor_a, at=MORNING)
    form = fields(report, row, {"measure": "missing:all_people", "value": "4321"})

    answer = as_editor.post(edit_url(report), form)

    page = answer.content.decode()
    assert (answer.status_code, sentence in page, 'value="4321"' in page) == (422, True, True)


def test_a_figure_without_any_source_is_refused(as_editor, incident, editor_a):
    report = services.create(incident, by=editor_a, at=MORNING)

    answer = as_editor.post(edit_url(report), fields(report, {}, usual_source=""))

    assert (answer.status_code, "Say who counted" in answer.content.decode()) == (422, True)


def test_the_same_source_twice_is_refused_at_its_row(as_editor, incident, editor_a):
    report = services.create(incident, by=editor_a, at=MORNING)

    answer = as_editor.post(edit_url(report), fields(report, {}, {"value": "13"}))

    assert (answer.status_code, "stands here twice" in answer.content.decode()) == (422, True)


def test_a_stale_form_shows_both_versions_and_saves_nothing(
    as_editor, incident, editor_a, second_editor_a
):
    report = drafted(incident, by=editor_a)
    form = fields(report, {"value": "99"}, situation="Mine.")
    services.update(report, a_content(), by=second_editor_a, at=MORNING, version=1)

    answer = as_editor.post(edit_url(report), form)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert all(
        word in page for word in ("Somebody else saved this", "Mine.", "Deaths, Türkiye: 99")
    )
    assert f'name="version" value="{report.version}"' in page
    assert figures_of(report) == [("death", "TR", 12, None, "AFAD")]


def test_carried_over_figures_say_so_until_they_are_touched(as_editor, incident, editor_a, head_a):
    published(incident, an_entry(12), an_entry(3, indicator="missing"), by=editor_a, head=head_a)
    report = services.create(incident, by=editor_a, at=MORNING + timedelta(days=1))

    before = as_editor.get(edit_url(report)).content.decode()
    rows = [{"as_of": "2026-11-20T09:00", "value": "15"}, {"measure": "missing:all_people", "value": "3", "as_of": "2026-11-20T09:00"}]  # fmt: skip
    as_editor.post(edit_url(report), fields(report, *rows, as_of="2026-11-21T09:00"))

    assert before.count("Carried over from report 1") == 3  # two figures and a text
    page = as_editor.get(report.get_absolute_url()).content.decode()
    assert page.count("Carried over from report 1") == 1
    assert [one.as_of.day for one in report.figures.all()] == [21, 20]


def test_a_published_report_is_not_edited(as_editor, incident, editor_a):
    report = a_report(incident, "published", by=editor_a)

    assert as_editor.get(edit_url(report)).status_code == 409


def test_a_joint_draft_takes_the_latest_figures_over(client, incident, editor_a, head_a, officer):
    report = services.create(incident, by=officer, at=MORNING)
    published(incident, an_entry(77), by=editor_a, head=head_a)
    sign_in(client, officer)

    page = client.post(edit_url(report), fields(report, op="refresh")).content.decode()

    assert 'value="77"' in page
    assert "The search goes on." in page


# ── publishing ──────────────────────────────────────────────────────────────────────────────────
def test_the_head_sees_what_is_published_and_publishes(client, incident, editor_a, head_a):
    report = a_report(incident, "submitted", by=editor_a)
    address = reverse("incidents:report_publish", args=[report.pk])
    sign_in(client, head_a)

    page = client.get(address).content.decode()
    answer = client.post(address, {"version": report.version})

    report.refresh_from_db()
    assert "<strong>12</strong>" in page
    assert (answer.status_code, report.status, report.number) == (302, "published", 1)


def test_publishing_asks_for_a_fresh_confirmation(client, incident, editor_a, head_a):
    report = a_report(incident, "submitted", by=editor_a)
    sign_in(client, head_a, minutes_ago=11)

    answer = client.post(reverse("incidents:report_publish", args=[report.pk]), {"version": 1})

    assert "reauthenticate" in answer["Location"]
    report.refresh_from_db()
    assert report.status == "submitted"


def test_a_report_changed_since_it_was_read_is_shown_again(client, incident, editor_a, head_a):
    report = a_report(incident, "submitted", by=editor_a, version=4)
    sign_in(client, head_a)

    answer = client.post(reverse("incidents:report_publish", args=[report.pk]), {"version": "3"})

    assert (answer.status_code, "read it again" in answer.content.decode()) == (409, True)


@pytest.mark.parametrize(
    ("status", "verb"), [("submitted", "send_back"), ("published", "withdraw")]
)
def test_a_reason_is_asked_for(client, incident, editor_a, head_a, status, verb):
    report = a_report(incident, status, by=editor_a)
    sign_in(client, head_a)
    address = reverse(f"incidents:report_{verb}", args=[report.pk])

    without, given = client.post(address, {}), client.post(address, {"reason": "Counted twice."})

    assert (without.status_code, given.status_code) == (422, 302)


def test_a_withdrawn_report_says_why(client, incident, editor_a, head_a, editor_b):
    report = a_report(incident, "published", by=editor_a)
    services.withdraw(report, by=head_a, at=timezone.now(), reason="Counted twice.")
    sign_in(client, editor_b)

    page = client.get(report.get_absolute_url()).content.decode()

    assert "Counted twice." in page
    assert "Editor of A" not in page


# ── recalling ───────────────────────────────────────────────────────────────────────────────────
def test_who_publishes_sees_before_whom_it_will_reach(client, incident, editor_a, head_a, editor_b):
    report = a_report(incident, "submitted", by=editor_a)
    sign_in(client, head_a)

    page = client.get(reverse("incidents:report_publish", args=[report.pk])).content.decode()

    told = page[page.index('id="recipients"') :]
    told = " ".join(told.split())
    assert "1 person will be told." in told
    assert '<strong>Azerbaijan</strong> <span class="muted">(1)</span>' in told
    # Whom another authority employs is its own business.
    assert "Editor of B" not in told
    assert "1 more person is not named here." in told


def test_a_report_just_published_can_be_recalled(client, incident, editor_a, head_a, editor_b):
    report = published(incident, by=editor_a, head=head_a, at=timezone.now())
    sign_in(client, head_a)

    page = client.get(report.get_absolute_url()).content.decode()
    answer = client.post(reverse("incidents:report_recall", args=[report.pk]), follow=True)
    report.refresh_from_db()

    assert "you can still recall this" in page
    assert report.status == "withdrawn"
    assert "Recalled before anybody was told" in answer.content.decode()
    assert OutboxRow.objects.get(entry__kind="incidents.report.published").recalled_by == head_a
    assert not OutboxRow.objects.filter(entry__kind="incidents.report.withdrawn").exists()


def test_others_do_not_see_that_a_report_can_be_recalled(
    client, incident, editor_a, head_a, editor_b
):
    report = published(incident, by=editor_a, head=head_a, at=timezone.now())
    sign_in(client, editor_b)

    page = client.get(report.get_absolute_url()).content.decode()

    assert "The search goes on." in page
    assert "data-seconds-left" not in page


def test_once_people_were_told_a_report_is_only_withdrawn(
    client, incident, editor_a, head_a, editor_b
):
    report = published(incident, by=editor_a, head=head_a, at=MORNING)
    fan_out_waiting(clock=timezone.now)
    sign_in(client, head_a)

    page = client.get(report.get_absolute_url()).content.decode()
    answer = client.post(reverse("incidents:report_recall", args=[report.pk]))

    report.refresh_from_db()
    assert "you can still recall this" not in page
    assert (answer.status_code, report.status) == (409, "published")
    assert "The messages have gone out" in answer.content.decode()


# ── reading ─────────────────────────────────────────────────────────────────────────────────────
def test_a_report_without_figures_says_unknown(as_editor, incident, editor_a):
    report = drafted(incident, by=editor_a, figures=[])

    page = as_editor.get(report.get_absolute_url()).content.decode()

    assert "they are unknown, not 0" in page


def test_the_figures_page_has_totals_with_parts_and_a_chart(as_editor, incident, editor_a, head_a):
    figures = [
        an_entry(12), an_entry(14, source="Red Crescent"),
        an_entry(60, indicator="missing", subdivision="TR-31"),
        an_entry(30, indicator="missing", subdivision="TR-27"),
    ]  # fmt: skip
    published(incident, *figures, by=editor_a, head=head_a)

    page = as_editor.get(reverse("incidents:report_figures", args=[incident.pk])).content.decode()

    assert re.findall(r'class="figure-value">([^<]*)<', page) == ["12–14", "90"]
    assert "Sum of 2 regions" in page
    assert page.count('<svg class="chart chart-wide"') == 2


def test_the_incidents_page_has_the_head_figures(as_editor, incident, editor_a, head_a):
    report = published(incident, an_entry(1234), by=editor_a, head=head_a)

    page = as_editor.get(incident.get_absolute_url()).content.decode()

    assert "1,234" in page
    assert report.get_absolute_url() in page


def test_others_do_not_see_drafts_on_the_incidents_page(client, incident, editor_a, editor_b):
    report = drafted(incident, by=editor_a)
    sign_in(client, editor_b)

    assert report.get_absolute_url() not in client.get(incident.get_absolute_url()).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_database_equally_often(
    client, incident, editor_a, reader_a, django_assert_num_queries, count
):
    for number in range(count):
        a_report(incident, "discarded", by=editor_a)
        report = a_report(incident, "superseded", by=editor_a)
        SituationReport.objects.filter(pk=report.pk).update(number=number + 10)
    sign_in(client, reader_a)
    address = reverse("incidents:report_list", args=[incident.pk])
    client.get(address)

    with django_assert_num_queries(7):
        page = client.get(address).content.decode()

    assert page.count("Situation report 1") == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_incidents_page_asks_twice_however_many_figures(
    incident, editor_a, head_a, reader_a, django_assert_num_queries, count
):
    figures = [an_entry(n, source=f"Source {n}") for n in range(count)]
    published(incident, *figures, by=editor_a, head=head_a)

    with django_assert_num_queries(2):
        section = SECTION.values(incident, reader_a)

    assert [row.amount for row in section["totals"]] == ["0" if count == 1 else "0–2"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_figures_page_asks_equally_often(
    client, incident, editor_a, head_a, reader_a, django_assert_num_queries, count
):
    figures = [an_entry(n, source=f"Source {n}") for n in range(count)]
    published(incident, *figures, by=editor_a, head=head_a)
    sign_in(client, reader_a)
    address = reverse("incidents:report_figures", args=[incident.pk])
    client.get(address)

    with django_assert_num_queries(7):
        client.get(address)


def test_exercises_are_marked(client, turkiye, editor_a, head_a):
    exercise = IncidentFactory(participant=turkiye, status="active", is_exercise=True)
    report = published(exercise, by=editor_a, head=head_a)
    sign_in(client, editor_a)

    page = client.get(report.get_absolute_url()).content.decode()

    assert "This is an exercise" in page


# ── files ───────────────────────────────────────────────────────────────────────────────────────
def lines_of(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_the_figures_of_an_incident_have_hxl_tags(as_editor, incident, editor_a, head_a):
    figures = [an_entry(0), an_entry(3, value_to=5, indicator="missing"), an_entry(7, indicator="destroyed", exposure="buildings")]  # fmt: skip
    published(incident, *figures, by=editor_a, head=head_a)

    _labels, tags, *rows = lines_of(
        as_editor.get(reverse("incidents:report_figures_csv", args=[incident.pk]))
    )

    told = dict(zip(tags, rows[0], strict=True))
    assert told["#affected+killed"] == "0"
    assert (told["#affected+missing"], told["#affected+missing+max"]) == ("3", "5")
    assert told["#affected+destroyed+buildings"] == "7"
    assert told["#country+code+v_iso2"] == "TR"


def test_the_figures_of_a_report_stand_in_rows(as_editor, incident, editor_a):
    report = drafted(incident, an_entry(12, subdivision="TR-31"), by=editor_a)

    _labels, tags, row = lines_of(as_editor.get(reverse("incidents:report_csv", args=[report.pk])))

    told = dict(zip(tags, row, strict=True))
    assert (told["#adm1+name"], told["#indicator+value+num"], told["#indicator+value+max+num"]) == (
        "Hatay", "12", "",
    )  # fmt: skip


def test_a_source_is_no_formula_in_a_spreadsheet(as_editor, incident, editor_a):
    report = drafted(incident, an_entry(1, source="=HYPERLINK(1)"), by=editor_a)

    *_head, row = lines_of(as_editor.get(reverse("incidents:report_csv", args=[report.pk])))

    assert "'=HYPERLINK(1)" in row


@pytest.mark.parametrize("language", ["en", "tr"])
def test_the_pdf_is_set_in_the_readers_language(client, incident, editor_a, head_a, language):
    report = published(incident, by=editor_a, head=head_a)
    editor_a.language = language
    editor_a.save()
    sign_in(client, editor_a)

    answer = client.get(reverse("incidents:report_pdf", args=[report.pk]))

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")
