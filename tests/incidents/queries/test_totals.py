"""The arithmetic of figures, by examples and by whatever hypothesis thinks of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from incidents.queries.totals import Reported, latest, series, totals
from incidents.vocabularies.subdivisions import parent_of

DAY = datetime(2026, 2, 6, 8, 0, tzinfo=UTC)


def figure(place="TR", value=10, value_to=None, *, source="AFAD", hours=0, **more):
    """A figure of one place: "TR" the country, "TR-31" a region of it."""
    country, _dash, _region = place.partition("-")
    values = {
        "indicator": "death",
        "exposure": "all_people",
        "as_of": DAY + timedelta(hours=hours),
        "published_at": DAY + timedelta(hours=hours + 1),
        "participant": {"TR": "turkiye", "AZ": "azerbaijan", "SY": ""}[country],
        **more,
    }
    subdivision = place if "-" in place else ""
    return Reported(
        country=country, subdivision=subdivision, value=value, value_to=value_to, source=source, **values
    )  # fmt: skip


def range_of(*rows):
    (total,) = totals(rows)
    return total.low, total.high


def test_nothing_reported_is_no_total_rather_than_0():
    assert totals([]) == []


def test_0_is_a_figure():
    assert range_of(figure(value=0)) == (0, 0)


def test_a_region_is_never_added_to_its_country():
    assert range_of(figure("TR", 100), figure("TR-31", 60), figure("TR-27", 30)) == (100, 100)


def test_without_a_row_of_the_country_its_regions_are_added():
    (total,) = totals([figure("TR-31", 60), figure("TR-27", 30)])

    assert (total.low, total.high, total.countries[0].region_count) == (90, 90, 2)


def test_a_region_inside_another_region_is_not_added_to_it():
    assert range_of(figure("AZ-NX", 5), figure("AZ-BAB", 3), figure("AZ-GA", 2)) == (7, 7)


def test_regions_inside_add_up_beside_the_country():
    (total,) = totals([figure("TR", 100), figure("TR-31", 80), figure("TR-27", 40)])

    assert total.countries[0].low_of_left_out_regions == 120


def test_countries_are_added_with_their_ranges():
    assert range_of(figure("TR", 10, 12), figure("AZ", 5)) == (15, 17)


def test_sources_that_differ_are_a_range_and_stand_side_by_side():
    (total,) = totals([figure(value=10), figure(value=14, value_to=20, source="Red Crescent")])

    assert (total.low, total.high, total.is_conflicting) == (10, 20, True)
    assert [row.source for row in total.countries[0].rows] == ["AFAD", "Red Crescent"]


def test_sources_that_agree_are_no_conflict():
    (total,) = totals([figure(value=10), figure(value=10, source="Red Crescent")])

    assert (total.low, total.high, total.is_conflicting) == (10, 10, False)


def test_each_region_has_its_own_source_without_any_conflict():
    (total,) = totals(
        [figure("TR-31", 60, source="Hatay"), figure("TR-27", 30, source="Gaziantep")]
    )

    assert (total.low, total.high, total.is_conflicting) == (90, 90, False)


def test_of_one_source_the_latest_publication_counts():
    assert range_of(figure(value=10), figure(value=8, hours=5)) == (8, 8)


def test_a_source_is_the_same_however_it_is_written():
    assert len(latest([figure(source="AFAD"), figure(source=" afad", hours=1)])) == 1


def test_a_joint_report_does_not_overrule_a_country_that_speaks_for_itself():
    joint = figure(value=99, source="Secretariat", hours=9, participant="")

    assert range_of(figure(value=10), joint) == (10, 10)


def test_a_joint_report_speaks_for_countries_that_do_not():
    assert range_of(figure(value=10), figure("SY", 7, source="OCHA")) == (17, 17)


def test_a_total_says_from_when_to_when():
    (total,) = totals([figure("TR", hours=2), figure("AZ", hours=7)])

    assert total.as_of == (DAY + timedelta(hours=2), DAY + timedelta(hours=7))


def test_totals_stand_in_the_order_of_the_vocabulary():
    found = totals(
        [figure(indicator="injured"), figure(indicator="damaged", exposure="buildings"), figure()]
    )

    assert [total.indicator for total in found] == ["death", "injured", "damaged"]


def test_a_figure_that_is_carried_over_makes_no_new_point():
    first = figure(value=10, report=1)
    carried = figure(value=10, published_at=DAY + timedelta(days=1), report=2)
    grown = figure(value=15, hours=30, report=3)

    (line,) = series([carried, grown, first])

    assert [(point.low, point.report) for point in line.points] == [(10, 1), (15, 3)]


# ── whatever there is ───────────────────────────────────────────────────────────────────────────
PLACES = ["TR", "TR-31", "TR-27", "AZ", "AZ-NX", "AZ-BAB", "AZ-SAH", "AZ-GA", "SY"]
amounts = st.tuples(st.integers(0, 10**9), st.none() | st.integers(1, 10**9)).map(
    lambda pair: (pair[0], pair[0] + pair[1] if pair[1] else None)
)
figures = st.builds(
    lambda place, amount, source, hours: figure(place, *amount, source=source, hours=hours),
    st.sampled_from(PLACES),
    amounts,
    st.sampled_from(["AFAD", "Red Crescent", "OCHA"]),
    st.integers(0, 48),
)
lists = st.lists(figures, max_size=25)


def _lies_in(inner, outer):
    if inner == outer or not inner.subdivision or inner.country != outer.country:
        return False
    return not outer.subdivision or parent_of(inner.subdivision) == outer.subdivision


@given(lists)
def test_no_counted_place_lies_in_another_counted_one(rows):
    for total in totals(rows):
        places = [place for country in total.countries for place in country.counted]

        assert not any(_lies_in(one, other) for one in places for other in places)


@given(lists)
def test_every_place_is_either_counted_or_lies_in_a_counted_one(rows):
    for total in totals(rows):
        for country in total.countries:
            for left_out in country.left_out:
                assert any(
                    _lies_in(left_out, outer) for outer in (*country.counted, *country.left_out)
                )


@given(lists)
def test_a_total_is_never_less_than_any_counted_part(rows):
    for total in totals(rows):
        for country in total.countries:
            for place in country.counted:
                assert total.low >= country.low >= place.low
                assert total.high >= country.high >= max(row.high for row in place.rows)


@given(lists)
def test_a_total_is_the_sum_of_its_countries_and_a_range_rises(rows):
    for total in totals(rows):
        assert total.low == sum(country.low for country in total.countries)
        assert total.low <= total.high


@given(lists, st.randoms())
def test_the_order_of_the_rows_does_not_matter(rows, random):
    unique = list({(r.place, r.source, r.published_at): r for r in rows}.values())
    shuffled = list(unique)
    random.shuffle(shuffled)

    assert [(t.low, t.high) for t in totals(unique)] == [(t.low, t.high) for t in totals(shuffled)]


@given(lists, figures)
def test_an_older_publication_changes_no_total(rows, extra):
    newer = [row for row in rows if row.published_at > extra.published_at]
    same = [row for row in newer if row.place == extra.place and row.source == extra.source]

    if same:
        assert totals([*newer, extra]) == totals(newer)


@given(lists, lists)
def test_no_joint_report_changes_what_a_country_says_of_itself(rows, repeated):
    national = [row for row in rows if not row.is_joint]
    joint = [
        replace(row, participant="", published_at=row.published_at + timedelta(days=9))
        for row in repeated
    ]
    spoken = {(row.country, row.measure) for row in national}

    told = [
        (country.country, country.low, country.high)
        for total in totals([*national, *joint])
        for country in total.countries
        if (country.country, (total.indicator, total.exposure)) in spoken
    ]

    assert told == [
        (country.country, country.low, country.high)
        for total in totals(national)
        for country in total.countries
    ]
