"""The table and the address book entry."""

import csv
import io

import pytest

from ots_portal.directory import vcard
from ots_portal.texts.tables import safe_cell
from tests.factories.directory import AuthorityFactory, ContactPointFactory, EmergencyNumberFactory

LIST = "/participants/export/"


def _rows(answer):
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("112", "112"),
        ("Ministry", "Ministry"),
        ("+903125550101", "'+903125550101"),
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("-1", "'-1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("|calc", "'|calc"),
        ("＝1+1", "'＝1+1"),
        ("＠x", "'＠x"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("  =1", "'  =1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("a=1", "a=1"),
    ],
)
def test_a_cell_is_never_a_formula(cell, written):
    assert safe_cell(cell) == written


def test_the_table_holds_every_present_entry(client, turkiye, reader_a):
    AuthorityFactory(participant=turkiye, names={"en": '=cmd"|x'})
    EmergencyNumberFactory(participant=turkiye)
    ContactPointFactory(participant=turkiye)
    client.force_login(reader_a)

    rows = _rows(client.get(LIST))

    told = [(row["record"], row["kind"], row["name"], row["telephone"]) for row in rows]
    assert told == [
        ("authority", "competent", "'=cmd\"|x", ""),
        ("number", "all", "", "112"),
        ("contact_point", "operational/operations_room", "Duty room", "'+903 125 550 101 ext. 12"),
    ]
    assert {row["source"] for row in rows} == {"Note verbale 17"}


def test_the_table_gives_visitors_no_contact_point_of_members(client, turkiye):
    EmergencyNumberFactory(participant=turkiye)
    ContactPointFactory(participant=turkiye)

    answer = client.get(LIST)

    assert [row["record"] for row in _rows(answer)] == ["number"]
    assert (answer["Content-Type"], answer["Content-Disposition"], answer.cookies.output()) == (
        "text/csv; charset=utf-8",
        'attachment; filename="participants.csv"',
        "",
    )


def test_the_table_is_narrowed_as_the_list_is(client, turkiye, kazakhstan):
    EmergencyNumberFactory(participant=turkiye)
    EmergencyNumberFactory(participant=kazakhstan)

    assert [row["participant"] for row in _rows(client.get(LIST, {"q": "Kaz"}))] == ["kazakhstan"]


def test_lines_end_as_the_standard_says(client, turkiye):
    EmergencyNumberFactory(participant=turkiye)

    content = client.get(LIST).content

    assert (content.count(b"\r\n"), content.count(b"\n")) == (2, 2)


def test_a_vcard_says_how_the_office_is_reached(turkiye):
    point = ContactPointFactory(
        participant=turkiye, names={"en": "Room; of, duty\nin Ankara"}, radio="HF 7.060 MHz"
    )

    lines = vcard.vcard(point).replace("\r\n ", "").split("\r\n")

    assert lines == [
        "BEGIN:VCARD",
        "VERSION:4.0",
        "KIND:org",
        f"UID:urn:uuid:{point.pk}",
        "FN:Türkiye: Room\\; of\\, duty\\nin Ankara",
        "ORG:Türkiye;Room\\; of\\, duty\\nin Ankara",
        "TITLE:Operations room",
        'TEL;VALUE=uri;TYPE="work,voice":tel:+903125550101;ext=12',
        "EMAIL;TYPE=work:duty@authority.example",
        "LANG;PREF=1:tr",
        "LANG;PREF=2:en",
        "TZ:Europe/Istanbul",
        "NOTE:Day and night\\, 24/7 (Europe/Istanbul)\\nHF 7.060 MHz\\nChecked on 2026-11-01.",
        "REV:20261101T090000Z",
        "END:VCARD",
        "",
    ]


def test_no_line_of_a_vcard_is_longer_than_75_bytes(turkiye):
    point = ContactPointFactory(participant=turkiye, names={"en": "Əməliyyat " * 18})

    text = vcard.vcard(point)

    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert "Əməliyyat " * 18 in text.replace("\r\n ", "")


def test_a_vcard_of_an_invented_number_cannot_be_dialled(turkiye):
    invented = [{"number": "+00000010001", "extension": ""}]
    point = ContactPointFactory(participant=turkiye, is_demo=True, phones=invented)

    text = vcard.vcard(point)

    assert ("tel:" in text, "do not dial" in text) == (False, True)


@pytest.mark.parametrize(
    ("person", "status"), [(None, 404), ("observer", 404), ("reader_a", 200), ("editor_b", 200)]
)
def test_a_vcard_is_handed_to_those_who_see_the_contact_point(
    request, client, turkiye, person, status
):
    point = ContactPointFactory(participant=turkiye)
    if person:
        client.force_login(request.getfixturevalue(person))

    answer = client.get(f"/participants/turkiye/contact-points/{point.pk}/vcard/")

    assert answer.status_code == status


def test_a_vcard_lies_under_its_own_participant(client, turkiye, azerbaijan, reader_a):
    point = ContactPointFactory(participant=turkiye)
    client.force_login(reader_a)

    answer = client.get(f"/participants/azerbaijan/contact-points/{point.pk}/vcard/")

    assert answer.status_code == 404
