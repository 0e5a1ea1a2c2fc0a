import re
from pathlib import Path

import pytest
from django.conf import settings

from ots_portal.gallery import papers
from ots_portal.paper import pdf
from ots_portal.ui.templatetags import ui

PAGE = "/ui/"
COMPONENTS = Path(settings.BASE_DIR) / "templates" / "components"
SPECIMEN = re.compile(
    r'<section class="specimen" data-component="(?P<component>[^"]*)" data-tags="(?P<tags>[^"]*)">'
    r'<h3>(?P<title>.*?)</h3><p class="specimen-rule">(?P<rule>.*?)</p>.*?'
    r'<div class="specimen-body">(?P<body>.*?)</div></section>',
    re.DOTALL,
)


@pytest.fixture
def specimens(client):
    return [found.groupdict() for found in SPECIMEN.finditer(client.get(PAGE).content.decode())]


def test_every_component_is_shown(specimens):
    files = {path.name for path in COMPONENTS.iterdir()}

    assert files - {specimen["component"] for specimen in specimens} == set()


def test_every_component_that_is_named_exists(specimens):
    named = {specimen["component"] for specimen in specimens} - {""}

    assert [name for name in named if not (COMPONENTS / name).is_file()] == []


def test_every_tag_of_the_pages_is_shown(specimens):
    shown = {tag for specimen in specimens for tag in specimen["tags"].split()}

    assert set(ui.register.tags) - shown == set()


def test_a_component_that_is_named_is_on_the_page_indeed(specimens):
    """A mark of each: the gallery must draw what it says it draws."""
    marks = {
        "alert.html": "alert-warning", "brand.html": "brand-title", "breadcrumb.html": 'aria-current="page"',
        "comparison.html": "compared-number", "comparison_sides.html": "compared-sides",
        "differences.html": "What you wrote", "empty.html": "empty-title", "error_summary.html": "error-summary",
        "filters.html": "filters-inline", "form_actions.html": "form-actions", "key_figures.html": "figure-value",
        "language_switch.html": 'name="language"', "language_tabs.html": "language-tabs",
        "main_menu.html": 'class="menu"', "pagination.html": 'rel="next"', "progress_bar.html": 'value="25"', "sources.html": "sources-label",
        "status_track.html": "track-mark", "timeline.html": "timeline-when", "user_menu.html": "user-name",
    }  # fmt: skip
    bodies = {specimen["component"]: specimen["body"] for specimen in specimens}

    assert [name for name, mark in marks.items() if mark not in bodies[name]] == []


def test_every_specimen_has_its_rule_and_something_to_see(specimens):
    poor = [
        specimen["title"]
        for specimen in specimens
        if not specimen["rule"].rstrip().endswith(".") or len(specimen["body"].strip()) < 20
    ]

    assert (len(specimens) >= 25, poor) == (True, [])


def test_fields_are_shown_empty_filled_refused_and_disabled(client):
    page = client.get(PAGE).content.decode()

    counts = [
        page.count(f'id="id_{state}-title"') for state in ("empty", "filled", "refused", "disabled")
    ]
    assert counts == [1, 1, 1, 1]
    assert (page.count('value="Kura basin"'), page.count('aria-invalid="true"') >= 8) == (2, True)


def test_ids_stand_once(client):
    ids = re.findall(r'\sid="([^"]+)"', client.get(PAGE).content.decode())

    assert sorted({name for name in ids if ids.count(name) > 1}) == []


def test_the_gallery_is_public_without_cookie_query_or_search_engine(
    client, django_assert_num_queries
):
    with django_assert_num_queries(0):
        answer = client.get(PAGE)

    assert (answer.status_code, answer.cookies.output(), answer["X-Robots-Tag"]) == (
        200,
        "",
        "noindex",
    )
    assert b'<meta name="robots" content="noindex">' in answer.content


def test_a_button_of_the_gallery_changes_nothing(client):
    answer = client.post(PAGE, {"version": "1"})

    assert (answer.status_code, answer["Location"]) == (302, PAGE)


@pytest.mark.parametrize("language", ["tr", "az"])
def test_the_gallery_speaks_every_language(client, language):
    client.cookies["django_language"] = language

    answer = client.get(PAGE)

    assert f'<html lang="{language}"' in answer.content.decode()


@pytest.mark.parametrize(
    ("is_demo", "person", "is_linked"),
    [(False, None, False), (False, "reader_a", True), (True, None, True)],
)
def test_the_footer_leads_here_for_those_who_work_with_it(
    request, client, settings, is_demo, person, is_linked
):
    settings.PORTAL_DEMO = is_demo
    if person:
        client.force_login(request.getfixturevalue(person))

    page = client.get("/agreements/").content.decode()

    assert ('href="/ui/"' in page) is is_linked


@pytest.mark.parametrize(
    ("address", "beginning"),
    [
        ("/ui/document.pdf", b"%PDF-"),
        ("/ui/table.pdf", b"%PDF-"),
        ("/ui/table.xlsx", b"PK\x03\x04"),
        ("/ui/table.csv", b"\xef\xbb\xbf"),
    ],
)
def test_the_specimens_on_paper_are_there_and_led_to(
    client, django_assert_num_queries, address, beginning
):
    with django_assert_num_queries(0):
        answer = client.get(address)

    is_linked = f'href="{address}"' in client.get(PAGE).content.decode()
    assert (answer.status_code, answer.content[: len(beginning)], answer.cookies.output(), is_linked) == (
        200, beginning, "", True,
    )  # fmt: skip


def test_a_host_without_typst_says_so_instead_of_the_specimen(client, monkeypatch):
    papers.document.cache_clear()
    monkeypatch.setattr(pdf, "find_spec", lambda name: None)

    answer = client.get("/ui/document.pdf")

    assert (answer.status_code, "typst is not installed" in answer.content.decode()) == (503, True)
