import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from agreements.models import DomesticStep, Milestone
from agreements.statuses import INSTRUMENTS
from agreements.views.instruments import marked_text
from tests.factories.agreements import (
    LONG_AGO,
    AlternativeFactory,
    BracketFactory,
    DomesticStepFactory,
    InstrumentFactory,
    MilestoneFactory,
    ProvisionFactory,
    ProvisionTextFactory,
    SignatoryFactory,
)
from tests.factories.negotiation import STEP_FORMS
from tests.factories.people import ParticipantFactory
from tests.factories.sessions import sign_in
from tests.factories.treaties import SignatureFactory, on_record

# What a person takes: the portal itself lets a treaty enter into force.
TAKEN = [step.verb for step in INSTRUMENTS.steps.values() if not step.automatic]

MARK = "not a text of the Organization"
RECORD_PAGES = ("detail", "text", "milestone_new", "domestic_step_new")


def page(instrument, name="detail"):
    return reverse(f"agreements:{name}", args=[instrument.pk])


def text_of(response):
    return " ".join(response.content.decode().split())


# ── who reads ───────────────────────────────────────────────────────────────────────────────────


def test_a_visitor_reads_the_agreement(client, cpm):
    shown = text_of(client.get(page(cpm)))

    assert "Signed 6 November 2024; not known to be in force." in shown
    assert "As of <time" in shown


def test_public_pages_set_no_cookie(client, cpm):
    answers = [
        client.get(reverse("agreements:list")),
        client.get(page(cpm)),
        client.get(page(cpm, "text")),
    ]

    assert [dict(answer.cookies) for answer in answers] == [{}, {}, {}]


@pytest.mark.parametrize("name", ["detail", "text"])
def test_a_visitor_is_sent_to_sign_in_for_what_is_not_public_as_for_what_is_missing(
    client, on_the_table, name
):
    missing = reverse(f"agreements:{name}", args=[uuid.uuid4()])

    closed, nothing = client.get(page(on_the_table, name)), client.get(missing)

    assert [closed.status_code, nothing.status_code] == [302, 302]
    assert closed.url == f"{reverse('account_login')}?next={page(on_the_table, name)}"
    assert nothing.url == f"{reverse('account_login')}?next={missing}"


@pytest.mark.parametrize("name", RECORD_PAGES)
def test_what_is_not_readable_answers_with_the_bytes_of_what_is_missing(
    client, observer, on_the_table, name
):
    client.force_login(observer)

    closed = client.get(page(on_the_table, name))
    missing = client.get(reverse(f"agreements:{name}", args=[uuid.uuid4()]))

    assert (closed.status_code, closed.content) == (404, missing.content)


def test_the_list_shows_what_may_be_read(client, observer, editor_a):
    signed = InstrumentFactory(status="signed", titles={"en": "Shown to all"})
    InstrumentFactory(status="negotiation", titles={"en": "Shown to members"})
    client.force_login(observer)
    to_observers = text_of(client.get(reverse("agreements:list")))
    client.force_login(editor_a)
    to_members = text_of(client.get(reverse("agreements:list")))

    assert (signed.title in to_observers, "Shown to members" in to_observers) == (True, False)
    assert "Shown to members" in to_members


# ── the list ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Rules of the pool", "Protocol on air bridges"]),
        ("?q=AIR", ["Protocol on air bridges"]),
        ("?kind=rules", ["Rules of the pool"]),
        ("?status=in_force", ["Rules of the pool"]),
        ("?status=nonsense&order_by=id", ["Rules of the pool", "Protocol on air bridges"]),
        ("?q=nothing+like+it", []),
    ],
)
def test_filters_live_in_the_address(client, query, expected):
    InstrumentFactory(
        status="signed",
        kind="protocol",
        titles={"en": "Protocol on air bridges"},
        created_at=LONG_AGO - timedelta(days=1),
    )
    InstrumentFactory(status="in_force", kind="rules", titles={"en": "Rules of the pool"})

    response = client.get(reverse("agreements:list") + query)

    assert [row["instrument"].title for row in response.context["rows"]] == expected


def test_an_empty_list_says_what_would_stand_there(client):
    shown = text_of(client.get(reverse("agreements:list")))

    assert "What has been signed is shown to everybody." in shown


def test_a_filter_that_finds_nothing_offers_the_way_back(client, signed):
    shown = text_of(client.get(reverse("agreements:list") + "?q=nothing"))

    assert "Nothing matches. Try fewer words, or another status." in shown


def test_the_list_goes_on_where_the_page_ended(client):
    for day in range(30):
        InstrumentFactory(status="signed", created_at=LONG_AGO - timedelta(days=day))
    first = client.get(reverse("agreements:list"))

    second = client.get(reverse("agreements:list") + first.context["older"])

    pages = [[row["instrument"].pk for row in answer.context["rows"]] for answer in (first, second)]
    assert ([len(rows) for rows in pages], len({*pages[0], *pages[1]})) == ([25, 5], 30)
    assert second.context["older"] == ""


@pytest.mark.parametrize("cursor", ["x", "2026-01-01,x", "PDIwMjY", "+", "%F0%9F%8F%94"])
def test_a_broken_cursor_starts_anew(client, signed, cursor):
    response = client.get(reverse("agreements:list") + f"?cursor={cursor}")

    assert [row["instrument"] for row in response.context["rows"]] == [signed]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_three(
    client, django_assert_num_queries, count
):
    for _ in range(count):
        SignatoryFactory()

    with django_assert_num_queries(2):
        client.get(reverse("agreements:list"))


# ── the record ──────────────────────────────────────────────────────────────────────────────────


def test_deposits_stand_apart_from_steps_at_home(client, cpm):
    response = client.get(page(cpm))

    figures = {str(f["label"]): f["value"] for f in response.context["figures"]}
    assert figures == {
        "Signed by": "5 States",
        "Approval steps at home known in": "4 States",
        "Deposits with the depositary": "None known",
        "Entry into force": "Not known",
    }


def test_the_record_says_what_was_looked_for_and_not_found(client, cpm):
    shown = text_of(client.get(page(cpm)))

    assert "Whether and when the Agreement entered into force." in shown
    assert (
        len(re.findall(r'data-label="Deposit">\s*<span class="muted">None known</span>', shown))
        == 5
    )


def test_the_published_drafts_are_linked_and_never_copied(client, cpm):
    shown = text_of(client.get(page(cpm, "text")))

    assert "The portal does not hold the text of this instrument." in shown
    assert 'href="https://adilet.zan.kz/rus/docs/P2400000841"' in shown


@pytest.mark.parametrize("name", RECORD_PAGES)
def test_training_is_marked_on_every_page_of_the_protocol_and_on_none_of_the_agreement(
    client, officer, cpm, training, name
):
    client.force_login(officer)

    marks = [MARK in text_of(client.get(page(record, name))) for record in (cpm, training)]

    assert marks == [False, True]


def test_training_is_marked_where_its_text_is_written(client, officer, training):
    client.force_login(officer)
    provision = training.provisions.first()

    shown = text_of(client.get(reverse("agreements:provision_edit", args=[provision.pk])))

    assert MARK in shown


def test_a_corrected_milestone_stays_readable_struck_through(client, signed):
    new = MilestoneFactory(instrument=signed, texts={"en": "They met in Baku."})
    MilestoneFactory(
        instrument=signed,
        texts={"en": "They met in Ankara."},
        superseded_by=new,
        superseded_at=LONG_AGO,
        supersede_reason="Wrong city",
    )

    shown = text_of(client.get(page(signed)))

    assert "<del>They met in Ankara.</del>" in shown
    assert ("Wrong city" in shown, "They met in Baku." in shown) == (True, True)


@pytest.mark.parametrize("count", [1, 3])
def test_the_record_takes_the_same_queries_for_one_and_three(
    client, five_members, django_assert_num_queries, count
):
    signed = InstrumentFactory(status="signed")
    for state in five_members[:count]:
        SignatoryFactory(instrument=signed, participant=state)
        DomesticStepFactory(instrument=signed, participant=state)
        MilestoneFactory(instrument=signed)
        provision = ProvisionFactory(instrument=signed)
        ProvisionTextFactory(provision=provision)
        BracketFactory(provision=provision)

    with django_assert_num_queries(14):
        client.get(page(signed))


# ── the text ────────────────────────────────────────────────────────────────────────────────────


def test_the_text_shows_each_bracket_with_who_stands_behind_what(client, reader_a, training):
    client.force_login(reader_a)

    shown = text_of(client.get(page(training, "text")))

    assert "<strong>[within thirty minutes]</strong><sup>1</sup>" in shown
    assert "Sponsored by: Azerbaijan, Türkiye" in shown
    assert "Without these words" in shown
    assert "3 brackets are open." in shown


@pytest.mark.parametrize(
    ("who", "status", "expected"),
    [
        ("officer", "negotiation", True),
        ("officer", "ad_referendum", False),
        ("head_a", "negotiation", False),
    ],
)
def test_the_text_offers_to_be_edited_by_whom_it_can_be(client, request, who, status, expected):
    provision = ProvisionTextFactory(provision__instrument__status=status).provision
    client.force_login(request.getfixturevalue(who))

    shown = text_of(client.get(page(provision.instrument, "text")))

    assert (reverse("agreements:provision_edit", args=[provision.pk]) in shown) == expected


@pytest.mark.parametrize(
    ("text", "quotes", "expected"),
    [
        ("a b c", ["b"], "a <strong>[b]</strong><sup>1</sup> c"),
        (
            "a b c",
            ["c", "a"],
            "<strong>[a]</strong><sup>2</sup> b <strong>[c]</strong><sup>1</sup>",
        ),
        ("a <b>", ["<b>"], "a <strong>[&lt;b&gt;]</strong><sup>1</sup>"),
        ("a b", ["gone"], "a b"),
        ("a b c", ["a b", "b c"], "<strong>[a b]</strong><sup>1</sup> c"),
    ],
)
def test_brackets_are_put_around_the_quoted_words(text, quotes, expected):
    assert marked_text(text, quotes) == expected


@pytest.mark.parametrize("count", [1, 3])
def test_the_text_takes_the_same_queries_for_one_and_three(
    client, django_assert_num_queries, count
):
    signed = InstrumentFactory(status="signed")
    for _ in range(count):
        provision = ProvisionFactory(instrument=signed)
        ProvisionTextFactory(provision=provision)
        bracket = BracketFactory(provision=provision)
        AlternativeFactory(bracket=bracket).sponsors.add(ParticipantFactory(slug="turkiye"))

    with django_assert_num_queries(9):
        client.get(page(signed, "text"))


# ── the steps ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("verb", TAKEN)
def test_each_step_has_its_page(client, secretary, verb):
    step = INSTRUMENTS.steps[verb]
    instrument = on_record(InstrumentFactory(status=step.sources[0]))
    SignatureFactory(instrument=instrument)
    sign_in(client, secretary)

    response = client.post(page(instrument, verb), STEP_FORMS.get(verb, {}))

    instrument.refresh_from_db()
    assert (response.url, instrument.status) == (instrument.get_absolute_url(), step.target)


def test_a_step_that_is_not_open_to_the_user_answers_why(client, officer, on_the_table):
    client.force_login(officer)

    response = client.post(page(on_the_table, "suspend"))

    assert response.status_code == 403
    assert "Only the head of the secretariat" in text_of(response)


def test_a_step_from_another_status_is_a_conflict(client, secretary, signed):
    client.force_login(secretary)

    response = client.post(page(signed, "suspend"))

    signed.refresh_from_db()
    assert (response.status_code, signed.status) == (409, "signed")


@pytest.mark.parametrize("verb", [verb for verb in TAKEN if verb not in STEP_FORMS])
def test_a_step_is_not_taken_by_looking(client, secretary, on_the_table, verb):
    client.force_login(secretary)

    assert client.get(page(on_the_table, verb)).status_code == 405


@pytest.mark.parametrize("verb", STEP_FORMS)
def test_a_step_that_asks_for_more_shows_its_form_first(client, secretary, verb):
    instrument = InstrumentFactory(status=INSTRUMENTS.steps[verb].sources[0])
    client.force_login(secretary)

    shown, empty = client.get(page(instrument, verb)), client.post(page(instrument, verb))

    before = instrument.status
    instrument.refresh_from_db()
    assert (shown.status_code, empty.status_code, instrument.status) == (200, 422, before)


# ── keeping the record ──────────────────────────────────────────────────────────────────────────


def test_an_officer_records_a_milestone(client, officer, on_the_table, told, now, time_machine):
    time_machine.move_to(now)
    client.force_login(officer)

    response = client.post(page(on_the_table, "milestone_new"), told)

    kept = Milestone.objects.get()
    assert response.url == on_the_table.get_absolute_url()
    assert (kept.texts, kept.sources, kept.created_by) == (
        {"en": "Delegations met in Tashkent."},
        ["https://one.example/a", "https://two.example/b"],
        officer,
    )


REFUSED = [
    ("on_date", "2026-11-21", "The day lies in the future."),
    ("on_date", "yesterday", "Enter a valid date."),
    ("sources", "", "This field is required."),
    ("sources", "javascript:alert(1)", "is not a web address that begins with https://."),
    ("sources", "http://one.example/a", "is not a web address that begins with https://."),
    ("sources", "https://one.example/a", "A confirmed fact has two sources or more."),
    ("confidence", "", "This field is required."),
    ("text", "right\u202eleft", "The text contains a character that cannot be shown"),
    ("kind", "party", "Select a valid choice."),
    ("language", "xx", "Select a valid choice."),
]


@pytest.mark.parametrize(("name", "value", "sentence"), REFUSED)
def test_what_is_not_accepted_comes_back_with_the_problem(
    client, officer, on_the_table, told, now, time_machine, name, value, sentence
):
    time_machine.move_to(now)
    client.force_login(officer)

    response = client.post(page(on_the_table, "milestone_new"), {**told, name: value})

    assert (response.status_code, Milestone.objects.count()) == (422, 0)
    assert sentence in text_of(response)


def test_a_domestic_step_is_recorded_of_a_state_of_the_instrument_only(
    client, officer, signed, told, turkiye, azerbaijan, now, time_machine
):
    time_machine.move_to(now)
    signed.negotiating_states.add(turkiye)
    client.force_login(officer)
    sent = {**told, "kind": "gazette"}

    answers = [
        client.post(page(signed, "domestic_step_new"), {**sent, "participant": slug}).status_code
        for slug in ("azerbaijan", "turkiye")
    ]

    assert (answers, [step.participant for step in DomesticStep.objects.all()]) == (
        [422, 302],
        [turkiye],
    )


def test_a_domestic_step_recorded_already_is_said_so(
    client, officer, told, turkiye, now, time_machine
):
    time_machine.move_to(now)
    there = DomesticStepFactory(participant=turkiye, on_date="2026-05-05")
    there.instrument.negotiating_states.add(turkiye)
    client.force_login(officer)
    sent = {**told, "kind": "parliament", "on_date": "2026-05-05", "participant": "turkiye"}

    response = client.post(page(there.instrument, "domestic_step_new"), sent)

    assert response.status_code == 422
    assert "This step is recorded already." in text_of(response)


@pytest.mark.parametrize("name", ["milestone_new", "domestic_step_new"])
def test_a_member_state_does_not_open_the_form(client, head_a, signed, name):
    client.force_login(head_a)

    response = client.get(page(signed, name))

    assert response.status_code == 403
    assert "Only the secretariat keeps the record" in text_of(response)


@pytest.mark.parametrize(
    ("factory", "name"),
    [(MilestoneFactory, "milestone_supersede"), (DomesticStepFactory, "domestic_step_supersede")],
)
def test_a_correction_needs_a_reason_and_is_made_once(
    client, officer, told, turkiye, now, time_machine, factory, name
):
    time_machine.move_to(now)
    old = factory()
    old.instrument.negotiating_states.add(turkiye)
    client.force_login(officer)
    address = reverse(f"agreements:{name}", args=[old.pk])
    sent = {**told, "kind": "negotiation", "participant": "turkiye", "reason": "Wrong city"}
    sent["kind"] = "parliament" if factory is DomesticStepFactory else "negotiation"

    answers = [
        client.post(address, {**sent, "reason": ""}).status_code,
        client.post(address, sent).status_code,
        client.post(address, sent).status_code,
    ]

    old.refresh_from_db()
    assert (answers, old.supersede_reason) == ([422, 302, 409], "Wrong city")


def test_the_form_of_a_correction_holds_what_stands(client, officer):
    old = MilestoneFactory()
    client.force_login(officer)

    response = client.get(reverse("agreements:milestone_supersede", args=[old.pk]))

    assert response.context["form"].initial["sources"] == old.sources
    assert old.sources[0] in text_of(response)


def test_a_correction_of_what_is_not_readable_is_not_there(client, observer, on_the_table):
    old = MilestoneFactory(instrument=on_the_table)
    client.force_login(observer)

    response = client.get(reverse("agreements:milestone_supersede", args=[old.pk]))

    assert response.status_code == 404


# ── writing the text ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def words():
    return {
        "language": "en",
        "version": "1",
        "heading": "The alert",
        "text": "Every host answers within one hour.",
    }


def test_an_officer_writes_into_the_text(client, officer, article, words):
    client.force_login(officer)

    response = client.post(reverse("agreements:provision_edit", args=[article.pk]), words)

    assert (response.url, article.texts.get().text) == (article.get_absolute_url(), words["text"])


def test_a_stale_page_shows_both_texts_and_saves_nothing(client, officer, article, words):
    client.force_login(officer)
    address = reverse("agreements:provision_edit", args=[article.pk])
    client.post(address, words)

    response = client.post(address, {**words, "text": "No host answers within one hour."})

    shown = text_of(response)
    assert (response.status_code, article.texts.get().text) == (409, words["text"])
    assert shown.count("Every host answers within one hour.") == 1
    assert shown.count("No host answers within one hour.") == 2  # beside it, and in the form again


def test_what_a_stale_page_offers_can_be_saved(client, officer, article, words):
    client.force_login(officer)
    address = reverse("agreements:provision_edit", args=[article.pk])
    client.post(address, words)
    mine = {**words, "text": "No host answers within one hour."}
    offered = client.post(address, mine).context["form"]

    response = client.post(address, {**mine, "version": offered["version"].value()})

    assert (response.status_code, article.texts.get().text) == (302, mine["text"])


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("text", "The host answers.", "must stand in the text once"),
        ("language", "tr", "The text does not exist in this language."),
        ("version", "x", "Enter a whole number."),
    ],
)
def test_a_text_that_is_not_accepted_comes_back(
    client, officer, article, words, name, value, sentence
):
    client.force_login(officer)
    address = reverse("agreements:provision_edit", args=[article.pk])

    response = client.post(address, {**words, name: value})

    assert (response.status_code, article.texts.get().text) == (
        422,
        "The host answers within one hour.",
    )
    assert sentence in text_of(response)


def test_the_text_of_a_signed_instrument_is_not_written(client, officer, signed, words):
    provision = ProvisionTextFactory(provision__instrument=signed).provision
    client.force_login(officer)

    response = client.post(reverse("agreements:provision_edit", args=[provision.pk]), words)

    assert (response.status_code, provision.texts.get().heading) == (409, "The alert")
