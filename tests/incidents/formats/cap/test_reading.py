import copy
import hashlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from incidents.formats import cap
from incidents.formats.cap import FormatError, NamedValue, Reference
from tests.samples import shared_sample
from tests.samples.alerts import FLOOD, SAMPLE_ALERT, alert_xml, area_xml, info_xml

KAZAKH_TIME = timezone(timedelta(hours=5))


def refusal(content: bytes) -> tuple[str, ...]:
    with pytest.raises(FormatError) as refused:
        cap.read(content)
    return refused.value.sentences


def test_an_alert_is_read_whole():
    alert = cap.read(FLOOD.read_bytes())

    assert (alert.identifier, alert.sent, alert.msg_type, alert.addresses, alert.references) == (
        "KZ-2026-0007",
        datetime(2026, 3, 12, 14, 30, tzinfo=KAZAKH_TIME),
        "Update",
        ("one@example.org", "two words"),
        (
            Reference(
                "duty@emergency.example",
                "KZ-2026-0006",
                datetime(2026, 3, 12, 3, tzinfo=UTC),
            ),
        ),
    )
    first = alert.infos[0]
    assert (first.categories, first.response_types, first.event_codes, first.severity) == (
        ("Met", "Safety"),
        ("Evacuate", "Monitor"),
        (NamedValue("UNDRR", "MH0600"),),
        "Severe",
    )


def test_the_sample_that_the_demonstration_offers_says_that_it_is_none():
    alert = cap.read(SAMPLE_ALERT.read_bytes())

    assert (alert.status, alert.warnings, cap.disagreements(alert.infos)) == ("Exercise", (), [])


def test_each_language_has_its_texts():
    alert = cap.read(FLOOD.read_bytes())

    assert [(info.language, info.event) for info in alert.infos] == [
        ("en", "Flood"),
        ("kk", "Су тасқыны"),
    ]


def test_an_area_that_both_languages_repeat_is_drawn_once():
    alert = cap.read(FLOOD.read_bytes())

    assert [len(info.areas[0].shapes) for info in alert.infos] == [2, 2]
    assert len(alert.shapes) == 2


def test_an_alert_needs_neither_texts_nor_a_headline():
    alert = cap.read(alert_xml(info=""))

    assert (alert.infos, alert.expires, alert.warnings) == ((), None, ())


def test_an_alert_holds_until_its_last_text_expires():
    early, late = (info_xml(expires=f"2026-03-{day}T00:00:00+05:00") for day in (13, 14))

    alert = cap.read(alert_xml(info=early + late))

    assert alert.expires == datetime(2026, 3, 14, tzinfo=KAZAKH_TIME)


def test_a_signature_is_noticed():
    signature = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/></Signature>'
    plain, signed = alert_xml(), alert_xml(info=info_xml() + signature)

    assert (cap.read(plain).is_signed, cap.read(signed).is_signed) == (False, True)


# ── what is refused, and in which words ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"hello", "Line 1: This is no XML that can be read: syntax error."),
        (b"<alert>", "Line 1: This is no XML that can be read: no element found."),
        (
            b'{"type": "Feature"}',
            "Line 1: This is no XML that can be read: not well-formed (invalid token).",
        ),
        (
            b"<?xml version='1.0' encoding='rot13'?><alert/>",
            "Line 1: The encoding “rot13” is not taken; write the file in UTF-8.",
        ),
        (
            b"<!DOCTYPE alert><alert/>",
            "Line 1: A document type (DTD) is never accepted: an alert needs none, and it can do harm.",
        ),
        (
            b"<a/>",
            "Line 1, element “a”: The document is not a CAP alert.",
        ),
        (
            b'<feed xmlns="http://www.w3.org/2005/Atom"/>',
            "Line 1, element “feed”: This is a list of alerts (a feed), not an alert: give the alerts themselves.",
        ),
        (
            b'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.1"/>',
            "Line 1, element “alert”: This is CAP 1.1; the portal takes CAP 1.2. Ask the sender for the message in CAP 1.2.",
        ),
        (
            b"<alert/>",
            "Line 1, element “alert”: The namespace “” is not that of CAP 1.2, “urn:oasis:names:tc:emergency:cap:1.2”.",
        ),
    ],
)
def test_what_is_no_alert_is_refused(content, sentence):
    assert refusal(content) == (sentence,)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"scope": ""}, "element “alert”: The required element “scope” is missing."),
        (
            {"status": "Real"},
            "element “status”: “Real” is not one of: Actual, Exercise, System, Test, Draft.",
        ),
        (
            {"status": " Actual"},
            "element “status”: “ Actual” is not one of: Actual, Exercise, System, Test, Draft.",
        ),
        (
            {"sent": "2026-03-12T14:30:00Z"},
            "element “sent”: “2026-03-12T14:30:00Z” ends in Z, which CAP does not allow: UTC is written with -00:00.",
        ),
        (
            {"sent": "2026-03-12T14:30:00"},
            "element “sent”: “2026-03-12T14:30:00” says no offset from UTC, such as +05:00.",
        ),
        (
            {"sent": "2026-03-12T14:30:00.5+05:00"},
            "element “sent”: “2026-03-12T14:30:00.5+05:00” has parts of a second, which CAP does not allow.",
        ),
        (
            {"sent": "2026-02-30T14:30:00+05:00"},
            "element “sent”: “2026-02-30T14:30:00+05:00” is no moment that exists.",
        ),
        (
            {"sent": "yesterday"},
            "element “sent”: “yesterday” is not a time like 2026-03-12T14:30:00+05:00.",
        ),
        (
            {"identifier": "KZ 1"},
            "element “identifier”: “KZ 1” has a space, a comma, “<” or “&”, which CAP does not allow here.",
        ),
        (
            {"sender": "a,b"},
            "element “sender”: “a,b” has a space, a comma, “<” or “&”, which CAP does not allow here.",
        ),
        (
            {"identifier": " "},
            "element “identifier”: It is empty; it must name the message or its sender.",
        ),
        ({"identifier": "x" * 201}, "element “identifier”: It is longer than 200 letters."),
        (
            {"msgType": "Cancel"},
            "element “msgType”: A message of the type “Cancel” says in “references” which one it means.",
        ),
        (
            {"msgType": "Update", "extra": "<references> </references>"},
            "element “msgType”: A message of the type “Update” says in “references” which one it means.",
        ),
        (
            {"msgType": "Update", "extra": "<references>KZ-1</references>"},
            "element “references”: “KZ-1” is not a reference: sender,identifier,sent.",
        ),
        (
            {"msgType": "Update", "extra": "<references>a,KZ-1,2026-03-12T14:30:00Z</references>"},
            "element “references”: In the reference to “KZ-1”: “2026-03-12T14:30:00Z” ends in Z, which CAP does not allow: UTC is written with -00:00.",
        ),
        (
            {"scope": "Restricted"},
            "element “scope”: A restricted message says in “restriction” for whom it is.",
        ),
        (
            {"scope": "Private"},
            "element “scope”: A private message says in “addresses” to whom it goes.",
        ),
        (
            {"extra": "<note>1</note><code>2</code>"},
            "element “code”: It stands in the wrong place: CAP has a fixed order.",
        ),
        ({"extra": "<note>1</note><note>2</note>"}, "element “note”: It is given more than once."),
        ({"extra": "<web>1</web>"}, "element “web”: CAP 1.2 has no such element inside “alert”."),
        (
            {"extra": '<x xmlns="urn:x">1</x>'},
            "element “x”: The namespace “urn:x” is not part of CAP 1.2.",
        ),
        ({"extra": "stray"}, "element “alert”: Text stands between its elements."),
        (
            {"extra": '<note lang="en"/>'},
            "element “note”: The attribute “lang” is not part of CAP.",
        ),
        ({"extra": "<note><b/></note>"}, "element “note”: It holds text only, not “b”."),
    ],
)
def test_a_broken_rule_is_named_with_its_place(changes, sentence):
    assert refusal(alert_xml(**changes)) == (f"Line 1, {sentence}",)


def test_every_problem_is_told_with_its_line():
    content = FLOOD.read_bytes().replace(b"<severity>Severe<", b"<severity>Bad<")

    assert refusal(content) == (
        "Line 25, element “severity”: “Bad” is not one of: Extreme, Severe, Moderate, Minor, Unknown.",
        "Line 65, element “severity”: “Bad” is not one of: Extreme, Severe, Moderate, Minor, Unknown.",
    )


def test_many_problems_are_cut_short():
    assert len(refusal(alert_xml(extra="<web/>" * 50))) == 20


# ── hostile input ────────────────────────────────────────────────────────────────────────────────


def test_a_file_over_one_mebibyte_is_refused():
    content = alert_xml(extra=f"<note>{'x' * 1024 * 1024}</note>")

    assert refusal(content) == (
        f"The file has {len(content)} bytes; an alert has at most 1048576.",
    )


def test_more_than_2000_elements_are_refused():
    assert refusal(alert_xml(extra="<code/>" * 2000)) == (
        "Line 1: The file has more than 2000 elements.",
    )


def test_deep_nesting_is_refused():
    content = alert_xml(extra="<x>" * 32 + "</x>" * 32)

    assert refusal(content) == ("Line 1: The elements are nested deeper than 32 levels.",)


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE alert SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE alert [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>',
        '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>',
    ],
)
def test_no_document_type_is_ever_taken(declaration):
    assert refusal(declaration.encode() + alert_xml()) == (
        "Line 1: A document type (DTD) is never accepted: an alert needs none, and it can do harm.",
    )


def test_utf_16_and_windows_1251_are_read():
    text = alert_xml(extra="<note>Тревога</note>").decode()

    notes = [
        cap.read(f'<?xml version="1.0" encoding="{name}"?>{text}'.encode(name)).note
        for name in ("utf-16", "windows-1251")
    ]

    assert notes == ["Тревога", "Тревога"]


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content):
    read_or_refused(content)


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_any_texts_are_read_or_refused(identifier, sent, polygon):
    texts = [etree.Element("x") for _ in range(3)]
    for element, text in zip(texts, (identifier, sent, polygon), strict=True):
        element.text = "".join(letter for letter in text if letter.isprintable())
    parts = [etree.tostring(element, encoding="unicode")[3:-4] for element in texts]

    read_or_refused(
        alert_xml(identifier=parts[0], sent=parts[1], info=info_xml(area=area_xml(parts[2])))
    )


@given(st.data())
def test_a_damaged_alert_is_read_or_refused(data):
    content = bytearray(FLOOD.read_bytes())
    for _change in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content) - 1))
        length = data.draw(st.integers(0, 40))
        content[start : start + length] = data.draw(st.binary(max_size=20))

    read_or_refused(bytes(content))


def read_or_refused(content: bytes) -> None:
    try:
        alert = cap.read(content)
    except FormatError as error:
        assert error.sentences and all(error.sentences)  # noqa: PT017, PT018 -- either way is right
    else:
        assert alert.identifier


# ── oddities that stand in nobody's way ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"status": "Exercise"}, "element “status”: An exercise should be described in “note”."),
        (
            {"info": info_xml(expires="2026-03-12T14:00:00+05:00")},
            "element “info”: It expires before it begins.",
        ),
    ],
)
def test_an_oddity_is_a_warning(changes, sentence):
    assert cap.read(alert_xml(**changes)).warnings == (f"Line 1, {sentence}",)


# ── the OASIS schema ─────────────────────────────────────────────────────────────────────────────


def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(shared_sample("cap/CAP-v1.2.xsd")))


def variants() -> list[bytes]:
    """Return the sample with each element in turn left out, doubled, moved, emptied, spoilt or marked."""
    count = len(list(etree.fromstring(FLOOD.read_bytes()).iter()))
    made = []
    for position in range(1, count):
        for change in (_leave_out, _double, _move_last, _empty, _spoil, _mark, _pad):
            root = etree.fromstring(FLOOD.read_bytes())
            change(list(root.iter())[position])
            made.append(etree.tostring(root))
    return made


def _leave_out(element):
    element.getparent().remove(element)


def _double(element):
    element.addnext(copy.deepcopy(element))


def _move_last(element):
    element.getparent().append(element)


def _empty(element):
    element.text = None


def _spoil(element):
    element.text = "x1"


def _mark(element):
    element.set("mark", "1")


def _pad(element):
    element.text = f" {element.text}\n"


# What the standard's text demands and its schema does not say.
BEYOND_THE_SCHEMA = (
    "It is empty; it must name",
    "says in “references” which one",
    "is not a reference",
    "says in “addresses”",
    "is not a pair of latitude,longitude",
    "is not a latitude,longitude and a radius",
)


def test_the_verdicts_are_those_of_the_schema():
    oasis = schema()
    made = variants()

    too_kind, too_strict = [], []
    for content in made:
        is_valid = oasis.validate(etree.fromstring(content))
        try:
            cap.read(content)
        except FormatError as error:
            if is_valid and not any(rule in str(error) for rule in BEYOND_THE_SCHEMA):
                too_strict.append((error.sentences, content))
        else:
            if not is_valid:
                too_kind.append(content)

    assert (len(made) > 500, too_kind, too_strict) == (True, [], [])


REAL = {
    "gdacs-cap_1001150.xml": "",
    "google-canada.cap": "",
    "google-canada_signed.cap": "",
    "google-earthquake.cap": "This is CAP 1.1",
    "google-invalid.cap": "The required element “scope” is missing.",
    "google-no_optional_fields.cap": "This is CAP 1.1",
    "google-xee.cap": "A document type (DTD) is never accepted",
    "ie-2.49.0.1.372.0.250413231648.N_Norm002_SmallCraft.xml": "",
    "kz-2.49.0.0.398.0-20250306-133701-0284797-00-EN.xml": "",
    "oasis-cap12-appendix-a1.xml": "",
    "oasis-cap12-appendix-a2.xml": "",
    "oasis-cap12-appendix-a4.xml": "",
}


@pytest.mark.parametrize(("name", "reason"), REAL.items())
def test_a_real_file_gets_the_answer_in_its_meaning(name, reason):
    content = shared_sample(f"cap/{name}").read_bytes()

    if not reason:
        assert cap.read(content).infos
    else:
        assert reason in " ".join(refusal(content))


def test_the_table_of_real_files_is_complete():
    folder = shared_sample("cap")

    assert {path.name for path in folder.iterdir()} - {"CAP-v1.2.xsd"} == set(REAL)


def test_the_repaired_ring_of_the_kazakh_alert_lies_in_the_country():
    content = shared_sample("cap/kz-2.49.0.0.398.0-20250306-133701-0284797-00-EN.xml").read_bytes()

    alert = cap.read(content)

    assert len(alert.warnings) == 1
    assert "drawn repaired" in alert.warnings[0]
    west, south, east, north = alert.shapes[0].bounds
    assert (81 < west < east < 84, 48 < south < north < 50) == (True, True)


# ── what a message may not do to the portal ─────────────────────────────────────────────────────


def test_half_a_letter_in_a_comment_is_refused():
    declared = '<?xml version="1.0" encoding="utf-16"?><!--'.encode("utf-16-le")
    content = declared + b"\x00\xd8" + f"-->{alert_xml().decode()}".encode("utf-16-le")

    with pytest.raises(FormatError) as caught:
        cap.read(b"\xff\xfe" + content)

    assert len(caught.value.sentences) == 1


def test_more_than_200_references_are_refused():
    names = " ".join(f"a@b.example,M{number},2026-03-12T14:00:00+05:00" for number in range(201))

    with pytest.raises(FormatError, match="It names 201 messages; at most 200"):
        cap.read(alert_xml(msgType="Update", extra=f"<references>{names}</references>"))


@pytest.mark.parametrize("year", ["0001", "1989", "2200", "9999"])
def test_a_moment_far_from_our_time_is_refused(year):
    for content in (
        alert_xml(sent=f"{year}-06-01T00:00:00-00:00"),
        alert_xml(info=info_xml(expires=f"{year}-06-01T00:00:00-00:00")),
    ):
        with pytest.raises(FormatError, match="outside of the years 1990 to 2199"):
            cap.read(content)


@pytest.mark.parametrize(
    ("encoding", "declared", "mark"),
    [
        ("utf-8", "", ""),
        ("utf-8", "", "\ufeff"),
        ("windows-1251", ' encoding="windows-1251"', ""),
        ("iso-8859-5", f'{" " * 400}encoding="ISO-8859-5"', ""),
        ("utf-16-le", ' encoding="utf-16"', "\ufeff"),
        ("utf-16-be", ' encoding="utf-16"', "\ufeff"),
        ("utf-16-be", "", "\ufeff"),
    ],
)
def test_the_original_comes_back_in_every_encoding(encoding, declared, mark):
    text = f'{mark}<?xml version="1.0"{declared}?><!-- Су тасқыны -->{alert_xml().decode()}'
    content = text.encode(encoding, errors="xmlcharrefreplace")
    digest = hashlib.sha256(content).hexdigest()

    assert cap.read(content).identifier == "KZ-2026-0001"
    assert cap.bytes_of(cap.text_of(content), digest=digest) == content
