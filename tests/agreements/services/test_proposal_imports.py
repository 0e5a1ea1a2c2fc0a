"""What capitals write into our Word documents comes back as drafts of their delegations."""

import io
import re
import zipfile

import pytest
from django.core.exceptions import ValidationError

from agreements.exports import word
from agreements.models import Proposal, TextRevision
from agreements.services import proposal_imports as services
from agreements.services import proposals as proposal_services
from agreements.services import provisions as provision_services
from agreements.services import revisions as revision_services
from ots_portal.lifecycle import WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.people import UserFactory
from tests.factories.proposals import a_text, provision_of

WHO = 'w:id="900" w:author="Leyla Aliyeva" w:date="2026-11-03T09:00:00Z"'


@pytest.fixture
def text():
    return a_text()


@pytest.fixture
def base(text, officer, now):
    revision = revision_services.open_revision(text, kind="rolling", by=officer, at=now)
    return revision_services.freeze(revision, by=officer, at=now)


@pytest.fixture
def document(base, now):
    return word.revision_to_docx(base, at=now)


def edited(content, *changes, footer=None):
    """Return the document with its XML changed: each change is what stands there and what comes in its place."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(result, "w") as new:
        for name in old.namelist():
            part = old.read(name).decode()
            if name == "word/document.xml":
                for before, after in changes:
                    assert part.count(before) == 1, before
                    part = part.replace(before, after)
            if name == "word/footer1.xml" and footer is not None:
                part = re.sub("[0-9a-f]{64}", footer, part)
            new.writestr(name, part)
    return result.getvalue()


def ins(text):
    return f'<w:ins {WHO}><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:ins>'


def gone(text):
    return f'<w:del {WHO}><w:r><w:delText xml:space="preserve">{text}</w:delText></w:r></w:del>'


def run(text):
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(inner, *, mark="", bookmark=""):
    ending = f"<w:pPr><w:rPr><w:{mark} {WHO}/></w:rPr></w:pPr>" if mark else ""
    return f"<w:p>{ending}{inner}</w:p>"


def paragraph_with(content, words):
    """Return the whole paragraph of the document in which the words stand."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        body = archive.read("word/document.xml").decode()
    return next(one for one in re.findall(r"<w:p>.*?</w:p>", body) if words in one)


HOUR = run("1. The host answers within one hour of the alert.")
TWO_HOURS = (
    run("1. The host answers within ") + gone("one hour") + ins("two hours") + run(" of the alert.")
)


def read(text, content, by, now, revision=None):
    return services.read_in(
        text, name="answer.docx", content=content, revision=revision, by=by, at=now
    )


def told(found):
    return {name: value for name, value in found.items() if value and name != "note"}


def test_changed_words_become_one_proposal_on_that_provision(text, document, base, editor_a, now):
    kept = read(text, edited(document, (HOUR, TWO_HOURS)), editor_a, now)

    assert (kept.revision, kept.is_found_by_hash, kept.unassigned) == (base, True, [])
    [found] = kept.found
    assert told(found) == {
        "op": "replace", "key": "art-1-para-1", "quote": "one hour", "text": "two hours",
    }  # fmt: skip
    assert found["note"] == "Leyla Aliyeva 2026-11-03"


def test_several_changes_in_one_provision_are_one_proposal(text, document, editor_a, now):
    changed = run("1. ") + gone("The host") + ins("Each Party") + run(" answers within ") + gone("one") + ins("two") + run(" hours of the alert.")  # fmt: skip
    kept = read(text, edited(document, (HOUR, changed)), editor_a, now)

    assert [(one["op"], one["key"]) for one in kept.found] == [("replace", "art-1-para-1")]
    [draft] = drafts(kept, editor_a, now)
    assert draft.provision.key == "art-1-para-1"


def drafts(kept, by, now):
    services.make_drafts(kept, by=by, at=now)
    return list(Proposal.objects.filter(imported_from=kept).order_by("created_at", "op"))


def test_drafts_are_the_delegations_and_stand_on_the_text(text, document, base, editor_a, now):
    kept = read(text, edited(document, (HOUR, TWO_HOURS)), editor_a, now)

    [draft] = drafts(kept, editor_a, now)

    assert (draft.status, draft.participant_id, draft.base_revision) == ("draft", "turkiye", base)
    assert (draft.quote, draft.text) == ("one hour", "two hours")
    assert draft.note == "Leyla Aliyeva 2026-11-03"
    assert kept.status == "drafted"


def test_words_left_out_are_a_deletion(text, document, editor_a, now):
    changed = run("1. The host answers ") + gone("within one hour ") + run("of the alert.")

    [found] = read(text, edited(document, (HOUR, changed)), editor_a, now).found

    assert told(found) == {"op": "delete", "key": "art-1-para-1", "quote": "within one hour"}


def test_a_new_paragraph_is_put_behind_the_one_it_follows(text, document, editor_a, now):
    whole = paragraph_with(document, "It says what it can send.")
    added = paragraph(ins("3. It tells the secretariat."), mark="ins")

    [found] = read(text, edited(document, (whole, whole + added)), editor_a, now).found

    assert told(found) == {
        "op": "insert", "key": "art-1-para-2", "placement": "after", "kind": "paragraph", "number": "3",
        "text": "It tells the secretariat.",
    }  # fmt: skip


def test_a_paragraph_that_is_begun_by_the_enter_key(text, document, editor_a, now):
    whole = paragraph_with(document, "The host answers")
    first = whole.replace("<w:pPr>", f"<w:pPr><w:rPr><w:ins {WHO}/></w:rPr>", 1)
    second = paragraph(ins("1 bis. It tells the secretariat."))

    [found] = read(text, edited(document, (whole, first + second)), editor_a, now).found

    assert (found["op"], found["key"], found["text"]) == (
        "insert", "art-1-para-1", "It tells the secretariat.",
    )  # fmt: skip


def test_a_new_first_paragraph_of_an_article_stands_before_the_present_one(
    text, document, editor_a, now
):
    whole = paragraph_with(document, "The host answers")
    added = paragraph(ins("0. The alert comes first."), mark="ins")

    [found] = read(text, edited(document, (whole, added + whole)), editor_a, now).found

    assert (found["key"], found["placement"]) == ("art-1-para-1", "before")


def test_a_new_article_is_one_proposal_with_all_its_words(text, document, editor_a, now):
    whole = paragraph_with(document, "Each Party bears its own costs.")
    added = "".join(
        paragraph(ins(words), mark="ins")
        for words in ("Article 3 – Reports", "The host reports.", "So do the others.")
    )

    [found] = read(text, edited(document, (whole, whole + added)), editor_a, now).found

    assert told(found) == {
        "op": "insert", "key": "art-2", "placement": "after", "kind": "article", "number": "3", "heading": "Reports",
        "text": "The host reports.\nSo do the others.",
    }  # fmt: skip


def deleted(whole):
    """Return the paragraph as Word has it when all of it was deleted."""
    words = re.search(r"<w:r>.*</w:r>", whole)[0]
    struck = f"<w:del {WHO}>{words.replace('<w:t ', '<w:delText ').replace('</w:t>', '</w:delText>')}</w:del>"  # fmt: skip
    marked = whole.replace(words, struck)
    return marked.replace("</w:pPr>", f"<w:rPr><w:del {WHO}/></w:rPr></w:pPr>", 1)


def test_a_paragraph_that_goes_is_a_deletion(text, document, editor_a, now):
    whole = paragraph_with(document, "It says what it can send.")

    [found] = read(text, edited(document, (whole, deleted(whole))), editor_a, now).found

    assert told(found) == {"op": "delete", "key": "art-1-para-2"}


def test_an_article_that_goes_whole_is_one_deletion(text, document, editor_a, now):
    wholes = [paragraph_with(document, words) for words in ("The alert", "The host answers", "It says")]  # fmt: skip

    kept = read(text, edited(document, *((one, deleted(one)) for one in wholes)), editor_a, now)

    assert [told(one) for one in kept.found] == [{"op": "delete", "key": "art-1"}]


def test_a_heading_that_goes_without_its_paragraphs_is_reported(text, document, editor_a, now):
    whole = paragraph_with(document, "The alert")

    kept = read(text, edited(document, (whole, deleted(whole))), editor_a, now)

    assert (kept.found, [one["reason"] for one in kept.unassigned]) == ([], ["holder"])


def test_a_paragraph_that_moved_in_word_is_a_move(text, document, editor_a, now):
    whole = paragraph_with(document, "It says what it can send.")
    last = paragraph_with(document, "Each Party bears its own costs.")
    words = '<w:r><w:t xml:space="preserve">2. It says what it can send.</w:t></w:r>'
    away = whole.replace(words, f"<w:moveFrom {WHO}>{words}</w:moveFrom>").replace(
        "</w:pPr>", f"<w:rPr><w:moveFrom {WHO}/></w:rPr></w:pPr>", 1
    )
    there = paragraph(f"<w:moveTo {WHO}>{words}</w:moveTo>", mark="moveTo")

    kept = read(text, edited(document, (whole, away), (last, there + last)), editor_a, now)

    assert [told(one) for one in kept.found] == [
        {"op": "move", "key": "art-1-para-2", "other": "art-2", "placement": "inside"}
    ]
    [draft] = drafts(kept, editor_a, now)
    assert draft.other.key == "art-2"


def test_a_paragraph_broken_in_two_is_split(text, document, editor_a, now):
    whole = paragraph_with(document, "Each Party bears its own costs.")
    first = whole.replace("Each Party bears its own costs.", "Each Party bears ")
    first = first.replace("</w:pPr>", f"<w:rPr><w:ins {WHO}/></w:rPr></w:pPr>", 1)
    second = paragraph(run("its own costs."))

    [found] = read(text, edited(document, (whole, first + second)), editor_a, now).found

    assert told(found) == {"op": "split", "key": "art-2", "quote": "its own costs."}


def test_a_changed_heading_is_a_proposal_and_a_changed_number_is_reported(
    text, document, editor_a, now
):
    heading = run("Article 2 – Costs")
    changed = run("Article 2 – Costs") + ins(" and claims")
    number = run("2. It says what it can send.")
    renumbered = gone("2") + ins("3") + run(". It says what it can send.")

    kept = read(text, edited(document, (heading, changed), (number, renumbered)), editor_a, now)

    assert [told(one) for one in kept.found] == [
        {"op": "replace", "key": "art-2", "heading": "Costs and claims"}
    ]
    assert [one["reason"] for one in kept.unassigned] == ["number"]


def test_what_is_in_tables_and_formatting_is_reported(text, document, editor_a, now):
    table = f"<w:tbl><w:tr><w:tc>{paragraph(ins('A cell'))}</w:tc></w:tr></w:tbl>"
    bold = paragraph(f"<w:r><w:rPr><w:b/><w:rPrChange {WHO}><w:rPr/></w:rPrChange></w:rPr><w:t>Bold</w:t></w:r>")  # fmt: skip

    kept = read(
        text, edited(document, (HOUR, TWO_HOURS), ("<w:sectPr>", f"{table}{bold}<w:sectPr>")), editor_a, now
    )  # fmt: skip

    assert len(kept.found) == 1
    assert {(one["reason"], one["text"]) for one in kept.unassigned} == {
        ("table", "A cell"), ("formatting", "Bold"),
    }  # fmt: skip


def test_a_changed_title_is_reported_as_not_found_in_the_text(text, document, editor_a, now):
    title = run(text.title)

    kept = read(text, edited(document, (title, title + ins(" (new)"))), editor_a, now)

    assert [one["reason"] for one in kept.unassigned] == ["unknown"]


def test_a_document_without_tracked_changes_is_refused(text, document, editor_a, now):
    with pytest.raises(ValidationError, match="no tracked changes"):
        read(text, document, editor_a, now)


def test_the_base_is_asked_for_where_the_footer_does_not_say_it(
    text, document, base, editor_a, now
):
    unknown = edited(document, (HOUR, TWO_HOURS), footer="0" * 64)
    with pytest.raises(ValidationError) as refused:
        read(text, unknown, editor_a, now)
    assert list(refused.value.message_dict) == ["revision"]

    kept = read(text, unknown, editor_a, now, revision=base)

    assert (kept.revision, kept.is_found_by_hash, len(kept.found)) == (base, False, 1)


def test_a_document_from_elsewhere_is_laid_beside_the_chosen_text(
    text, document, base, editor_a, now
):
    plain = re.compile(r"<w:bookmark(?:Start|End)[^>]*/>")
    result = io.BytesIO()
    changed = edited(document, (HOUR, TWO_HOURS), footer="0" * 64)
    with zipfile.ZipFile(io.BytesIO(changed)) as old, zipfile.ZipFile(result, "w") as new:
        for name in old.namelist():
            new.writestr(name, plain.sub("", old.read(name).decode()))

    [found] = read(text, result.getvalue(), editor_a, now, revision=base).found

    assert (found["key"], found["quote"], found["text"]) == (
        "art-1-para-1", "one hour", "two hours",
    )  # fmt: skip


def test_a_redline_of_ours_is_no_answer(text, document, base, officer, editor_a, now):
    second = revision_services.open_revision(text, kind="rolling", by=officer, at=now)
    change(text, "The host answers within a day.", officer, now)
    revision_services.freeze(second, by=officer, at=now)
    redline = word.redline_to_docx(base, second, language="en", at=now)

    with pytest.raises(ValidationError, match="compares two revisions"):
        read(text, redline, editor_a, now)


def change(text, words, officer, now):
    provision = provision_of(text, "art-1-para-1")
    provision_services.update_provision(
        provision, language="en", heading="", text=words, version=provision.version, by=officer, at=now,
    )  # fmt: skip


def test_on_an_older_text_the_drafts_stand_on_it_until_they_are_set_on_the_present_one(
    text, document, base, officer, editor_a, head_a, now
):
    revision_services.open_revision(text, kind="rolling", by=officer, at=now)
    change(text, "The host answers at once.", officer, now)

    kept = read(text, edited(document, (HOUR, TWO_HOURS)), editor_a, now)
    [draft] = drafts(kept, editor_a, now)

    assert (draft.base_revision, draft.base_text) == (
        base, "The host answers within one hour of the alert.",
    )  # fmt: skip
    with pytest.raises(proposal_services.OldBase):
        proposal_services.table(draft, version=draft.version, by=head_a, at=now)


def test_what_cannot_be_a_draft_is_said_and_the_others_are_made(
    text, document, officer, editor_a, now
):
    kept = read(text, edited(document, (HOUR, TWO_HOURS)), editor_a, now)
    gone_one = {**kept.found[0], "key": "art-9"}
    kept.found = [gone_one, *kept.found]
    kept.save()

    made = drafts(kept, editor_a, now)

    assert (len(made), [one["reason"] for one in kept.unassigned]) == (1, ["refused"])


def test_drafts_are_made_once(text, document, editor_a, now):
    kept = read(text, edited(document, (HOUR, TWO_HOURS)), editor_a, now)
    services.make_drafts(kept, by=editor_a, at=now)

    with pytest.raises(WrongStatus):
        services.make_drafts(kept, by=editor_a, at=now)

    assert Proposal.objects.filter(imported_from=kept).count() == 1


def test_nobody_else_reads_a_document_in(text, document, officer, observer, now):
    reader = UserFactory(role="reader")
    for person in (officer, observer, reader):
        with pytest.raises(Refused):
            read(text, document, person, now)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"%PDF-1.7"])
def test_what_is_no_word_document_is_refused_with_a_sentence(text, editor_a, content, now):
    with pytest.raises(ValidationError) as refused:
        read(text, content, editor_a, now)

    assert list(refused.value.message_dict) == ["file"]


def test_a_document_that_would_unpack_to_far_too_much_is_refused(text, editor_a, now):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "<w:document/>" + " " * 60_000_000)

    with pytest.raises(ValidationError, match="unpack"):
        read(text, bomb.getvalue(), editor_a, now)


def test_the_redline_of_two_revisions_reads_back_as_the_later_and_the_earlier_one(
    text, base, officer, now
):
    from tests.agreements.formats.test_docx_writing import lines  # noqa: PLC0415

    second = revision_services.open_revision(text, kind="rolling", by=officer, at=now)
    change(text, "The host answers within a day.", officer, now)
    revision_services.freeze(second, by=officer, at=now)
    second = TextRevision.objects.get(pk=second.pk)

    redline = word.redline_to_docx(base, second, language="en", at=now)

    assert lines(redline) == lines(word.revision_to_docx(second, at=now))
    assert lines(redline, rejected=True) == lines(word.revision_to_docx(base, at=now))


def test_a_long_text_that_was_replaced_as_a_whole_is_read_in_seconds():
    from time import perf_counter  # noqa: PLC0415

    from agreements.formats.docx_changes import Face, Group, Mark, TrackedDocument  # noqa: PLC0415
    from agreements.formats.docx_writing import WordProvision, bookmark_of  # noqa: PLC0415
    from agreements.formats.word_proposals import assign  # noqa: PLC0415

    rows = [
        WordProvision(f"p{n}", "paragraph", str(n), "", f"Old words number {n}.", 0)
        for n in range(2_000)
    ]
    before = [Face(n, f"{n}. Old words number {n}.", [bookmark_of(f"p{n}", "text")]) for n in range(2_000)]  # fmt: skip
    after = [Face(n, f"Quite another sentence, {n}.") for n in range(2_000)]
    document = TrackedDocument([Group(before, after, [Mark("L. A.", None)])], [], [])

    begun = perf_counter()
    found = assign(document, rows, "en").found

    assert (len(found), perf_counter() - begun < 30) == (4_000, True)


def test_paragraphs_inside_one_insertion_are_changes_too(text, document, editor_a, now):
    last = paragraph_with(document, "It says what it can send.")
    new = f"<w:ins {WHO}>{paragraph(run('3. It tells the others.'))}</w:ins>"

    found = read(text, edited(document, (last, last + new)), editor_a, now).found

    assert [(one["op"], one["number"], one["text"]) for one in found] == [
        ("insert", "3", "It tells the others.")
    ]


def test_a_heading_that_is_too_long_is_said_and_not_cut(text, document, editor_a, now):
    heading = paragraph_with(document, "Costs")
    longer = heading.replace("</w:p>", ins(" and more" * 40) + "</w:p>")
    found = read(text, edited(document, (heading, longer)), editor_a, now)

    services.make_drafts(found, by=editor_a, at=now)

    assert not Proposal.objects.exists()
    assert [one["reason"] for one in found.unassigned] == ["refused"]
