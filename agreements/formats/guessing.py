"""
In which language a text is written: by its letters, and by the small words that no sentence does without.

Only for refusing what was sent under another name: a guess that is not clear is none.
"""

import re
from collections import Counter

# Frequent words of legal texts; shared ones count for each language that has them.
_WORDS: dict[str, frozenset[str]] = {
    tag: frozenset(words.split())
    for tag, words in {
        "en": "the of and to in for shall be by with this any or which on is are that agreement parties article",
        "ru": "и в на о по с для или не от к настоящего сторон стороны статья соглашения является при также которые что из",
        "tr": "ve bir bu için ile veya olarak tarafından olan taraf taraflar madde anlaşma göre her kadar de da üzere edilir",
        "az": "və bir bu üçün ilə və ya olan tərəf tərəflər maddə saziş hər üzrə edir olunur həmçinin tərəfindən görə də",
        "kk": "және мен осы бойынша үшін тараптар тарап бап немесе болып туралы келісім өз әр де ол оның сондай отырып",
        "kk-Latn": "jäne men osy boiynşa üşın taraptar tarap bap nemese bolyp turaly kelısım öz är de ol onyñ sondai otyryp",
        "ky": "жана менен ушул боюнча үчүн тараптар тарап берене же болуп жөнүндө макулдашуу өз ар бир анын ошондой ал да",
        "uz": "va bilan ushbu uchun tomonlar tomon modda yoki boʻyicha har bir toʻgʻrisida bitim oʻz bu hamda ham shuningdek asosida",
        "uz-Cyrl": "ва билан ушбу учун томонлар томон модда ёки бўйича ҳар бир тўғрисида битим ўз бу ҳамда ҳам шунингдек асосида",
        "tk": "we bilen şu üçin taraplar tarap madda ýa boýunça her bir hakynda ylalaşyk öz bu hem da baradaky bolan esasynda",
        "hu": "és a az egy hogy nem vagy ezen felek fél cikk valamint által szerint egyezmény kell is minden továbbá alapján",
    }.items()
}  # fmt: skip
# Letters that only one or a few of the languages have: a sentence has some of them.
_LETTERS: dict[str, str] = {
    "az": "ə", "tk": "ňýžä", "hu": "őű", "tr": "ğışç", "kk-Latn": "ñūğ", "uz": "ʻ", "ru": "ыэщъё", "kk": "әғқұіһ", "ky": "өүң",
    "uz-Cyrl": "ўқғҳ", "en": "w",
}  # fmt: skip
# Letters that a language does not write: a text full of them is in another one.
_FOREIGN: dict[str, str] = {
    "ru": "әғқұіһөүңўҳ", "ky": "әғқұіһўҳ", "uz-Cyrl": "әұіһөүңщы", "kk": "ўҳ", "tr": "əňýžäőűqwx", "az": "ňýžäőűw", "tk": "əqğıőűv",
    "uz": "əňýžäőűğışçöü", "en": "əňýžäőűğışçöü", "hu": "əňýžğışçäw", "kk-Latn": "əýžőű",
}  # fmt: skip
_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘`´ʼ", "ʻ"))
_SAMPLE_LETTERS = 60_000
_FEWEST_WORDS = 12
_CLEAR = 1.3  # times what the claimed language scores
_LEAST = 0.12  # below it the text may be in a language that is none of these


def language_of(text: str) -> str:
    """Return the tag of the language that the text is most likely in; empty where it is too short to tell."""
    scores = _scores(text)
    best = max(scores, key=lambda tag: scores[tag], default="")
    return best if scores and scores[best] > _LEAST else ""


def is_clearly_another(text: str, tag: str) -> str:
    """Return the tag of the language that the text is in, where that is clearly not the given one; else empty."""
    scores = _scores(text)
    best = max(scores, key=lambda one: scores[one], default="")
    if not best or best == tag or scores[best] <= _LEAST:
        return ""
    return best if scores[best] > _CLEAR * max(scores.get(tag, 0.0), 0.0) else ""


def _scores(text: str) -> dict[str, float]:
    """Return for each language the share of words and letters that speak for it; nothing of a short text."""
    low = text[:_SAMPLE_LETTERS].replace("İ", "i").lower().translate(_APOSTROPHES)
    words = re.findall(r"[^\W\d_]+(?:ʻ[^\W\d_]*)*", low)
    if len(words) < _FEWEST_WORDS:
        return {}
    counts, letters = Counter(words), Counter(low)
    total = sum(letters[letter] for letter in letters if letter.isalpha()) or 1
    return {
        tag: sum(counts[word] for word in known) / len(words)
        + 2 * sum(letters[letter] for letter in _LETTERS[tag]) / total
        - 4 * sum(letters[letter] for letter in _FOREIGN[tag]) / total
        for tag, known in _WORDS.items()
    }
