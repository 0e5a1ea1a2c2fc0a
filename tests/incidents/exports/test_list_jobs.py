"""Large lists, prepared by a worker."""

import csv
import io
from datetime import timedelta

import pytest

from incidents.exports import jobs as list_jobs
from incidents.notices.exports import heads_of_whoever_took_it
from ots_portal.audit.models import AuditEntry
from ots_portal.jobs.failures import JobFailed
from tests.factories.incidents import ONSET, IncidentFactory


class Context:
    """What the work has in its hands, without a worker."""

    def __init__(self):
        self.told, self.file, self.name = [], io.BytesIO(), ""

    def progress(self, done, total=None, *, stage=""):
        self.told.append((done, total))

    def open_result(self, name, content_type):
        self.name = name
        context = self

        class Opened:
            def __enter__(self):
                return context.file

            def __exit__(self, *error):
                return None

        return Opened()


@pytest.fixture
def three(turkiye):
    return [
        IncidentFactory(participant=turkiye, status="active", onset_at=ONSET - timedelta(hours=n))
        for n in range(3)
    ]


def run(owner, now, **changes):
    context = Context()
    parameters = {"list": "incidents", "format": "csv", "filters": "", **changes}
    list_jobs.run(context, parameters, owner=owner, at=now)
    return context


def test_the_file_holds_what_its_owner_may_see(editor_a, three, azerbaijan, now):
    IncidentFactory(participant=azerbaijan, status="draft")

    context = run(editor_a, now)

    rows = list(csv.reader(io.StringIO(context.file.getvalue().decode("utf-8-sig"))))
    assert (len(rows), context.name) == (5, f"incidents-{now:%Y-%m-%d}.csv")
    assert context.told[-1] == (3, 3)


def test_the_head_hears_of_it_and_the_audit_keeps_what_was_taken(editor_a, head_a, three, now):
    run(editor_a, now, format="geojson", filters="status=active")

    entry = AuditEntry.objects.get(kind="incidents.incident.exported")
    assert (entry.data["list"], entry.data["format"], entry.data["counts"]) == (
        "incidents",
        "geojson",
        3,
    )
    assert list(heads_of_whoever_took_it(entry)) == [head_a]


def test_too_many_rows_are_not_printed(editor_a, three, now, monkeypatch):
    monkeypatch.setattr(list_jobs, "MOST_PRINTED", 2)

    with pytest.raises(JobFailed) as refused:
        run(editor_a, now, format="pdf")

    assert refused.value.code == "too_many_to_print"


def test_its_title_says_list_and_form():
    assert list_jobs.describe({"list": "incidents", "format": "xlsx"}) == "Incidents as XLSX"
