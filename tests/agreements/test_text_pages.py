import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agreements.models import Provision, TextImport, TextRevision
from tests.agreements.services.test_text_imports import FIRST, SECOND


def text_of(response):
    return " ".join(response.content.decode().split())


def upload(client, instrument, content, name="text.txt"):
    return client.post(
        reverse("agreements:text_import_new", args=[instrument.pk]),
        {"file": SimpleUploadedFile(name, content), "language": "en"},
    )


def take_in(client, instrument, content):
    upload(client, instrument, content)
    waiting = TextImport.objects.get(instrument=instrument, revision=None)
    instrument.refresh_from_db()
    return client.post(
        reverse("agreements:text_import_take_in", args=[waiting.pk]),
        {"instrument_version": instrument.version},
    )


def test_a_file_is_shown_before_it_becomes_the_text(client, officer, on_the_table):
    client.force_login(officer)

    answer = upload(client, on_the_table, b"Draft\n\n" + FIRST)

    shown = text_of(client.get(answer.url))
    assert "2 articles, 3 paragraphs, 0 annexes; 1 line not recognised" in shown
    assert "stands beside the title" in shown
    assert not Provision.objects.exists()


def test_a_file_is_taken_in_and_read_on_the_page(client, officer, on_the_table):
    client.force_login(officer)

    answer = take_in(client, on_the_table, FIRST)

    assert answer.url == on_the_table.get_text_url()
    assert "The Parties train their teams together." in text_of(client.get(answer.url))


def test_a_file_that_is_no_text_is_said_at_the_field(client, officer, on_the_table):
    client.force_login(officer)

    answer = upload(client, on_the_table, b"%PDF-1.7", name="text.pdf")

    assert answer.status_code == 422
    assert "A PDF keeps no structure of the text." in text_of(answer)


def test_revisions_are_listed_frozen_opened_and_compared(client, officer, on_the_table):
    client.force_login(officer)
    take_in(client, on_the_table, FIRST)
    take_in(client, on_the_table, SECOND)

    listed = text_of(client.get(reverse("agreements:revision_list", args=[on_the_table.pk])))
    compared = text_of(client.get(reverse("agreements:revision_compare", args=[on_the_table.pk])))

    assert ("Revision 1" in listed, "Revision 2" in listed) == (True, True)
    assert "and vehicles" in compared
    assert "Show also the" in compared


@pytest.mark.parametrize("view", ["inline", "sides"])
def test_the_comparison_in_both_forms(client, officer, on_the_table, view):
    client.force_login(officer)
    take_in(client, on_the_table, FIRST)
    take_in(client, on_the_table, SECOND)

    answer = client.get(
        reverse("agreements:revision_compare", args=[on_the_table.pk]), {"view": view}
    )

    assert (answer.status_code, "<table" in text_of(answer)) == (200, view == "sides")


def test_the_comparison_on_paper(client, officer, on_the_table):
    client.force_login(officer)
    take_in(client, on_the_table, FIRST)
    take_in(client, on_the_table, SECOND)

    answer = client.get(
        reverse("agreements:revision_compare", args=[on_the_table.pk]), {"format": "pdf"}
    )

    assert (
        b"".join(answer).startswith(b"%PDF-")
        if answer.streaming
        else answer.content[:5] == b"%PDF-"
    )


def test_a_revision_is_frozen_from_its_page(client, officer, on_the_table):
    client.force_login(officer)
    take_in(client, on_the_table, FIRST)
    revision = TextRevision.objects.get()

    client.post(reverse("agreements:revision_freeze", args=[revision.pk]))

    revision.refresh_from_db()
    shown = text_of(client.get(revision.get_absolute_url()))
    assert (revision.status, revision.sha256 in shown) == ("frozen", True)


def test_freezing_twice_is_a_conflict(client, officer, on_the_table):
    client.force_login(officer)
    take_in(client, on_the_table, FIRST)
    url = reverse("agreements:revision_freeze", args=[TextRevision.objects.get().pk])

    assert [client.post(url).status_code for _time in range(2)] == [302, 409]


def test_the_text_page_of_many_provisions_needs_few_queries(
    client, officer, on_the_table, django_assert_max_num_queries
):
    client.force_login(officer)
    many = "\n\n".join(
        f"Article {n}\nTitle {n}\n\n1. They train.\n\n2. They report." for n in range(1, 41)
    )
    take_in(
        client,
        on_the_table,
        f"AGREEMENT ON EXERCISES\n\nThe Parties have agreed:\n\n{many}".encode(),
    )

    with django_assert_max_num_queries(20):
        client.get(on_the_table.get_text_url())


def test_the_api_tells_a_revision_word_for_word(client, officer, on_the_table):
    client.force_login(officer)
    take_in(client, on_the_table, FIRST)
    revision = TextRevision.objects.get()

    told = client.get(reverse("api:revisions-detail", args=[revision.pk])).json()

    assert [p["key"] for p in told["provisions"]][:3] == ["rec-1", "art-1", "art-1-para-1"]


def test_a_file_is_not_taken_in_over_a_text_that_nobody_saw_beside_it(
    client, officer, on_the_table
):
    client.force_login(officer)
    upload(client, on_the_table, FIRST)
    waiting = TextImport.objects.get()
    seen = client.get(waiting.get_absolute_url()).context["instrument"].version
    client.post(reverse("agreements:revision_new", args=[on_the_table.pk]), {"kind": "rolling"})

    url = reverse("agreements:text_import_take_in", args=[waiting.pk])
    for version in (seen, "", "x"):
        answer = client.post(url, {"instrument_version": version})
        assert (answer.status_code, Provision.objects.count()) == (409, 0)
    assert "The text changed since you looked" in text_of(answer)
    now_seen = answer.context["instrument"].version
    assert client.post(url, {"instrument_version": now_seen}).status_code == 302


def test_the_api_binds_a_file_to_the_text_beside_which_it_was_seen(client, officer, on_the_table):
    client.force_login(officer)
    upload(client, on_the_table, FIRST)
    waiting = TextImport.objects.get()
    told = client.get(reverse("api:text_imports-detail", args=[waiting.pk])).json()
    url = reverse("api:text_imports-take_in", args=[waiting.pk])

    def take(body):
        return client.post(url, body, content_type="application/json").status_code

    assert take({}) == 400
    assert take({"instrument_version": told["instrument_version"] + 1}) == 412
    assert take({"instrument_version": told["instrument_version"]}) == 200


def test_who_writes_into_what_a_file_took_away_sees_what_they_wrote(client, officer, on_the_table):
    client.force_login(officer)
    take_in(client, on_the_table, FIRST)
    gone = Provision.objects.get(key="art-1-para-2")
    take_in(client, on_the_table, FIRST.replace(b"2. They keep records of each exercise.\n", b""))
    url = reverse("agreements:provision_edit", args=[gone.pk])

    sent = {"language": "en", "version": gone.version, "text": "They keep films.", "status": "open"}
    answer = client.post(url, sent)

    shown = text_of(answer)
    assert answer.status_code == 409
    assert ("They keep films." in shown, "no part of the text any more" in shown) == (True, True)
    assert client.get(url).status_code == 404
