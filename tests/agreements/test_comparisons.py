"""Two long revisions, compared by a worker."""

import time

import pytest
from django.urls import reverse

from agreements.models import TextComparison, TextRevision
from agreements.queries.comparisons import is_long_work
from agreements.services import revisions, text_imports
from agreements.services.comparisons import keep_comparison
from agreements.statuses import RevisionKind
from ots_portal.clock import database_now
from ots_portal.jobs.models import Job
from ots_portal.jobs.running import work_through

LETTERS = 400_000


def long_text(word):
    sentence = (
        f"The Parties train their {word} together in every season of the year, as the plan says. "
    )
    articles, number = [], 0
    while sum(map(len, articles)) < LETTERS:
        number += 1
        words = f"{sentence.replace('plan', f'plan {number}') * 4}"
        articles.append(f"Article {number}\nTitle {number}\n\n1. {words}\n\n2. {words}")
    return "\n\n".join(["AGREEMENT ON EXERCISES", "The Parties have agreed:", *articles]).encode()


@pytest.fixture
def two_long_revisions(on_the_table, officer, now):
    for word in ("teams", "drivers"):
        read = text_imports.read_in(
            on_the_table,
            name="text.txt",
            content=long_text(word),
            language="en",
            by=officer,
            at=now,
        )
        on_the_table.refresh_from_db()
        seen = on_the_table.version
        text_imports.take_in(read, instrument_version=seen, by=officer, at=now)
    revisions.freeze(TextRevision.objects.get(number=2), by=officer, at=now)
    revisions.open_revision(on_the_table, kind=RevisionKind.ROLLING, by=officer, at=now)
    return list(TextRevision.objects.filter(number__in=(1, 2)).order_by("number"))


def test_two_revisions_of_400_kb_are_compared_in_time_and_kept(two_long_revisions, now):
    before, after = two_long_revisions
    assert is_long_work(before, after, language="en")

    # Its own time: what else the machine does is none of it.
    begun = time.process_time()
    kept = keep_comparison(before, after, language="en", at=now)

    assert time.process_time() - begun < 3
    assert sum(change["kind"] == "changed" for change in kept.changes) > 500
    assert not is_long_work(before, after, language="en")


def test_a_worker_compares_and_the_page_opens_at_once_afterwards(
    client, officer, on_the_table, two_long_revisions
):
    client.force_login(officer)
    asked = {"before": "1", "after": "2", "language": "en"}
    page = reverse("agreements:revision_compare", args=[on_the_table.pk])
    offered = client.get(page, asked).content.decode()

    client.post(reverse("agreements:revision_have_compared", args=[on_the_table.pk]), asked)
    work_through(clock=database_now)

    shown = client.get(page, asked).content.decode()
    assert ("Compare them" in offered, "Compare them" in shown) == (True, False)
    assert (Job.objects.get().status, TextComparison.objects.count()) == ("done", 1)
