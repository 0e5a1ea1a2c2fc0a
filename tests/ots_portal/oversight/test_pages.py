import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from ots_portal.audit.models import AuditEntry
from ots_portal.audit.services import record
from ots_portal.oversight import queries
from ots_portal.oversight.models import Check
from tests.factories.incidents import IncidentFactory
from tests.factories.people import UserFactory

LIST = reverse("oversight:list")


def shown(response):
    """Return the ids of the entries that a list shows, in order."""
    return re.findall(rf'href="{LIST}([0-9a-f-]{{36}})/"', response.content.decode())


def ids(*entries):
    return [str(entry.pk) for entry in entries]


# ── who reads what ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("reader", "seen"),
    [
        ("auditor", 5),
        ("head_a", 3),
        ("head_b", 2),
        ("secretary", 0),
        ("editor_a", 0),
        ("reader_a", 0),
        ("officer", 0),
        ("administrator", 0),
        ("observer", 0),
        ("machine_a", 0),
    ],
)
def test_the_auditor_reads_all_and_a_head_the_own_participants(request, entries, reader, seen):
    user = request.getfixturevalue(reader)

    assert queries.visible_to(user).count() == seen


def test_the_list_shows_the_newest_first(as_, auditor, entries):
    assert shown(as_(auditor).get(LIST)) == ids(*reversed(entries))


def test_a_list_without_entries_says_so(as_, secretary):
    assert b"Nothing has been recorded that you may read." in as_(secretary).get(LIST).content


# ── filters ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"kind": "incidents.incident.updated"}, [1]),
        ({"record_type": "people.user"}, [4, 3]),
        ({"participant": "azerbaijan"}, [4, 3]),
        ({"person": "editor of b"}, [4, 3]),
        ({"person": "EDITOR OF A", "kind": "incidents.incident.verified"}, [0]),
        ({"person": "nobody of that name"}, []),
        ({"since": "2026-11-20", "until": "2026-11-20"}, [4, 3, 2, 1, 0]),
        ({"until": "2026-11-19"}, []),
        ({"participant": "azerbaijan", "kind": "people.user.signed_in"}, [3]),
    ],
    ids=str,
)
def test_filters_narrow_the_list(as_, auditor, entries, asked, found):
    response = as_(auditor).get(LIST, asked)

    assert (response.status_code, shown(response)) == (200, ids(*(entries[n] for n in found)))


def test_a_person_is_found_by_address_and_by_id(as_, auditor, editor_b, entries):
    client = as_(auditor)

    by_address = client.get(LIST, {"person": editor_b.email.upper()})
    by_id = client.get(LIST, {"person": str(editor_b.pk)})

    assert [shown(by_address), shown(by_id)] == [ids(entries[4], entries[3])] * 2


def test_a_record_is_found_by_kind_and_id(as_, auditor, entries, incident):
    asked = {"record_type": "incidents.incident", "record": str(incident.pk).upper()}

    assert shown(as_(auditor).get(LIST, asked)) == ids(*reversed(entries[:3]))


def test_days_are_those_of_the_readers_zone(as_, auditor, turkiye, now):
    auditor.time_zone = "Asia/Almaty"
    auditor.save()
    late = now.replace(hour=21)  # 02:00 of the next day in Almaty, UTC+5
    entry = record("people.user.signed_in", subject=auditor, by=auditor, at=late)
    client = as_(auditor)

    days = [
        shown(client.get(LIST, {"since": day, "until": day}))
        for day in ("2026-11-20", "2026-11-21")
    ]

    assert days == [[], ids(entry)]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"since": "2026-11-21", "until": "2026-11-20"}, "The period ends before it begins."),
        ({"since": "0001-01-01"}, "A day between the years 2000 and 2100 is expected."),
        ({"until": "9999-12-31"}, "A day between the years 2000 and 2100 is expected."),
        ({"kind": "no.such.kind"}, "Select a valid choice."),
        ({"since": "yesterday"}, "Enter a valid date."),
    ],
    ids=str,
)
def test_an_impossible_filter_is_said_and_shows_nothing(as_, auditor, entries, asked, sentence):
    response = as_(auditor).get(LIST, asked)

    assert (response.status_code, shown(response)) == (422, [])
    assert sentence in response.content.decode()


def test_a_head_cannot_ask_for_another_participant(as_, head_a, entries):
    response = as_(head_a).get(LIST, {"participant": "azerbaijan"})

    assert shown(response) == ids(*reversed(entries[:3]))


def test_the_pages_follow_each_other_without_gap_or_double(as_, auditor, turkiye, now):
    for n in range(120):
        record(
            "people.user.signed_in", subject=auditor, by=auditor, at=now + timedelta(seconds=n // 3)
        )
    client, seen, address = as_(auditor), [], LIST

    while address:
        page = client.get(address).content.decode()
        seen += re.findall(rf'href="{LIST}([0-9a-f-]{{36}})/"', page)
        onward = re.search(r'rel="next"\s+href="([^"]+)"', page)
        address = LIST + onward[1].replace("&amp;", "&") if onward else ""

    assert (len(seen), len(set(seen))) == (120, 120)


def test_a_made_up_cursor_is_not_found(as_, auditor):
    assert as_(auditor).get(LIST, {"cursor": "x"}).status_code == 404


@pytest.mark.parametrize(("reader", "queries"), [("auditor", 10), ("head_a", 9)])
@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_queries_for_any_length(
    request, as_, turkiye, now, count, reader, queries, django_assert_num_queries
):
    for _n in range(count):
        record(
            "incidents.incident.verified",
            subject=IncidentFactory(participant=turkiye, status="active"),
            by=UserFactory(participant=turkiye),
            at=now,
        )
    client = as_(request.getfixturevalue(reader))

    with django_assert_num_queries(queries):
        response = client.get(LIST)

    assert len(shown(response)) == count


# ── what a reader may open ──────────────────────────────────────────────────────────────────────


def test_a_record_that_the_reader_may_open_is_linked(as_, head_a, entries, incident):
    page = as_(head_a).get(LIST).content.decode()

    assert f'<a href="{incident.get_absolute_url()}">{incident}</a>' in page


def test_of_a_record_that_the_reader_may_not_open_only_the_kind_is_shown(
    as_, auditor, entries, incident
):
    page = as_(auditor).get(LIST, {"kind": "incidents.incident.updated"}).content.decode()

    assert (incident.title in page, "Incident" in page) == (False, True)


def test_a_forgotten_person_is_shown_as_one(as_, auditor, entries, editor_b, now):
    editor_b.forgotten_at, editor_b.full_name, editor_b.is_active = now, "", False
    editor_b.save()

    page = as_(auditor).get(LIST).content.decode()

    assert ("A person of Azerbaijan" in page, "Forgotten" in page) == (True, True)


# ── one entry ───────────────────────────────────────────────────────────────────────────────────


def test_an_entry_tells_before_and_after_in_words(as_, head_a, entries):
    page = as_(head_a).get(reverse("oversight:detail", args=[entries[1].pk])).content.decode()

    cells = re.findall(r'<td data-label="(?:Before|After)"[^>]*>([^<]*)</td>', page)
    assert ("Alert level" in page, cells) == (True, ["Orange", "Red"])


def test_an_entry_tells_why_and_where_it_stands_in_the_chain(as_, auditor, entries):
    page = as_(auditor).get(reverse("oversight:detail", args=[entries[2].pk])).content.decode()

    told = ["It goes on.", entries[2].digest, "Number 1, place 3", "Matches its digest"]
    assert [text in page for text in told] == [True] * 4


def test_an_entry_is_shown_in_the_readers_zone(as_, auditor, entries):
    auditor.time_zone = "Europe/Istanbul"
    auditor.save()

    page = as_(auditor).get(reverse("oversight:detail", args=[entries[0].pk])).content.decode()

    assert '20 Nov 2026, 15:00 <span class="zone">UTC+3</span>' in page


def test_a_touched_entry_is_marked(as_, auditor, entries, tamper):
    tamper("UPDATE audit_auditentry SET participant = 'kazakhstan'")

    page = as_(auditor).get(reverse("oversight:detail", args=[entries[0].pk])).content.decode()

    assert "Does not match its digest" in page


def test_of_a_name_only_the_change_is_told(as_, auditor, editor_a, now):
    changes = {"full_name": {"before": None, "after": None}}
    entry = record(
        "people.user.settings_changed", subject=editor_a, by=None, at=now, changes=changes
    )

    page = as_(auditor).get(reverse("oversight:detail", args=[entry.pk])).content.decode()

    assert "The audit does not keep what names a person." in page


@pytest.mark.parametrize(
    ("subject_type", "subject_id"),
    [("gone.record", "7"), ("incidents.incident", "no id"), ("", "")],
)
def test_an_entry_about_something_unknown_is_shown_all_the_same(
    as_, auditor, now, subject_type, subject_id
):
    entry = AuditEntry.objects.create(
        kind="gone.record.done",
        recorded_at=now,
        subject_type=subject_type,
        subject_id=subject_id,
        body='{"data":{"odd":[1,{"x":null}]}}',
        digest="",
    )
    client = as_(auditor)

    answers = [client.get(LIST), client.get(reverse("oversight:detail", args=[entry.pk]))]

    assert ["gone.record.done" in answer.content.decode() for answer in answers] == [True, True]


@pytest.mark.parametrize("body", ["", "garbage", "[]", '{"data": []}', "{}"])
def test_an_entry_whose_body_was_made_unreadable_is_shown_and_exported(
    as_, auditor, entries, tamper, body
):
    tamper("UPDATE audit_auditentry SET body = %s", [body])
    client = as_(auditor)

    page = client.get(reverse("oversight:detail", args=[entries[0].pk])).content.decode()
    export = client.post(reverse("oversight:export"), {"format": "csv"})

    lines = b"".join(export.streaming_content).decode().count("\r\n")
    assert ("Does not match its digest" in page, lines) == (True, 6)


# ── the state of the chain ──────────────────────────────────────────────────────────────────────


def broken_check(now):
    return Check.objects.create(
        scope="full",
        requested_at=now,
        started_at=now,
        finished_at=now,
        found_fault={"code": "changed", "entry": "the-id", "kind": "x.y.z"},
    )


@pytest.mark.parametrize(
    ("reader", "warned"),
    [("auditor", True), ("administrator", True), ("head_a", False), ("editor_a", False)],
)
def test_a_broken_chain_is_said_on_every_page_to_those_who_must_act(
    request, as_, now, reader, warned
):
    broken_check(now)

    page = as_(request.getfixturevalue(reader)).get(reverse("home")).content.decode()

    assert ("The audit was changed outside of the portal." in page) is warned


def test_the_state_names_the_first_broken_entry(as_, administrator, now):
    broken_check(now)

    page = as_(administrator).get(reverse("oversight:state")).content.decode()

    assert "Entry the-id (x.y.z) does not match its digest: it was changed." in page


def test_the_state_tells_when_and_how_much_was_checked(as_, auditor, now):
    Check.objects.create(
        scope="full",
        requested_at=now,
        started_at=now,
        finished_at=now,
        entry_count=1234567,
        block_count=9,
    )

    page = as_(auditor).get(reverse("oversight:state")).content.decode()

    assert ("1\u202f234\u202f567" in page, "20 Nov 2026, 12:00" in page) == (True, True)


def test_a_check_that_waits_is_asked_after_by_the_page(as_, auditor):
    Check.objects.create(scope="full", requested_at=timezone.now())

    page = as_(auditor).get(reverse("oversight:state")).content.decode()

    assert ("A check is waiting for the worker" in page, 'hx-trigger="every 3s"' in page) == (
        True,
        True,
    )
