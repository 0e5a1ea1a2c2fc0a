"""The pages and endpoints of languages: what they show, and what they answer to bad input."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agreements.exports.akoma_ntoso import instrument_as_akoma_ntoso
from agreements.models import ProvisionText, TextImport, TextRevision
from agreements.services import concordance_findings, rounds
from agreements.statuses import LanguageStatus
from tests.agreements.services.test_text_imports import FIRST, TURKISH
from tests.factories.agreements import (
    InstrumentFactory,
    LanguageTextFactory,
    ProvisionTextFactory,
    RevisionFactory,
)
from tests.factories.negotiation import RoundFactory, frozen_text, negotiated_by
from tests.factories.sessions import sign_in


@pytest.fixture
def turkish():
    return LanguageTextFactory()


@pytest.fixture
def as_officer(client, officer):
    sign_in(client, officer)
    return client


def test_a_language_is_added_and_written(as_officer, on_the_table):
    words = ProvisionTextFactory(provision__instrument=on_the_table, provision__key="art-1")
    added = as_officer.post(
        reverse("agreements:language_text_new", args=[on_the_table.pk]),
        {"tag": "tr", "is_authentic": "on"},
    )
    edit = f"{added['Location']}provisions/art-1/edit/"

    saved = as_officer.post(
        edit, {"version": "0", "original_sha256": words.sha256, "heading": "Alarm", "text": "Yanıt verir."}
    )  # fmt: skip

    page = as_officer.get(saved["Location"].partition("#")[0])
    assert (saved.status_code, "Yanıt verir." in page.content.decode()) == (302, True)


def test_who_translated_at_the_same_time_sees_both_texts(as_officer, turkish):
    original = ProvisionText.objects.get(language="en")
    edit = reverse("agreements:translation_edit", args=[turkish.pk, "art-1"])
    sent = {"version": "0", "original_sha256": original.sha256, "heading": "", "text": "Birinci."}
    as_officer.post(edit, sent)

    answer = as_officer.post(edit, {**sent, "text": "İkinci."})

    shown = answer.content.decode()
    assert (answer.status_code, "Birinci." in shown, "İkinci." in shown) == (409, True, True)


def test_three_languages_stand_side_by_side(as_officer, turkish):
    original = ProvisionText.objects.get(language="en").provision
    for tag, text in (("tr", "Yanıt verir."), ("ru", "Отвечает.")):
        ProvisionTextFactory(provision=original, language=tag, text=text)
    address = reverse("agreements:languages_side_by_side", args=[turkish.instrument_id])

    page = as_officer.get(address, {"first": "en", "second": "tr", "third": "ru"}).content.decode()

    words = ("The host answers", "Yanıt verir.", "Отвечает.")
    assert [text in page for text in words] == [True] * 3


@pytest.mark.parametrize("count", [1, 3])
def test_the_languages_are_listed_with_a_fixed_number_of_queries(
    as_officer, on_the_table, count, django_assert_num_queries
):
    for place in range(count):
        ProvisionTextFactory(
            provision__instrument=on_the_table, provision__key=f"art-{place}", language="en"
        )
    as_officer.post(reverse("agreements:language_text_new", args=[on_the_table.pk]), {"tag": "tr"})
    address = reverse("agreements:language_text_list", args=[on_the_table.pk])
    as_officer.get(address)

    with django_assert_num_queries(21):
        as_officer.get(address)


def test_the_desk_shows_what_was_found_and_narrows_it(as_officer, officer, now):
    language_text = LanguageTextFactory(status=LanguageStatus.CONCORDANCE)
    ProvisionText.objects.filter(language="tr").update(text="Ev sahibi 3 saat içinde yanıt verir.")
    concordance_findings.run_checks(language_text, by=officer, at=now)
    desk = reverse("agreements:concordance_finding_list", args=[language_text.pk])

    page = as_officer.get(desk).content.decode()
    narrowed = as_officer.get(desk, {"kind": "date"}).content.decode()
    table = as_officer.get(desk, {"format": "csv"})

    sentence = "Only the translation has: 3."
    told = b"".join(table).decode()
    assert (sentence in page, sentence in narrowed, sentence in told) == (True, False, True)


def test_a_translation_in_another_language_is_refused_at_the_file(as_officer, turkish):
    file = SimpleUploadedFile("text.txt", FIRST)

    answer = as_officer.post(
        reverse("agreements:translation_import_new", args=[turkish.pk]), {"file": file}
    )

    assert (answer.status_code, "in English, not in Turkish" in answer.content.decode()) == (
        422,
        True,
    )


def test_a_translation_is_shown_beside_the_text_before_it_is_taken_in(as_officer, turkish):
    file = SimpleUploadedFile("text.txt", TURKISH)
    read = as_officer.post(
        reverse("agreements:translation_import_new", args=[turkish.pk]), {"file": file}
    )

    page = as_officer.get(read["Location"]).content.decode()
    turkish.instrument.refresh_from_db()
    taken = as_officer.post(
        f"{read['Location']}take_in/", {"instrument_version": turkish.instrument.version}
    )

    assert ("Found no place" in page, taken["Location"]) == (True, turkish.get_absolute_url())


# ── for programs ────────────────────────────────────────────────────────────────────────────────


def test_a_program_translates_with_the_version_it_saw(as_officer, turkish):
    address = reverse("api:language_texts-provision", args=[turkish.pk, "art-1"])
    seen = as_officer.get(address)
    body = {"text": "Yanıt verir.", "original_sha256": seen.json()["original_sha256"]}
    send = {"content_type": "application/json", "HTTP_IF_MATCH": seen["ETag"]}

    first = as_officer.patch(address, body, **send)
    second = as_officer.patch(address, {**body, "text": "Başka."}, **send)

    assert (first.status_code, first.json()["text"], second.status_code) == (
        200,
        "Yanıt verir.",
        412,
    )


def test_a_program_sends_a_file_and_opens_a_revision(as_officer):
    instrument = InstrumentFactory()
    file = SimpleUploadedFile("text.txt", FIRST)

    sent = as_officer.post(
        reverse("api:text_imports-list"),
        {"file": file, "language": "en", "instrument": str(instrument.pk)},
    )
    opened = as_officer.post(
        reverse("api:revisions-list"),
        {"instrument": str(instrument.pk), "kind": "zero_draft"},
        content_type="application/json",
    )

    told = (sent.status_code, TextImport.objects.count(), opened.status_code)
    assert (told, TextRevision.objects.get().kind) == ((201, 1, 201), "zero_draft")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"language": "fr"}, "language"),
        ({"language": "tr", "is_translation": "true"}, "language"),
        ({"language": "tr"}, "file"),
    ],
)
def test_a_file_that_cannot_be_read_is_answered_at_its_field(as_officer, sent, field):
    instrument = ProvisionTextFactory().provision.instrument
    file = SimpleUploadedFile("text.txt", FIRST)

    answer = as_officer.post(
        reverse("api:text_imports-list"), {"file": file, "instrument": str(instrument.pk), **sent}
    )

    pointers = [error["pointer"].lstrip("#/") for error in answer.json()["errors"]]
    assert (answer.status_code, pointers) == (400, [field])


def test_a_program_compares_two_revisions(as_officer):
    later = RevisionFactory()
    address = reverse("api:revisions-compare", args=[later.pk, later.pk])

    told = as_officer.get(address).json()

    assert [change["kind"] for change in told["changes"]] == ["same"]


def test_long_texts_are_compared_by_a_worker(as_officer, monkeypatch):
    monkeypatch.setattr("agreements.queries.comparisons.MOST_LETTERS_AT_ONCE", -1)
    instrument = InstrumentFactory()
    pair = [
        TextRevision.objects.create(
            instrument=instrument, number=number, kind="rolling", status=status, sha256="0" * 64,
            frozen_at=instrument.created_at, created_at=instrument.created_at, updated_at=instrument.created_at,
        )
        for number, status in ((1, "superseded"), (2, "frozen"))
    ]  # fmt: skip
    ProvisionTextFactory(provision__instrument=instrument)
    address = reverse("api:revisions-compare", args=[one.pk for one in pair])

    asked = as_officer.get(address)
    begun = as_officer.post(address, {}, content_type="application/json")

    assert (asked.status_code, begun.status_code, begun["Location"]) == (
        409,
        202,
        begun.json()["url"],
    )


def test_a_signed_treaty_is_fetched_as_an_act_without_signing_in(client):
    instrument = ProvisionTextFactory(provision__instrument__status="signed").provision.instrument

    answer = client.get(reverse("api:agreements-akn", args=[instrument.pk]))

    shown = answer.content.decode()
    assert (answer.status_code, '<act name="agreement"' in shown, "<workflow" in shown) == (
        200,
        True,
        False,
    )


def test_rounds_are_steps_of_the_chair_among_those_of_the_text(turkiye, azerbaijan, officer, now):
    instrument = negotiated_by(azerbaijan)
    revision = frozen_text(instrument)
    planned = RoundFactory(instrument=instrument, number=1, chair=turkiye, base_revision=revision)
    rounds.close(rounds.begin(planned, by=officer, at=now), by=officer, at=now + timedelta(days=2))

    xml = instrument_as_akoma_ntoso(instrument, tag="en", at=now, with_drafts=True).decode()
    public = instrument_as_akoma_ntoso(instrument, tag="en", at=now, with_drafts=False).decode()

    begun = f'date="{now.date()}" by="#party-turkiye" outcome="#round-begun"'
    closed = (
        f'date="{(now + timedelta(days=2)).date()}" by="#party-turkiye" outcome="#round-closed"'
    )
    assert (begun in xml, closed in xml, xml.index(begun) < xml.index(closed)) == (True, True, True)
    assert 'eId="party-turkiye"' in xml
    assert "party-turkiye" not in public
