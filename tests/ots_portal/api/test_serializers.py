from datetime import UTC, datetime

import pytest
from rest_framework.exceptions import ErrorDetail

from ots_portal.api.serializers import (
    Moment,
    ReasonBody,
    StrictBoolean,
    StrictInteger,
    StrictNumber,
    StrictSerializer,
    Text,
)


class Report(StrictSerializer):
    title = Text(max_length=10, required=False)
    note = Text(max_length=10, required=False, allow_blank=True)
    people = StrictInteger(min_value=0, max_value=1000, required=False)
    height = StrictNumber(required=False)
    is_over = StrictBoolean(required=False)
    began_at = Moment(required=False)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", 5),
        ("title", True),
        ("title", None),
        ("title", ["x"]),
        ("title", ""),
        ("title", "   "),
        ("title", "\u00a0\u200b"),
        ("title", "\u2060\ufeff"),
        ("title", "x" * 11),
        ("title", "a\u202eb"),
        ("title", "a\ue000b"),
        ("people", "5"),
        ("people", 5.0),
        ("people", True),
        ("people", -1),
        ("people", 10**12),
        ("height", "1e3"),
        ("height", False),
        ("is_over", 1),
        ("is_over", "true"),
        ("began_at", "2026-11-20T08:00:00"),
        ("began_at", "2026-11-20"),
        ("began_at", "2026-02-30T08:00:00Z"),
        ("began_at", "2026-11-20T08:00:00+25:00"),
        ("began_at", "0001-01-01T00:00:00Z"),
        ("began_at", "9999-01-01T00:00:00Z"),
        ("began_at", 1_700_000_000),
        ("began_at", {"at": 1}),
        ("unknown", 1),
    ],
)
def test_what_is_not_exact_is_refused(field, value):
    report = Report(data={field: value})

    assert (report.is_valid(), list(report.errors)) == (False, [field])


def test_what_is_exact_is_taken():
    report = Report(
        data={
            "title": "Sel 🌊",
            "note": "",
            "people": 0,
            "height": 3,
            "is_over": False,
            "began_at": "2026-11-20T11:00:00+03:00",
        }
    )

    assert report.is_valid()
    assert report.validated_data == {
        "title": "Sel 🌊",
        "note": "",
        "people": 0,
        "height": 3.0,
        "is_over": False,
        "began_at": datetime(2026, 11, 20, 8, tzinfo=UTC),
    }


def test_the_limit_of_a_text_is_told_with_its_count():
    report = Report(data={"title": "x" * 11})
    report.is_valid()

    told = "At most 10 characters are taken; these are 11."
    assert told in [str(error) for error in report.errors["title"]]


def test_of_very_many_unknown_fields_the_first_twenty_are_named():
    report = Report(data={f"unknown-{n:06}": n for n in range(50_000)})

    assert (report.is_valid(), len(report.errors)) == (False, 20)


def test_a_reason_is_needed():
    body = ReasonBody(data={})

    assert (body.is_valid(), body.errors) == (
        False,
        {"reason": [ErrorDetail("This field is required.", code="required")]},
    )
