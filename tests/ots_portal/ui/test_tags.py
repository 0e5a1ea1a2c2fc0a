from datetime import UTC, date, datetime

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template import Context, RequestContext, Template
from django.utils import timezone, translation
from django.utils.safestring import mark_safe

from ots_portal.geo.map import Marker
from ots_portal.geo.projection import project
from ots_portal.ui.moments import zoned_text
from ots_portal.verdicts import ALLOWED, Verdict

QUAKE = datetime(2023, 2, 6, 1, 17, tzinfo=UTC)


def render(source: str, **context: object) -> str:
    return Template("{% load ui geo %}" + source).render(Context(context))


# ── moments ─────────────────────────────────────────────────────────────────────────────────────


def test_a_moment_is_shown_in_the_readers_zone_with_its_offset():
    with timezone.override("Europe/Istanbul"):
        shown = render("{% moment at %}", at=QUAKE)

    assert shown == (
        '<time datetime="2023-02-06T04:17:00+03:00">6 Feb 2023, 04:17 '
        '<span class="zone">UTC+3</span></time>'
    )


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("UTC", '01:17 <span class="zone">UTC</span>'),
        ("Asia/Baku", '05:17 <span class="zone">UTC+4</span>'),
        ("Asia/Kolkata", '06:47 <span class="zone">UTC+5:30</span>'),
        ("America/New_York", '20:17 <span class="zone">UTC-5</span>'),
    ],
)
def test_a_moment_is_shown_in_the_zone_named(zone, expected):
    shown = render("{% moment at zone=zone %}", at=QUAKE, zone=zone)

    assert shown.endswith(f"{expected}</time>")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "6 Feb 2023"),
        ("tr", "6 Şubat 2023"),
        ("az", "6 fevral 2023"),
        ("hu", "2023. február 6."),
    ],
)
def test_a_day_is_written_as_the_language_writes_it(language, expected):
    with translation.override(language):
        shown = render("{% day on %}", on=date(2023, 2, 6))

    assert shown == f'<time datetime="2023-02-06">{expected}</time>'


def test_june_in_azerbaijani_begins_with_one_letter():
    with translation.override("az"):
        shown = render("{% day on %}", on=date(2023, 6, 6))

    assert shown == '<time datetime="2023-06-06">6 iyun 2023</time>'


def test_no_moment_and_no_day_are_a_dash():
    assert render("{% moment at %}{% day on %}", at=None, on=None) == "——"


# ── marks ───────────────────────────────────────────────────────────────────────────────────────


def test_a_badge_has_a_shape_beside_its_colour():
    shown = render('{% badge "Severe" "severe" %}')

    assert shown == (
        '<span class="badge badge-severe"><svg class="icon" aria-hidden="true" focusable="false">'
        '<use href="/static/portal/icons.svg#diamond"></use></svg>Severe</span>'
    )


def test_an_unknown_tone_is_neutral_and_text_is_escaped():
    shown = render("{% badge text tone %}", text="<b>", tone='x" onclick="')

    assert shown.startswith('<span class="badge badge-neutral">')
    assert shown.endswith("&lt;b&gt;</span>")


def test_an_unknown_confidence_counts_as_not_confirmed():
    assert "Not confirmed" in render('{% confidence "guess" %}')


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://a.example/x", "not an address"])
def test_what_is_no_web_address_does_not_become_a_link(address):
    assert render("{% source_links urls %}", urls=[address]) == f"<li>{address}</li>"


def test_a_source_shows_its_host():
    shown = render("{% source_links urls %}", urls="https://www.mfa.gov.tr/page?a=1&b=2")

    assert shown.startswith(
        '<li><a href="https://www.mfa.gov.tr/page?a=1&amp;b=2" rel="noopener noreferrer">mfa.gov.tr<'
    )


# ── blocks ──────────────────────────────────────────────────────────────────────────────────────


def test_a_card_names_its_section_by_its_title():
    shown = render('{% card "Offers" id="offers" tone="warning" %}<p>2</p>{% endcard %}')

    assert shown == (
        '<section class="card card-warning" aria-labelledby="offers-title" id="offers">'
        '<div class="card-head"><h2 class="card-title" id="offers-title">Offers</h2></div>'
        '<div class="card-body"><p>2</p></div></section>'
    )


def test_a_fact_without_value_is_a_dash():
    shown = render('{% facts %}{% fact "River" %} {{ river }} {% endfact %}{% endfacts %}')

    assert shown == '<dl class="facts"><div class="fact"><dt>River</dt><dd>—</dd></div></dl>'


# ── buttons ─────────────────────────────────────────────────────────────────────────────────────


def test_a_step_button_posts_its_token_and_version():
    shown = render(
        '{% step_button "/sign/" "Sign" may version=3 %}', may=ALLOWED, csrf_token="token"
    )

    assert shown == (
        '<form class="step" method="post" action="/sign/">'
        '<input type="hidden" name="csrfmiddlewaretoken" value="token">'
        '<input type="hidden" name="version" value="3">'
        '<button type="submit" class="button button-primary">Sign</button></form>'
    )


def test_a_step_button_in_a_closed_component_still_has_a_token(rf):
    inner = Template('{% load ui %}{% step_button "/sign/" "Sign" %}')

    shown = Template("{% include inner only %}").render(
        RequestContext(rf.get("/"), {"inner": inner})
    )

    assert 'name="csrfmiddlewaretoken" value="' in shown


def test_a_refused_step_says_why_and_has_no_form():
    shown = render('{% step_button "/sign/" "Sign" may %}', may=Verdict("Only heads may sign."))

    assert ("<form" in shown, " disabled " in shown, "Only heads may sign.</p>" in shown) == (
        False,
        True,
        True,
    )


def test_a_step_with_a_question_opens_before_it_sends():
    shown = render('{% step_button "/x/" "Close" confirm="Sure?" tone="danger" %}')

    assert shown.startswith(
        '<details class="step step-confirm"><summary class="button button-danger">Close</summary>'
        '<div class="step-question"><p>Sure?</p><form'
    )


# ── charts and the map ──────────────────────────────────────────────────────────────────────────


def test_a_chart_says_its_values_in_words():
    shown = render('{% bar_chart rows label="New per day" %}', rows=[("Tue", 4), ("Wed", 6.5)])

    assert 'aria-label="New per day: Tue 4, Wed 6.5"' in shown


def test_a_chart_of_zeros_and_a_chart_of_nothing_are_drawn():
    zeros = render("{% bar_chart rows %}", rows=[("Tue", 0)])
    nothing = render("{% bar_chart rows %}", rows=[])

    assert (zeros.count("<rect"), nothing) == (1, '<p class="muted">No figures yet.</p>')


@pytest.mark.parametrize(
    ("lat", "lon", "inside"),
    [
        (39.93, 32.86, True),  # Ankara
        (47.50, 19.04, True),  # Budapest
        (51.17, 71.43, True),  # Astana
        (35.19, 33.36, True),  # North Nicosia
        (55.0, 69.0, True),  # the north of Kazakhstan
        (48.85, 2.35, False),  # Paris
        (35.68, 139.69, False),  # Tokyo
        (-90.0, 0.0, False),
    ],
)
def test_the_map_shows_the_member_states(lat, lon, inside):
    assert (project(lat, lon) is not None) is inside


def test_a_marker_is_a_link_and_one_outside_is_counted():
    markers = [
        Marker(40.4, 49.9, 'Flood "Kura" <1>', "/incidents/1/", "severe", "OTS-2026-0147"),
        Marker(35.7, 139.7, "Earthquake, Tokyo", "/incidents/2/"),
    ]

    shown = render("{% incident_map markers %}", markers=markers)

    assert (
        shown.count("<a "),
        'aria-label="OTS-2026-0147: Flood &quot;Kura&quot; &lt;1&gt;"' in shown,
        "Not on this map: 1" in shown,
    ) == (1, True, True)


def test_the_gravest_marker_is_drawn_last():
    markers = [
        Marker(40.4, 49.9, "a", "/extreme/", "extreme"),
        Marker(41.4, 49.9, "b", "/minor/", "neutral"),
    ]

    shown = render("{% incident_map markers %}", markers=markers)

    assert shown.index("/minor/") < shown.index("/extreme/")


def test_nothing_drawn_carries_an_inline_style():
    shown = render(
        '{% incident_map markers %}{% bar_chart rows %}{% step_button "/x/" "Close" confirm="?" %}',
        markers=[Marker(40.4, 49.9, "a", "/a/", "extreme")],
        rows=[("Tue", 4)],
    )

    assert (" style=" in shown, "<style" in shown, " onclick=" in shown) == (False, False, False)


@pytest.mark.parametrize(
    ("moment", "zone"),
    [
        (datetime(9999, 12, 31, 23, tzinfo=UTC), "Asia/Tashkent"),
        (datetime(1, 1, 1, tzinfo=UTC), "America/Lima"),
    ],
)
def test_a_moment_at_the_edge_of_the_calendar_is_shown(moment, zone):
    assert f"{moment:%Y}".lstrip("0") in zoned_text(moment, zone)


# ── forms ───────────────────────────────────────────────────────────────────────────────────────
class AnyForm(forms.Form):
    one = forms.ChoiceField(
        choices=[("", "—"), ("<&>", "<b>"), ("Group", [(1, "One"), ("2", mark_safe("<i>2</i>"))])]
    )
    many = forms.MultipleChoiceField(choices=[(1, 1_000), (2, "Two"), (3, "Three")])
    unknown = forms.NullBooleanField(
        widget=forms.NullBooleanSelect(attrs={"hidden": True, "data-x": False, "title": "“x” & y"})
    )


def lines_of(html):
    return [line for line in str(html).splitlines() if line.strip()]


@pytest.mark.parametrize("data", [None, {"one": "<&>", "many": ["1", "3"], "unknown": "true"}])
def test_a_list_to_choose_from_is_what_djangos_own_templates_make_of_it(data):
    ours, theirs = (
        [lines_of(field.as_widget()) for field in form]
        for form in (AnyForm(data), AnyForm(data, renderer=DjangoTemplates()))
    )

    assert ours == theirs
    assert [len(lines) for lines in ours] == [8, 5, 5]
