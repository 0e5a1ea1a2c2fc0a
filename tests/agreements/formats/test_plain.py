"""Single difficulties of plain texts, each in as few lines as it needs."""

import time

import pytest

from agreements.formats.plain import read_plain
from agreements.formats.reading import read_text
from agreements.formats.tree import FormatError, Kind, Reason


def numbers(text, kind=Kind.ARTICLE):
    return [node.number for node in read_plain(text).walk() if node.kind == kind]


def treaty(*articles):
    return "\n\n".join(["AGREEMENT ON EXERCISES", "The Parties have agreed as follows:", *articles])


@pytest.mark.parametrize(
    ("heading", "number", "title"),
    [
        ("Article 1", "1", ""),
        ("ARTICLE I", "I", ""),
        ("Article 1 bis", "1 bis", ""),
        ("Art. 1.", "1", ""),
        ("Article 1 – Purpose", "1", "Purpose"),
        ("Article 1. Purpose", "1", "Purpose"),
        ("Article 1: Purpose", "1", "Purpose"),
        ("Article 1 (Purpose)", "1", "Purpose"),
        ("Article 1\nPurpose", "1", "Purpose"),
        ("Article 1\n\nPurpose", "1", "Purpose"),
        ("Article\n1\nPurpose", "1", "Purpose"),
        ("Article One\nPurpose", "One", "Purpose"),
        ("[Article 1]\nPurpose", "1", "Purpose"),
        ("Madde 1 - Amaç", "1", "Amaç"),
        ("1-modda. Maqsad", "1", "Maqsad"),
        ("Статья 1. Предмет", "1", "Предмет"),
        ("Artikel 1\nZweck", "1", "Zweck"),
        ("§ 1 Zweck", "1", "Zweck"),
        ("1. cikk\nA célja", "1", "A célja"),
    ],
)
def test_headings_of_articles(heading, number, title):
    parsed = read_plain(treaty(f"{heading}\n\nThe Parties train together. They do so often."))

    (article,) = [node for node in parsed.walk() if node.kind == Kind.ARTICLE]
    assert (article.number, article.heading, [child.text for child in article.children]) == (
        number,
        title,
        ["The Parties train together. They do so often."],
    )


@pytest.mark.parametrize(
    "line",
    [
        "Article 2 of this Agreement applies.",
        "Article 2, paragraph 1, applies.",
        "Article 2(1) applies.",
        "article 2",
        "Articles 2 and 3 apply.",
        "Article 31 TEU applies as it stands in the treaty.",
    ],
)
def test_a_reference_is_no_article(line):
    text = treaty(
        f"Article 1\n\nThe Parties act in accordance with\n{line}", "Article 2\n\nThey report."
    )

    assert numbers(text) == ["1", "2"]


@pytest.mark.parametrize(
    ("heading", "number"),
    [
        ("ANNEX", ""),
        ("ANNEX I", "I"),
        ("Annex 1", "1"),
        ("APPENDIX A", "A"),
        ("Schedule 2", "2"),
        ("EK-1", "1"),
        ("Приложение № 1", "1"),
        ("1-қосымша", "1"),
        ("Protocol I", "I"),
        ("ANNEX II – FORMS", "II"),
    ],
)
def test_annexes(heading, number):
    text = treaty(
        "Article 1\n\nThey train.",
        "Done at Ankara on 1 May 2031.",
        f"{heading}\n\nForms\n\n1. One.\n\n2. Two.",
    )

    assert numbers(text, Kind.ANNEX) == [number]


@pytest.mark.parametrize("first", ["1.", "(1)", "1)", "1.1", "1.1."])
def test_signs_of_paragraphs(first):
    second = first.replace("1.1", "1.2") if "1.1" in first else first.replace("1", "2")
    text = treaty(f"Article 1\n\n{first} They train.\n\n{second} They report.")

    assert numbers(text, Kind.PARAGRAPH) == [first.strip("()."), second.strip("().")]


def test_the_letter_i_goes_on_behind_h_and_begins_a_list_of_its_own():
    letters = "\n".join(f"({letter}) word;" for letter in "abcdefghij")
    roman = "(a) one:\n(i) two;\n(ii) three;\n(b) four."
    text = treaty(
        f"Article 1\n\nThe Parties keep:\n{letters}", f"Article 2\n\nThe Parties keep:\n{roman}"
    )

    parsed = read_plain(text)

    first, second = [n for n in parsed.walk() if n.kind == Kind.ARTICLE]
    assert [p.number for p in first.children[0].children] == list("abcdefghij")
    assert [(p.number, [s.number for s in p.children]) for p in second.children[0].children] == [
        ("a", ["i", "ii"]),
        ("b", []),
    ]


@pytest.mark.parametrize(
    ("word", "letters"),
    [
        ("Madde", "a b c ç d e f g ğ h ı i j k l m n o ö p r s ş t u ü v y z"),
        ("Maddə", "a b c ç d e ə f g ğ h x ı i"),
        ("Madda", "a b ç d e ä f g"),
        ("Modda", "a b d e f g h i j k l m n o p q r s t u v x y z"),
        ("Artículo", "m n ñ o"),
        ("Статья", "а б в г д е ё ж з и й к л"),
        ("Статья", "а б в г д е ж з и к л"),
        ("Бап", "а ә б в г ғ д"),
        ("Article", "A B C Ç D"),
    ],
)
def test_lists_are_lettered_by_the_alphabet_of_their_language(word, letters):
    points = "\n".join(f"{letter}) sözler və слова;" for letter in letters.split())
    first = letters[0] in "aaаA"
    start = "" if first else "".join(f"{letter}) words;\n" for letter in "abcdefghijkl")

    parsed = read_plain(treaty(f"{word} 1\n\nThey keep:\n{start}{points}"))

    found = [n.number for n in parsed.walk() if n.number and n.kind != Kind.ARTICLE]
    assert found == [*(start and "abcdefghijkl"), *letters.split()]
    assert parsed.questions == []


@pytest.mark.parametrize("number", ["5 bıs", "5 BİS", "5 biſ", "ı", "İV", "5ı", "٥"])
def test_letters_that_only_look_like_others_are_no_error(number):
    text = treaty(
        f"Article 4\n\nThey train.\n\n({number}) One.", f"Article {number}\n\nThey report."
    )

    assert "They report." in "\n".join(node.words for node in read_plain(text).nodes)


def test_a_letter_that_is_missing_in_an_english_list_is_a_question():
    parsed = read_plain(treaty("Article 1\n\nThey keep:\n(a) one;\n(b) two;\n(d) four."))

    assert [remark.reason for remark in parsed.questions] == [Reason.NUMBER_MISSING]


@pytest.mark.parametrize("bullet", "\uf0b7\uf0a7•")
def test_bullets_of_symbol_fonts_are_bullets(bullet):
    parsed = read_plain(treaty(f"Article 1\n\nThey keep:\n{bullet} lists;\n{bullet} films."))

    assert [n.text for n in parsed.walk() if n.kind == Kind.POINT] == ["lists;", "films."]


def test_numbers_in_words_go_beyond_twenty():
    text = treaty(
        *(f"ARTICLE {number}\n\nThey train." for number in ("TWENTY", "TWENTY-ONE", "TWENTY-TWO"))
    )

    parsed = read_plain(text)

    assert numbers(text) == ["TWENTY", "TWENTY-ONE", "TWENTY-TWO"]
    assert parsed.questions == []


def test_a_stop_and_a_dash_behind_a_number_make_an_item():
    text = treaty("Article 1\n\n1.- They train.\n\n2.- They report.")

    found = [(n.number, n.text) for n in read_plain(text).walk() if n.kind == Kind.PARAGRAPH]
    assert found == [("1", "They train."), ("2", "They report.")]


def test_a_missing_number_is_a_question():
    parsed = read_plain(treaty("Article 1\n\nThey train.", "Article 3\n\nThey report."))

    assert [(remark.line, remark.reason) for remark in parsed.questions] == [
        (9, Reason.NUMBER_MISSING)
    ]


def test_footnotes_are_reported_and_none_of_the_text():
    note = "_________\n1 See the report of the first exercise."
    text = treaty(f"Article 1\n\nThey train.\n\n{note}\f", "Article 2\n\nThey report.")

    parsed = read_plain(text)

    assert [remark.reason for remark in parsed.passed_over] == [Reason.RULE, Reason.FOOTNOTE]
    assert "report of the first" not in "\n".join(node.text for node in parsed.walk())


@pytest.mark.parametrize(
    "below",
    [
        "Article 1\n---------\n1. The Parties cooperate.\n2. They train.",
        "Article 1\n\nThey train.\n\n__________\n(1) They report.",
        "Article 1\nPurpose\n----------\n1 They train each year.",
        "Article 1\n\nThey train.\n_____\n1 See the first report.\n\nThey report.\n",
        "Article 1\n\nThey train.\n_____\n1 See the first report.\nArticle 2\nThey report.",
    ],
)
def test_a_drawn_line_takes_nothing_of_the_text_below_it(below):
    text = treaty(below, "Article 5\n\nThey meet.")

    lost = [
        remark.text for remark in read_plain(text).passed_over if remark.reason == Reason.FOOTNOTE
    ]

    assert lost in ([], ["1 See the first report."])
    assert numbers(text)[-1] == "5"


def test_a_list_below_a_line_of_markdown_is_text():
    text = f"# {treaty('Article 1')}\n\nThey keep:\n\n-----\n\n1. One list.\n2. Two lists.\n"

    words = "\n".join(node.text for node in read_text(text.encode(), "text.md").walk())

    assert ("One list." in words, "Two lists." in words) == (True, True)


def test_a_line_of_dots_is_read_in_time():
    text = treaty("Article 1\n\n" + ("Name " + ". " * 70 + "x\n") * 200)

    begun = time.perf_counter()
    read_plain(text)

    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize(
    "blanks",
    [
        "2. It is signed on ……… in ………\n\n3. It is kept in ………\n\n4. It is sent to ………",
        "2. The number is ........ 3\n\n3. The number is ........ 4\n\n4. The number is ........ 5",
        "For the first Party ______\n\nFor the second Party ______\n\nFor the third Party ______",
    ],
)
def test_blanks_to_be_filled_in_are_no_contents(blanks):
    parsed = read_plain(treaty(f"Article 1\n\n1. They train.\n\n{blanks}"))

    assert Reason.CONTENTS not in {remark.reason for remark in parsed.remarks}


def test_an_article_called_contents_is_an_article():
    text = treaty("Article 1\nContents\n\nA plan names teams.", "Article 2\n\nThey report.")
    without_formula = text.replace("The Parties have agreed as follows:\n\n", "")

    for one in (text, without_formula):
        assert numbers(one) == ["1", "2"]
        assert Reason.CONTENTS not in {remark.reason for remark in read_plain(one).remarks}


@pytest.mark.parametrize("name", ["text.txt", "text.md", ""])
def test_headings_in_bold_letters_are_headings(name):
    bold = treaty("**Article 1**\n\nThey train.", "**Article 2**\n\nThey report.")
    text = bold.replace("AGREEMENT ON EXERCISES", "**AGREEMENT ON EXERCISES**")

    parsed = read_text(text.encode(), name)

    assert parsed.title == "AGREEMENT ON EXERCISES"
    assert [n.number for n in parsed.walk() if n.kind == Kind.ARTICLE] == ["1", "2"]
    assert not parsed.passed_over


def page_of(head, number):
    words = "\n".join(f"{n}. They train for task {n} of year {number}." for n in range(1, 6))
    return f"{head}\n\nArticle {number}\n\n{words}\n"


def test_a_title_that_runs_over_the_pages_stays_where_it_stands_first():
    title = "AGREEMENT ON EXERCISES"

    parsed = read_plain("\f".join(page_of(title, number) for number in range(1, 5)))

    running = [remark.text for remark in parsed.passed_over]
    assert (parsed.title, running) == (title, [title] * 3)


def test_names_of_annexes_and_of_who_signs_are_no_running_headers():
    signed = "Done at Ankara on 1 May 2031.\n\f" + "\f".join(["For the Government of Alpha\n"] * 3)
    annexes = "\f".join(
        f"ANNEX {number}\nForms\n\n1. Form {number} is kept.\n\n2. Team {number} has it.\n\n3. It is sent."
        for number in ("I", "II", "III")
    )

    parsed = read_plain(f"{treaty(page_of('', 1), page_of('', 2))}\n\n{signed}\f{annexes}")

    assert [n.heading for n in parsed.nodes if n.kind == Kind.ANNEX] == ["Forms"] * 3
    assert parsed.counts[Kind.FINAL_CLAUSE] == 4


def test_the_last_word_of_a_point_is_no_running_header():
    points = "\n\f".join(f"({letter}) what the States told the other\nparties;" for letter in "abc")
    text = treaty(f"Article 1\n\nThey keep:\n{points}")

    assert read_plain(text).passed_over == []


@pytest.mark.parametrize(
    "words",
    [
        "For the State that deposits later, it enters into force on that day.",
        "For the Parties below the rule is another one:\n\n1. They report later.",
        "For the Government of each State\nthe depositary keeps a copy.",
        "1. It enters into force.\n\nSignature: it may be given by letter.",
    ],
)
def test_words_of_the_last_article_are_no_signatures(words):
    text = treaty("Article 1\n\nThey train.", f"Article 2\n\n{words}")

    assert read_plain(text).counts[Kind.FINAL_CLAUSE] == 0


@pytest.mark.parametrize(
    "lines",
    [
        "Done at Ankara on 1 May 2031.\n\nFor the Republic of A\n\nFor the Republic of B",
        "For the Government of A: ..........\n\nFor the Government of B: ..........",
        "A Hükümeti adına\n\nB Hükümeti adına",
    ],
)
def test_signatures_behind_the_last_article(lines):
    text = treaty("Article 1\n\nThey train.", lines, "ANNEX I\n\nForms\n\n1. One form is kept.")

    parsed = read_plain(text)

    assert parsed.counts[Kind.FINAL_CLAUSE] == len(lines.split("\n\n"))
    assert parsed.counts[Kind.ANNEX] == 1


@pytest.mark.parametrize(
    "encoding",
    [
        "utf-8",
        "utf-8-sig",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "cp1251",
        "koi8-r",
        "cp866",
    ],
)
def test_encodings_are_found(encoding):
    text = (
        "СОГЛАШЕНИЕ об учениях\n\nСтороны согласились:\n\nСтатья 1\n\nОни проводят учения вместе.\n"
    )

    parsed = read_text(text.encode(encoding), "text.txt")

    assert (parsed.title, parsed.counts[Kind.ARTICLE]) == ("СОГЛАШЕНИЕ об учениях", 1)


def test_turkish_of_an_old_computer_is_found():
    text = "EĞİTİM ANLAŞMASI\n\nTaraflar anlaşmışlardır:\n\nMadde 1\n\nTatbikatlar ortak yapılır, şartları aşağıdadır.\n"

    assert read_text(text.encode("cp1254"), "text.txt").title == "EĞİTİM ANLAŞMASI"


def test_a_stray_byte_leaves_a_text_what_it_is():
    words = "Tatbikatların şartları aşağıdadır.\n\n" * 20
    text = f"EĞİTİM ANLAŞMASI\n\nTaraflar anlaşmışlardır:\n\nMadde 1\n\n{words}"

    assert read_text(text.encode() + b"Bir \x93x.", "text.txt").title == "EĞİTİM ANLAŞMASI"


def test_an_encoding_is_found_behind_many_pages_of_english():
    english = treaty(
        "Article 1\n\n" + "They train together. " * 20 + "\n\n" + "They report.\n\n" * 2_000
    )
    text = f"{english}\n\nArticle 2\n\nОни проводят учения вместе.\n"

    words = "\n".join(node.words for node in read_text(text.encode("cp1251"), "text.txt").nodes)

    assert "Они проводят учения вместе." in words


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file has no text."),
        (b"  \n\f\n", "The file has no text."),
        (b"%PDF-1.7 ...", "A PDF keeps no structure of the text. Send the DOCX it was made of, or copy its text into a text file."),
        (bytes(range(256)) * 20, "The file is no text. Send plain text, Markdown, DOCX or Akoma Ntoso."),
        (
            b"x " * 1_000_000,
            "The text has 2000 kB; texts of up to 1999 kB are taken. Send its annexes by themselves.",
        ),
        (b"Article 1\n" + b"x" * 20_001, "Line 2 has more than 20000 letters. Break it into paragraphs, a line for each."),
        (b"Article 1\n" * 30_001, "The text has more than 30000 lines. Send it in parts."),
    ],
)  # fmt: skip
def test_what_is_no_text_of_a_treaty_is_refused_with_a_sentence(content, sentence):
    with pytest.raises(FormatError) as refused:
        read_text(content, "text.txt")

    assert str(refused.value) == sentence


def test_five_thousand_lines_are_read_in_time_and_every_article_is_found():
    count = 550
    articles = [
        f"Article {number}\nTitle {number}\n\n"
        + "\n".join(f"{n}. {'words ' * 40}end." for n in range(1, 7))
        for number in range(1, count + 1)
    ]
    text = treaty(*articles)
    assert text.count("\n") > 5000

    begun = time.perf_counter()
    parsed = read_text(text.encode())

    assert [n.number for n in parsed.walk() if n.kind == Kind.ARTICLE] == [
        str(n) for n in range(1, count + 1)
    ]
    assert time.perf_counter() - begun < 10


@pytest.mark.parametrize(
    "line",
    [
        "<!-- " * 3_900,
        "# x" + " #" * 9_900,
        "# x" + " " * 19_000 + "x",
        "<p " * 6_600,
        "[" * 19_900,
        "**" * 9_900,
    ],
)
def test_markdown_that_was_written_to_take_long_does_not(line):
    text = treaty("Article 1\n\nThey train.\n\n" + f"{line}\n\n" * 20)

    begun = time.perf_counter()
    read_text(text.encode(), "text.md")

    assert time.perf_counter() - begun < 10


def test_a_line_too_long_for_a_provision_is_refused_before_markdown_is_read():
    with pytest.raises(FormatError, match="more than 20000 letters"):
        read_text(b"# Article 1\n" + b"<p " * 20_000, "text.md")


def test_comments_and_closing_signs_of_markdown_are_left_out():
    text = treaty(
        "## Article 1 ##\n\nThey <!-- seldom\n--> train in C#.", "## Article 2\n\nThey <!-- report."
    )

    parsed = read_text(text.encode(), "text.md")

    assert [node.number for node in parsed.nodes if node.kind == Kind.ARTICLE] == ["1", "2"]
    said = " ".join(node.text for node in parsed.walk()).split()
    assert " ".join(said).endswith("They train in C#. They <!-- report.")


def test_additional_and_provisional_articles_are_counted_by_themselves():
    parsed = read_plain(
        "TATBİKAT ANLAŞMASI\n\nMADDE 1 – Taraflar eğitim yapar.\n\nEK MADDE 1 – Toplanırlar.\n\n"
        "GEÇİCİ MADDE 1 – İlk toplantı Ankara'da yapılır.\n\nMADDE 2 – Yürürlüğe girer.\n"
    )

    articles = [node.number for node in parsed.nodes if node.kind == Kind.ARTICLE]
    assert (articles, parsed.remarks) == (["1", "Ek 1", "Geçici 1", "2"], [])


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("[Article 2\nCosts\n\nEach Party bears its costs.]", ("[Costs", "Each Party bears its costs.]")),
        ("[Article 2 – Costs\n\nEach Party bears its costs.]", ("[Costs", "Each Party bears its costs.]")),
        ("[Article 2\n\nEach Party bears its costs.]", ("", "[Each Party bears its costs.]")),
    ],
)  # fmt: skip
def test_a_bracket_before_an_article_opens_before_its_words(lines, expected):
    parsed = read_plain(f"AGREEMENT\n\nArticle 1\nPurpose\n\nThey train.\n\n{lines}\n")

    article = parsed.nodes[-1]
    assert (article.number, article.heading, article.children[0].text) == ("2", *expected)


@pytest.mark.parametrize("last_number", ["- 2 -", ""])
def test_a_header_on_two_numbered_pages_is_no_part_of_the_text(last_number):
    first = "\n\n".join(f"Article {n}\n\nThe Parties train team {n}." for n in range(1, 9))
    second = "\n\n".join(f"Article {n}\n\nThe Parties train team {n}." for n in range(9, 12))
    header = "Agreement on joint exercises"
    parsed = read_plain(
        f"{header}\n\nAGREEMENT ON JOINT EXERCISES\n\n{first}\n\n- 1 -\n\n{header}\n\n{second}\n\n{last_number}\n"
    )

    assert (parsed.title, len(parsed.nodes), parsed.not_recognised) == (
        "AGREEMENT ON JOINT EXERCISES",
        11,
        [],
    )
