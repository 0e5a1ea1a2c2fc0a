"""What the PDF of a situation report shows beside its texts: how figures moved, and whether it stands."""

import pytest

from incidents.exports import reports as exports
from incidents.services import reports as services
from tests.factories.incidents import IncidentFactory
from tests.incidents.services.test_reports import LATER, MORNING, an_entry, published


@pytest.fixture
def incident(turkiye):
    return IncidentFactory(participant=turkiye, status="active", countries=["TR"])


def test_the_pdf_draws_what_more_than_one_report_speaks_of(incident, editor_a, head_a):
    missing = {"indicator": "missing"}
    published(incident, an_entry(0), by=editor_a, head=head_a)
    published(incident, an_entry(3, **missing), by=editor_a, head=head_a)
    last = published(incident, an_entry(12, value_to=15), by=editor_a, head=head_a, at=MORNING)

    (drawn,) = exports._movements(last)

    # Report 2 says nothing of it: a gap, and no 0.
    assert [(bar["label"], bar["low"], bar["high"]) for bar in drawn["bars"]] == [
        ("1", 0, 0),
        ("2", None, None),
        ("3", 12, 15),
    ]
    assert exports.report_pdf(last, language="en", at=LATER).content.startswith(b"%PDF")


def test_across_the_pdf_stands_whether_it_counts(incident, editor_a, head_a):
    first = published(incident, an_entry(12), by=editor_a, head=head_a)
    second = published(incident, an_entry(13), by=editor_a, head=head_a, at=MORNING)
    first.refresh_from_db()
    words = [exports._watermark(first), exports._watermark(second)]

    services.withdraw(second, by=head_a, at=LATER, reason="Counted twice.")

    first.refresh_from_db()
    assert words == ["SUPERSEDED", ""]
    assert [exports._watermark(first), exports._watermark(second)] == ["", "WITHDRAWN"]
    assert "count again" in exports._notice(first)
