"""Documents of meetings: symbols, languages, embargo, derestriction, and nothing to whom it is not open."""

import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from meetings.exports.papers import pack
from meetings.models import ExpectedPaper, HeadOfDelegation, Paper
from meetings.queries import papers as queries
from meetings.services import agenda, derestrictions, papers
from meetings.services.papers import PaperFacts
from ots_portal.audit.models import AuditEntry
from ots_portal.documents.models import Document
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.plugs import notices as registered
from ots_portal.verdicts import Refused
from tests.factories.api import bearer
from tests.factories.documents import pdf, upload
from tests.factories.meetings import AgendaItemFactory, MeetingFactory
from tests.factories.papers import PaperFactory, PaperVersionFactory
from tests.factories.search import indexed
from tests.factories.sittings import DelegateFactory, SeriesFactory
from tests.together import together

HOUR = timedelta(hours=1)


def facts(title="Proposal", **more):
    return PaperFacts(kind="proposal", titles={"en": title}, **more)


@pytest.fixture
def meeting():
    return MeetingFactory(status="convened", kind="expert_group")


@pytest.fixture
def draft(meeting, editor_a):
    """A proposal of A with its original, ready to be issued."""
    paper = PaperFactory(meeting=meeting, prepared_by=editor_a, kind="proposal")
    PaperVersionFactory(paper=paper)
    return paper


@pytest.fixture
def submitted(draft):
    """The same, handed in."""
    draft.status = "submitted"
    draft.save()
    return draft


def issued(meeting, by, **more):
    paper = PaperFactory(meeting=meeting, prepared_by=by, status="issued", **more)
    PaperVersionFactory(paper=paper)
    return paper


# ── symbols ─────────────────────────────────────────────────────────────────────────────────────


def test_symbols_are_given_at_issue_without_a_gap(meeting, editor_a, officer, now):
    drafts = [PaperFactory(meeting=meeting, prepared_by=officer) for _n in range(3)]
    for paper in drafts:
        PaperVersionFactory(paper=paper)
    papers.withdraw(drafts[1], reason="Not needed", by=officer, at=now)

    symbols = [papers.issue(paper, by=officer, at=now).symbol for paper in (drafts[0], drafts[2])]

    assert symbols == ["EG/2026/1", "EG/2026/2"]


def test_a_series_and_training_have_symbols_of_their_own(editor_a, officer, now):
    series = SeriesFactory(code="mmd")
    of_series = MeetingFactory(status="convened", series=series)
    training = MeetingFactory(status="convened", is_training=True)
    drafts = [PaperFactory(meeting=one, prepared_by=officer) for one in (of_series, training)]
    for paper in drafts:
        PaperVersionFactory(paper=paper)

    symbols = [papers.issue(paper, by=officer, at=now).symbol for paper in drafts]

    assert symbols == ["MMD/2026/1", "T-EG/2026/1"]


@pytest.mark.parametrize(
    ("relation", "ends"), [("rev", "/Rev.1"), ("add", "/Add.1"), ("corr", "/Corr.1"), ("suppl", "/Suppl.1")]
)  # fmt: skip
def test_what_belongs_to_another_document_says_so_in_its_symbol(
    submitted, officer, now, relation, ends
):
    parent = papers.issue(submitted, by=officer, at=now)
    child = papers.create(
        submitted.meeting, facts(parent_id=parent.pk, relation=relation), by=officer, at=now
    )
    PaperVersionFactory(paper=child)

    symbol = papers.issue(child, by=officer, at=now).symbol

    parent.refresh_from_db()
    assert symbol == f"{parent.symbol}{ends}"
    assert parent.status == ("superseded" if relation == "rev" else "issued")


def test_a_second_revision_of_the_same_document_is_refused(submitted, officer, now):
    parent = papers.issue(submitted, by=officer, at=now)
    first = papers.create(
        submitted.meeting, facts(parent_id=parent.pk, relation="rev"), by=officer, at=now
    )
    PaperVersionFactory(paper=first)
    papers.issue(first, by=officer, at=now)

    with pytest.raises(ValidationError, match="revised or withdrawn already"):
        papers.create(
            submitted.meeting, facts(parent_id=parent.pk, relation="rev"), by=officer, at=now
        )


@pytest.mark.parametrize(
    ("symbol", "sentence"), [("OTS/1", "taken already"), ("EG/2026/9", "given by the portal")]
)
def test_a_symbol_is_not_used_twice_and_leaves_no_gap(
    submitted, officer, editor_a, now, symbol, sentence
):
    issued(submitted.meeting, editor_a, symbol="OTS/1")

    with pytest.raises(ValidationError, match=sentence):
        papers.issue(submitted, by=officer, at=now, symbol=symbol)

    submitted.refresh_from_db()
    assert submitted.status == "submitted"


@pytest.mark.django_db(transaction=True)
def test_issued_at_once_they_have_symbols_one_after_the_other(meeting, editor_a, officer, now):
    drafts = [PaperFactory(meeting=meeting, prepared_by=officer) for _n in range(4)]
    for paper in drafts:
        PaperVersionFactory(paper=paper)

    results = together([lambda p=p: papers.issue(p, by=officer, at=now).symbol for p in drafts])

    assert sorted(results) == [f"EG/2026/{n}" for n in range(1, 5)]


# ── drafts and steps ────────────────────────────────────────────────────────────────────────────


def test_a_document_goes_from_its_author_to_its_readers(
    meeting, editor_a, officer, head_b, reader_a, observer, now
):
    paper = papers.create(meeting, facts(), by=editor_a, at=now)
    papers.add_version(paper, upload(), language="tr", translation="none", by=editor_a, at=now)
    papers.submit(paper, by=editor_a, at=now)
    papers.issue(paper, by=officer, at=now)

    entry = AuditEntry.objects.get(kind="meetings.paper.released")
    assert set(registered[entry.kind].recipients(entry)) == {editor_a, head_b, reader_a}
    assert paper.released_at == now
    assert queries.visible_to(head_b).get() == paper
    assert not queries.visible_to(observer).exists()


def test_nothing_is_submitted_or_issued_without_a_file(meeting, editor_a, officer, now):
    of_a = papers.create(meeting, facts(), by=editor_a, at=now)
    own = papers.create(meeting, facts(), by=officer, at=now)

    for act, paper, by in ((papers.submit, of_a, editor_a), (papers.issue, own, officer)):
        with pytest.raises(WrongStatus, match="in one language first"):
            act(paper, by=by, at=now)


def test_a_planned_meeting_has_no_readers_for_a_document(officer, now):
    paper = papers.create(MeetingFactory(), facts(), by=officer, at=now)
    PaperVersionFactory(paper=paper)

    with pytest.raises(WrongStatus, match="Convene the meeting first"):
        papers.issue(paper, by=officer, at=now)


def test_another_state_neither_sees_nor_changes_a_draft(client, draft, editor_b, head_b, now):
    for person in (editor_b, head_b):
        assert not queries.visible_to(person).exists()
    with pytest.raises(Refused):
        papers.update(draft, facts(), by=editor_b, at=now, version=1)

    client.force_login(editor_b)
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_a_stale_change_shows_both_and_saves_nothing(client, draft, editor_a, now):
    papers.update(draft, facts("What stands"), by=editor_a, at=now, version=1)
    with pytest.raises(StaleVersion):
        papers.update(draft, facts("Late"), by=editor_a, at=now, version=1)
    client.force_login(editor_a)

    answer = client.post(
        reverse("meetings:paper_edit", args=[draft.pk]),
        {"title_en": "What I wrote", "kind": "note", "access": "members", "version": "1"},
    )

    words = answer.content.decode()
    assert answer.status_code == 409
    assert all(text in words for text in ("What stands", "What I wrote"))


def test_the_other_meetings_item_and_document_are_refused(meeting, editor_a, officer, now):
    elsewhere = issued(MeetingFactory(status="convened"), editor_a)

    with pytest.raises(ValidationError, match="agenda"):
        papers.create(meeting, facts(item_id=AgendaItemFactory().pk), by=officer, at=now)
    with pytest.raises(ValidationError, match="of this meeting only"):
        papers.create(meeting, facts(parent_id=elsewhere.pk, relation="add"), by=officer, at=now)
    with pytest.raises(ValidationError, match="as what"):
        papers.create(meeting, facts(relation="add"), by=officer, at=now)


# ── languages ───────────────────────────────────────────────────────────────────────────────────


def test_the_original_stands_and_translations_follow_each_other(submitted, officer, now):
    papers.issue(submitted, by=officer, at=now)
    first = papers.add_version(
        submitted,
        upload(content=pdf(pages=2)),
        language="tr",
        translation="draft",
        by=officer,
        at=now,
    )
    second = papers.add_version(
        submitted,
        upload(content=pdf(pages=3)),
        language="tr",
        translation="revised",
        by=officer,
        at=now,
    )

    with pytest.raises(ValidationError, match="original is issued"):
        papers.add_version(
            submitted,
            upload(content=pdf(pages=4)),
            language="ru",
            translation="none",
            by=officer,
            at=now,
        )
    with pytest.raises(ValidationError, match="original is in this language"):
        papers.add_version(
            submitted,
            upload(content=pdf(pages=5)),
            language="en",
            translation="draft",
            by=officer,
            at=now,
        )

    assert (first.revision, second.revision) == (1, 2)
    assert queries.latest_versions(queries.with_versions(Paper.objects).get())["tr"] == second


def test_no_file_is_taken_off_a_document_nor_hung_on_it_by_hand(
    client, submitted, officer, editor_a, now
):
    papers.issue(submitted, by=officer, at=now)
    file = Document.objects.get()
    client.force_login(editor_a)

    removed = client.post(reverse("documents:remove", args=[file.pk]))
    added = client.post(
        reverse("documents:new", args=["meetings.paper", submitted.pk]), {"file": upload()}
    )

    file.refresh_from_db()
    assert (removed.status_code, added.status_code, file.status) == (409, 404, "attached")


def test_a_draft_has_one_file_a_language(draft, editor_a, now):
    again = papers.add_version(
        draft, upload(content=pdf(pages=2)), language="en", translation="none", by=editor_a, at=now
    )

    assert list(draft.versions.all()) == [again]


def test_several_files_become_drafts_and_a_bad_one_is_named(client, meeting, editor_a):
    client.force_login(editor_a)
    bad = upload("macro.exe", b"MZ")

    answer = client.post(
        reverse("meetings:paper_bulk", args=[meeting.pk]),
        {"several": [upload("One.pdf"), bad], "kind": "note", "language": "en"},
        follow=True,
    )

    assert [paper.title for paper in Paper.objects.all()] == ["One"]
    assert "macro.exe" in answer.content.decode()


# ── who reads it, and when ──────────────────────────────────────────────────────────────────────

ACCESS = {
    "public": {"anonymous", "observer", "reader_a", "head_b", "officer", "author"},
    "observers": {"observer", "reader_a", "head_b", "officer", "author"},
    "members": {"reader_a", "head_b", "officer", "author"},
    "heads_only": {"head_b", "officer", "author"},
}


def readers_of(request, paper, secretary):
    people = {
        name: request.getfixturevalue(name)
        for name in ("anonymous", "observer", "reader_a", "head_b", "officer")
    }
    people["author"] = secretary
    return {
        name for name, person in people.items() if queries.visible_to(person).filter(pk=paper.pk)
    }


@pytest.mark.parametrize(("access", "readers"), ACCESS.items())
def test_a_document_is_read_by_whom_its_access_says(request, meeting, secretary, access, readers):
    paper = issued(meeting, secretary, access=access)

    assert readers_of(request, paper, secretary) == readers


@pytest.mark.parametrize("access", ACCESS)
def test_under_embargo_nobody_reads_it_but_the_secretariat(request, meeting, secretary, access):
    paper = issued(meeting, secretary, access=access, embargo_until=timezone.now() + HOUR)

    assert readers_of(request, paper, secretary) == {"officer", "author"}


def test_whoever_heads_the_delegation_reads_what_is_for_heads(meeting, officer, reader_a):
    paper = issued(meeting, officer, access="heads_only")
    delegate = DelegateFactory(
        user=reader_a, delegation__meeting=meeting, delegation__participant=reader_a.participant
    )
    HeadOfDelegation.objects.create(
        delegation=delegate.delegation, delegate=delegate, since=meeting.starts_at
    )

    assert queries.visible_to(reader_a).get() == paper


def test_a_document_is_never_wider_than_its_agenda_item(meeting, officer, observer, reader_a):
    closed = AgendaItemFactory(meeting=meeting, access="members")
    below = AgendaItemFactory(meeting=meeting, parent=closed)
    issued(meeting, officer, access="public", item=below)

    assert not queries.visible_to(observer).exists()
    assert queries.visible_to(reader_a).exists()


def let_go(answer):
    """Close the file of a download; closing the whole answer would close the test's database, too."""
    for close in answer._resource_closers:
        close()


PATHS = (
    "page", "file", "list", "csv", "api", "api list", "meeting page", "document", "reading room", "feed", "search",
)  # fmt: skip


def leaks(client, paper, path, headers):
    """Whether this way in tells anything of the document."""
    version = paper.versions.get()
    address = {
        "page": paper.get_absolute_url(),
        "file": reverse("meetings:paper_file", args=[paper.pk, version.pk]),
        "list": reverse("meetings:paper_list", args=[paper.meeting_id]),
        "csv": reverse("meetings:paper_list_export", args=[paper.meeting_id, "csv"]),
        "api": f"/api/v1/meeting-documents/{paper.pk}/",
        "api list": "/api/v1/meeting-documents/",
        "meeting page": paper.meeting.get_absolute_url(),
        "document": reverse("documents:download", args=[version.file.pk]),
        "reading room": reverse("meetings:reading_room"),
        "feed": reverse("meetings:reading_room_feed"),
        "search": f"{reverse('search:search')}?q=title",
    }[path]
    answer = client.get(address, **headers)
    body = b"".join(answer) if answer.streaming else answer.content
    let_go(answer)
    told = [str(paper.pk).encode(), paper.title.encode(), (paper.symbol or "-none-").encode()]
    return any(text in body for text in told) or body.startswith(b"%PDF")


WAYS_IN = [
    *((who, path) for who in ("anonymous", "observer", "third_state_reader") for path in PATHS),
    *(("machine_of_observer", path) for path in PATHS if path.startswith("api")),
]


@pytest.mark.parametrize(("who", "path"), WAYS_IN)
@pytest.mark.parametrize("state", ["draft", "embargo", "members", "heads_only"])
def test_no_way_in_tells_of_what_is_not_open(request, client, officer, who, state, path):
    meeting = MeetingFactory(status="convened", visibility="public")
    soon = timezone.now() + HOUR
    more = {
        "draft": {"status": "draft", "access": "public"},
        "embargo": {"status": "issued", "access": "public", "embargo_until": soon},
        "members": {"status": "issued", "access": "members"},
        "heads_only": {"status": "issued", "access": "heads_only"},
    }[state]
    paper = PaperFactory(
        meeting=meeting, prepared_by=officer, titles={"en": "Secret title"}, **more
    )
    PaperVersionFactory(paper=paper)
    indexed(paper)
    person, headers = request.getfixturevalue(who), {}
    if who == "machine_of_observer":
        headers = bearer(person, "meetings:read")
    elif who != "anonymous":
        client.force_login(person)

    assert not leaks(client, paper, path, headers)


def test_the_same_ways_show_what_is_open(client, officer, observer):
    meeting = MeetingFactory(status="convened", visibility="public")
    paper = issued(meeting, officer, access="public", titles={"en": "Open title"})
    indexed(paper)
    client.force_login(observer)

    ways = [path for path in PATHS if not path.startswith("api")]
    assert [path for path in ways if not leaks(client, paper, path, {})] == []


def test_a_published_file_needs_no_account(client, meeting, officer):
    paper = issued(meeting, officer, access="public")

    page = client.get(paper.get_absolute_url())
    file = client.get(reverse("meetings:paper_file", args=[paper.pk, paper.versions.get().pk]))

    let_go(file)
    assert (page.status_code, file.status_code) == (200, 200)
    assert meeting.get_absolute_url() not in page.content.decode()


def test_the_end_of_an_embargo_is_told_once(meeting, officer, editor_a, head_b, now):
    paper = issued(meeting, officer, embargo_until=timezone.now() - HOUR)
    issued(meeting, officer, embargo_until=timezone.now() + HOUR)

    runs = [papers.work_through_instants(at=now) for _run in range(2)]

    entry = AuditEntry.objects.get(kind="meetings.paper.released")
    assert (runs, entry.subject_id) == ([1, 0], str(paper.pk))
    assert set(registered[entry.kind].recipients(entry)) == {editor_a, head_b}


def test_an_embargo_in_the_past_is_refused(submitted, officer, now):
    with pytest.raises(ValidationError, match="ended already"):
        papers.issue(submitted, by=officer, at=now, embargo_until=now)


# ── derestriction ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def question(meeting, editor_a, head_a, now):
    paper = issued(meeting, editor_a, access="members")
    return derestrictions.ask_to_derestrict(
        paper, access="public", takes_effect_at=now, reason="Old by now", by=head_a, at=now
    )


def test_the_originators_head_asks_and_a_second_person_agrees(
    question, anonymous, officer, observer, now
):
    before = queries.visible_to(anonymous).exists()

    derestrictions.derestrict(question, reason="Agreed", by=officer, at=now)
    runs = [papers.work_through_instants(at=now) for _run in range(2)]

    assert (before, queries.visible_to(anonymous).exists(), runs) == (False, True, [1, 0])
    entry = AuditEntry.objects.get(kind="meetings.paper.derestricted")
    assert observer in set(registered[entry.kind].recipients(entry))


def test_only_the_originators_head_asks(question, editor_a, head_b, secretary, now):
    for person in (editor_a, head_b, secretary):
        with pytest.raises(Refused):
            derestrictions.ask_to_derestrict(
                question.paper, access="public", takes_effect_at=now, reason="x", by=person, at=now
            )


def test_whoever_asked_does_not_agree(meeting, officer, secretary, now):
    paper = issued(meeting, officer, access="members")
    asked = derestrictions.ask_to_derestrict(
        paper, access="public", takes_effect_at=now, reason="x", by=secretary, at=now
    )

    with pytest.raises(Refused) as refusal:
        derestrictions.derestrict(asked, reason="x", by=secretary, at=now)

    assert refusal.value.verdict.code == "same_person"


def test_a_question_is_answered_once_and_asked_once(question, head_a, officer, now):
    with pytest.raises(WrongStatus, match="asked for already"):
        derestrictions.ask_to_derestrict(
            question.paper, access="public", takes_effect_at=now, reason="x", by=head_a, at=now
        )
    derestrictions.decline_to_derestrict(question, reason="Not yet", by=officer, at=now)
    with pytest.raises(WrongStatus, match="answered this already"):
        derestrictions.derestrict(question, reason="x", by=officer, at=now)


def test_opening_to_fewer_is_no_derestriction(meeting, head_a, editor_a, now):
    paper = issued(meeting, editor_a, access="observers")

    with pytest.raises(ValidationError, match="choose more readers"):
        derestrictions.ask_to_derestrict(
            paper, access="members", takes_effect_at=now, reason="x", by=head_a, at=now
        )


def test_an_instant_to_come_opens_nothing_yet(question, officer, anonymous, now):
    later = timezone.now() + HOUR
    type(question).objects.filter(pk=question.pk)  # append-only: a question of its own
    paper = question.paper
    derestrictions.decline_to_derestrict(question, reason="Later", by=officer, at=now)
    Paper.objects.filter(pk=paper.pk).update(derestrict_at=later, derestrict_to="public")

    assert not queries.visible_to(anonymous).exists()
    assert papers.work_through_instants(at=now) == 0


# ── expected, package, page ─────────────────────────────────────────────────────────────────────


def test_what_is_missing_is_told_by_language(meeting, officer, now):
    papers.expect(meeting, kind="note", languages=["en", "tr"], by=officer, at=now)
    papers.expect(meeting, kind="report", languages=["en"], by=officer, at=now)
    with pytest.raises(ValidationError, match="expected already"):
        papers.expect(meeting, kind="note", languages=["az"], by=officer, at=now)
    issued(meeting, officer, kind="note")

    gaps = [(gap.kind, gap.languages) for gap in queries.missing_documents(meeting)]

    assert gaps == [("note", ("tr",)), ("report", ("en",))]


def test_the_list_of_what_is_expected_is_kept_on_its_page(client, meeting, officer):
    client.force_login(officer)
    url = reverse("meetings:expected_list", args=[meeting.pk])

    client.post(url, {"kind": "note", "languages": ["en", "tr"]})
    again = client.post(url, {"kind": "note", "languages": ["en"]})
    wish = ExpectedPaper.objects.get()
    client.post(reverse("meetings:expected_remove", args=[wish.pk]))

    assert (again.status_code, ExpectedPaper.objects.count()) == (422, 0)


class Context:
    """The hands of a job, without a worker."""

    def __init__(self):
        self.file = io.BytesIO()

    def progress(self, done, total=None, *, stage=""):
        pass

    def open_result(self, name, content_type):
        self.name = name
        return self

    def __enter__(self):
        return self.file

    def __exit__(self, *error):
        pass


def test_a_package_holds_what_its_owner_may_read_in_the_language(meeting, officer, observer, now):
    meeting.visibility = "observers"
    meeting.save()
    open_ = issued(meeting, officer, access="observers")
    PaperVersionFactory(paper=open_, language="tr", translation="revised")
    issued(meeting, officer, access="observers")
    issued(meeting, officer, access="members")
    context = Context()

    pack(context, {"meeting": str(meeting.pk), "language": "tr"}, owner=observer, at=now)

    names = zipfile.ZipFile(context.file).namelist()
    assert [name.rpartition(" ")[2] for name in names] == ["tr.pdf", "en.pdf"]


def test_the_list_costs_the_same_for_any_number(
    client, meeting, officer, django_assert_num_queries
):
    client.force_login(officer)
    url = reverse("meetings:paper_list", args=[meeting.pk])
    issued(meeting, officer)
    client.get(url)
    with django_assert_num_queries(7):
        client.get(url)
    for _n in range(5):
        issued(meeting, officer)

    with django_assert_num_queries(7):
        client.get(url)


def test_programs_read_and_submit(client, draft, machine_a):
    headers = bearer(machine_a, "meetings:read meetings:write")

    told = client.get(f"/api/v1/meeting-documents/{draft.pk}/", **headers).json()
    done = client.post(
        f"/api/v1/meeting-documents/{draft.pk}/submit/",
        {},
        content_type="application/json",
        **headers,
    )

    assert (told["languages"], told["versions"][0]["translation"]) == (["en"], "none")
    assert (done.status_code, done.json()["status"]) == (200, "submitted")


def test_the_secretariat_issues_over_the_page(client, sign_in, submitted, officer):
    url = reverse("meetings:paper_issue", args=[submitted.pk])
    later = datetime(2027, 1, 5, 9, 0, tzinfo=UTC)

    answer = sign_in(officer).post(
        url, {"access": "heads_only", "embargo_until": "2027-01-05T09:00"}, follow=True
    )

    submitted.refresh_from_db()
    assert (submitted.status, submitted.access, submitted.embargo_until) == (
        "issued",
        "heads_only",
        later,
    )
    assert "when the embargo ends" in answer.content.decode()


# ── what readers of this code found ─────────────────────────────────────────────────────────────


def test_the_secretariat_closes_further_and_never_opens_what_a_state_submitted(
    submitted, officer, now
):
    with pytest.raises(ValidationError, match="Only its originator"):
        papers.issue(submitted, by=officer, at=now, access="public")

    assert papers.issue(submitted, by=officer, at=now, access="heads_only").access == "heads_only"


def test_a_states_draft_is_neither_submitted_nor_issued_by_others(draft, officer, now):
    with pytest.raises(Refused):
        papers.submit(draft, by=officer, at=now)
    with pytest.raises(WrongStatus, match="not submitted it yet"):
        papers.issue(draft, by=officer, at=now)


def test_a_replaced_file_of_a_draft_is_nobodys(client, draft, editor_a, officer, reader_a, now):
    first = draft.versions.get().file
    papers.add_version(
        draft, upload(content=pdf(pages=2)), language="en", translation="none", by=editor_a, at=now
    )
    papers.submit(draft, by=editor_a, at=now)
    papers.issue(draft, by=officer, at=now)
    client.force_login(reader_a)

    assert client.get(reverse("documents:download", args=[first.pk])).status_code == 404


def test_what_one_may_not_read_is_no_parent_to_choose(client, meeting, officer, editor_a):
    issued(meeting, officer, titles={"en": "Hidden"}, embargo_until=timezone.now() + HOUR)
    issued(meeting, officer, titles={"en": "For heads"}, access="heads_only")
    client.force_login(editor_a)

    page = client.get(reverse("meetings:paper_new", args=[meeting.pk])).content.decode()

    assert ("Hidden" in page, "For heads" in page) == (False, False)


def test_what_a_revision_under_embargo_revises_stands_until_then(submitted, officer, now):
    parent = papers.issue(submitted, by=officer, at=now)
    revision = papers.create(
        parent.meeting, facts(parent_id=parent.pk, relation="rev"), by=officer, at=now
    )
    PaperVersionFactory(paper=revision)
    papers.issue(revision, by=officer, at=now, embargo_until=timezone.now() + HOUR)
    parent.refresh_from_db()
    before = parent.status
    Paper.objects.filter(pk=revision.pk).update(embargo_until=timezone.now() - HOUR)

    papers.work_through_instants(at=now)

    parent.refresh_from_db()
    assert (before, parent.status) == ("issued", "superseded")


def test_an_item_that_something_belongs_to_is_not_removed(meeting, officer, now):
    item = AgendaItemFactory(meeting=meeting)
    issued(meeting, officer, item=item)

    with pytest.raises(WrongStatus, match="belong to this item"):
        agenda.remove_item(item, by=officer, at=now)


def test_the_meetings_history_says_that_a_document_is_expected(client, meeting, officer, now):
    client.force_login(officer)
    wish = papers.expect(meeting, kind="note", languages=["en"], by=officer, at=now)
    papers.expect_no_more(wish, by=officer, at=now)

    page = client.get(meeting.get_absolute_url())

    words = [str(line.title) for line in page.context["history"]]
    assert {"A document is expected", "A document is not expected any more"} <= set(words)


def test_a_list_marks_what_is_under_embargo_and_a_page_says_who_reads_what_was_derestricted(
    client, meeting, officer
):
    client.force_login(officer)
    ahead, past = timezone.now() + HOUR, timezone.now() - HOUR
    PaperFactory(meeting=meeting, prepared_by=officer, status="issued", embargo_until=ahead)
    opened = PaperFactory(
        meeting=meeting, prepared_by=officer, status="issued", access="members",
        derestrict_at=past, derestrict_to="public",
    )  # fmt: skip

    rows = client.get(reverse("meetings:paper_list", args=[meeting.pk])).context["rows"]
    page = client.get(opened.get_absolute_url()).context

    assert sorted(row.is_under_embargo for row in rows) == [False, True]
    assert page["open_to"] == "Everybody"
