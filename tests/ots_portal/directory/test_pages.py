import re
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from ots_portal.directory import services
from ots_portal.directory.forms import ContactPointForm
from ots_portal.participants.models import Authority, ContactPoint, EmergencyNumber
from tests.factories.directory import AuthorityFactory, ContactPointFactory, EmergencyNumberFactory
from tests.factories.people import ParticipantFactory

PAGE = "/participants/turkiye/"
SECRET = "+903 125 550 101"
CONTACT = {
    "kind": "focal_point",
    "authority_kind": "competent",
    "name_en": "Office",
    "phones": "+90 312 555 02 02 ext. 5\n0090 312 555 02 03",
    "email": "office@authority.example",
    "languages": ["tr", "en"],
    "hours": "office",
    "opens_at": "09:00",
    "closes_at": "17:30",
    "weekdays": ["1", "2"],
    "time_zone": "Europe/Istanbul",
    "visibility": "members",
    "note": "",
    "source_text": "Note verbale 4",
    "sources": "",
    "confidence": "single",
}


def _today(days=0):
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def _contact(**changes):
    return {**CONTACT, "checked_on_date": _today(), **changes}


def _number(number, **changes):
    values = {"purpose": "all", "number": number, "source_text": "Decree 7", "confidence": "single"}
    return {**values, "checked_on_date": _today(), **changes}


def _words(answer):
    return " ".join(answer.content.decode().split())


def _correct_url(entry, path="numbers"):
    return f"{PAGE}{path}/{entry.pk}/correct/"


@pytest.fixture
def as_editor(client, editor_a):
    client.force_login(editor_a)
    return client


# ── what is shown to whom ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("person", "is_shown"),
    [
        (None, False), ("observer", False), ("administrator", False), ("auditor", False),
        ("reader_a", True), ("editor_b", True), ("officer", True),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", [PAGE, "/participants/"])
def test_a_contact_point_of_members_is_on_their_pages_only(
    request, client, turkiye, path, person, is_shown
):
    ContactPointFactory(participant=turkiye)
    if person:
        client.force_login(request.getfixturevalue(person))

    page = _words(client.get(path))

    assert (SECRET in page, "Türkiy" in page) == (is_shown, True)


def test_search_does_not_tell_a_visitor_that_a_hidden_contact_point_is_there(client, turkiye):
    ContactPointFactory(participant=turkiye)

    page = _words(client.get("/participants/", {"q": "3125550101"}))

    assert "Nobody matches." in page


def test_history_does_not_show_a_version_that_was_hidden(client, turkiye, editor_a, now):
    room = ContactPointFactory(participant=turkiye)
    services.correct(
        room,
        reason="Opened to all",
        by=editor_a,
        at=now,
        visibility="public",
        email="new@x.example",
    )

    page = _words(client.get(PAGE))

    shown = [
        words in page for words in ("new@x.example", "duty@authority.example", "Opened to all")
    ]
    assert shown == [True, False, False]


def test_visitors_hear_whose_correction_it_was_and_not_whose_name(
    client, turkiye, editor_a, reader_a, now
):
    number = EmergencyNumberFactory(participant=turkiye, number="110")
    services.correct(number, reason="Merged", by=editor_a, at=now, number="112")

    visitor = _words(client.get(PAGE))
    client.force_login(reader_a)
    member = _words(client.get(PAGE))

    assert ["Editor of A" in visitor, "Editor of A (Türkiye)" in member] == [False, True]
    assert ["Why: Merged" in visitor, "<del>All emergencies: 110</del>" in visitor] == [True, True]


def test_a_contact_point_is_shown_with_its_time_and_can_be_dialled(as_editor, turkiye):
    ContactPointFactory(participant=turkiye)

    page = _words(as_editor.get(PAGE))

    assert 'href="tel:+903125550101;ext=12"' in page
    assert re.search(r"now there: \d\d:\d\d \(UTC\+3\)", page)
    assert ("Open now" in page, "Day and night, 24/7" in page) == (True, True)


def test_an_invented_number_is_marked_and_cannot_be_dialled(as_editor, turkiye):
    invented = [{"number": "+00000010001", "extension": ""}]
    ContactPointFactory(participant=turkiye, is_demo=True, phones=invented)

    page = _words(as_editor.get(PAGE))

    assert ("tel:" in page, "Do not dial." in page, "Invented" in page) == (False, True, True)


def test_what_was_not_checked_for_a_year_says_so(client, turkiye):
    EmergencyNumberFactory(
        participant=turkiye, checked_on_date=timezone.localdate() - timedelta(400)
    )

    pages = [_words(client.get(path)) for path in (PAGE, "/participants/")]

    assert ["Not checked for over a year" in page for page in pages] == [True, True]


@pytest.mark.parametrize("person", [None, "reader_a", "editor_b"])
def test_who_may_not_keep_the_directory_is_offered_no_link_to(request, client, turkiye, person):
    AuthorityFactory(participant=turkiye)
    EmergencyNumberFactory(participant=turkiye)
    if person:
        client.force_login(request.getfixturevalue(person))

    page = _words(client.get(PAGE))

    assert ("/correct/" in page, "/new/" in page) == (False, False)


@pytest.mark.parametrize("count", [1, 3])
def test_detail_asks_as_much_however_much_there_is(
    client, turkiye, editor_a, now, count, django_assert_num_queries
):
    number = EmergencyNumberFactory(participant=turkiye, number="110")
    for n in range(count):
        number = services.correct(number, reason="Again", by=editor_a, at=now, number=f"11{n + 1}")

    with django_assert_num_queries(4):
        page = _words(client.get(PAGE))

    assert page.count("Why: Again") == count


# ── entering ────────────────────────────────────────────────────────────────────────────────────


def test_a_contact_point_is_entered_as_it_was_written(as_editor, turkiye, editor_a):
    answer = as_editor.post(f"{PAGE}contact-points/new/", _contact())

    point = ContactPoint.objects.get()
    assert answer["Location"] == f"{PAGE}#contact-{point.pk}"
    assert point.phones == [
        {"number": "+903125550202", "extension": "5"},
        {"number": "+903125550203", "extension": ""},
    ]
    assert (point.weekdays, str(point.closes_at), point.names, point.entered_by) == (
        [1, 2], "17:30:00", {"en": "Office"}, editor_a,
    )  # fmt: skip


def test_hours_round_the_clock_leave_out_what_the_form_still_holds(as_editor, turkiye):
    as_editor.post(f"{PAGE}contact-points/new/", _contact(hours="always"))

    point = ContactPoint.objects.get()
    assert (point.is_always_open, point.opens_at, point.weekdays) == (True, None, [])


def test_an_emergency_number_is_entered(as_editor, turkiye):
    as_editor.post(f"{PAGE}numbers/new/", _number("1 1-2"))

    assert EmergencyNumber.objects.get().number == "112"


def test_an_authority_is_entered_by_the_head(client, turkiye, head_a):
    client.force_login(head_a)
    values = _number(
        "", kind="competent", name_tr="Bakanlık", acronym="", website="authority.example"
    )

    client.post(f"{PAGE}authorities/new/", values)

    ministry = Authority.objects.get()
    assert (ministry.names, ministry.website) == ({"tr": "Bakanlık"}, "https://authority.example")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"phones": "0312 555 01 01"}, "begin with + and the country&#x27;s code"),
        ({"phones": "+90 312 CALL ME"}, "a telephone number has digits only"),
        ({"phones": "+9031255501012345678"}, "a number has 7 to 15 digits"),
        ({"phones": "+000 000 100 01"}, "No country&#x27;s code begins with 0."),
        ({"phones": "+903125550101\n" * 4}, "Give at most three telephone numbers."),
        ({"phones": "", "email": ""}, "Give a telephone number, an e-mail address or a radio."),
        ({"email": "nobody"}, "Enter a valid email address."),
        ({"name_en": ""}, "Give the name in one language at least."),
        ({"name_en": "\u202eecilop"}, "The text contains a character that cannot be shown"),
        ({"hours": ""}, "This field is required."),
        ({"opens_at": ""}, "Say when the office opens."),
        ({"closes_at": ""}, "Say when the office closes."),
        ({"closes_at": "09:00"}, "An office closes at another time than it opens."),
        ({"weekdays": []}, "Say on which days the office is open."),
        ({"weekdays": ["8"]}, "8 is not one of the available choices."),
        ({"time_zone": "Mars/Olympus"}, "Mars/Olympus is not one of the available choices."),
        ({"languages": ["xx"]}, "xx is not one of the available choices."),
        ({"visibility": "nobody"}, "nobody is not one of the available choices."),
        ({"checked_on_date": _today(2)}, "The day lies in the future."),
        ({"checked_on_date": "yesterday"}, "Enter a valid date."),
        ({"checked_on_date": ""}, "This field is required."),
        ({"source_text": ""}, "This field is required."),
        ({"source_text": "x" * 301}, "Ensure this value has at most 300 characters"),
        ({"sources": "javascript:alert(1)"}, "is not a web address that begins with https://"),
        ({"confidence": "confirmed"}, "A confirmed fact has two sources or more."),
        ({"confidence": "tool"}, "tool is not one of the available choices."),
        ({"kind": "boss"}, "boss is not one of the available choices."),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(as_editor, turkiye, changes, sentence):
    answer = as_editor.post(f"{PAGE}contact-points/new/", _contact(**changes))

    assert (answer.status_code, ContactPoint.objects.count()) == (422, 0)
    assert sentence in _words(answer)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("one one two", "An emergency number has digits only."),
        ("١١٢", "An emergency number has digits only."),
        ("1", "An emergency number has 2 to 15 digits."),
        ("1234567890123456", "An emergency number has 2 to 15 digits."),
        ("1" * 21, "Ensure this value has at most 20 characters"),
        ("", "This field is required."),
    ],
)
def test_an_impossible_emergency_number_is_refused(as_editor, turkiye, number, sentence):
    answer = as_editor.post(f"{PAGE}numbers/new/", _number(number))

    assert (answer.status_code, EmergencyNumber.objects.count()) == (422, 0)
    assert sentence in _words(answer)


def test_entering_twice_is_one_entry_and_a_sentence(as_editor, turkiye):
    answers = [as_editor.post(f"{PAGE}numbers/new/", _number("112")) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [302, 422]
    assert "There is one of this kind already: correct that one." in _words(answers[1])


def test_an_empty_form_says_what_is_missing(as_editor, turkiye):
    answer = as_editor.post(f"{PAGE}contact-points/new/", {"kind": ""})

    assert answer.status_code == 422


def test_nobody_enters_for_a_participant_that_does_not_exist(as_editor):
    assert as_editor.get("/participants/atlantis/numbers/new/").status_code == 404


# ── correcting ──────────────────────────────────────────────────────────────────────────────────


def test_a_correction_stands_beside_what_it_corrects(as_editor, turkiye):
    number = EmergencyNumberFactory(participant=turkiye, number="110")
    values = _number("112", seen=str(number.pk), reason="Merged")

    as_editor.post(_correct_url(number), values)

    stored = EmergencyNumber.objects.order_by("entered_at").values_list("number", "ending")
    assert list(stored) == [("110", "corrected"), ("112", "")]


def test_a_correction_cannot_change_the_kind(as_editor, turkiye):
    number = EmergencyNumberFactory(participant=turkiye, number="110")
    values = _number("112", seen=str(number.pk), reason="Merged", purpose="fire")

    as_editor.post(_correct_url(number), values)

    assert EmergencyNumber.objects.get(superseded_at=None).purpose == "all"


def test_a_correction_keeps_the_names_in_other_languages(client, turkiye, head_a):
    ministry = AuthorityFactory(participant=turkiye, names={"en": "Old", "hu": "Minisztérium"})
    client.force_login(head_a)
    page = client.get(f"{PAGE}authorities/{ministry.pk}/correct/")
    values = {**page.context["form"].initial, "name_en": "New", "reason": "Renamed"}

    client.post(f"{PAGE}authorities/{ministry.pk}/correct/", values)

    names = Authority.objects.get(superseded_at=None).names
    assert names == {"en": "New", "hu": "Minisztérium"}


def test_the_form_of_a_contact_point_shows_what_can_be_sent_back(as_editor, turkiye):
    point = ContactPointFactory(participant=turkiye, office=True)
    url = f"{PAGE}contact-points/{point.pk}/correct/"
    form = as_editor.get(url).context["form"]
    values = {name: form[name].value() for name in form.fields if form[name].value() is not None}

    answer = as_editor.post(url, {**values, "radio": "HF", "reason": "Radio added"})

    assert answer.status_code == 302
    new = ContactPoint.objects.get(superseded_at=None)
    assert (new.radio, new.phones, new.weekdays) == ("HF", point.phones, point.weekdays)


def test_a_stale_correction_shows_both_versions_and_can_be_sent_again(
    as_editor, turkiye, second_editor_a, now
):
    number = EmergencyNumberFactory(participant=turkiye, number="110")
    current = services.correct(number, reason="First", by=second_editor_a, at=now, number="911")
    values = _number("112", seen=str(number.pk), reason="Merged")

    stale = as_editor.post(_correct_url(number), values)

    page = _words(stale)
    assert (stale.status_code, "911" in page, "112" in page, f'value="{current.pk}"' in page) == (
        409, True, True, True,
    )  # fmt: skip
    assert [row.label for row in stale.context["differences"]] == ["Number", "Source", "Checked on"]
    again = as_editor.post(_correct_url(number), {**values, "seen": str(current.pk)})
    assert again.status_code == 302
    assert EmergencyNumber.objects.get(superseded_at=None).number == "112"


def test_both_versions_of_a_contact_point_are_compared_as_they_are_read(
    as_editor, turkiye, second_editor_a, now
):
    office = ContactPointFactory(participant=turkiye, office=True)
    services.correct(office, reason="First", by=second_editor_a, at=now, email="new@x.example")
    url = f"{PAGE}contact-points/{office.pk}/correct/"
    form = ContactPointForm(entry=office, participant=turkiye)
    sent = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    sent |= {"seen": str(office.pk), "opens_at": "09:00", "closes_at": "18:00"}
    sent |= {"phones": "+90 312 555 09 09\r\n+90 312 555 09 10"}

    stale = as_editor.post(url, {**sent, "reason": "Second"})

    labels = [row.label for row in stale.context["differences"]]
    assert labels == ["Telephone", "E-mail address"]


@pytest.mark.parametrize("seen", ["", "nonsense", str(uuid.uuid4())])
def test_a_correction_of_nobody_knows_what_is_not_taken(as_editor, turkiye, seen):
    number = EmergencyNumberFactory(participant=turkiye, number="110")

    answer = as_editor.post(_correct_url(number), _number("112", seen=seen, reason="Merged"))

    assert answer.status_code in (409, 422)
    assert EmergencyNumber.objects.get().number == "110"


def test_sending_a_correction_twice_keeps_one(as_editor, turkiye):
    number = EmergencyNumberFactory(participant=turkiye, number="110")
    values = _number("112", seen=str(number.pk), reason="Merged")

    answers = [as_editor.post(_correct_url(number), values).status_code for _time in range(2)]

    assert (answers, EmergencyNumber.objects.count()) == ([302, 409], 2)


def test_what_was_withdrawn_cannot_be_corrected(as_editor, turkiye, editor_a, now):
    number = EmergencyNumberFactory(participant=turkiye)
    services.withdraw(number, reason="Gone", by=editor_a, at=now)

    answer = as_editor.get(_correct_url(number))

    assert (answer.status_code, "This entry has been withdrawn." in _words(answer)) == (409, True)


# ── checking again, withdrawing ─────────────────────────────────────────────────────────────────


def test_confirm_gives_a_new_check_date(as_editor, turkiye):
    number = EmergencyNumberFactory(participant=turkiye)
    values = {
        "seen": str(number.pk), "source_text": "Called", "checked_on_date": _today(), "confidence": "single",
    }  # fmt: skip

    answer = as_editor.post(f"{PAGE}numbers/{number.pk}/confirm/", values, follow=True)

    current = EmergencyNumber.objects.get(superseded_at=None)
    assert (current.number, current.checked_on_date.isoformat()) == ("112", _today())
    assert "The entry stays as it is, with its new check date." in _words(answer)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"checked_on_date": _today(2)}, "The day lies in the future."),
        ({"checked_on_date": "2020-01-01"}, "It was checked on a later day already."),
        ({"source_text": ""}, "This field is required."),
        ({"confidence": "confirmed"}, "A confirmed fact has two sources or more."),
    ],
)
def test_an_impossible_check_is_refused(as_editor, turkiye, changes, sentence):
    number = EmergencyNumberFactory(participant=turkiye)
    values = {
        "source_text": "Called",
        "checked_on_date": _today(),
        "confidence": "single",
        **changes,
    }

    answer = as_editor.post(f"{PAGE}numbers/{number.pk}/confirm/", values)

    assert (answer.status_code, EmergencyNumber.objects.count()) == (422, 1)
    assert sentence in _words(answer)


def test_withdraw_leaves_the_entry_in_the_history(as_editor, turkiye):
    number = EmergencyNumberFactory(participant=turkiye)

    answer = as_editor.post(
        f"{PAGE}numbers/{number.pk}/withdraw/", {"reason": "Not in use"}, follow=True
    )

    page = _words(answer)
    assert ("Why: Not in use" in page, "No emergency number is recorded." in page) == (True, True)


@pytest.mark.parametrize("verb", ["confirm", "withdraw"])
def test_a_page_about_an_old_version_says_that_it_is_old(as_editor, turkiye, editor_a, now, verb):
    number = EmergencyNumberFactory(participant=turkiye, number="110")
    services.correct(number, reason="Merged", by=editor_a, at=now, number="112")
    values = {
        "reason": "Gone", "source_text": "Called", "checked_on_date": _today(), "confidence": "single",
    }  # fmt: skip

    answer = as_editor.post(f"{PAGE}numbers/{number.pk}/{verb}/", values)

    assert (answer.status_code, EmergencyNumber.objects.get(superseded_at=None).number) == (
        409,
        "112",
    )


# ── the list ────────────────────────────────────────────────────────────────────────────────────


def test_the_list_is_narrowed_by_words_and_kind(client, turkiye, kazakhstan, hungary):
    answers = {
        query: re.findall(r'scope="row"> <a href="/participants/(\w+)/"', _words(client.get(f"/participants/?{query}")))
        for query in ("q=kaz", "kind=observer", "q=tur&kind=observer", "kind=king", "sort=checked")
    }  # fmt: skip

    everybody = ["kazakhstan", "turkiye", "hungary"]
    assert answers == {
        "q=kaz": ["kazakhstan"],
        "kind=observer": ["hungary"],
        "q=tur&kind=observer": [],
        "kind=king": everybody,
        "sort=checked": everybody,
    }


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_much_of_a_member_however_many_rooms_there_are(
    client, editor_a, count, django_assert_num_queries
):
    for slug in ("azerbaijan", "kazakhstan", "uzbekistan")[:count]:
        ContactPointFactory(participant=ParticipantFactory(slug=slug))
    client.force_login(editor_a)

    with django_assert_num_queries(7):
        page = _words(client.get("/participants/"))

    assert page.count(SECRET) == count
