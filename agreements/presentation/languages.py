"""What the checks found, in words for people; where a text is fetched in which language."""

from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils import formats
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from agreements.models import ConcordanceFinding, Instrument, Provision, TextRevision
from agreements.queries.languages import languages_written
from agreements.rules.concordance import words
from agreements.statuses import CheckKind
from agreements.vocabularies.languages import language_name


def finding_sentence(finding: ConcordanceFinding) -> str:
    """Return in one sentence what differs, and how."""
    said = _sentences().get(finding.kind)
    if said:
        return said
    here = _listed(finding, finding.details.get("original", []))
    there = _listed(finding, finding.details.get("translation", []))
    if finding.kind == CheckKind.STRUCTURE and finding.details.get("original", [""])[:1] != []:
        return _("The original has %(original)s, the translation has %(translation)s.") % {
            "original": _paragraphs(finding.details.get("original", [])),
            "translation": _paragraphs(finding.details.get("translation", [])),
        }
    told = {"original": here, "translation": there}
    if not there:
        return _("Only the original has: %(original)s.") % told
    if not here:
        return _("Only the translation has: %(translation)s.") % told
    if finding.kind == CheckKind.TERM and len(finding.details["original"]) == 1:
        return _("The original uses the term “%(original)s”; its name here, “%(translation)s”, is not found.") % told  # fmt: skip
    return _("The original has: %(original)s. The translation has: %(translation)s.") % told


def _sentences() -> dict[str, str]:
    return {
        CheckKind.MISSING: _("The provision has no words in this language."),
        CheckKind.EXTRA: _("The provision has words here and none in the original."),
        CheckKind.BEHIND: _("The original was changed after this was translated."),
    }


def _paragraphs(said: Sequence[str]) -> str:
    """Return "3 paragraphs" of a count; of words that stand alone that there are some."""
    if not said:
        return _("no words of its own")
    if said[0].isdecimal():
        return _("paragraphs: %(count)s") % {"count": said[0]}
    return _("words of its own")


def _listed(finding: ConcordanceFinding, said: Sequence[str]) -> str:
    if finding.kind == CheckKind.DATE:
        return ", ".join(_day(one) for one in said)
    if finding.kind == CheckKind.REFERENCE:
        return ", ".join(_reference(one) for one in said)
    if finding.kind == CheckKind.LANGUAGES:
        return ", ".join(language_name(code) for code in said)
    return ", ".join(said)


def _day(text: str) -> str:
    """Return "6 November 2024" of "2024-11-06"; of a day without a year "6 November"."""
    if text.startswith("--"):
        day = parse_date(f"2000-{text[2:]}")  # a leap year
        return formats.date_format(day, "j E") if day else text
    try:
        day = parse_date(text)
    except ValueError:  # a 31st of a month that has none
        return text
    return formats.date_format(day, "j E Y") if day else text


def _reference(text: str) -> str:
    kind, _blank, number = text.partition(" ")
    labels = {
        words.ARTICLE: _("article %(number)s"),
        words.PARAGRAPH: _("paragraph %(number)s"),
        words.ANNEX: _("annex %(number)s"),
        words.CHAPTER: _("chapter %(number)s"),
    }
    return labels[kind] % {"number": number} if kind in labels else text


def place_of(finding: ConcordanceFinding, numbers: dict[str, str]) -> str:
    """Return where it was found: "Article 5 (1)(a)"; of the whole text that it is said of it."""
    if finding.provision is None:
        return _("The whole text")
    return numbers.get(finding.provision.key) or str(finding.provision)


def akn_links(
    instrument: Instrument,
    revision: TextRevision | None = None,
    *,
    tags: Iterable[str] | None = None,
) -> list[dict[str, str]]:
    """
    Return where a text is fetched as Akoma Ntoso, a link for each language that it has words in.

    ``tags`` are these languages, where the page knows them already.
    """
    address = reverse(
        "agreements:revision_akn" if revision else "agreements:instrument_akn",
        args=[(revision or instrument).pk],
    )
    return [
        {
            "label": _("Akoma Ntoso, %(language)s") % {"language": language_name(tag)},
            "url": f"{address}?language={tag}",
        }
        for tag in (languages_written(instrument, revision) if tags is None else tags)
    ]


def tags_of(provisions: Iterable[Provision]) -> list[str]:
    """Return the languages of provisions whose texts are fetched already."""
    return sorted({text.language for provision in provisions for text in provision.texts.all()})
