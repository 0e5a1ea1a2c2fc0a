import csv
import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from incidents.models import Capacity
from tests.factories.deployments import (
    CapacityFactory,
    DeploymentFactory,
    OfferFactory,
    OfferItemFactory,
    RequestItemFactory,
    accepted_line,
)

LIST, NEW, IMPORT = (
    "/incidents/capacities/",
    "/incidents/capacities/new/",
    "/incidents/capacities/import/",
)
EXPORT = "/incidents/export/capacities/"
FIELDS = {"capacity_type": "HUSAR", "name": "Heavy rescue", "units": 1, "readiness": "ready"}


@pytest.fixture
def as_owner(client, editor_b):
    editor_b.language = "en"
    editor_b.save()
    client.force_login(editor_b)
    return client


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_four_fields_register_a_capacity(as_owner):
    answer = as_owner.post(NEW, FIELDS)

    capacity = Capacity.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, capacity.get_absolute_url())
    assert (capacity.people, capacity.departs_within_hours) == (0, None)


def test_a_double_submit_is_told(as_owner):
    as_owner.post(NEW, FIELDS)

    answer = as_owner.post(NEW, FIELDS)

    assert (answer.status_code, Capacity.objects.count()) == (422, 1)
    assert "has a capacity of this name already" in text_of(answer)


def test_one_click_changes_the_readiness_and_leads_back(as_owner, azerbaijan):
    capacity = CapacityFactory()
    address = reverse("incidents:capacity_set_readiness", args=[capacity.pk])

    answer = as_owner.post(address, {"readiness": "partial", "back": f"{LIST}?q=x"})

    capacity.refresh_from_db()
    assert (capacity.readiness, answer["Location"]) == ("partial", f"{LIST}?q=x")


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/incidents/", ""])
def test_the_way_back_leads_nowhere_else(as_owner, azerbaijan, back):
    capacity = CapacityFactory()
    address = reverse("incidents:capacity_set_readiness", args=[capacity.pk])

    answer = as_owner.post(address, {"readiness": "partial", "back": back})

    assert answer["Location"] == capacity.get_absolute_url()


def test_a_stale_form_shows_both_versions(as_owner, azerbaijan):
    capacity = CapacityFactory(version=2, people=60)
    address = reverse("incidents:capacity_edit", args=[capacity.pk])

    answer = as_owner.post(address, {**FIELDS, "people": 61, "version": 1})

    rows = {row.label: (row.now, row.yours) for row in answer.context["differences"]}
    assert (answer.status_code, rows["People"]) == (409, ("60", "61"))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"ready", "expired", "of A"}),
        ("?type=EMT2", {"expired"}),
        ("?participant=turkiye", {"of A"}),
        ("?readiness=unavailable", {"of A"}),
        ("?certified=on", {"ready", "of A"}),
        ("?q=EXPI", {"expired"}),
        ("?retired=on", {"ready", "expired", "of A", "retired"}),
        ("?type=NONSENSE", {"ready", "expired", "of A"}),
    ],
)
def test_the_filters_live_in_the_address(as_owner, azerbaijan, turkiye, query, names):
    today = timezone.now().date()
    CapacityFactory(name="ready", certified_until=today)
    CapacityFactory(name="expired", capacity_type="EMT2", certified_until=today - timedelta(days=1))
    CapacityFactory(name="of A", participant=turkiye, readiness="unavailable")
    CapacityFactory(name="retired", retired_at=timezone.now())

    assert {row.name for row in as_owner.get(f"{LIST}{query}").context["rows"]} == names


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_however_many(
    as_owner, azerbaijan, count, django_assert_num_queries
):
    for _n in range(count):
        CapacityFactory()

    with django_assert_num_queries(5):
        assert len(as_owner.get(LIST).context["rows"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_however_many_hold_it(
    as_owner, azerbaijan, turkiye, count, django_assert_num_queries
):
    capacity = CapacityFactory(units=3)
    for _n in range(count):
        DeploymentFactory(offer_item=accepted_line(accepted=1, capacity=capacity))

    with django_assert_num_queries(8):
        shown = as_owner.get(capacity.get_absolute_url())

    assert len(shown.context["bookings"]) == count


def test_others_read_that_it_is_held_but_not_by_which_offer(
    client, azerbaijan, turkiye, kazakhstan, observer
):
    capacity = CapacityFactory()
    line = accepted_line(accepted=1, capacity=capacity)
    line.offer.incident.classification = "named"
    line.offer.incident.save()
    from tests.factories.people import UserFactory  # noqa: PLC0415 -- used here only

    client.force_login(UserFactory(participant=kazakhstan))
    shown = client.get(capacity.get_absolute_url())

    assert [(row.number, row.quantity) for row in shown.context["bookings"]] == [("", "1 team")]
    assert line.offer.number not in text_of(shown)


@pytest.mark.parametrize(("reader", "shown"), [("editor_a", 0), ("editor_b", 1)])
def test_an_offer_that_waits_shows_to_its_own_side_only(client, request, reader, shown):
    reader = request.getfixturevalue(reader)
    azerbaijan = request.getfixturevalue("azerbaijan")
    capacity = CapacityFactory(participant=azerbaijan)
    offer = OfferFactory(status="submitted", participant=azerbaijan)
    OfferItemFactory(offer=offer, capacity=capacity, offered=1, accepted=0)
    client.force_login(reader)

    page = client.get(capacity.get_absolute_url())

    assert len(page.context["bookings"]) == shown


# ── files ───────────────────────────────────────────────────────────────────────────────────────
def _upload(client, content):
    return client.post(IMPORT, {"file": SimpleUploadedFile("own.csv", content)})


def test_the_export_is_read_back_by_the_import(as_owner, azerbaijan, head_b):
    CapacityFactory(name="=Alpha", note="A note; with, marks", languages=["az", "en"])
    exported = b"".join(as_owner.get(EXPORT, {"format": "csv"}))
    Capacity.objects.all().delete()

    answer = _upload(as_owner, exported)

    capacity = Capacity.objects.get()
    assert answer.status_code == 302
    assert (capacity.name, capacity.languages, capacity.people, capacity.latitude) == (
        "=Alpha",
        ["az", "en"],
        62,
        40.41,
    )


def test_a_wrong_file_says_where_and_takes_nothing(as_owner):
    content = b"capacity_type,name\nHUSAR,one\nTANK,two\nHUSAR,\n"

    answer = _upload(as_owner, content)

    shown = text_of(answer)
    assert (answer.status_code, Capacity.objects.count()) == (422, 0)
    assert "Line 3: capacity_type: “TANK” is not in the list of codes." in shown
    assert "Line 4: name: The name is missing." in shown


def test_a_name_that_is_taken_is_told_with_its_line(as_owner, azerbaijan):
    CapacityFactory(name="two")

    answer = _upload(as_owner, b"capacity_type,name\nHUSAR,one\n\nHUSAR,two\n")

    assert "Line 4: name: Your register has a capacity of this name already." in text_of(answer)


def test_an_export_holds_what_the_filters_leave(as_owner, azerbaijan, turkiye):
    CapacityFactory(name="one")
    CapacityFactory(name="two", readiness="unavailable")

    answer = as_owner.get(EXPORT, {"format": "csv", "readiness": "ready"})

    heads, tags, *rows = csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig")))
    assert [(row[0], row[2]) for row in rows] == [("azerbaijan", "one")]
    assert (tags[0], tags[2], len(heads)) == ("#org+code", "#capacity+name", len(tags))


def test_a_workbook_is_handed_out(as_owner, azerbaijan):
    CapacityFactory()

    answer = as_owner.get(EXPORT, {"format": "xlsx"})

    assert (answer.status_code, answer.content[:2]) == (200, b"PK")


def test_a_large_register_is_prepared_after_a_second_look_at_who_asks(
    as_owner, azerbaijan, monkeypatch
):
    monkeypatch.setattr("incidents.views.exports.AT_ONCE", 1)
    CapacityFactory()
    CapacityFactory()

    offered = as_owner.get(EXPORT, {"format": "csv"})

    assert "Content-Disposition" not in offered
    assert reverse("incidents:list_export_begin", args=["capacities"]) in offered.content.decode()


# ── matching ────────────────────────────────────────────────────────────────────────────────────
def test_proposals_say_why(client, editor_a, azerbaijan, turkiye):
    client.force_login(editor_a)
    line = RequestItemFactory(needed_by=timezone.now() + timedelta(days=2))
    CapacityFactory(name="Baku rescue", readiness="partial")

    shown = client.get(reverse("incidents:matching", args=[line.request_id, line.pk]))

    (match,) = shown.context["matches"]
    assert (match.capacity.name, str(match.fit)) == ("Baku rescue", "Perhaps")
    assert "It is only partly ready." in text_of(shown)
    assert "50 km/h along 1.3 times the straight line" in text_of(shown)


def test_a_proposal_leads_to_an_offer_that_is_filled_in(as_owner, turkiye, azerbaijan):
    line = RequestItemFactory(needed=2)
    capacity = CapacityFactory(units=3, departs_within_hours=8)
    proposals = as_owner.get(reverse("incidents:matching", args=[line.request_id, line.pk]))
    (match,) = proposals.context["matches"]

    sheet = as_owner.get(match.offer_url).context["sheet"]

    (row,) = sheet.lines.forms
    assert [row[name].value() for name in ("request_line", "capacity", "offered", "departs_within_hours")] == [
        line.line,
        str(capacity.pk),
        2,
        8,
    ]  # fmt: skip


def test_a_capacity_of_another_is_not_proposed_to_offer(as_owner, turkiye, azerbaijan, kazakhstan):
    line = RequestItemFactory()
    other = CapacityFactory(participant=kazakhstan)
    address = reverse("incidents:offer_new", args=[line.request_id])

    sheet = as_owner.get(f"{address}?item={line.pk}&capacity={other.pk}").context["sheet"]

    assert not sheet.lines.forms[0]["capacity"].value()
