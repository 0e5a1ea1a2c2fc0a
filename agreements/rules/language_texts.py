"""Who may do what with the languages of a treaty, and when one may be certified."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agreements.models import Instrument, LanguageText
from agreements.queries import languages as queries
from agreements.rules.concordance import reading
from agreements.statuses import LanguageStatus
from agreements.vocabularies.languages import language_name
from ots_portal.people.models import Role, User
from ots_portal.verdicts import ALLOWED, Verdict

_NOT_THE_SECRETARIAT = Verdict(
    gettext_lazy("Only the secretariat keeps the language versions of a text.")
)
_NOT_THE_HEAD = Verdict(gettext_lazy("Only the head of the secretariat certifies a text."))
_ORIGINAL = Verdict(
    gettext_lazy(
        "The text is negotiated in this language: the others are certified against it, it is not."
    )
)


def may_add_language(user: User, instrument: Instrument) -> Verdict:
    return ALLOWED if user.is_secretariat else _NOT_THE_SECRETARIAT


def may_mark(user: User, language_text: LanguageText) -> Verdict:
    return may_add_language(user, language_text.instrument)


def may_translate(user: User, language_text: LanguageText) -> Verdict:
    """Words of the original are written where the text is edited, never as a translation."""
    if not (verdict := may_add_language(user, language_text.instrument)):
        return verdict
    if is_original(language_text):
        return Verdict(_("This is the original: it is edited as the text of the instrument."))
    return ALLOWED


def may_read_translation_in(user: User, language_text: LanguageText) -> Verdict:
    return may_translate(user, language_text)


def may_complete(user: User, language_text: LanguageText) -> Verdict:
    """A translation is complete where every provision with words has its words."""
    if not (verdict := _may_lead_on(user, language_text)):
        return verdict
    missing = queries.progress_of(queries.version_rows(language_text), 0).missing
    if missing:
        sentence = ngettext(
            "%(count)s provision is not translated yet.",
            "%(count)s provisions are not translated yet.",
            missing,
        )
        return Verdict(sentence % {"count": missing})
    return ALLOWED


def may_begin_concordance(user: User, language_text: LanguageText) -> Verdict:
    return _may_lead_on(user, language_text)


def may_send_back(user: User, language_text: LanguageText) -> Verdict:
    return _may_lead_on(user, language_text)


def _may_lead_on(user: User, language_text: LanguageText) -> Verdict:
    if not (verdict := may_add_language(user, language_text.instrument)):
        return verdict
    return _ORIGINAL if is_original(language_text) else ALLOWED


def may_certify(user: User, language_text: LanguageText) -> Verdict:
    """Certified is what was checked as it stands now, with every finding worked off."""
    if user.role != Role.SECRETARIAT_HEAD:
        return _NOT_THE_HEAD if user.is_secretariat else _NOT_THE_SECRETARIAT
    if is_original(language_text):
        return _ORIGINAL
    return certifiable(language_text)


def certifiable(language_text: LanguageText) -> Verdict:
    """Return whether the words as they stand may be certified, and what they still need."""
    rows = queries.version_rows(language_text)
    if language_text.checked_digest != queries.digest_of(rows, 0):
        return Verdict(_("The words have changed since they were checked: run the checks again."))
    count = queries.open_counts([language_text]).get(language_text.pk, 0)
    count += language_text.left_out_count
    if count:
        sentence = ngettext(
            "%(count)s finding is open: correct the words, or say why they stand.",
            "%(count)s findings are open: correct the words, or say why they stand.",
            count,
        )
        return Verdict(sentence % {"count": count})
    return ALLOWED


def is_original(language_text: LanguageText) -> bool:
    return language_text.tag == queries.original_tag(language_text.instrument)


# ── authentication of the instrument ────────────────────────────────────────────────────────────


def authenticable(instrument: Instrument) -> Verdict:
    """
    Return whether the languages let the text be authenticated (Vienna Convention, articles 10 and 33).

    Each authentic one is certified as it stands now, and they are those that the testimonium names.
    """
    versions = queries.versions_of(instrument)
    original = queries.original_tag(instrument)
    rows = queries.side_by_side(instrument, [v.tag for v in versions], original=original)
    uncertified = [
        str(version)
        for place, version in enumerate(versions)
        if version.is_authentic and version.tag != original
        if version.status != LanguageStatus.CERTIFIED
        or version.certified_digest != queries.digest_of(rows, place)
    ]
    if uncertified:
        sentence = ngettext(
            "One authentic text is not certified as it stands: %(languages)s.",
            "Authentic texts are not certified as they stand: %(languages)s.",
            len(uncertified),
        )
        return Verdict(sentence % {"languages": ", ".join(uncertified)})
    if not rows and not versions:
        rows = queries.side_by_side(instrument, [], original=original)
    return _as_the_testimonium(versions, original, queries.final_words(rows))


def _as_the_testimonium(versions: Sequence[LanguageText], original: str, words: str) -> Verdict:
    named = reading.languages_named(words, original)
    if not named:
        return ALLOWED
    authentic = {version.language for version in versions if version.is_authentic}
    if not any(version.tag == original for version in versions):
        authentic.add(original.partition("-")[0])
    if named == authentic:
        return ALLOWED
    if missing := named - authentic:
        sentence = _("The text says that it is made in languages that are not authentic here: %(languages)s.")  # fmt: skip
        return Verdict(sentence % {"languages": _names(missing)})
    sentence = _("Languages are authentic that the text does not name: %(languages)s.")
    return Verdict(sentence % {"languages": _names(authentic - named)})


def _names(codes: set[str]) -> str:
    return ", ".join(sorted(language_name(code) for code in codes))
