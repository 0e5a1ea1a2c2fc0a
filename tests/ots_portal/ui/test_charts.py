"""Figures over time, drawn."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from ots_portal.ui.charts import LINE_WIDTH, count_chart, step_chart

DAY = datetime(2026, 2, 6, 8, 0, tzinfo=UTC)


def points(*triples):
    return [(DAY + timedelta(days=days), low, high) for days, low, high in triples]


def test_without_points_it_says_so():
    assert "No figures yet." in step_chart([])


def test_it_says_its_values_to_those_who_do_not_see_it():
    chart = step_chart(points((0, 76, 76), (2, 1762, 2100)), label="Deaths")

    (spoken,) = re.findall(r'aria-label="([^"]*)"', chart)
    assert spoken == "Deaths: 6 Feb 2026, 08:00: 76, 8 Feb 2026, 08:00: 1,762–2,100"


def test_each_point_has_a_dot_and_the_last_its_value():
    chart = step_chart(points((0, 1, 1), (1, 2, 2), (2, 3, 3)))

    assert chart.count("<circle") == 3
    assert re.findall(r'class="chart-value[^>]*>([^<]*)<', chart)[-1] == "3"


def test_a_value_stands_until_the_next_one():
    (line,) = re.findall(
        r'class="chart-line" d="([^"]*)"', step_chart(points((0, 1, 1), (1, 2, 2)))
    )

    assert re.fullmatch(rf"M[\d.]+ [\d.]+H[\d.]+V[\d.]+H{LINE_WIDTH}", line)


def test_values_that_would_be_written_over_each_other_are_left_out():
    many = points(*[(n, 100_000 + n, 100_000 + n) for n in range(30)])

    shown = re.findall(r'class="chart-value', step_chart(many))

    assert 2 <= len(shown) < 10


@pytest.mark.parametrize(("language", "value"), [("en", "12,068"), ("tr", "12.068")])
def test_numbers_are_written_as_the_reader_writes_them(language, value):
    with translation.override(language):
        assert value in step_chart(points((0, 12068, 12068)))


def test_what_somebody_wrote_is_no_markup():
    assert "<b>" not in step_chart(points((0, 1, 1)), label="<b>Deaths</b>")


def test_all_zero_is_a_line_on_the_ground():
    assert 'class="chart-line"' in step_chart(points((0, 0, 0), (1, 0, 0)))


# ── counts over time ────────────────────────────────────────────────────────────────────────────


def counts(*numbers):
    return [(DAY + timedelta(hours=hour), number) for hour, number in enumerate(numbers)]


def test_counts_are_said_with_the_hour_at_which_each_begins():
    (spoken,) = re.findall(r'aria-label="([^"]*)"', count_chart(counts(3, 0, 12), label="Sent"))

    assert spoken == "Sent: 08:00 3, 09:00 0, 10:00 12"


def test_each_stretch_has_a_bar_and_the_highest_its_count():
    chart = count_chart(counts(3, 1200, 12))

    assert chart.count("<rect") == 3
    assert re.findall(r'class="chart-value[^>]*>([^<]*)<', chart) == ["1,200"]


def test_where_nothing_happened_no_bar_is_higher_than_another():
    chart = count_chart(counts(0, 0))

    assert ("chart-value" in chart, set(re.findall(r'height="([^"]*)"', chart))) == (False, {"0.0"})


def test_without_counts_it_says_so():
    assert "No figures yet." in count_chart([])
