"""
The words by which treaties name their divisions, by language, and how their last lines begin.

English, French, German, Russian; Turkish, Azerbaijani, Kazakh, Kyrgyz, Uzbek (both scripts), Turkmen; Hungarian;
Spanish and Italian for texts of the United Nations and of neighbours.
"""

import re

from agreements.formats.tree import Kind

# Word → language; where two languages share it, the one whose word is more often meant.
ARTICLE_WORDS = {
    "article": "en", "art": "", "artículo": "es", "articolo": "it", "artikel": "de", "madde": "tr", "maddə": "az",
    "бап": "kk", "берене": "ky", "modda": "uz", "модда": "uz", "madda": "tk", "статья": "ru", "cikk": "hu",
}  # fmt: skip
# Used as articles only where a text has none: rules of procedure, memoranda.
# The first group that a text has is taken.
ARTICLE_LIKE_WORDS = (
    ("rule", "clause", "regulation", "principle", "правило", "kural", "qayda", "ереже"),
    ("section", "§", "пункт", "paragraph"),
)

# Rank: a division holds those of a higher rank.
DIVISION_WORDS: dict[str, tuple[Kind, int]] = {
    **dict.fromkeys(
        ("part", "partie", "teil", "часть", "kısım", "hissə", "бөлік", "qism", "қисм", "rész", "parte", "bölek"), (Kind.PART, 1)
    ),
    **dict.fromkeys(
        ("title", "titre", "titel", "título", "titolo", "раздел", "bölmə", "бөлім", "бөлүм", "bo'lim", "boʻlim", "bo‘lim", "бўлим"),
        (Kind.PART, 2),
    ),
    **dict.fromkeys(
        ("chapter", "chapitre", "kapitel", "глава", "bölüm", "fəsil", "тарау", "bob", "боб", "bap", "fejezet", "capítulo", "capitolo"),
        (Kind.CHAPTER, 3),
    ),
    **dict.fromkeys(("section", "abschnitt", "sección", "sezione", "szakasz", "ayrım", "параграф"), (Kind.SECTION, 4)),
    **dict.fromkeys(("subsection", "sub-section", "sous-section", "unterabschnitt"), (Kind.SECTION, 5)),
}  # fmt: skip

ANNEX_WORDS = (
    "annex", "appendix", "schedule", "attachment", "exhibit", "annexe", "appendice", "anlage", "anhang", "anexo", "allegato",
    "ek", "əlavə", "қосымша", "тиркеме", "ilova", "илова", "goşundy", "приложение", "melléklet", "függelék",
)  # fmt: skip
# An annex only where the articles are over, or with a number: otherwise it is what the text itself is.
ANNEX_LIKE_WORDS = (
    "protocol",
    "protocole",
    "protokoll",
    "протокол",
    "protokol",
    "хаттама",
    "bayonnoma",
    "баённома",
)

INSTRUMENT_WORDS = (
    "agreement", "convention", "treaty", "protocol", "charter", "memorandum", "covenant", "statute", "constitution", "pact",
    "arrangement", "rules", "amendment", "declaration", "accord", "convention", "traité", "protocole", "charte", "abkommen",
    "vertrag", "übereinkommen", "protokoll", "соглашение", "конвенция", "договор", "протокол", "устав", "меморандум", "хартия",
    "anlaşma", "anlaşması", "sözleşme", "sözleşmesi", "protokol", "protokolü", "antlaşma", "antlaşması", "saziş", "sazişi",
    "müqavilə", "müqaviləsi", "protokolu", "келісім", "келісімі", "шарт", "хаттама", "хаттамасы", "макулдашуу", "макулдашуусу",
    "келишим", "келишими", "bitim", "bitimi", "битим", "битими", "shartnoma", "shartnomasi", "ylalaşyk", "ylalaşygy", "egyezmény",
    "megállapodás", "szerződés", "acuerdo", "convenio", "tratado",
)  # fmt: skip

_INSTRUMENT = re.compile(
    rf"\b(?:{'|'.join(sorted(map(re.escape, set(INSTRUMENT_WORDS)), key=len, reverse=True))})\b",
    re.IGNORECASE,
)
_LONGEST_TITLE = 600


def names_instrument(text: str) -> bool:
    """Return whether the words say of what kind the text is: an agreement, a protocol, an anlaşma."""
    begin = text[:_LONGEST_TITLE]
    return bool(
        _INSTRUMENT.search(begin) or _INSTRUMENT.search(begin.replace("I", "ı").replace("İ", "i"))
    )


CONTENTS_WORDS = (
    "contents", "table of contents", "içindekiler", "mündəricat", "содержание", "оглавление", "мазмұны", "мазмуну", "mundarija",
    "мундарижа", "sommaire", "table des matières", "inhalt", "inhaltsverzeichnis", "inhaltsübersicht", "tartalom", "mazmuny", "índice",
)  # fmt: skip
PREAMBLE_WORDS = (
    "preamble", "préambule", "präambel", "преамбула", "başlangıç", "giriş", "preambula", "кіріспе", "preambulum", "preámbulo",
    "dibaçe", "muqaddima",
)  # fmt: skip

# How the lines behind the last article begin: the testimonium, place and day.
_TESTIMONIUM = (
    r"in (?:witness|faith|testimony) (?:whereof|thereof)", r"en foi de quoi", r"zu urkund", r"в удостоверение",
    r"in fede di che", r"en fe de lo cual",
    r"done (?:at|in|on|this)\b", r"signed (?:at|in)\b", r"fait (?:à|en|au)\b", r"geschehen zu\b", r"hecho en\b", r"fatto a\b",
    r"совершено\b", r"подписано в\b", r"учинено в\b", r"жасалды\b", r"түзілді\b", r"készült\b",
    r"işbu (?:anlaşma|sözleşme|protokol)\w*,? .*(?:imzalanmıştır|düzenlenmiştir)", r"bu (?:anlaşma|sözleşme|protokol)\w*,? .*tarihinde.*(?:imzalanmıştır|düzenlenmiştir)",
    r"yukarıdaki hususları? (?:tasdiken|tasdik)", r"bunu tasdiqləyərək", r"tuzildi\b", r"imzalandı\b", r"осыны куәландыр", r"buning tasdigʻi",
)  # fmt: skip
# How the lines begin, or end, under which somebody signs; a sentence of an article may begin so, too.
_SIGNATORY = (
    r"for the (?:governments?|republic|cabinet|state|kingdom|contracting|parties|party|secretariat|organization)\b", r"pour (?:le gouvernement|la république)",
    r"für die (?:regierung|republik)", r"за правительство", r"за кабинет министров", r"от имени правительства",
    r".{0,80}adına\s*$", r".{0,80}hökuməti adından\s*$", r".{0,80}hukumati nomidan\s*$",
    r"\(?signed\)?\s*[:)]", r"\(?signature\)?\s*:",
)  # fmt: skip
TESTIMONIUM = re.compile(rf"(?:{'|'.join(_TESTIMONIUM)})", re.IGNORECASE)
SIGNATORY = re.compile(rf"(?:{'|'.join(_SIGNATORY)})", re.IGNORECASE)
FINAL_CLAUSE = re.compile(rf"(?:{TESTIMONIUM.pattern}|{SIGNATORY.pattern})", re.IGNORECASE)

# The enacting formula: nothing behind it belongs to the preamble.
FORMULA = re.compile(
    r"(?:have|hereby) agreed|agree as follows|agreed (?:as follows|upon|to the following)|sont convenu|ont convenu|haben folgendes vereinbart|sind wie folgt"
    r"|согласились о нижеследующем|договорились о|aşağıdaki (?:hususlarda|şekilde|konularda|hükümler)|aşağıdakılar barədə"
    r"|төмендегі(?:лер)? туралы|төмөнкү|quyidagilar|қуйидагилар|aşakdakylar|az alábbiakban",
    re.IGNORECASE,
)

# A line that ends with one of these goes on in the next: what follows is a reference, not a heading.
CONNECTORS = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "in",
        "to",
        "with",
        "under",
        "and",
        "or",
        "by",
        "from",
        "per",
        "see",
        "on",
        "at",
        "for",
        "this",
        "that",
        "paragraph",
        "paragraphs",
        "article",
        "articles",
        "subparagraph",
        "chapter",
        "section",
        "annex",
        "pursuant",
        "accordance",
        "de",
        "du",
        "des",
        "la",
        "le",
        "les",
        "l'",
        "et",
        "ou",
        "à",
        "au",
        "aux",
        "selon",
        "der",
        "die",
        "das",
        "des",
        "den",
        "dem",
        "und",
        "oder",
        "nach",
        "gemäß",
        "im",
        "in",
        "von",
        "zu",
        "и",
        "в",
        "во",
        "с",
        "со",
        "к",
        "ко",
        "о",
        "об",
        "от",
        "по",
        "на",
        "из",
        "или",
        "за",
        "для",
        "при",
        "пункт",
        "пункта",
        "пунктом",
        "статьи",
        "статье",
        "статьей",
        "статьёй",
        "ve",
        "veya",
        "ile",
        "və",
        "ya",
        "ilə",
        "жана",
        "және",
        "мен",
        "бен",
        "va",
        "yoki",
        "ва",
        "ҳамда",
        "és",
        "vagy",
        "el",
        "y",
        "del",
        "al",
        "e",
        "di",
        "del",
    ]
)
# A reference goes on like this behind its number: "Article 5 Paragraph 2".
REFERENCE_TAIL = re.compile(
    r"(?:paragraphs?|para|sub-?paragraph|§+|absatz|abs\.|satz|nummer|nr\.|buchstabe|пункт\w*|fıkra\w*|bənd\w*|paragraphe|alinéa|and|or)\b",
    re.IGNORECASE,
)
