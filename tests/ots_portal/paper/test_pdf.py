import hashlib
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
import typst
from PIL import Image

from ots_portal.paper import digests, pdf, problems, sources
from ots_portal.paper.comparisons import on_paper
from ots_portal.texts.comparison import Keyed, compare_paragraphs
from tests.ots_portal.paper.reading import fonts_of, opened, tags_of, text_of

AT = datetime(2026, 2, 6, 1, 17, tzinfo=UTC)
LONG_WORD = "Afyonkarahisarlılaştırabildiklerimizdenmişsinizcesine" * 8
EMPTY = {
    "notice": "",
    "figures": [],
    "facts": [],
    "text": "",
    "columns": [],
    "rows": [],
    "changes": [],
    "signatures": [],
}
WORDS = {
    "facts": "Facts",
    "text": "Text",
    "table": "Table",
    "changes": "Changes",
    "signatures": "Signatures",
}
# Each country's letters, and those of Russian.
ALPHABETS = {
    "az": "AaBbCcÇçDdEeƏəFfGgĞğHhXxIıİiJjKkQqLlMmNnOoÖöPpRrSsŞşTtUuÜüVvYyZz",
    "kk": "АаӘәБбВвГгҒғДдЕеЁёЖжЗзИиЙйКкҚқЛлМмНнҢңОоӨөПпРрСсТтУуҰұҮүФфХхҺһЦцЧчШшЩщЪъЫыІіЬьЭэЮюЯя",
    "kk-Latn": "ÄäĞğŪūÜüÑñÖöŞşIıİi",
    "ky": "АаБбВвГгДдЕеЁёЖжЗзИиЙйКкЛлМмНнҢңОоӨөПпРрСсТтУуҮүФфХхЦцЧчШшЩщЪъЫыЬьЭэЮюЯя",
    "tr": "AaBbCcÇçDdEeFfGgĞğHhIıİiJjKkLlMmNnOoÖöPpRrSsŞşTtUuÜüVvYyZzÂâÎîÛû",
    "uz": "AaBbDdEeFfGgHhIiJjKkLlMmNnOoPpQqRrSsTtUuVvXxYyZzOʻoʻGʻgʻŞşÇçʼ",
    "uz-Cyrl": "ЎўҚқҒғҲҳЁё",
    "tk": "AaBbÇçDdEeÄäFfGgHhIiJjŽžKkLlMmNnŇňOoÖöPpRrSsŞşTtUuÜüWwYyÝýZz",
    "hu": "AaÁáBbCcDdEeÉéFfGgHhIiÍíJjKkLlMmNnOoÓóÖöŐőPpQqRrSsTtUuÚúÜüŰűVvWwXxYyZz",
    "ru": "АаБбВвГгДдЕеЁёЖжЗзИиЙйКкЛлМмНнОоПпРрСсТтУуФфХхЦцЧчШшЩщЪъЫыЬьЭэЮюЯя",
}  # fmt: skip


def _set(text="", *, title="Situation report", language="en", at=AT, **more):
    data = {**EMPTY, "text": text, **more.pop("data", {})}
    more.setdefault("classification", "Members")
    return pdf.render(
        "paper/specimen.typ", data, title=title, language=language, at=at, words=WORDS, **more
    )


def _bare(text):
    return "".join(text.split())


# ── what is written is shown, and only shown ────────────────────────────────────────────────────


@pytest.mark.parametrize("language", ALPHABETS)
def test_every_letter_of_every_country_is_printed(language):
    letters = ALPHABETS[language]

    assert letters in text_of(_set(letters, language=language.partition("-")[0]))


@pytest.mark.parametrize(
    "hostile",
    [
        '#read("/etc/passwd")',
        '#import "/paper/base.typ": *; #panic("x")',
        "$ x^2 $ and $",
        "*bold* _italic_ `code` @label <label> = heading",
        "// a comment /* and another",
        "\\u{41} \\# \\",
        "\"quoted\" 'single' {braces} [brackets]",
        "<img src=file:///etc/passwd> {{ settings.SECRET_KEY }} %(name)s {page}",
        "- a\n+ b\n/ c: d",
    ],
)
def test_what_looks_like_source_is_printed_as_it_was_written(hostile):
    content = _set(hostile, title=hostile.splitlines()[0])

    assert text_of(content).count(_bare(hostile.splitlines()[0])) >= 2


def test_source_in_every_part_of_a_document_stays_text():
    hostile = '#read("/etc/passwd")'
    data = {
        "notice": hostile,
        "figures": [{"label": hostile, "value": hostile, "note": hostile}],
        "facts": [[hostile, hostile], [hostile, [hostile, hostile]]],
        "columns": [{"label": hostile}, {"label": "B", "align": "right"}],
        "rows": [[hostile, 1]],
        "signatures": [
            {"name": hostile, "function": hostile, "participant": hostile, "signed_at": hostile}
        ],
    }

    content = _set(data=data, document_number=hostile, issuer=hostile, classification=hostile)

    assert text_of(content).count(hostile) >= 17


def test_a_word_wider_than_the_page_is_broken_and_whole():
    data = {
        "facts": [["Place", LONG_WORD]],
        "columns": [{"label": "A"}] * 9,
        "rows": [[LONG_WORD[:150]] * 9],
    }

    shown = text_of(_set(LONG_WORD, data=data))

    assert (shown.count(LONG_WORD), shown.count(LONG_WORD[:150])) == (2, 2 * 2 + 9)


def test_words_are_broken_in_the_narrowest_columns(monkeypatch):
    monkeypatch.setattr(pdf, "_run", _pictures)
    data = {"columns": [{"label": "WWWWWW"}] * 20, "rows": [["WWWWWW"] * 20]}

    pages = _set(data=data)

    assert [_margins_hold(page) for page in pages] == [True] * len(pages)


def test_numbers_and_truths_are_shown_in_cells():
    data = {"columns": [{"label": "A"}] * 4, "rows": [[0, 2.5, True, None]]}

    assert "AAAA02.5true—" in text_of(_set(data=data))


@pytest.mark.parametrize(
    "word", ["W" * 300, "Щ" * 300, "m" * 44, "https://portal.example/" + "a1/" * 90]
)
def test_nothing_stands_outside_the_margins(monkeypatch, word):
    monkeypatch.setattr(pdf, "_run", _pictures)
    data = {
        "notice": word,
        "figures": [{"label": word, "value": word, "note": word}] * 4,
        "facts": [[word, word], ["Place", [word, f"a {word}"]]],
        "text": f"{word} {word}\n{word}\n\n{word}",
        "columns": [{"label": word}, *[{"label": word[:12], "align": "right"}] * 8],
        "rows": [[word[:60]] * 9, [f"a {word[:40]}"] * 9],
        "signatures": [{"name": word, "function": word, "participant": word, "signed_at": word}]
        * 2,
    }

    pages = _set(data=data, title=word, issuer=word, classification=word, document_number=word)

    assert [_margins_hold(page) for page in pages] == [True] * len(pages)


def _pictures(template, job):
    """Set the job as pictures, 2 points to the millimetre."""
    asked = json.loads(job)
    pages = typst.compile(
        {name: source.encode() for name, source in asked["sources"].items()},
        format="png",
        ppi=50.8,
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[asked["fonts"]]),
        ignore_system_fonts=True,
        sys_inputs=asked["inputs"],
    )
    return pages if isinstance(pages, list) else [pages]


def _margins_hold(page):
    """Return whether nothing is drawn within 20 of the 22 millimetres left and right."""
    with Image.open(io.BytesIO(page)) as picture:
        grey = picture.convert("L")
        left = grey.crop((0, 0, 40, grey.height))
        right = grey.crop((grey.width - 40, 0, grey.width, grey.height))
        return left.getextrema() == right.getextrema() == (255, 255)


def test_letters_from_right_to_left_are_printed():
    shown = text_of(_set("سلام שלום"))

    assert set("سلامשלום") <= set(shown)


def test_what_no_typeface_has_is_printed_as_its_code():
    shown = text_of(_set("Flood 😀 漢"))

    assert "Flood[U+1F600][U+6F22]" in shown


def test_invisible_and_direction_characters_are_left_out():
    shown = text_of(_set("aid\u202egnp\u200b.\ufeff\x00\x07end"))

    assert "aidgnp.end" in shown


# ── what stands on every page ───────────────────────────────────────────────────────────────────


def test_every_page_says_who_may_read_it_which_page_it_is_and_the_digest():
    data = {"columns": [{"label": "Line"}], "rows": [[number] for number in range(120)]}
    digest = digests.content_digest({**EMPTY, **data})

    content = _set(data=data, document_number="OTS-2026-0007")

    shown = text_of(content)
    pages = len(opened(content).pages)
    assert (
        shown.count("For:Members"),
        [f"Page{number}of{pages}" in shown for number in range(1, pages + 1)],
        shown.count(digest),
        shown.count("OTS-2026-0007"),
        shown.count("6Feb2026,01:17UTC"),
    ) == (2 * pages, [True] * pages, pages, pages, pages + 1)


def test_the_head_of_a_table_is_repeated_on_every_page():
    data = {"columns": [{"label": "Module"}], "rows": [["x"]] * 120}

    content = _set(data=data)

    pages = len(opened(content).pages)
    assert (pages > 1, text_of(content).count("Module")) == (True, pages)


def test_an_exercise_is_marked_across_and_in_head_and_foot_of_every_page():
    content = _set("x\n\n" * 80, watermark=pdf.EXERCISE)

    pages = len(opened(content).pages)
    assert (pages > 1, text_of(content).count("EXERCISE")) == (True, 7 * pages)


def test_what_is_no_exercise_bears_no_mark():
    assert "EXERCISE" not in text_of(_set())


def test_the_layouts_own_words_are_in_the_documents_language():
    shown = text_of(_set(language="tr", zone="Europe/Istanbul"))

    assert "6Şubat2026,04:17UTC+3" in shown


def test_a_signature_says_when_or_leaves_a_line():
    people = [
        {"name": "Aysel Məmmədova", "function": "Minister", "participant": "Azerbaijan", "signed_at": "6 Feb 2026"},
        {"name": "", "function": "Head", "participant": "Türkiye"},
    ]  # fmt: skip

    shown = text_of(_set(data={"signatures": people}))

    assert ("Signed6Feb2026AyselMəmmədovaMinisterAzerbaijan" in shown, "Signature" in shown) == (
        True,
        True,
    )


# ── what programs read ──────────────────────────────────────────────────────────────────────────


def test_the_file_says_its_title_its_language_and_what_standards_it_keeps():
    with opened(_set(title="Zəlzələ", language="az")) as read:
        metadata = read.open_metadata()

        assert (
            str(read.Root.Lang),
            metadata["dc:title"],
            metadata["pdfuaid:part"],
            metadata["pdfaid:part"] + metadata["pdfaid:conformance"],
            bool(read.Root.ViewerPreferences.DisplayDocTitle),
            bool(read.Root.MarkInfo.Marked),
        ) == ("az", "Zəlzələ", "1", "2A", True, True)


def test_the_parts_are_tagged():
    data = {"facts": [["Hazard", "Flood"]], "columns": [{"label": "A"}], "rows": [["x"]]}

    tags = tags_of(_set("Text.", data=data))

    assert tags >= {"/Document", "/H1", "/P", "/Table", "/TR", "/TH", "/TD"}


def test_the_letters_lie_in_the_file():
    fonts = fonts_of(_set("Ordinary سلام"))

    assert (all(fonts.values()), any("SourceSans3" in name for name in fonts)) == (True, True)


def test_the_same_content_gives_the_same_bytes():
    first, again = _set("Text."), _set("Text.")

    assert first == again


def test_the_file_is_dated_by_the_moment_it_is_made_at():
    with opened(_set("Text.")) as read:
        assert str(read.docinfo["/CreationDate"]).startswith("D:20260206011700")


def test_another_moment_gives_other_bytes():
    assert _set("Text.") != _set("Text.", at=AT + timedelta(minutes=1))


def test_lazy_sentences_days_and_moments_are_content_too():
    data = {"facts": [[pdf.EXERCISE, AT.date()], ["Moment", AT]]}

    shown = text_of(_set(data=data))

    assert ("2026-02-06" in shown, "2026-02-06T01:17:00Z" in shown) == (True, True)


# ── limits ──────────────────────────────────────────────────────────────────────────────────────


def test_more_text_than_a_document_holds_is_refused_with_the_limit():
    with pytest.raises(problems.TooLong) as refused:
        _set("a" * pdf.MOST_TEXT_BYTES)

    assert "1,000,000" in str(refused.value.sentence)


@pytest.mark.slow
@pytest.mark.parametrize("hostile", ["a" * 900_000, "😀" * 80_000, "a" + "\u0301" * 200_000])
def test_nearly_a_megabyte_of_one_word_is_set(hostile):
    assert _set(hostile).startswith(b"%PDF-1.7")


@pytest.mark.slow
def test_what_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(pdf, "TIMEOUT_SECONDS", 1)

    with pytest.raises(problems.TooHeavy):
        _set("x\n\n" * 100_000)


@pytest.mark.slow
def test_what_needs_too_much_memory_is_stopped():
    rows = [["x", 1]] * 80_000

    with pytest.raises(problems.TooHeavy):
        _set(data={"columns": [{"label": "A"}, {"label": "B"}], "rows": rows})


def test_no_more_than_a_few_are_set_at_once(monkeypatch):
    monkeypatch.setattr(pdf, "TIMEOUT_SECONDS", 0.01)
    for _place in range(pdf.AT_ONCE):
        pdf._places.acquire()
    try:
        with pytest.raises(problems.TooBusy):
            _set()
    finally:
        for _place in range(pdf.AT_ONCE):
            pdf._places.release()


def test_a_host_without_typst_says_so(monkeypatch):
    monkeypatch.setattr(pdf, "find_spec", lambda name: None)

    with pytest.raises(problems.NotInstalled) as refused:
        _set()

    assert "typst is not installed" in str(refused.value.sentence)


def test_a_template_that_cannot_be_set_is_a_fault_of_ours(monkeypatch):
    monkeypatch.setattr(pdf, "sources", lambda: {"paper/broken.typ": "#nothing-of-this-name"})

    with pytest.raises(problems.NotSet):
        pdf.render("paper/broken.typ", {}, title="x", language="en", classification="x", at=AT)


def test_an_unknown_template_is_named():
    with pytest.raises(LookupError, match=r"incidents/nothing\.typ"):
        pdf.render("incidents/nothing.typ", {}, title="x", language="en", classification="x", at=AT)


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../../../../etc/passwd", "/manage.py", "../../settings.py"]
)
def test_a_template_reads_no_file_of_the_host(monkeypatch, path):
    monkeypatch.setattr(pdf, "sources", lambda: {"paper/thief.typ": f'#read("{path}")'})

    with pytest.raises(problems.NotSet):
        pdf.render("paper/thief.typ", {}, title="x", language="en", classification="x", at=AT)


# ── an app's own template ───────────────────────────────────────────────────────────────────────


def test_an_apps_template_stands_on_the_base_layout(monkeypatch, tmp_path):
    (tmp_path / "report.typ").write_text(
        '#import "/paper/base.typ": *\n#show: document\n= #words.summary\n#paragraphs(data.summary)',
        "utf-8",
    )
    folders = {"paper": sources.TEMPLATES, "incidents": tmp_path}
    monkeypatch.setattr(sources, "_folders", lambda: folders)

    content = pdf.render(
        "incidents/report.typ", {"summary": "The water rises."}, title="Report", language="en",
        classification="Members", at=AT, words={"summary": "Summary"},
    )  # fmt: skip

    assert "SummaryThewaterrises." in text_of(content)


def test_every_app_with_a_folder_paper_is_asked():
    folders = sources._folders()

    assert {"paper", "incidents", "meetings", "agreements"} <= set(folders)


# ── digests ─────────────────────────────────────────────────────────────────────────────────────


def test_the_digest_is_that_of_json_with_sorted_keys():
    expected = hashlib.sha256('{"a":["ə",null],"b":1}'.encode()).hexdigest()

    assert digests.content_digest({"b": 1, "a": ["ə", None]}) == expected


def test_a_comparison_marks_what_was_removed_and_added_without_colour():
    changes = compare_paragraphs(
        [Keyed("a", "1", "The host opened it in Baku."), Keyed("b", "2", "#strike[gone]")],
        [Keyed("a", "2", "The chair opened it in Baku.")],
    )

    shown = text_of(_set(data={"changes": on_paper(changes)}))

    told = [
        words in shown
        for words in ("1→2Changed", "The[host]chairopenedit", "2Removed", "[#strike[gone]]")
    ]
    assert told == [True, True, True, True]
