"""
B1, B2, B16–B24 at the forms' doors, each through the real page.

| case | what | where it stands |
|---|---|---|
| B1, B2, B6 | NUL, lone surrogate, 5,000 digits in any field of any form | here |
| B3–B5, B7–B12, B14, B25–B28 | bodies and headers of programs | test_api_bodies.py; a JSON body sent to a form: here |
| B13 | fields that are not the person's | here |
| B15 | bounds of numbers | here |
| B16, B17 | nothing to be seen; text at its limit and one more | here |
| B18 | 1,001 fields | here |
| B19, B20 | token missing or foreign; https without Origin and Referer | here |
| B21, B22 | method override, Allow | here |
| B23 | keys of rows that are not of this form (minutes: the one form with rows) | here |
| B24 | version missing, older, newer, absurd | here |
"""

import uuid
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from incidents.models import Incident
from ots_portal.people.models import User
from tests.factories.agreements import InstrumentFactory, ProvisionFactory, SignatoryFactory
from tests.factories.duty import NOON, ShiftFactory
from tests.factories.incidents import IncidentFactory
from tests.factories.meetings import (
    AgendaItemFactory,
    MeetingFactory,
    MinutesFactory,
    MinutesParagraphFactory,
)
from tests.factories.sessions import PASSWORD, sign_in

FORM = "application/x-www-form-urlencoded"
NEW = "/incidents/new/"
ANSWERS = {200, 302, 400, 403, 404, 409, 413, 422}


def report(**changes):
    """The report form, filled in completely and rightly."""
    return {
        "title": "Pazarcık earthquake",
        "hazard": "GH0101",
        "alert_level": "red",
        "onset_at": "2026-01-20T08:00",
        "countries": ["TR"],
        "language": "en",
        "classification": "members",
        "submission_key": str(uuid.uuid4()),
        **changes,
    }


def encoded(fields):
    """Write a form's body; half of a surrogate pair goes in as the bytes a hostile program would send."""
    return urlencode(fields, doseq=True, errors="surrogatepass").encode()


def post(client, address, fields, **headers):
    return client.generic("POST", address, encoded(fields), content_type=FORM, **headers)


# ── every form ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def forms(client, head_a, officer, secretary, turkiye):
    """Name → (person, address, fields rightly filled in) of every form that takes more than a click."""
    draft = IncidentFactory(participant=turkiye, created_by=head_a)
    waiting = IncidentFactory(participant=turkiye, status="reported")
    meeting = MeetingFactory(status="planned")
    item = AgendaItemFactory(meeting=meeting)
    minutes = MinutesFactory(meeting=meeting, status="draft", prepared_by=officer)
    paragraph = MinutesParagraphFactory(minutes=minutes)
    adopted = MinutesFactory(status="adopted")
    provision = ProvisionFactory(instrument__status="negotiation")
    instrument = InstrumentFactory(status="signed")
    own_shift = ShiftFactory(person=head_a, starts_at=NOON.replace(year=2097))
    meeting_fields = {
        "title_en": "Meeting", "kind": "ministerial", "ordinal": "3", "host": turkiye.pk, "chair": "", "mode": "virtual",
        "city": "", "venue": "", "time_zone": "Europe/Istanbul", "starts": "2027-01-20T08:00", "ends": "2027-01-20T18:00",
        "date_precision": "minute", "visibility": "members", "submission_key": str(uuid.uuid4()), "version": "1",
    }  # fmt: skip
    SignatoryFactory(instrument=instrument, participant=turkiye)
    milestone = {
        "kind": "signature", "on_date": "2026-01-20", "date_note": "", "language": "en", "text": "Signed.",
        "sources": "https://ots.example/a", "confidence": "single",
    }  # fmt: skip
    return {
        "report": (head_a, NEW, report()),
        "incident": (
            head_a,
            reverse("incidents:edit", args=[draft.pk]),
            report(version="1", reference=""),
        ),
        "reason": (head_a, reverse("incidents:reject", args=[waiting.pk]), {"reason": "A drill."}),
        "new meeting": (officer, "/meetings/new/", meeting_fields),
        "meeting": (officer, reverse("meetings:edit", args=[meeting.pk]), meeting_fields),
        "agenda": (
            officer,
            reverse("meetings:agenda", args=[meeting.pk]),
            {"title_en": "Item", "kind": "information", "parent": "", "version": "1"},
        ),
        "item": (
            officer,
            reverse("meetings:item_edit", args=[item.pk]),
            {"title_en": "Item", "kind": "information", "version": "1"},
        ),
        "move": (officer, reverse("meetings:item_move", args=[item.pk]), {"direction": "down"}),
        "minutes": (
            officer,
            reverse("meetings:minutes_edit", args=[minutes.pk]),
            {
                f"text_{paragraph.pk.hex}": "Said.", f"item_{paragraph.pk.hex}": "", "text_new": "More.", "item_new": "",
                "op": "save", "version": "1",
            },
        ),
        "publication": (
            secretary,
            reverse("meetings:minutes_publish", args=[adopted.pk]),
            {"classification": "observers", "confirmed": "yes"},
        ),
        "milestone": (officer, reverse("agreements:milestone_new", args=[instrument.pk]), milestone),
        "domestic step": (
            officer,
            reverse("agreements:domestic_step_new", args=[instrument.pk]),
            {**milestone, "kind": "parliament", "participant": turkiye.pk},
        ),
        "provision": (
            officer,
            reverse("agreements:provision_edit", args=[provision.pk]),
            {"language": "en", "heading": "Article 1", "text": "Words.", "status": "open", "version": "1"},
        ),
        "shift": (
            head_a,
            reverse("duty:shift_new", args=["turkiye"]),
            {
                "person": str(head_a.pk), "rank": "officer", "starts_at": "2099-01-20T08:00",
                "ends_at": "2099-01-20T18:00", "note": "",
            },
        ),
        "pattern": (
            head_a,
            reverse("duty:pattern_new", args=["turkiye"]),
            {
                "person": str(head_a.pk), "rank": "officer", "weekdays": "1", "starts_at": "08:00", "ends_at": "20:00",
                "every_weeks": "1", "first_date": "2098-01-20", "last_date": "",
            },
        ),
        "swap": (
            head_a,
            reverse("duty:shift_ask", args=[own_shift.pk]),
            {"asked_of": "", "in_return": "", "note": ""},
        ),
        "settings": (head_a, "/people/settings/", {"language": "en", "time_zone": "Europe/Istanbul"}),
        "language": (head_a, "/language/", {"language": "en", "next": "/"}),
        "sign-in": (None, "/accounts/login/", {"login": "a@b.example", "password": PASSWORD}),
        "upload": (
            head_a,
            reverse("documents:new", args=["incidents.incident", waiting.pk]),
            {"title": "Report"},
        ),
    }  # fmt: skip


NAMES = [
    "report", "incident", "reason", "new meeting", "meeting", "agenda", "item", "move", "minutes", "publication",
    "milestone", "domestic step", "provision", "shift", "pattern", "swap", "settings", "language", "sign-in", "upload",
]  # fmt: skip
HOSTILE = {
    "b1 NUL": "a\x00b",
    "b2 lone surrogate": "a\ud800b",
    "b6 5,000 digits": "9" * 5_000,
    "beyond 64 bits": "9" * 30,
    "minus": "-1",
    "not a number": "nan",
    "infinite": "1e999",
    "other digits": "٣",
    "nothing seen": "\u200b\u00a0",
    "turned round": "a\u202eb",
    "100,000 letters": "ü" * 100_000,
    "markup": "<script>alert(1)</script>",
    "percent": "%s%n{0}{{x}}",
    "private": "\ue000\U000e0041\uffff",
}


def _send(client, form, **changes):
    person, address, fields = form
    if person:
        sign_in(client, person)
    return post(client, address, {**fields, **changes})


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("sign-in", "upload")])
def test_rightly_filled_in_each_form_is_taken(client, forms, name):
    """Otherwise what follows would show nothing."""
    assert _send(client, forms[name]).status_code == 302


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_b1_b2_b6_no_value_in_any_field_breaks_a_form(client, forms, name):
    """The worst two in each field alone, all of them in all fields at once."""
    form, answers = forms[name], {}
    for value in ("a\x00\ud800", "9" * 5_000):
        for field in form[2]:
            answers[field, value[:9]] = _send(client, form, **{field: value}).status_code
    for named, value in HOSTILE.items():
        answers["all", named] = _send(client, form, **dict.fromkeys(form[2], value)).status_code

    assert {field: status for field, status in answers.items() if status not in ANSWERS} == {}


BODIES = [
    (b'{"title": "a"}', "application/json"),
    (b"<a/>", "application/xml"),
    (b"%", FORM),
    (b"=&=&=", FORM),
    (b"\xff\xfe\x00", FORM),
    (b"title=a", f"{FORM}; charset=klingon"),
    ("title=ä".encode("latin-1"), f"{FORM}; charset=latin-1"),
    (b"title=a", f"{FORM}; charset=utf-7"),
    (b"", "multipart/form-data; boundary=b"),
    (b"--b", "multipart/form-data"),
    (b"x", ""),
]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_body_that_is_no_form_breaks_none(client, forms, name):
    person, address, _fields = forms[name]
    if person:
        sign_in(client, person)

    answers = [
        client.generic("POST", address, body, content_type=content_type).status_code
        for body, content_type in BODIES
    ]

    assert set(answers) <= ANSWERS | {415}


@pytest.mark.parametrize("name", NAMES)
def test_b18_a_form_of_1001_fields_is_refused(client, forms, name):
    person, address, fields = forms[name]
    if person:
        sign_in(client, person)

    answer = post(client, address, {**fields, **{f"f{number}": "1" for number in range(1_001)}})

    assert answer.status_code == 400


# ── the report ──────────────────────────────────────────────────────────────────────────────────


def test_b13_what_is_not_the_persons_is_never_applied(client, editor_a, azerbaijan):
    client.force_login(editor_a)
    theirs = {
        "participant": "azerbaijan",
        "status": "verified",
        "number": "OTS-2026-0001",
        "level": "public",
    }

    post(client, NEW, report(**theirs, id=str(uuid.uuid4()), created_by=str(uuid.uuid4())))

    made = Incident.objects.get()
    assert (made.participant_id, made.status, made.number, made.created_by) == (
        "turkiye",
        "draft",
        None,
        editor_a,
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [("latitude", "90.1"), ("longitude", "-180.1"), ("magnitude", "-2.1"), ("magnitude", str(10**12)), ("depth_km", "1000.1")],
)  # fmt: skip
def test_b15_a_number_out_of_bounds_is_refused_beside_its_field(client, editor_a, field, value):
    client.force_login(editor_a)

    answer = post(client, NEW, report(**{field: value}))

    assert (answer.status_code, Incident.objects.count()) == (422, 0)
    assert f'id="id_{field}_error"' in answer.content.decode()


@pytest.mark.parametrize(
    "title", ["", " ", "\u00a0", "\u200b", "\u200b \u00a0", "\ufeff", "\u2060"], ids=ascii
)
def test_b16_a_title_of_which_nothing_is_seen_is_none(client, editor_a, title):
    client.force_login(editor_a)

    answer = post(client, NEW, report(title=title))

    assert (answer.status_code, Incident.objects.count()) == (422, 0)


@pytest.mark.parametrize("reason", ["\u200b", "\u00a0\u200b"], ids=ascii)
def test_b16_a_reason_of_which_nothing_is_seen_is_none(client, head_a, turkiye, reason):
    waiting = IncidentFactory(participant=turkiye, status="reported")
    client.force_login(head_a)

    answer = post(client, reverse("incidents:reject", args=[waiting.pk]), {"reason": reason})

    waiting.refresh_from_db()
    assert (answer.status_code, waiting.status) == (422, "reported")


@pytest.mark.parametrize(
    ("field", "limit"), [("title", 200), ("description", 20_000), ("place", 200)]
)
def test_b17_the_limit_of_a_text_is_exact_and_said_with_the_count(client, editor_a, field, limit):
    client.force_login(editor_a)

    taken = post(client, NEW, report(**{field: "ü" * limit}))
    refused = post(client, NEW, report(**{field: "ü" * (limit + 1)}))

    page = refused.content.decode()
    assert (taken.status_code, refused.status_code, Incident.objects.count()) == (302, 422, 1)
    assert f"at most {limit} characters (it has {limit + 1})" in page
    assert "ü" * (limit + 1) in page  # nobody types it again


# ── forged and worn out ─────────────────────────────────────────────────────────────────────────


def _careful(person, **defaults):
    """A browser that the portal asks for its token."""
    client = Client(enforce_csrf_checks=True, **defaults)
    client.force_login(person)
    return client


def test_b19_where_the_protection_fails_nothing_happens_and_no_text_is_lost(editor_a):
    client = _careful(editor_a)

    answer = post(
        client,
        NEW,
        report(description="Three bridges are <b>closed</b>.", reference="a" * 60),
        HTTP_ORIGIN="http://testserver",
    )

    page = answer.content.decode()
    assert (answer.status_code, Incident.objects.count()) == (403, 0)
    assert "Three bridges are &lt;b&gt;closed&lt;/b&gt;.</textarea>" in page
    assert ("a" * 60 in page, page.count("<textarea"), 'href="/"' in page) == (False, 2, True)


@pytest.mark.parametrize(
    "origin", [{}, {"HTTP_ORIGIN": "https://evil.example"}, {"HTTP_ORIGIN": "null"}]
)
def test_b19_what_another_site_sent_is_not_shown_as_ones_own(editor_a, origin):
    answer = post(_careful(editor_a), NEW, report(title="Send your password to evil"), **origin)

    assert (answer.status_code, "evil" in answer.content.decode()) == (403, False)


def test_b19_a_password_is_never_shown_again(editor_a):
    fields = {"login": "a@b.example", "password": "correct horse battery staple"}

    answer = post(_careful(editor_a), "/accounts/login/", fields, HTTP_ORIGIN="http://testserver")

    assert (answer.status_code, "horse" in answer.content.decode()) == (403, False)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "language"])
def test_b19_no_form_is_taken_without_its_token(forms, name):
    person, address, fields = forms[name]
    client = Client(enforce_csrf_checks=True)
    if person:
        sign_in(client, person)

    assert post(client, address, fields).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"HTTP_REFERER": "https://evil.example/"}, 403),
        ({"HTTP_REFERER": "http://testserver/"}, 403),
        ({"HTTP_REFERER": "nonsense"}, 403),
        ({"HTTP_ORIGIN": "https://evil.example"}, 403),
        ({"HTTP_ORIGIN": "null"}, 403),
        ({"HTTP_REFERER": "https://testserver/incidents/new/"}, 302),
        ({"HTTP_ORIGIN": "https://testserver"}, 302),
    ],
)
def test_b20_over_https_a_form_says_where_it_comes_from(editor_a, headers, status):
    client = _careful(editor_a)
    client.get(NEW, secure=True)
    token = client.cookies["csrftoken"].value

    answer = client.generic(
        "POST",
        NEW,
        encoded(report(csrfmiddlewaretoken=token)),
        content_type=FORM,
        secure=True,
        **headers,
    )

    assert (answer.status_code, Incident.objects.count()) == (status, 1 if status == 302 else 0)


@pytest.mark.parametrize(
    "header", ["HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_X_HTTP_METHOD", "HTTP_X_METHOD_OVERRIDE"]
)
def test_b21_a_link_with_a_header_changes_nothing(client, head_a, turkiye, header):
    waiting = IncidentFactory(participant=turkiye, status="reported")
    client.force_login(head_a)

    answer = client.get(
        reverse("incidents:verify", args=[waiting.pk]) + "?_method=POST", **{header: "POST"}
    )

    waiting.refresh_from_db()
    assert (answer.status_code, waiting.status) == (405, "reported")


@pytest.mark.parametrize(
    ("method", "name"),
    [("GET", "incidents:verify"), ("PUT", "incidents:verify"), ("DELETE", "incidents:verify")],
)
def test_b22_a_method_that_is_not_there_is_answered_by_those_that_are(
    client, head_a, turkiye, method, name
):
    waiting = IncidentFactory(participant=turkiye, status="reported")
    client.force_login(head_a)

    answer = client.generic(method, reverse(name, args=[waiting.pk]))

    assert (answer.status_code, answer["Allow"]) == (405, "POST")


def test_b23_a_row_of_another_record_cannot_be_written_through_this_form(client, officer):
    minutes = MinutesFactory(status="draft", prepared_by=officer)
    foreign = MinutesParagraphFactory(
        minutes=MinutesFactory(status="draft"), texts={"en": "Theirs."}
    )
    client.force_login(officer)
    fields = {f"text_{foreign.pk.hex}": "Mine.", "text_new": "", "version": str(minutes.version)}
    address = reverse("meetings:minutes_edit", args=[minutes.pk])

    for verb in (
        "save",
        f"remove:{foreign.pk.hex}",
        f"up:{foreign.pk.hex}",
        "up:",
        "up:x",
        "fly:x",
    ):
        post(client, address, {**fields, "op": verb})

    foreign.refresh_from_db()
    assert (foreign.texts, foreign.minutes_id == minutes.pk) == ({"en": "Theirs."}, False)


VERSIONS = [None, "", "0", "-1", "99", "9" * 18, "9" * 30, "٣"]


@pytest.mark.parametrize("version", VERSIONS, ids=lambda value: str(value)[:20])
def test_b24_a_form_that_names_another_version_shows_both_texts(client, editor_a, turkiye, version):
    draft = IncidentFactory(participant=turkiye, created_by=editor_a, titles={"en": "Theirs"})
    client.force_login(editor_a)
    fields = report(title="Mine", **({} if version is None else {"version": version}))

    answer = post(client, reverse("incidents:edit", args=[draft.pk]), fields)

    page = answer.content.decode()
    draft.refresh_from_db()
    assert (answer.status_code, draft.titles) == (409, {"en": "Theirs"})
    assert ("Theirs" in page, 'value="Mine"' in page) == (True, True)


@pytest.mark.parametrize("version", ["9" * 5_000, "x", "1.5"], ids=lambda value: value[:20])
def test_b24_a_version_that_is_none_is_refused_and_the_text_kept(
    client, editor_a, turkiye, version
):
    draft = IncidentFactory(participant=turkiye, created_by=editor_a, titles={"en": "Theirs"})
    client.force_login(editor_a)

    answer = post(
        client, reverse("incidents:edit", args=[draft.pk]), report(title="Mine", version=version)
    )

    draft.refresh_from_db()
    assert (answer.status_code, draft.titles) == (422, {"en": "Theirs"})
    assert 'value="Mine"' in answer.content.decode()


@pytest.mark.parametrize("version", [None, "99", "9" * 30], ids=str)
@pytest.mark.parametrize(
    ("name", "field"), [("meeting", "title_en"), ("item", "title_en"), ("provision", "text")]
)
def test_b24_no_form_overwrites_what_its_sender_has_not_seen(client, forms, name, field, version):
    person, address, fields = forms[name]
    sign_in(client, person)
    sent = {**fields, field: "Words of mine", "version": version}
    if version is None:
        del sent["version"]

    answer = post(client, address, sent)

    assert (answer.status_code, "Words of mine" in answer.content.decode()) == (409, True)


# ── whatever else somebody may write ────────────────────────────────────────────────────────────

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
FIELDS = [
    *report(), "other_countries", "place", "latitude", "longitude", "magnitude", "magnitude_scale", "depth_km",
    "description", "is_exercise", "reference", "version", "report",
]  # fmt: skip


@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.dictionaries(st.sampled_from(FIELDS), ANY_TEXT, max_size=5))
@example({"magnitude_scale": "\ud800"})
@example({"submission_key": "\x00"})
def test_nothing_that_can_be_written_into_a_field_breaks_the_report(client, editor_a, changes):
    client.force_login(editor_a)

    answer = post(client, NEW, report(**changes))

    # 409: the same was reported a moment ago, and the page asks whether this is another one.
    assert answer.status_code in (302, 422, 400, 409)


def test_the_people_are_still_who_they_were(client, forms):
    """Nothing of what was sent above could have changed an account."""
    before = list(User.objects.order_by("pk").values_list("pk", "role", "participant_id"))

    for value in ("head", "secretariat_head"):
        _send(client, forms["settings"], role=value, participant="secretariat", is_active="")

    assert list(User.objects.order_by("pk").values_list("pk", "role", "participant_id")) == before
