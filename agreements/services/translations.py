from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from agreements.models import Instrument, LanguageText, Provision, ProvisionText
from agreements.queries import languages as queries
from agreements.rules import language_texts as rules
from agreements.services.entering import hold
from agreements.services.proposal_bases import follow_text
from agreements.statuses import TRANSLATING_STATUSES, WRITTEN_LANGUAGE_STATUSES
from ots_portal.audit.services import changes_between, record
from ots_portal.lifecycle import StaleVersion, WrongStatus, wrong_status_sentence
from ots_portal.people.models import User
from ots_portal.verdicts import require


@transaction.atomic
def write_translation(  # noqa: PLR0913 -- keywords only, each named where it is called
    language_text: LanguageText,
    provision: Provision,
    *,
    heading: str,
    text: str,
    version: int,
    original_sha256: str,
    by: User,
    at: datetime,
) -> ProvisionText:
    """
    Write a provision in one language; saving it as it stands says that it fits the present original.

    ``version`` is that of the words that were seen, 0 where there were none; ``original_sha256`` the hash of the
    original beside them. The audit holds hashes, never the words.

    :raises Refused: unless ``rules.may_translate``
    :raises WrongStatus: once the language is certified or the instrument authenticated
    :raises StaleVersion: when somebody else saved in the meantime, the original changed, or it is gone
    :raises ValidationError: at ``heading`` or ``text``
    """
    require(rules.may_translate(by, language_text))
    hold_written(language_text, at=at)
    live = Provision.objects.filter(pk=provision.pk, is_live=True, instrument=language_text.instrument_id)  # fmt: skip
    if not live.exists():
        raise StaleVersion(provision)
    tag = language_text.tag
    before = _sha256(provision, tag)
    original = _original_sha256(language_text, provision)
    if original != original_sha256:
        raise StaleVersion(provision)
    words = _claim(provision, tag, version)
    words.heading, words.text, words.made_from = heading, text, original
    words.full_clean()
    _refuse_lost_brackets(provision, words)
    words.save()
    record(
        "agreements.provision.translated",
        subject=provision,
        by=by,
        at=at,
        language=tag,
        changes=changes_between({"text_sha256": before}, {"text_sha256": words.sha256}),
    )
    count_words_on(language_text)
    follow_text(language_text.instrument, at=at)
    return words


def count_words_on(language_text: LanguageText) -> None:
    """Let whoever looked at the text beside a file see that it is another one now; the instrument is held."""
    Instrument.objects.filter(pk=language_text.instrument_id).update(version=F("version") + 1)


def hold_written(language_text: LanguageText, *, at: datetime) -> None:
    """
    Lock the instrument while a language of it is written.

    :raises WrongStatus: once the instrument is authenticated, or the language certified
    """
    hold(language_text.instrument, TRANSLATING_STATUSES, at=at)
    rows = LanguageText.objects.filter(pk=language_text.pk, status__in=WRITTEN_LANGUAGE_STATUSES)
    if rows.update(updated_at=at, version=F("version") + 1) != 1:
        raise WrongStatus(wrong_status_sentence(language_text))
    language_text.refresh_from_db(fields=["status", "version", "updated_at"])


def _claim(provision: Provision, tag: str, version: int) -> ProvisionText:
    """Return the words to write into; those of whoever was faster are not overwritten."""
    words = ProvisionText.objects.filter(provision=provision, language=tag).first()
    if words is None:
        if version:
            raise StaleVersion(provision)
        return ProvisionText(provision=provision, language=tag)
    rows = ProvisionText.objects.filter(pk=words.pk, version=version)
    if rows.update(version=F("version") + 1) != 1:
        raise StaleVersion(words)
    words.refresh_from_db()
    return words


def _original_sha256(language_text: LanguageText, provision: Provision) -> str:
    original = queries.original_tag(language_text.instrument)
    return _sha256(provision, original)


def _sha256(provision: Provision, tag: str) -> str:
    words = ProvisionText.objects.filter(provision=provision, language=tag).first()
    return words.sha256 if words else ""


def _refuse_lost_brackets(provision: Provision, words: ProvisionText) -> None:
    for bracket in provision.brackets.filter(language=words.language):
        if words.text.count(bracket.quote) != 1:
            message = _("The bracketed words “%(words)s” must stand in the text once.")
            raise ValidationError({"text": message % {"words": bracket.quote}})
