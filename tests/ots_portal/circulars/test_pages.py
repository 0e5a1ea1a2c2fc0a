"""Circulars as people meet them."""

import pytest
from django.urls import reverse
from django.utils import timezone

from ots_portal.audit.models import AuditEntry
from ots_portal.circulars import queries, services
from ots_portal.circulars.models import Circular
from ots_portal.notifications.models import Delivery
from ots_portal.notifications.services import fan_out_waiting
from ots_portal.notifications.wording import wording_for
from ots_portal.plugs import notices
from tests.factories import documents
from tests.factories.circulars import WRITTEN_AT, a_circular, a_content, drafted, issued
from tests.factories.sessions import sign_in

FORM = {
    "title_en": "Check your contact points", "text_en": "Before the winter.", "title_tr": "", "text_tr": "",
    "title_az": "", "text_az": "", "kinds": ["member"], "participants": [], "roles": ["editor", "head"],
}  # fmt: skip


def page_of(circular, verb="detail"):
    return reverse(f"circulars:{verb}", args=[circular.pk])


def read(client, address):
    return " ".join(client.get(address).content.decode().split())


# ── writing ─────────────────────────────────────────────────────────────────────────────────────
def test_the_secretariat_writes_a_draft(client, officer):
    sign_in(client, officer)

    answer = client.post(reverse("circulars:new"), FORM)

    circular = Circular.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, circular.get_absolute_url())
    assert services.addressed_of(circular).kinds == {"member"}


def test_a_head_is_asked_for_roles_of_the_own_people_only(client, head_a):
    sign_in(client, head_a)
    address = reverse("circulars:new")

    page = read(client, address)
    client.post(address, {**FORM, "roles": ["reader"]})

    assert "To whom of your people" in page
    assert "To all of these" not in page
    assert services.addressed_of(Circular.objects.get()).participants == {"turkiye"}


def test_a_letter_without_a_title_is_shown_again(client, officer):
    sign_in(client, officer)

    answer = client.post(reverse("circulars:new"), {**FORM, "title_en": ""})

    assert (answer.status_code, Circular.objects.count()) == (422, 0)
    assert "Give it a title" in answer.content.decode()


def test_the_form_holds_what_stands(client, officer):
    circular = drafted(by=officer, needs_receipt=True)
    sign_in(client, officer)

    page = read(client, page_of(circular, "edit"))

    assert 'value="Check your contact points"' in page
    assert "Before the winter, please." in page


def test_a_stale_form_shows_both_texts(client, officer, secretary):
    circular = drafted(by=officer)
    content = a_content(titles={"en": "Theirs"})
    services.update(circular, content, by=secretary, at=WRITTEN_AT, version=1)
    sign_in(client, officer)

    answer = client.post(page_of(circular, "edit"), {**FORM, "title_en": "Mine", "version": "1"})

    page = answer.content.decode()
    assert (answer.status_code, "Theirs" in page, "Mine" in page) == (409, True, True)
    circular.refresh_from_db()
    assert circular.title == "Theirs"


def test_a_document_is_attached_to_a_draft_and_read_with_the_letter(
    client, officer, secretary, editor_b
):
    circular = drafted(by=officer)
    sign_in(client, officer)
    upload = reverse("documents:new", args=["circulars.circular", circular.pk])
    client.post(upload, {"title": "The form", "file": documents.upload()})
    services.issue(circular, by=secretary, at=timezone.now())
    fan_out_waiting(clock=lambda: timezone.now() + timezone.timedelta(minutes=2))
    sign_in(client, editor_b)

    assert "The form" in read(client, page_of(circular))
    assert client.post(upload, {"title": "Mine", "file": documents.upload()}).status_code == 403


# ── issuing ─────────────────────────────────────────────────────────────────────────────────────
def test_who_issues_sees_the_letter_and_whom_it_reaches(
    client, officer, secretary, editor_b, head_b
):
    circular = drafted(by=officer)
    sign_in(client, secretary)

    page = read(client, page_of(circular, "issue"))

    assert "Before the winter, please." in page
    assert "2 people will be told." in page
    assert "Editor of B" in page
    assert "Type this number" not in page


def test_the_letter_is_issued(client, officer, secretary, editor_b):
    circular = drafted(by=officer)
    sign_in(client, secretary)

    answer = client.post(page_of(circular, "issue"), {"version": "1"}, follow=True)

    circular.refresh_from_db()
    assert circular.number == f"CIRC-{timezone.now().year}-0001"
    page = answer.content.decode()
    assert "you can still recall this" in page
    assert page_of(circular, "recall") in page


def test_to_many_the_number_is_typed(client, settings, officer, secretary, editor_b, head_b):
    settings.PORTAL_CIRCULAR_CONFIRM_ABOVE = 1
    circular = drafted(by=officer)
    sign_in(client, secretary)
    address = page_of(circular, "issue")

    page = read(client, address)
    without = client.post(address, {"version": "1", "recipient_count": ""})
    wrong = client.post(address, {"version": "1", "recipient_count": "3"})
    right = client.post(address, {"version": "1", "recipient_count": "2"})

    assert "Type this number to confirm it" in page
    assert (without.status_code, wrong.status_code, right.status_code) == (422, 422, 302)


def test_issuing_asks_for_a_fresh_confirmation(client, officer, secretary, editor_b):
    circular = drafted(by=officer)
    sign_in(client, secretary, minutes_ago=11)

    answer = client.post(page_of(circular, "issue"), {"version": "1"})

    circular.refresh_from_db()
    assert ("reauthenticate" in answer["Location"], circular.status) == (True, "draft")


def test_a_letter_changed_since_it_was_read_is_shown_again(client, officer, secretary, editor_b):
    circular = drafted(by=officer)
    services.update(circular, a_content(), by=officer, at=WRITTEN_AT, version=1)
    sign_in(client, secretary)

    answer = client.post(page_of(circular, "issue"), {"version": "1"})

    circular.refresh_from_db()
    assert (answer.status_code, circular.status) == (409, "draft")
    assert "read it again" in answer.content.decode()


def test_a_letter_without_a_text_cannot_be_issued_and_the_page_says_why(
    client, officer, secretary, editor_b
):
    circular = drafted(by=officer, texts={})
    sign_in(client, secretary)

    page, answer = read(client, page_of(circular)), client.get(page_of(circular, "issue"))

    assert "Each language needs a title and a text" in page
    assert answer.status_code == 409


# ── recalling ───────────────────────────────────────────────────────────────────────────────────
def test_the_head_recalls_within_the_minute(client, officer, secretary, editor_b):
    circular = issued(by=officer, head=secretary, at=timezone.now())
    sign_in(client, secretary)

    answer = client.post(page_of(circular, "recall"), follow=True)

    circular.refresh_from_db()
    assert circular.status == "recalled"
    assert "This circular was recalled" in answer.content.decode()


def test_after_the_minute_the_button_is_gone_and_the_address_says_why(
    client, officer, secretary, editor_b
):
    circular = issued(by=officer, head=secretary)
    fan_out_waiting(clock=timezone.now)
    sign_in(client, secretary)

    page, answer = read(client, page_of(circular)), client.post(page_of(circular, "recall"))

    assert "data-seconds-left" not in page
    assert answer.status_code == 409
    assert "cannot be recalled any more" in answer.content.decode()


def test_before_it_is_told_a_letter_does_not_exist_for_its_readers(
    client, officer, secretary, editor_b
):
    circular = issued(by=officer, head=secretary, at=timezone.now())
    sign_in(client, editor_b)

    assert client.get(page_of(circular)).status_code == 404
    assert circular.number not in read(client, reverse("circulars:list"))


# ── reading ─────────────────────────────────────────────────────────────────────────────────────
def test_a_reader_opens_it_and_confirms_it(client, officer, secretary, head_b):
    circular = a_circular("issued", by=officer, head=secretary, needs_receipt=True)
    sign_in(client, head_b)

    before = read(client, page_of(circular))
    after = client.post(page_of(circular, "confirm"), follow=True).content.decode()

    assert "Confirm the receipt" in before
    assert "Who has it" not in before
    assert "Draft begun" not in before
    assert "You have confirmed the receipt" in after
    assert "Confirm the receipt" not in after


def test_the_sender_sees_who_has_opened_and_confirmed_it(
    client, officer, secretary, editor_b, head_b
):
    circular = issued(by=officer, head=secretary, needs_receipt=True)
    fan_out_waiting(clock=timezone.now)
    Delivery.objects.filter(recipient=editor_b, channel="inbox").update(read_at=WRITTEN_AT)
    services.confirm(circular, by=head_b, at=WRITTEN_AT)
    sign_in(client, officer)

    page = read(client, page_of(circular))

    told = page[page.index('id="readers"') :]
    assert 'data-label="Told">2<' in told
    assert 'data-label="Opened from the inbox">1<' in told
    assert 'data-label="Receipt confirmed">1<' in told
    assert "Editor of B" in told


def test_a_letter_in_another_language_is_marked_as_such(client, officer, secretary, head_b):
    circular = a_circular(
        "issued",
        by=officer,
        head=secretary,
        titles={"en": "Winter", "tr": "Kış"},
        texts={"en": "Snow.", "tr": "Kar."},
    )
    sign_in(client, head_b)

    page = read(client, page_of(circular))

    assert '<div class="prose" lang="tr"> <p><strong>Kış</strong></p> <p>Kar.</p> </div>' in page
    assert page.index("Snow.") < page.index("Kar.")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_many_as_for_one(
    client, officer, secretary, head_b, count, django_assert_num_queries
):
    for _each in range(count):
        a_circular("issued", by=officer, head=secretary, needs_receipt=True)
    sign_in(client, head_b)
    client.get(reverse("circulars:list"))

    with django_assert_num_queries(7):
        page = read(client, reverse("circulars:list"))

    assert page.count("Please confirm") == count


def test_the_list_is_narrowed(client, officer, secretary, head_b):
    a_circular("issued", by=officer, head=secretary, titles={"en": "Winter"})
    a_circular("issued", by=officer, head=secretary, titles={"en": "Flood"}, needs_receipt=True)
    sign_in(client, head_b)

    by_words = read(client, reverse("circulars:list") + "?q=flood")
    by_receipt = read(client, reverse("circulars:list") + "?wanted=receipt")
    by_none = read(client, reverse("circulars:list") + "?q=avalanche")

    assert (">Winter<" in by_words, ">Flood<" in by_words) == (False, True)
    assert (">Winter<" in by_receipt, ">Flood<" in by_receipt) == (False, True)
    assert "No circular fits these filters." in by_none


def test_the_front_page_asks_for_receipts_and_shows_heads_what_waits(
    client, officer, secretary, head_b
):
    a_circular("issued", by=officer, head=secretary, titles={"en": "Winter"}, needs_receipt=True)
    drafted(by=officer, titles={"en": "Spring"})

    sign_in(client, head_b)
    of_a_reader = read(client, "/")
    sign_in(client, secretary)
    of_the_head = read(client, "/")

    assert ("Winter" in of_a_reader, "Spring" in of_a_reader) == (True, False)
    assert "Issue it" in of_the_head
    assert "Spring" in of_the_head


def test_the_mail_holds_the_letter_in_the_readers_language(officer, secretary, editor_b):
    editor_b.language = "tr"
    circular = issued(
        by=officer,
        head=secretary,
        titles={"en": "Winter", "tr": "Kış"},
        texts={"en": "Snow.", "tr": "Kar."},
        needs_receipt=True,
    )
    fan_out_waiting(clock=timezone.now)
    entry = AuditEntry.objects.get(kind="circulars.circular.issued")

    record = queries.record_for(editor_b, entry.subject_id)
    mail = wording_for(notices[entry.kind], entry, record, editor_b)

    assert mail.subject == f"{circular.number}: Kış"
    assert "Kar." in mail.text
    assert "Kar." in mail.html
    assert circular.get_absolute_url() in mail.text


def test_the_inbox_shows_it(client, officer, secretary, head_b):
    circular = issued(by=officer, head=secretary)
    fan_out_waiting(clock=timezone.now)
    sign_in(client, head_b)

    assert f"{circular.number}: Check your contact points" in read(client, "/inbox/")
