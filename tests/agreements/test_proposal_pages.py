"""The pages of proposals: lists, the form with its preview, the steps, and documents out of Word."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agreements.models import Proposal, ProposalImport
from agreements.services import proposals as services
from agreements.services import provisions as provision_services
from agreements.services import revisions as revision_services
from agreements.services.proposal_words import SAID
from tests.agreements.services.test_proposal_imports import HOUR, TWO_HOURS, edited
from tests.factories.agreements import LONG_AGO
from tests.factories.proposals import a_draft, a_proposal, a_text, head_of, provision_of, words


def text_of(response):
    return " ".join(response.content.decode().split())


def page(client, name, *args, **asked):
    return client.get(reverse(f"agreements:{name}", args=[one.pk for one in args]), asked)


def rewrite(instrument, text, *, by):
    provision = provision_of(instrument, "art-1-para-1")
    provision_services.update_provision(
        provision, language="en", heading="", text=text, version=provision.version, by=by, at=LONG_AGO,
    )  # fmt: skip


# ── who reads what ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("who", "expected"),
    [("editor_a", 200), ("head_a", 200), ("editor_b", 404), ("officer", 404), ("secretary", 404), ("observer", 404), ("auditor", 404), ("administrator", 404)],
)  # fmt: skip
def test_a_draft_is_read_by_its_delegation_alone(request, client, editor_a, who, expected):
    proposal = a_draft(editor_a)
    client.force_login(request.getfixturevalue(who))

    assert page(client, "proposal_detail", proposal).status_code == expected


def test_a_draft_stands_in_nobody_elses_lists(client, editor_a, editor_b, officer):
    proposal = a_draft(editor_a, text="within forty hours")
    for person in (editor_b, officer):
        client.force_login(person)
        shown = [
            page(client, "proposal_list", proposal.instrument),
            page(client, "proposal_file", proposal.instrument),
            page(client, "provision_proposals", proposal.provision),
            page(client, "text", proposal.instrument),
            client.get(f"/api/v1/proposals/?instrument={proposal.instrument.pk}"),
        ]
        for answer in shown:
            body = b"".join(answer) if answer.streaming else answer.content
            assert (answer.status_code, b"forty" in body) == (200, False)


def test_the_history_tells_others_nothing_of_the_room(client, editor_a, officer, now):
    proposal = a_draft(editor_a)
    services.update_draft(proposal, version=1, by=editor_a, at=LONG_AGO, text="within a day")
    services.table(proposal, version=2, by=head_of(editor_a), at=now)
    client.force_login(officer)
    told = text_of(page(client, "proposal_detail", proposal))
    client.force_login(editor_a)
    own = text_of(page(client, "proposal_detail", proposal))

    assert ("A proposal is drafted" in told, "A proposal is drafted" in own) == (False, True)
    assert "A proposal is tabled" in told


# ── lists ───────────────────────────────────────────────────────────────────────────────────────


def test_the_list_is_narrowed_by_state_status_words_and_collision(
    client, editor_a, editor_b, officer
):
    text = a_text()
    a_proposal(editor_a, instrument=text)
    a_proposal(editor_b, instrument=text, text="within a day")
    a_proposal(editor_b, instrument=text, provision=provision_of(text, "art-2"), quote="own", text="whole")  # fmt: skip
    client.force_login(officer)

    def numbers(**asked):
        rows = page(client, "proposal_list", text, **asked).context["rows"]
        return sorted(row["proposal"].number for row in rows)

    assert numbers() == ["AZ-1", "AZ-2", "TR-1"]
    assert numbers(participant="azerbaijan") == ["AZ-1", "AZ-2"]
    assert numbers(problem="collision") == ["AZ-1", "TR-1"]
    assert numbers(q="WHOLE") == ["AZ-2"]
    assert numbers(q="tr-1") == ["TR-1"]
    assert numbers(status="merged") == []
    assert numbers(provision=str(provision_of(text, "art-2").pk)) == ["AZ-2"]
    assert numbers(status="nonsense", provision="x", problem="y") == ["AZ-1", "AZ-2", "TR-1"]


def test_an_empty_list_says_so(client, officer):
    client.force_login(officer)
    text = a_text()

    assert "Nothing has been proposed yet." in text_of(page(client, "proposal_list", text))
    assert "No proposal fits these filters." in text_of(
        page(client, "proposal_list", text, q="nothing")
    )


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_three(
    client, editor_a, officer, django_assert_num_queries, count
):
    text = a_text()
    for _number in range(count):
        a_proposal(editor_a, instrument=text)
    client.force_login(officer)
    page(client, "proposal_list", text)

    with django_assert_num_queries(12):
        page(client, "proposal_list", text)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_proposal_takes_the_same_queries_however_many_collide(
    client, editor_a, officer, django_assert_num_queries, count
):
    text = a_text()
    for _number in range(count + 1):
        one = a_proposal(editor_a, instrument=text)
    client.force_login(officer)
    page(client, "proposal_detail", one)

    with django_assert_num_queries(15):
        page(client, "proposal_detail", one)


@pytest.mark.parametrize("count", [1, 3])
def test_the_text_takes_the_same_queries_however_much_is_proposed(
    client, editor_a, officer, django_assert_num_queries, count
):
    text = a_text()
    for _number in range(count):
        a_proposal(editor_a, instrument=text)
    client.force_login(officer)
    page(client, "text", text)

    with django_assert_num_queries(12):
        page(client, "text", text)


def test_the_list_as_csv_has_what_the_page_has(client, editor_a, editor_b, officer):
    text = a_text()
    a_proposal(editor_a, instrument=text)
    a_proposal(editor_b, instrument=text, text="within a day")
    client.force_login(officer)

    answer = page(client, "proposal_file", text, participant="turkiye", format="csv")

    told = b"".join(answer).decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(told[told.index("Number") :]))
    assert (row["Number"], row["The words that change"], row["Proposed words"], row["On the same words as"]) == ("TR-1", "within one hour", "within two hours", "AZ-1")  # fmt: skip


def test_the_list_as_workbook(client, editor_a):
    proposal = a_proposal(editor_a)
    client.force_login(editor_a)

    answer = page(client, "proposal_file", proposal.instrument, format="xlsx")

    body = b"".join(answer) if answer.streaming else answer.content
    assert (answer.status_code, body[:2]) == (200, b"PK")
    assert page(client, "proposal_file", proposal.instrument, format="exe").status_code == 404


def test_the_text_shows_what_is_on_the_table(client, editor_a, officer):
    proposal = a_proposal(editor_a)
    client.force_login(officer)

    shown = text_of(page(client, "text", proposal.instrument))

    assert ("1 proposal on the table" in shown, proposal.get_absolute_url() in shown) == (True, True)  # fmt: skip


def test_what_collides_is_shown_side_by_side(client, editor_a, editor_b, officer):
    one = a_proposal(editor_a)
    other = a_proposal(editor_b, instrument=one.instrument, text="within a day")
    client.force_login(officer)

    shown = text_of(page(client, "provision_proposals", one.provision))

    assert all(number in shown for number in (one.number, other.number, "On the same words as"))
    assert other.get_absolute_url() in text_of(page(client, "proposal_detail", one))


# ── writing ─────────────────────────────────────────────────────────────────────────────────────


def new_url(text, op, provision=None):
    query = f"?op={op}" + (f"&provision={provision.pk}" if provision else "")
    return reverse("agreements:proposal_new", args=[text.pk]) + query


def test_writing_begins_with_what_is_to_be_done(client, editor_a):
    client.force_login(editor_a)

    shown = text_of(page(client, "proposal_new", a_text()))

    assert ("Article 1 (1): The host answers" in shown, "Split in two" in shown) == (True, True)


@pytest.mark.parametrize("op", ["insert", "replace", "delete", "move", "split", "merge"])
def test_each_kind_of_change_has_its_own_form(client, editor_a, op):
    text = a_text()
    client.force_login(editor_a)

    answer = client.get(new_url(text, op, provision_of(text, "art-1-para-1")))

    assert answer.status_code == 200
    assert set(answer.context["form"].fields) == {*SAID[op], "language", "rationale", "version"}  # fmt: skip


def test_the_whole_provision_is_rewritten_and_only_what_differs_is_proposed(client, editor_a):
    text = a_text()
    client.force_login(editor_a)
    paragraph = provision_of(text, "art-1-para-1")
    url = new_url(text, "replace", paragraph)
    first = client.get(url).context["form"].initial

    answer = client.post(
        url,
        {"provision": paragraph.pk, "language": "en", "quote": "", "heading": "", "rationale": "",
         "text": first["text"].replace("one hour", "two hours")},
    )  # fmt: skip

    proposal = Proposal.objects.get()
    assert answer.url == proposal.get_absolute_url()
    assert (proposal.quote, proposal.text) == ("one hour", "two hours")


def test_the_preview_keeps_nothing_and_shows_the_words(client, editor_a):
    text = a_text()
    client.force_login(editor_a)
    paragraph = provision_of(text, "art-1-para-1")
    sent = {"provision": paragraph.pk, "language": "en", "quote": "one hour", "text": "two days", "preview": "yes"}  # fmt: skip

    shown = client.post(new_url(text, "replace"), sent)

    assert shown.status_code == 200
    assert "two days" in shown.content.decode().partition('id="preview"')[2]
    assert not Proposal.objects.exists()
    refused = client.post(new_url(text, "replace"), {**sent, "quote": "no such words"})
    assert "These words do not stand in the provision." in text_of(refused)


def test_what_is_wrong_is_said_at_the_field(client, editor_a):
    text = a_text()
    client.force_login(editor_a)
    sent = {"provision": provision_of(text, "art-1-para-1").pk, "language": "en", "quote": "no such words", "text": "x"}  # fmt: skip

    answer = client.post(new_url(text, "replace"), sent)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["quote"])


@pytest.mark.parametrize("sent", [{}, {"provision": "x", "language": "xx", "text": "\x00"}])
def test_nonsense_is_answered_with_the_form(client, editor_a, sent):
    client.force_login(editor_a)
    for op in SAID:
        answer = client.post(new_url(a_text(), op), sent)

        assert answer.status_code == 422


def test_two_people_at_one_draft_see_both_texts(client, editor_a):
    proposal = a_draft(editor_a)
    services.update_draft(proposal, version=1, by=editor_a, at=LONG_AGO, text="within a day")
    client.force_login(editor_a)
    sent = {"version": 1, "provision": proposal.provision_id, "language": "en", "quote": "within one hour", "text": "at once"}  # fmt: skip

    answer = client.post(reverse("agreements:proposal_edit", args=[proposal.pk]), sent)

    shown = text_of(answer)
    assert (answer.status_code, "within a day" in shown, "at once" in shown) == (409, True, True)
    assert answer.context["form"]["version"].value() == "2"


# ── steps ───────────────────────────────────────────────────────────────────────────────────────


def post(client, name, proposal, **sent):
    return client.post(reverse(f"agreements:{name}", args=[proposal.pk]), sent)


def test_the_way_of_a_proposal_over_its_pages(client, editor_a, head_a, head_b, officer):
    proposal = a_draft(editor_a)
    client.force_login(head_a)
    assert "Table it" in text_of(page(client, "proposal_detail", proposal))
    post(client, "proposal_table", proposal, version=1)
    client.force_login(head_b)
    proposal.refresh_from_db()
    post(client, "proposal_cosponsor", proposal, version=proposal.version)
    client.force_login(officer)
    post(client, "proposal_take_up", proposal)
    proposal.refresh_from_db()
    post(client, "proposal_bracket", proposal, version=proposal.version)
    proposal.refresh_from_db()
    assert proposal.status == "bracketed"

    answer = post(client, "proposal_merge", proposal, version=proposal.version)

    assert answer.status_code == 302
    assert words(proposal.instrument)[1][1] == "The host answers within two hours of the alert."
    shown = text_of(page(client, "proposal_detail", proposal))
    assert ("Merged into the text" in shown, "Azerbaijan" in shown) == (True, True)


def test_a_stale_page_does_not_table_other_words(client, editor_a, head_a):
    proposal = a_draft(editor_a)
    services.update_draft(proposal, version=1, by=editor_a, at=LONG_AGO, text="within a day")
    client.force_login(head_a)

    answer = post(client, "proposal_table", proposal, version=1)

    assert (answer.status_code, "changed in the meantime" in text_of(answer)) == (409, True)


def test_a_draft_on_words_that_are_gone_leads_to_both_texts(client, editor_a, head_a, officer):
    proposal = a_draft(editor_a)
    rewrite(proposal.instrument, "The host answers at once.", by=officer)
    client.force_login(head_a)

    answer = post(client, "proposal_table", proposal, version=1)

    shown = text_of(answer)
    assert answer.status_code == 409
    assert all(part in shown for part in ("What it was written on", "What stands now", "at once"))

    sent = {"version": 1, "quote": "at once", "text": "soon", "heading": "", "rationale": ""}
    done = post(client, "proposal_rebase", proposal, **sent)
    proposal.refresh_from_db()
    assert (done.status_code, proposal.quote, proposal.text) == (302, "at once", "soon")


def test_agreed_words_are_said_on_the_page(client, editor_a, officer):
    proposal = a_proposal(editor_a, "under_discussion")
    type(proposal.provision).objects.filter(pk=proposal.provision_id).update(status="agreed")
    client.force_login(officer)

    answer = post(client, "proposal_merge", proposal, version=proposal.version)

    assert (answer.status_code, "only after a State has reopened it" in text_of(answer)) == (
        409,
        True,
    )


def test_the_delegation_in_the_chair_takes_outcomes_from_the_page(client, editor_a, editor_b):
    proposal = a_proposal(editor_a, "under_discussion")
    other = a_proposal(editor_a, instrument=proposal.instrument, text="at once")
    type(proposal.instrument).objects.filter(pk=proposal.instrument_id).update(
        chair=editor_b.participant
    )
    client.force_login(editor_b)

    shown = text_of(page(client, "proposal_detail", proposal))
    form = text_of(page(client, "proposal_supersede", proposal))
    done = post(client, "proposal_bracket", proposal, version=proposal.version)

    proposal.refresh_from_db()
    merging = reverse("agreements:proposal_merge", args=[proposal.pk])
    assert (merging in shown, other.number in form) == (True, True)
    assert (done.status_code, proposal.status) == (302, "bracketed")


def test_withdrawing_asks_why(client, editor_a, head_a):
    proposal = a_proposal(editor_a)
    client.force_login(head_a)

    assert page(client, "proposal_withdraw", proposal).status_code == 200
    assert post(client, "proposal_withdraw", proposal, reason="").status_code == 422
    assert post(client, "proposal_withdraw", proposal, reason="Another way.").status_code == 302
    proposal.refresh_from_db()
    assert (proposal.status, proposal.outcome_reason) == ("withdrawn", "Another way.")


def test_a_proposal_gives_way_to_one_that_is_chosen(client, editor_a, head_a):
    old = a_proposal(editor_a)
    new = a_proposal(editor_a, instrument=old.instrument, text="within a day")
    client.force_login(head_a)

    assert new.number in text_of(page(client, "proposal_supersede", old))
    assert post(client, "proposal_supersede", old, superseded_by=old.pk).status_code == 422
    assert post(client, "proposal_supersede", old, superseded_by=new.pk).status_code == 302


# ── Word ────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def text():
    return a_text()


@pytest.fixture
def base(text, officer, now):
    revision = revision_services.open_revision(text, kind="rolling", by=officer, at=now)
    return revision_services.freeze(revision, by=officer, at=now)


def test_a_revision_goes_to_word_and_comes_back_as_drafts(client, editor_a, text, base):
    client.force_login(editor_a)
    document = page(client, "revision_docx", base)
    assert document["Content-Type"].endswith("wordprocessingml.document")
    answered = edited(document.content, (HOUR, TWO_HOURS))
    upload = {"file": SimpleUploadedFile("answer.docx", answered), "revision": ""}

    answer = client.post(reverse("agreements:proposal_import_new", args=[text.pk]), upload)

    read = ProposalImport.objects.get()
    assert answer.url == read.get_absolute_url()
    shown = text_of(client.get(answer.url))
    assert all(part in shown for part in ("Article 1 (1)", "two hours", "Leyla Aliyeva", "Everything was assigned."))  # fmt: skip
    made = post(client, "proposal_import_make_drafts", read)
    assert made.status_code == 302
    assert Proposal.objects.get().get_absolute_url() in text_of(client.get(answer.url))


def test_a_document_is_seen_by_its_delegation_alone(client, editor_a, editor_b, officer, text, base):  # fmt: skip
    read = ProposalImport.objects.create(
        instrument=text, participant=editor_a.participant, revision=base, name="a.docx", language="en", found=[],
        unassigned=[], created_at=LONG_AGO, updated_at=LONG_AGO, created_by=editor_a,
    )  # fmt: skip
    for person in (editor_b, officer):
        client.force_login(person)
        assert page(client, "proposal_import_detail", read).status_code == 404


def test_a_file_that_is_no_answer_is_said_at_the_field(client, editor_a, text, base):
    client.force_login(editor_a)
    upload = {"file": SimpleUploadedFile("answer.docx", b"PK\x03\x04 broken")}

    answer = client.post(reverse("agreements:proposal_import_new", args=[text.pk]), upload)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["file"])


def test_a_comparison_goes_to_word_with_tracked_changes(client, officer, text, base, now):
    second = revision_services.open_revision(text, kind="rolling", by=officer, at=now)
    rewrite(text, "The host answers within a day.", by=officer)
    client.force_login(officer)

    answer = page(
        client, "revision_compare", text, before=base.number, after=second.number, language="en", format="docx",
    )  # fmt: skip

    assert (answer.status_code, answer.content[:2]) == (200, b"PK")
    assert ".docx" in answer["Content-Disposition"]


def test_long_texts_go_to_word_by_a_worker(client, officer, text, base, now, monkeypatch):
    second = revision_services.open_revision(text, kind="rolling", by=officer, at=now)
    rewrite(text, "The host answers within a day.", by=officer)
    revision_services.freeze(second, by=officer, at=now)
    monkeypatch.setattr("agreements.queries.comparisons.MOST_LETTERS_AT_ONCE", 10)
    client.force_login(officer)
    sent = {"before": base.number, "after": second.number, "language": "en", "format": "docx"}

    answer = client.post(reverse("agreements:revision_have_compared", args=[text.pk]), sent)

    from ots_portal.jobs.models import Job  # noqa: PLC0415

    assert (answer.status_code, Job.objects.get().kind) == (302, "agreements.redline")
