"""What becomes of a circular: written, issued, recalled, confirmed."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from ots_portal.audit.models import AuditEntry
from ots_portal.circulars import queries, services
from ots_portal.circulars.models import Circular, Receipt
from ots_portal.circulars.services import Addressed
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.notifications.models import Delivery, OutboxRow
from ots_portal.notifications.services import fan_out_waiting
from ots_portal.people.models import Role
from tests.factories.circulars import (
    MEMBERS,
    OFFICE,
    WRITTEN_AT,
    a_circular,
    a_content,
    drafted,
    issued,
    own_people,
)
from tests.factories.people import UserFactory

MINUTE = timedelta(minutes=1)


def fan_out(at):
    return fan_out_waiting(clock=lambda: at)


def told():
    return {item.recipient for item in Delivery.objects.filter(channel="inbox")}


# ── the draft ───────────────────────────────────────────────────────────────────────────────────
def test_a_draft_keeps_what_is_written_and_to_whom(officer):
    circular = drafted(by=officer, titles={"en": "Winter", "tr": " "}, needs_receipt=True)

    circular.refresh_from_db()
    assert (circular.status, circular.number, circular.titles) == ("draft", "", {"en": "Winter"})
    assert services.addressed_of(circular) == Addressed(roles=OFFICE, kinds=MEMBERS)
    assert circular.needs_receipt


def test_a_draft_needs_a_title(officer):
    with pytest.raises(ValidationError, match="title"):
        services.create(a_content(titles={"en": "  "}), by=officer, at=WRITTEN_AT)
    assert not Circular.objects.exists()


@pytest.mark.parametrize(
    "addressed",
    [
        Addressed(roles=OFFICE, kinds=MEMBERS),
        Addressed(roles=OFFICE, participants=frozenset({"azerbaijan"})),
        Addressed(roles=OFFICE, participants=frozenset({"turkiye", "azerbaijan"})),
    ],
)
def test_a_head_writes_to_the_own_people_only(head_a, azerbaijan, addressed):
    with pytest.raises(ValidationError, match="own people"):
        services.create(a_content(addressed=addressed), by=head_a, at=WRITTEN_AT)


@pytest.mark.parametrize("role", ["auditor", "system_administrator", "nobody"])
def test_there_are_roles_that_get_no_circulars(officer, role):
    addressed = Addressed(roles=frozenset({role}), kinds=MEMBERS)

    with pytest.raises(ValidationError, match="role"):
        services.create(a_content(addressed=addressed), by=officer, at=WRITTEN_AT)


@pytest.mark.parametrize(
    "name", ["reader_a", "editor_a", "machine_a", "observer", "administrator", "auditor"]
)
def test_others_write_none(request, name):
    with pytest.raises(PermissionDenied):
        services.create(a_content(), by=request.getfixturevalue(name), at=WRITTEN_AT)


def test_a_change_takes_the_place_of_what_stood_there(officer, secretary):
    circular = drafted(by=officer)
    content = a_content(texts={"en": "By 15 December."}, addressed=Addressed(roles=OFFICE))

    services.update(circular, content, by=secretary, at=WRITTEN_AT, version=1)

    circular.refresh_from_db()
    assert (circular.texts, circular.version) == ({"en": "By 15 December."}, 2)
    assert not circular.addressees.exists()


def test_a_change_to_what_somebody_else_changed_is_refused(officer, secretary):
    circular = drafted(by=officer)
    services.update(circular, a_content(), by=secretary, at=WRITTEN_AT, version=1)

    with pytest.raises(StaleVersion):
        services.update(
            circular, a_content(titles={"en": "Mine"}), by=officer, at=WRITTEN_AT, version=1
        )
    circular.refresh_from_db()
    assert circular.title == "Check your contact points"


def test_what_was_issued_is_not_changed(officer, secretary, editor_b):
    circular = a_circular("issued", by=officer, head=secretary)

    with pytest.raises(WrongStatus):
        services.update(circular, a_content(), by=officer, at=WRITTEN_AT, version=circular.version)


def test_the_audit_keeps_no_text_of_a_draft(officer):
    drafted(by=officer)

    entry = AuditEntry.objects.get(kind="circulars.circular.drafted")
    assert set(entry.data) == {"sha256", "languages"}


# ── issuing ─────────────────────────────────────────────────────────────────────────────────────
def test_the_head_issues_what_an_officer_wrote(officer, secretary, editor_b):
    circular = issued(by=officer, head=secretary)

    assert (circular.status, circular.number, circular.issued_by) == (
        "issued",
        "CIRC-2026-0001",
        secretary,
    )


def test_an_officer_does_not_issue(officer, editor_b):
    circular = drafted(by=officer)

    with pytest.raises(PermissionDenied, match="Only the head"):
        services.issue(circular, by=officer, at=WRITTEN_AT)


def test_each_authority_has_numbers_of_its_own(officer, secretary, head_a, editor_a, editor_b):
    letters = [issued(by=head_a), issued(by=officer, head=secretary), issued(by=head_a)]

    assert [letter.number for letter in letters] == [
        "CIRC-TUR-2026-0001",
        "CIRC-2026-0001",
        "CIRC-TUR-2026-0002",
    ]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"texts": {}}, "a title and a text"),
        ({"titles": {"en": "A", "tr": "B"}}, "a title and a text"),
        ({"addressed": Addressed(kinds=MEMBERS)}, "to whom"),
        ({"addressed": Addressed(roles=OFFICE)}, "to whom"),
        ({"addressed": Addressed(roles=frozenset({"reader"}), kinds=MEMBERS)}, "Nobody"),
    ],
)
def test_what_is_not_whole_is_not_issued(officer, secretary, editor_b, changes, sentence):
    circular = drafted(by=officer, **changes)

    with pytest.raises(WrongStatus, match=sentence):
        services.issue(circular, by=secretary, at=WRITTEN_AT)
    circular.refresh_from_db()
    assert (circular.status, circular.number) == ("draft", "")


def test_what_was_changed_since_it_was_read_is_not_issued(officer, secretary, editor_b):
    circular = drafted(by=officer)
    services.update(circular, a_content(), by=officer, at=WRITTEN_AT, version=1)

    with pytest.raises(StaleVersion):
        services.issue(circular, by=secretary, at=WRITTEN_AT, version=1)


@pytest.mark.parametrize(("count", "is_issued"), [(None, False), (2, False), (3, True)])
def test_to_many_the_number_of_people_is_confirmed(
    settings, officer, secretary, editor_a, editor_b, head_b, count, is_issued
):
    settings.PORTAL_CIRCULAR_CONFIRM_ABOVE = 2
    circular = drafted(by=officer)

    if is_issued:
        services.issue(circular, by=secretary, at=WRITTEN_AT, recipient_count=count)
    else:
        with pytest.raises(ValidationError, match="3 people"):
            services.issue(circular, by=secretary, at=WRITTEN_AT, recipient_count=count)
    circular.refresh_from_db()
    assert (circular.status == "issued") is is_issued


def test_the_database_refuses_an_issued_circular_without_a_number(officer):
    circular = drafted(by=officer)

    with pytest.raises(IntegrityError), transaction.atomic():
        Circular.objects.filter(pk=circular.pk).update(status="issued")


# ── who is told ─────────────────────────────────────────────────────────────────────────────────
def test_those_addressed_are_told_after_a_minute(
    officer, secretary, editor_a, head_a, reader_a, editor_b, observer, machine_a
):
    UserFactory(participant=editor_a.participant, role=Role.EDITOR, is_active=False)
    circular = issued(by=officer, head=secretary)

    early = fan_out(WRITTEN_AT + MINUTE - timedelta(seconds=1))
    fan_out(WRITTEN_AT + MINUTE)

    assert early == 0
    assert told() == {editor_a, head_a, editor_b}
    assert set(queries.people_addressed(circular)) == {editor_a, head_a, editor_b}


def test_a_head_tells_the_own_people(head_a, editor_a, reader_a, editor_b, officer):
    issued(by=head_a, addressed=own_people(head_a, "reader", "editor", "head"))

    fan_out(WRITTEN_AT + MINUTE)

    assert told() == {editor_a, reader_a}


def test_nobody_can_do_without_the_mail_of_a_circular(officer, secretary, editor_b):
    issued(by=officer, head=secretary)
    fan_out(WRITTEN_AT + MINUTE)

    assert set(Delivery.objects.values_list("recipient", "channel", "cadence")) == {
        (editor_b.pk, "inbox", "at_once"),
        (editor_b.pk, "mail", "at_once"),
    }


def test_those_addressed_read_it_once_they_are_told_and_not_before(officer, secretary, editor_b):
    circular = issued(by=officer, head=secretary)
    before = queries.visible_to(editor_b).exists()

    fan_out(WRITTEN_AT + MINUTE)

    assert (before, list(queries.visible_to(editor_b))) == (False, [circular])


def test_readers_are_those_to_whom_it_is_visible(
    officer, secretary, editor_a, head_a, reader_a, editor_b, observer, administrator, auditor
):
    everybody = [
        officer, secretary, editor_a, head_a, reader_a, editor_b, observer, administrator, auditor,
    ]  # fmt: skip
    letters = [
        a_circular("issued", by=officer, head=secretary),
        a_circular("issued", by=head_a),
    ]

    for circular in letters:
        seen = {one for one in everybody if circular in queries.visible_to(one)}
        assert set(queries.readers_of(circular)) == seen
        assert seen not in (set(), set(everybody))


def test_one_who_comes_into_a_role_later_reads_what_it_got(officer, secretary, editor_b, reader_a):
    circular = a_circular("issued", by=officer, head=secretary)
    before = circular in queries.visible_to(reader_a)

    reader_a.role = Role.EDITOR

    assert (before, circular in queries.visible_to(reader_a)) == (False, True)


# ── recalling ───────────────────────────────────────────────────────────────────────────────────
def test_of_a_recalled_circular_nobody_ever_hears(officer, secretary, editor_b):
    circular = issued(by=officer, head=secretary)

    services.recall(circular, by=secretary, at=WRITTEN_AT + timedelta(seconds=59))
    fan_out(WRITTEN_AT + timedelta(hours=1))

    assert (circular.status, circular.number) == ("recalled", "CIRC-2026-0001")
    assert not Delivery.objects.exists()
    assert not queries.visible_to(editor_b).exists()
    assert queries.visible_to(officer).exists()


def test_a_circular_that_people_are_told_of_is_not_recalled(officer, secretary, editor_b):
    circular = issued(by=officer, head=secretary)
    fan_out(WRITTEN_AT + MINUTE)

    with pytest.raises(WrongStatus, match="have gone out"):
        services.recall(circular, by=secretary, at=WRITTEN_AT + MINUTE)
    circular.refresh_from_db()
    assert circular.status == "issued"
    assert OutboxRow.objects.get().recalled_at is None


def test_an_officer_does_not_recall(officer, secretary, editor_b):
    circular = issued(by=officer, head=secretary)

    with pytest.raises(PermissionDenied):
        services.recall(circular, by=officer, at=WRITTEN_AT)


# ── receipts ────────────────────────────────────────────────────────────────────────────────────
def test_a_receipt_is_given_once(officer, secretary, editor_b):
    circular = a_circular("issued", by=officer, head=secretary, needs_receipt=True)

    for minutes in (5, 6):
        services.confirm(circular, by=editor_b, at=WRITTEN_AT + timedelta(minutes=minutes))

    receipt = Receipt.objects.get()
    assert (receipt.person, receipt.participant_id, receipt.confirmed_at) == (
        editor_b,
        "azerbaijan",
        WRITTEN_AT + timedelta(minutes=5),
    )
    assert AuditEntry.objects.filter(kind="circulars.circular.confirmed").count() == 1


def test_where_none_is_asked_for_none_is_given(officer, secretary, editor_b):
    circular = a_circular("issued", by=officer, head=secretary)

    with pytest.raises(WrongStatus, match="no receipt"):
        services.confirm(circular, by=editor_b, at=WRITTEN_AT)


def test_only_those_addressed_give_a_receipt(officer, secretary, editor_b):
    circular = a_circular("issued", by=officer, head=secretary, needs_receipt=True)

    with pytest.raises(PermissionDenied):
        services.confirm(circular, by=officer, at=WRITTEN_AT)


def test_what_waits_for_my_receipt(officer, secretary, editor_b):
    asked = a_circular("issued", by=officer, head=secretary, needs_receipt=True)
    given = a_circular("issued", by=officer, head=secretary, needs_receipt=True)
    a_circular("issued", by=officer, head=secretary)
    services.confirm(given, by=editor_b, at=WRITTEN_AT)

    assert list(queries.unconfirmed(queries.visible_to(editor_b), editor_b)) == [asked]


# ── finding ─────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("words", "is_found"),
    [("kis noktalar", True), ("CIRC-2026-0001", True), ("winter", True), ("summer", False)],
)
def test_a_search_looks_at_number_title_and_text_in_every_language(
    officer, secretary, editor_b, words, is_found
):
    a_circular(
        "issued",
        by=officer,
        head=secretary,
        titles={"en": "Check", "tr": "Kış"},
        texts={"en": "Before the winter", "tr": "Noktalar"},
    )

    found = queries.filtered(queries.visible_to(editor_b), {"q": words}, reader=editor_b)
    assert found.exists() is is_found
