import csv
import io

import openpyxl
import pytest
from django.urls import reverse

from agreements.models import Bracket, Position
from agreements.services import provisions
from tests.factories.agreements import AlternativeFactory
from tests.factories.positions import (
    EARLIER,
    digest,
    negotiated,
    paragraph_of,
    six_states,
    somebody_of,
    stand,
)


def page(name, record, **query):
    address = reverse(f"agreements:{name}", args=[record.pk])
    return f"{address}?{'&'.join(f'{k}={v}' for k, v in query.items())}" if query else address


def text_of(response):
    return " ".join(response.content.decode().split())


def rewritten(article, officer, now, text="The host answers within a day."):
    article.refresh_from_db()
    provisions.update_provision(
        article, language="en", heading="Heading 1", text=text, version=article.version, by=officer, at=now
    )  # fmt: skip


# ── the matrix ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("articles", [1, 40])
def test_the_matrix_of_six_states_takes_the_same_few_queries(
    client, django_assert_num_queries, articles
):
    states = six_states()
    protocol = negotiated(*states, articles=articles)
    user = somebody_of(states[0])
    stand(protocol.provisions.first(), user)
    AlternativeFactory(bracket__provision=protocol.provisions.last(), bracket__quote="at once")
    client.force_login(user)
    client.get(page("matrix", protocol))

    with django_assert_num_queries(12):
        answer = client.get(page("matrix", protocol))

    assert answer.content.count(b"<td data-label") == 6 * articles


def test_the_matrix_says_in_letters_and_words_who_stands_where(
    client, protocol, article, editor_a, editor_b, officer, now
):
    stand(article, editor_a, "accept")
    rewritten(article, officer, now)
    stand(article, editor_b, "general_reserve", visibility="chair")
    client.force_login(officer)

    shown = text_of(client.get(page("matrix", protocol)))

    assert "Accepts, on earlier words: to be reconfirmed" in shown
    assert "General reserve. Read by: The chair" in shown
    assert ">A?<" in shown.replace("</span>", "<").replace("<<", "<")


def test_what_a_state_is_not_told_is_not_in_its_matrix(
    client, protocol, article, editor_a, editor_b
):
    stand(article, editor_a, "oppose", visibility="chair")
    client.force_login(editor_b)

    for name in ("matrix", "matrix_csv"):
        answer = client.get(page(name, protocol))
        content = b"".join(answer) if answer.streaming else answer.content
        cells = content.decode().split('id="legend"')[0]
        assert ("mark-extreme" in cells, "Opposes" in cells) == (False, False)


@pytest.mark.parametrize(
    ("query", "rows", "columns"),
    [
        ({}, 3, 2),
        ({"state": "turkiye"}, 3, 1),
        ({"article": "art-2"}, 1, 2),
        ({"problem": "opposition"}, 1, 2),
        ({"problem": "missing", "state": "turkiye"}, 2, 1),
        ({"problem": "bracket"}, 0, 2),
        ({"problem": "nonsense", "state": "x"}, 3, 2),
    ],
)
def test_the_matrix_is_narrowed(client, turkiye, azerbaijan, editor_a, query, rows, columns):
    protocol = negotiated(turkiye, azerbaijan, articles=3)
    stand(protocol.provisions.first(), editor_a, "oppose")
    client.force_login(editor_a)

    matrix = client.get(page("matrix", protocol, **query)).context["matrix"]

    assert (len(matrix.shown), len(matrix.columns)) == (rows, columns)


def test_the_matrix_is_taken_away(client, protocol, article, editor_a):
    stand(article, editor_a, "accept_ad_ref")
    client.force_login(editor_a)

    lines = list(
        csv.DictReader(
            io.StringIO(b"".join(client.get(page("matrix_csv", protocol))).decode("utf-8-sig"))
        )
    )
    book = openpyxl.load_workbook(io.BytesIO(client.get(page("matrix_xlsx", protocol)).content))
    pdf = client.get(page("matrix_pdf", protocol))

    assert [(line["Provision"], line["Azerbaijan"], line["Türkiye"]) for line in lines] == [
        ("Article 1", "No position", "Accepts ad referendum")
    ]
    cells = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    assert "Accepts ad referendum" in cells
    assert pdf.content.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("who", "code"), [("observer", 404), ("administrator", 404), ("officer", 200)]
)
def test_who_sees_the_matrix(client, request, protocol, who, code):
    client.force_login(request.getfixturevalue(who))

    assert client.get(page("matrix", protocol)).status_code == code


def test_empty_matrices_say_why(client, officer):
    client.force_login(officer)

    shown = [text_of(client.get(page("matrix", negotiated(articles=count)))) for count in (0, 1)]

    assert "No provision has been written yet." in shown[0]
    assert "No negotiating States are entered" in shown[1]


# ── one article ─────────────────────────────────────────────────────────────────────────────────


def test_a_cell_opens_what_its_state_said(client, article, editor_a, editor_b):
    stand(article, editor_a, "general_reserve", note="Until the costs are known.")
    stand(article, editor_b, "accept", note="As it stands.")
    client.force_login(editor_b)

    shown = text_of(client.get(page("position_list", article, state="turkiye")))

    assert ("Until the costs are known." in shown, "As it stands." in shown) == (True, False)


@pytest.mark.parametrize("state", ["nowhere", "kazakhstan"])
def test_a_state_that_does_not_negotiate_narrows_nothing(client, article, editor_a, state):
    stand(article, editor_a)
    client.force_login(editor_a)

    answer = client.get(page("position_list", article, state=state))

    assert (answer.status_code, len(answer.context["lines"])) == (200, 1)


def test_a_position_is_taken_on_the_words_beside_the_form(client, article, editor_a):
    client.force_login(editor_a)
    form = client.get(page("position_new", article)).context["form"]

    answer = client.post(
        page("position_new", article),
        {**form.initial, "stance": "accept", "visibility": "all", "note": ""},
    )

    assert (answer.status_code, Position.objects.get().on_sha256) == (302, digest(article))


def test_a_position_on_old_words_shows_the_new_ones_and_keeps_what_was_written(
    client, article, editor_a, editor_b, officer, now
):
    stand(article, editor_b)  # who has seen them: so the words are kept
    client.force_login(editor_a)
    seen = client.get(page("position_new", article)).context["form"].initial
    rewritten(article, officer, now)
    sent = {**seen, "stance": "oppose", "visibility": "all", "note": "Too slow."}

    answer = client.post(page("position_new", article), sent)

    shown = text_of(answer)
    assert (answer.status_code, "Too slow." in shown) == (409, True)
    assert "The words of Article 1 were changed. Read the present ones first." in shown
    assert "<ins>" in shown
    again = {**sent, "on_sha256": answer.context["form"]["on_sha256"].value()}
    assert client.post(page("position_new", article), again).status_code == 302


@pytest.mark.parametrize("field", ["stance", "visibility", "on_sha256"])
def test_a_form_without_what_it_needs_comes_back(client, article, editor_a, field):
    client.force_login(editor_a)
    sent = {"stance": "accept", "visibility": "all", "on_sha256": digest(article)}

    answer = client.post(page("position_new", article), {**sent, field: ""})

    assert (answer.status_code, Position.objects.exists()) == (422, False)


def test_what_changed_is_shown_and_reconfirmed_with_one_click(
    client, article, editor_a, officer, now
):
    position = stand(article, editor_a)
    rewritten(article, officer, now)
    client.force_login(editor_a)
    front = text_of(client.get("/"))

    shown = client.get(page("position_reconfirm", position))
    answer = client.post(
        page("position_reconfirm", position), {"on_sha256": shown.context["digest"]}
    )

    assert "Positions to reconfirm" in front
    assert "within a day" in text_of(shown)
    assert (answer.status_code, Position.objects.count()) == (302, 2)
    assert "Positions to reconfirm" not in text_of(client.get("/"))


def test_words_that_change_while_they_are_read_are_shown_again(
    client, article, editor_a, officer, now
):
    position = stand(article, editor_a)
    rewritten(article, officer, now)
    client.force_login(editor_a)
    seen = client.get(page("position_reconfirm", position)).context["digest"]
    rewritten(article, officer, now, "The host answers within an hour.")

    answer = client.post(page("position_reconfirm", position), {"on_sha256": seen})

    assert (answer.status_code, "within an hour" in text_of(answer)) == (409, True)


def test_what_others_were_told_last_is_offered_to_be_reconfirmed(
    client, article, editor_a, officer, now
):
    stand(article, editor_a, "general_reserve")
    stand(article, editor_a, visibility="own")
    rewritten(article, officer, now)
    client.force_login(editor_a)

    lines = client.get(page("position_list", article)).context["lines"]

    assert [(line["is_stale"], line["may_reconfirm"]) for line in lines] == [(True, True)] * 2


def test_off_the_table_nothing_is_offered_to_be_reconfirmed(
    client, article, editor_a, officer, now
):
    position = stand(article, editor_a)
    rewritten(article, officer, now)
    article.instrument.status = "suspended"
    article.instrument.save()
    client.force_login(editor_a)

    line = client.get(page("position_list", article)).context["lines"][0]
    answer = client.get(page("position_reconfirm", position))

    assert (line["is_stale"], line["may_reconfirm"], answer.status_code) == (True, False, 409)


def test_an_article_takes_the_same_queries_however_much_is_to_be_reconfirmed(
    client, article, editor_a, officer, now, django_assert_num_queries
):
    client.force_login(editor_a)
    paragraphs = [
        paragraph_of(article, str(number), f"They train {number}.") for number in range(1, 5)
    ]
    for one in paragraphs:
        stand(one, editor_a)
        provisions.update_provision(
            one, language="en", heading="", text=f"{one.number} is new.", version=1, by=officer, at=now
        )  # fmt: skip
    client.get(page("position_list", article))

    with django_assert_num_queries(15):
        client.get(page("position_list", article))


def test_the_head_reopens_on_the_page(client, article, editor_a, editor_b, head_a):
    stand(article, editor_a)
    stand(article, editor_b)
    client.force_login(head_a)

    offered = "Reopen what is agreed" in text_of(client.get(page("position_list", article)))
    answer = client.post(page("provision_reopen", article), {"reason": "The cost is not clear."})

    article.refresh_from_db()
    assert (offered, answer.status_code, article.status) == (True, 302, "open")


def test_an_article_takes_the_same_queries_whatever_was_said(
    client, article, editor_a, editor_b, django_assert_num_queries
):
    client.force_login(editor_b)
    paragraph_of(article)
    stand(article, editor_a, "general_reserve")
    client.get(page("position_list", article))
    for number in range(3):
        stand(article, editor_a, "oppose", note=str(number))

    with django_assert_num_queries(15):
        client.get(page("position_list", article))


# ── brackets ────────────────────────────────────────────────────────────────────────────────────


def bracket_form(article, **more):
    return {
        "version": article.version,
        "language": "en",
        "quote": "at once",
        "keepers": ["turkiye"],
        "text": "within a day",
        "sponsors": ["azerbaijan"],
        **more,
    }


def test_an_officer_opens_fills_and_resolves_a_bracket(client, article, officer, editor_b):
    client.force_login(officer)
    client.post(page("bracket_new", article), bracket_form(article))
    bracket = Bracket.objects.get()
    article.refresh_from_db()
    client.post(
        page("alternative_new", bracket),
        {"version": article.version, "is_deletion": "on", "is_by_chair": "on"},
    )
    client.force_login(editor_b)
    chosen = bracket.alternatives.get(label="A")
    client.post(page("alternative_sponsor", chosen))
    named = {state.pk for state in chosen.sponsors.all()}
    client.force_login(officer)
    shown = text_of(client.get(page("text", article.instrument)))
    article.refresh_from_db()
    answer = client.post(
        page("alternative_resolve", bracket.alternatives.get(label="B")),
        {"version": article.version},
    )

    assert (named, "Without these words" in shown) == ({"turkiye", "azerbaijan"}, True)
    assert (answer.status_code, article.texts.get().text) == (
        302,
        "The host answers within a day, 1.",
    )


def test_who_is_late_sees_the_present_words_and_keeps_the_own(client, article, officer, now):
    old = bracket_form(article, text="as soon as possible")
    rewritten(article, officer, now, "The host answers at once, always.")
    client.force_login(officer)

    answer = client.post(page("bracket_new", article), old)

    shown = text_of(answer)
    assert (answer.status_code, Bracket.objects.exists()) == (409, False)
    assert ("at once, always" in shown, "as soon as possible" in shown) == (True, True)
    again = {**old, "version": answer.context["form"]["version"].value()}
    assert client.post(page("bracket_new", article), again).status_code == 302


def test_what_is_wrong_with_a_bracket_stands_at_its_field(client, article, officer):
    client.force_login(officer)

    answer = client.post(page("bracket_new", article), bracket_form(article, quote="never"))

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["quote"])


def test_sponsoring_for_nobody_is_said(client, article, officer):
    client.force_login(officer)
    client.post(page("bracket_new", article), bracket_form(article))
    first = Bracket.objects.get().alternatives.first()

    answer = client.post(page("alternative_sponsor", first), {"participant": "hungary"})

    assert answer.status_code == 409


# ── the gate, the chair ─────────────────────────────────────────────────────────────────────────


def test_the_record_shows_the_checklist_to_who_negotiates(
    client, protocol, article, editor_a, observer
):
    stand(article, editor_a, "scrutiny_reserve")
    client.force_login(editor_a)

    shown = text_of(client.get(page("detail", protocol)))

    assert "Article 1: Türkiye, Scrutiny reserve" in shown
    assert "No bracket is open." in shown


def test_the_secretary_names_the_chair(client, protocol, secretary, azerbaijan):
    client.force_login(secretary)

    client.post(page("chair", protocol), {"participant": "azerbaijan"})

    protocol.refresh_from_db()
    assert protocol.chair == azerbaijan
    assert "Azerbaijan presides" in text_of(client.get(page("matrix", protocol)))


def test_a_provision_that_went_has_no_page_of_positions(client, article, editor_a):
    type(article).objects.filter(pk=article.pk).update(is_live=False)
    client.force_login(editor_a)

    assert client.get(page("position_list", article)).status_code == 404


def test_a_position_on_what_went_is_not_reconfirmed(client, article, editor_a):
    position = stand(article, editor_a, at=EARLIER)
    type(article).objects.filter(pk=article.pk).update(is_live=False)
    client.force_login(editor_a)

    answer = client.post(page("position_reconfirm", position), {"on_sha256": "x"})

    assert answer.status_code == 409
