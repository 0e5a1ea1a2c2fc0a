import json
import re
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from incidents.models import Incident
from incidents.services import incidents as services
from incidents.services.feeds import read_usgs, take_in_all
from ots_portal.pages import Difference
from tests.factories.incidents import IncidentFactory, a_draft, reported
from tests.samples import DELETED_EARTHQUAKE, EARTHQUAKE, shared_sample

NEW, LIST, USGS = "/incidents/new/", "/incidents/", "/incidents/new/usgs/"


@pytest.fixture
def as_editor(client, editor_a):
    client.force_login(editor_a)
    return client


def fields(**changes):
    """The report form, filled in completely and rightly."""
    now = timezone.now() - timedelta(hours=1)
    return {
        "title": "Pazarcık earthquake",
        "hazard": "GH0101",
        "alert_level": "red",
        "onset_at": now.strftime("%Y-%m-%dT%H:%M"),
        "countries": ["TR"],
        "language": "en",
        "classification": "members",
        "submission_key": str(uuid.uuid4()),
        **changes,
    }


def upload(client, content, name="earthquake.geojson"):
    return client.post(USGS, {"file": SimpleUploadedFile(name, content)})


# ── reporting ───────────────────────────────────────────────────────────────────────────────────
def test_a_report_is_kept_and_reported_in_one_go(as_editor):
    answer = as_editor.post(NEW, {**fields(), "report": "yes"})

    incident = Incident.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, incident.get_absolute_url())
    assert (incident.status, incident.number) == ("reported", f"OTS-{timezone.now().year}-0001")


def test_without_the_report_button_it_stays_a_draft(as_editor):
    as_editor.post(NEW, fields())

    assert Incident.objects.get().status == "draft"


def test_a_double_submit_makes_one_incident_and_leads_to_it(as_editor):
    form = {**fields(), "report": "yes"}

    first, second = as_editor.post(NEW, form), as_editor.post(NEW, form)

    assert (Incident.objects.count(), second.status_code) == (1, 302)
    assert first["Location"] == second["Location"]


def test_a_time_is_read_in_the_persons_own_zone(as_editor, editor_a):
    editor_a.time_zone = "Europe/Istanbul"
    editor_a.save()

    as_editor.post(NEW, fields(onset_at="2026-02-06T04:17"))

    assert Incident.objects.get().onset_at.isoformat() == "2026-02-06T01:17:00+00:00"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"latitude": "91", "longitude": "37"}, "less than or equal to 90"),
        ({"latitude": "37"}, "give both or none"),
        ({"latitude": "north", "longitude": "37"}, "Enter a number"),
        ({"latitude": "nan", "longitude": "37"}, "Enter a number"),
        ({"onset_at": "2099-01-01T00:00"}, "lies in the future"),
        ({"onset_at": "yesterday"}, "Enter a valid date/time"),
        ({"onset_at": ""}, "This field is required"),
        ({"countries": ["XX"]}, "XX is not one of the available choices"),
        ({"countries": []}, "Choose at least one country"),
        ({"other_countries": ["ZZ"]}, "ZZ is not one of the available choices"),
        ({"title": ""}, "This field is required"),
        ({"title": " \u00a0 "}, "This field is required"),
        ({"title": "a\u202eb"}, "cannot be shown"),
        ({"title": "a\x00b"}, "Null characters are not allowed"),
        ({"title": "x" * 201}, "at most 200 characters"),
        ({"hazard": "XX"}, "XX is not one of the available choices"),
        ({"alert_level": ""}, "This field is required"),
        ({"magnitude": "99"}, "less than or equal to 12"),
        ({"submission_key": "not-a-key"}, "Enter a valid UUID"),
        ({"reference": "forged"}, "Upload it again"),
    ],
)
def test_a_wrong_value_is_answered_with_a_sentence_and_saves_nothing(as_editor, change, sentence):
    answer = as_editor.post(NEW, fields(**change))

    assert (answer.status_code, Incident.objects.exists()) == (422, False)
    assert sentence in answer.content.decode()


def test_what_was_typed_is_kept_when_something_is_wrong(as_editor):
    answer = as_editor.post(NEW, fields(title="Quake near Elbistan", alert_level=""))

    assert 'value="Quake near Elbistan"' in answer.content.decode()


@pytest.mark.parametrize("name", ["reader_a", "officer", "secretary", "administrator", "auditor"])
def test_who_may_not_report_reads_why(request, client, name):
    client.force_login(request.getfixturevalue(name))

    answer = client.get(NEW)

    assert answer.status_code == 403
    assert re.search("A reader looks on|Incidents are reported by", answer.content.decode())


# ── from the file of an earthquake ──────────────────────────────────────────────────────────────
def hidden(answer, name):
    return re.search(rf'name="{name}" value="([^"]*)"', answer.content.decode())[1]


def test_an_uploaded_earthquake_fills_the_form_and_saves_nothing(as_editor, turkiye):
    answer = upload(as_editor, shared_sample("usgs/us6000jllz-event.geojson").read_bytes())

    page = answer.content.decode()
    assert (answer.status_code, Incident.objects.exists()) == (200, False)
    assert 'value="2023-02-06T01:17"' in page
    assert 'value="37.2256"' in page
    assert re.search(r'value="TR"[^>]*checked', page)


def test_a_deleted_earthquake_fills_no_form(as_editor, turkiye):
    answer = upload(as_editor, DELETED_EARTHQUAKE.read_bytes())

    assert answer.status_code == 422
    assert "The USGS has deleted this earthquake" in answer.content.decode()


def test_an_old_file_of_an_earthquake_that_was_deleted_since_fills_no_form(as_editor, turkiye):
    for file in (EARTHQUAKE, DELETED_EARTHQUAKE):
        take_in_all(read_usgs(file.read_bytes()).sightings, at=timezone.now(), countries=None)

    answer = upload(as_editor, EARTHQUAKE.read_bytes())

    assert answer.status_code == 422
    assert "The USGS has deleted this earthquake" in answer.content.decode()


def test_the_filled_form_makes_an_incident_that_knows_its_source(as_editor, turkiye):
    form = upload(as_editor, EARTHQUAKE.read_bytes())

    as_editor.post(NEW, fields(reference=hidden(form, "reference")))

    reference = Incident.objects.get().references.get()
    assert (reference.scheme, reference.value, len(reference.digest)) == ("usgs", "us6000jllz", 64)


def test_a_second_upload_of_the_same_earthquake_shows_the_incident_that_is_there(
    as_editor, turkiye
):
    form = upload(as_editor, EARTHQUAKE.read_bytes())
    as_editor.post(NEW, fields(reference=hidden(form, "reference")))

    answer = upload(as_editor, EARTHQUAKE.read_bytes())

    assert answer.status_code == 409
    assert Incident.objects.get().get_absolute_url() in answer.content.decode()


def test_submitting_a_filled_form_late_shows_the_incident_of_a_colleague(
    as_editor, second_editor_a, turkiye
):
    form = upload(as_editor, EARTHQUAKE.read_bytes())
    as_editor.post(NEW, fields(reference=hidden(form, "reference")))

    answer = as_editor.post(NEW, fields(reference=hidden(form, "reference")))

    assert (answer.status_code, Incident.objects.count()) == (409, 1)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.7", "not JSON"),
        (b"{", "not JSON"),
        (b"", "The submitted file is empty"),
        (b"x" * 1_000_001, "larger than 1 MB"),
    ],
)
def test_a_wrong_file_is_refused_beside_the_field(as_editor, content, sentence):
    answer = upload(as_editor, content)

    assert (answer.status_code, Incident.objects.exists()) == (422, False)
    assert sentence in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("quake.geojson", bytes(20 * 1024 * 1024 + 1), "larger than 1 MB"),
        ("quake.html", EARTHQUAKE.read_bytes(), "must end in .geojson or .json"),
        ("quake.geojson.exe", EARTHQUAKE.read_bytes(), "must end in .geojson or .json"),
        ("quake.geojson", EARTHQUAKE.read_text().encode("utf-16"), "not JSON"),
    ],
)
def test_a_file_that_is_too_large_or_otherwise_named_fills_nothing(
    as_editor, name, content, sentence
):
    answer = upload(as_editor, content, name)

    assert (answer.status_code, Incident.objects.exists()) == (422, False)
    assert sentence in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("geometry", "coordinates"), [37.0, 91, 10], "91 is not between -90 and 90"),
        (("properties", "time"), 4_000_000_000_000, "lies in the future"),
        (("properties", "time"), None, "it is missing"),
    ],
)
def test_an_impossible_earthquake_names_the_field(as_editor, path, value, sentence):
    data = json.loads(EARTHQUAKE.read_bytes())
    data[path[0]][path[1]] = value

    answer = upload(as_editor, json.dumps(data).encode())

    assert (answer.status_code, Incident.objects.exists()) == (422, False)
    assert sentence in answer.content.decode()


# ── the page of an incident ─────────────────────────────────────────────────────────────────────
def test_the_page_shows_what_is_known(as_editor, editor_a, now):
    incident = reported(by=editor_a)

    page = as_editor.get(incident.get_absolute_url()).content.decode()

    for text in (
        "OTS-2026-0001",
        "Pazarcık earthquake",
        "Felt widely.",
        "7.8 mww",
        "Reported",
        "Red",
    ):
        assert text in page


def test_the_reporter_sees_the_verify_button_with_the_reason_why_not(as_editor, editor_a):
    page = as_editor.get(reported(by=editor_a).get_absolute_url()).content.decode()

    assert "a second person of your authority verifies it" in page


def test_a_second_person_verifies_on_the_page(client, editor_a, second_editor_a):
    incident = reported(by=editor_a)
    client.force_login(second_editor_a)

    answer = client.post(reverse("incidents:verify", args=[incident.pk]), follow=True)

    incident.refresh_from_db()
    assert incident.status == "verified"
    assert "being told" in answer.content.decode()


def test_a_step_from_an_old_page_is_answered_by_how_it_stands(
    client, editor_a, second_editor_a, head_a, now
):
    incident = services.verify(reported(by=editor_a), by=second_editor_a, at=now)
    client.force_login(head_a)

    answer = client.post(reverse("incidents:verify", args=[incident.pk]))

    assert answer.status_code == 409
    assert "the status is now “Verified”" in answer.content.decode()


def test_rejecting_asks_for_a_reason_and_shows_it_afterwards(client, editor_a, second_editor_a):
    incident = reported(by=editor_a)
    client.force_login(second_editor_a)
    address = reverse("incidents:reject", args=[incident.pk])

    empty = client.post(address, {"reason": " "})
    done = client.post(address, {"reason": "A drill was taken for real."})
    page = client.get(done["Location"], {"whole": "1"})

    assert (empty.status_code, done.status_code) == (422, 302)
    assert "A drill was taken for real." in page.content.decode()


def test_another_participant_reads_who_acted_only_by_the_country(client, editor_a, editor_b):
    incident = reported(by=editor_a)
    client.force_login(editor_b)

    page = client.get(incident.get_absolute_url()).content.decode()

    assert "Editor of A" not in page
    assert "Türkiyə" in page  # the reader's language is Azerbaijani


def test_an_incident_one_may_not_see_is_as_missing(client, editor_a, editor_b, now):
    draft = services.create(a_draft(), by=editor_a, at=now)
    client.force_login(editor_b)

    hidden_one = client.get(draft.get_absolute_url())
    missing = client.get(reverse("incidents:detail", args=[uuid.uuid4()]))

    assert (hidden_one.status_code, hidden_one.content, dict(hidden_one.headers)) == (
        404,
        missing.content,
        dict(missing.headers),
    )


def test_titles_are_shown_as_text(as_editor, editor_a):
    incident = reported(by=editor_a, title="<script>alert(1)</script>")

    page = as_editor.get(incident.get_absolute_url()).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


# ── editing ─────────────────────────────────────────────────────────────────────────────────────
def test_a_stale_form_shows_both_versions_and_saves_nothing(
    as_editor, editor_a, second_editor_a, now
):
    incident = services.create(a_draft(), by=editor_a, at=now)
    services.update(
        incident, a_draft(title="What a colleague wrote"), by=second_editor_a, at=now, version=1
    )

    answer = as_editor.post(
        reverse("incidents:edit", args=[incident.pk]), fields(title="What I wrote", version="1")
    )

    page = answer.content.decode()
    incident.refresh_from_db()
    assert (answer.status_code, incident.titles) == (409, {"en": "What a colleague wrote"})
    assert "What a colleague wrote" in page
    assert 'value="What I wrote"' in page


def test_a_stale_form_names_only_what_differs(as_editor, editor_a, second_editor_a, now):
    draft = a_draft(description="First\nsecond")
    incident = services.create(draft, by=editor_a, at=now)
    page = reverse("incidents:edit", args=[incident.pk])
    written = {
        field.html_name: field.field.widget.format_value(field.value())
        for field in as_editor.get(page).context["form"]
    }
    shown = {name: value for name, value in written.items() if value is not None}
    services.update(
        incident, replace(draft, title="A colleague's"), by=second_editor_a, at=now, version=1
    )

    answer = as_editor.post(
        page, {**shown, "title": "Mine", "description": "First\r\nsecond", "version": "1"}
    )

    assert answer.context["differences"] == [Difference("Title", "A colleague's", "Mine")]


def test_a_stale_form_says_moments_as_pages_do(as_editor, editor_a, second_editor_a, now):
    incident = services.create(a_draft(), by=editor_a, at=now)
    services.update(incident, a_draft(title="Other"), by=second_editor_a, at=now, version=1)

    answer = as_editor.post(
        reverse("incidents:edit", args=[incident.pk]),
        fields(onset_at="2023-02-05T04:17", version="1"),
    )

    (onset,) = [row for row in answer.context["differences"] if row.label == "When it began"]
    assert onset.yours == "5 Feb 2023, 04:17"


def test_saving_a_stale_form_again_replaces_what_was_shown(
    as_editor, editor_a, second_editor_a, now
):
    incident = services.create(a_draft(), by=editor_a, at=now)
    services.update(incident, a_draft(title="Theirs"), by=second_editor_a, at=now, version=1)
    address = reverse("incidents:edit", args=[incident.pk])
    shown = as_editor.post(address, fields(title="Mine", version="1"))

    as_editor.post(address, fields(title="Mine", version=hidden(shown, "version")))

    incident.refresh_from_db()
    assert incident.titles["en"] == "Mine"


def test_each_language_is_written_on_a_page_of_its_own(as_editor, editor_a, now):
    incident = services.create(a_draft(title="Quake"), by=editor_a, at=now)
    page = reverse("incidents:edit", args=[incident.pk])
    turkish = as_editor.get(f"{page}?language=tr")

    as_editor.post(page, fields(title="Deprem", language="tr", description="", version="1"))

    incident.refresh_from_db()
    shown = turkish.context["form"]
    assert (shown["title"].value(), shown["language"].value()) == ("", "tr")
    assert (incident.titles, incident.descriptions) == (
        {"en": "Quake", "tr": "Deprem"},
        {"en": "Felt widely."},
    )


def test_the_open_form_offers_no_other_language_for_its_texts(as_editor, editor_a, now):
    incident = services.create(a_draft(title="Quake"), by=editor_a, at=now)
    answer = as_editor.get(reverse("incidents:edit", args=[incident.pk]))

    assert re.search(r'type="hidden" name="language" value="en"', answer.content.decode())
    assert 'href="?language=tr"' in answer.content.decode()


# ── the list ────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number_of_rows(
    as_editor, turkiye, count, django_assert_num_queries
):
    IncidentFactory.create_batch(
        count, participant=turkiye, status="active", latitude=37, longitude=37
    )
    as_editor.get(LIST)

    with django_assert_num_queries(LIST_QUERIES):
        answer = as_editor.get(LIST)

    assert answer.content.decode().count('scope="row"') == count


LIST_QUERIES = 7


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries_for_any_history(
    client, head_a, editor_a, count, now, django_assert_num_queries
):
    incident = reported(by=editor_a)
    for n in range(count):
        incident = services.update(
            incident, a_draft(title=f"Title {n}"), by=editor_a, at=now, version=incident.version
        )
    client.force_login(head_a)
    client.get(incident.get_absolute_url())

    with django_assert_num_queries(PAGE_QUERIES):
        client.get(incident.get_absolute_url())


PAGE_QUERIES = 14


def test_the_list_pages_by_keyset_and_keeps_the_filters(as_editor, turkiye, now):
    for n in range(103):
        onset = now - timedelta(hours=n // 2)  # two at a time: the id decides between them
        IncidentFactory(
            participant=turkiye, status="active", titles={"en": f"Quake {n}"}, onset_at=onset
        )
    IncidentFactory(participant=turkiye, status="closed", titles={"en": "Quake over"}, onset_at=now)

    pages = [as_editor.get(f"{LIST}?status=active").content.decode()]
    while following := re.search(
        r'href="([^"]*cursor=[^"]*)"[^>]*rel="next"|rel="next"[^>]*href="([^"]*)"', pages[-1]
    ):
        address = (following[1] or following[2]).replace("&amp;", "&")
        pages.append(as_editor.get(LIST + address).content.decode())

    seen = [title for page in pages for title in re.findall(r">(Quake \w+)<", page)]
    assert (len(pages), len(seen), set(seen)) == (3, 103, {f"Quake {n}" for n in range(103)})


def test_a_forged_cursor_is_a_missing_page(as_editor):
    assert as_editor.get(f"{LIST}?cursor=abc").status_code == 404


def test_an_impossible_filter_narrows_nothing_and_says_so(as_editor, turkiye):
    IncidentFactory(participant=turkiye, status="active", titles={"en": "Quake"})

    page = as_editor.get(f"{LIST}?status=nonsense&since=never").content.decode()

    assert "Quake" in page
    assert "Enter a valid date" in page


def test_an_empty_list_says_why(as_editor):
    page = as_editor.get(f"{LIST}?q=nothing").content.decode()

    assert "No incident fits these filters." in page


def test_a_part_of_the_page_is_the_rows_alone(as_editor, turkiye):
    IncidentFactory(participant=turkiye, status="active", titles={"en": "Quake"})

    page = as_editor.get(LIST, headers={"HX-Request": "true"}).content.decode()

    assert "Quake" in page
    assert "<html" not in page


@pytest.mark.parametrize("zone", ["Asia/Almaty", "America/New_York"])
@pytest.mark.parametrize("address", [LIST, "/incidents/clocks/"])
def test_the_ends_of_the_calendar_narrow_nothing(client, editor_a, address, zone):
    editor_a.time_zone = zone
    editor_a.save()
    client.force_login(editor_a)

    answers = [
        client.get(address, {name: day})
        for name in ("since", "until")
        for day in ("0001-01-01", "9999-12-31")
    ]

    assert [answer.status_code for answer in answers] == [200] * 4
