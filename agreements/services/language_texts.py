from datetime import datetime
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from agreements.models import Instrument, LanguageText
from agreements.queries import languages as queries
from agreements.rules import language_texts as rules
from agreements.services.entering import checked_reason, hold
from agreements.statuses import LANGUAGE_TEXTS, TRANSLATING_STATUSES, LanguageStatus
from agreements.vocabularies.languages import VERSIONS
from ots_portal import lifecycle
from ots_portal.audit.services import changes_between, record
from ots_portal.lifecycle import StaleVersion
from ots_portal.people.models import User
from ots_portal.verdicts import require

_take_step = partial(lifecycle.take_step, lifecycle=LANGUAGE_TEXTS)


@transaction.atomic
def add_language(
    instrument: Instrument, *, tag: str, is_authentic: bool = True, by: User, at: datetime
) -> LanguageText:
    """
    Begin a language version; with the first one the original becomes one, too.

    ``tag`` is one of ``vocabularies.languages.VERSIONS``.

    :raises Refused: unless ``rules.may_add_language``
    :raises WrongStatus: once the instrument is authenticated
    :raises ValidationError: at ``tag``, when it is there already, or none that treaties are made in
    """
    require(rules.may_add_language(by, instrument))
    hold(instrument, TRANSLATING_STATUSES, at=at)
    if tag not in VERSIONS:
        raise ValidationError({"tag": _("Treaties are not made in this language here.")})
    original = queries.original_tag(instrument)
    there = {version.tag for version in queries.versions_of(instrument)}
    if tag in there:
        raise ValidationError({"tag": _("There is a version in this language already.")})
    if original in VERSIONS and original not in {*there, tag}:
        _add(instrument, original, is_authentic=True, by=by, at=at)
    return _add(instrument, tag, is_authentic=is_authentic, by=by, at=at)


def _add(
    instrument: Instrument, tag: str, *, is_authentic: bool, by: User, at: datetime
) -> LanguageText:
    version = VERSIONS[tag]
    language_text = LanguageText(
        instrument=instrument,
        language=version.language,
        script=version.script,
        is_authentic=is_authentic,
        created_at=at,
        updated_at=at,
        created_by=by,
    )
    language_text.full_clean()
    language_text.save(force_insert=True)
    told = {"instrument": str(instrument.pk), "language": tag}
    record("agreements.language_text.added", subject=language_text, by=by, at=at, **told)
    return language_text


@transaction.atomic
def mark(  # noqa: PLR0913 -- keywords only, each named where it is called
    language_text: LanguageText,
    *,
    is_authentic: bool,
    is_prevailing: bool,
    version: int,
    by: User,
    at: datetime,
) -> LanguageText:
    """
    Say whether a text is authentic, and whether it prevails where the authentic ones differ.

    :raises Refused: unless ``rules.may_mark``
    :raises WrongStatus: once the instrument is authenticated
    :raises StaleVersion: when somebody else saved in the meantime
    :raises ValidationError: at ``is_prevailing``, when another one prevails, or it is not authentic
    """
    require(rules.may_mark(by, language_text))
    hold(language_text.instrument, TRANSLATING_STATUSES, at=at)
    if is_prevailing:
        _refuse_second(language_text, is_authentic=is_authentic)
    before = _marks(language_text)
    rows = LanguageText.objects.filter(pk=language_text.pk, version=version)
    marks = {"is_authentic": is_authentic, "is_prevailing": is_prevailing}
    if rows.update(**marks, version=F("version") + 1, updated_at=at) != 1:
        raise StaleVersion(LanguageText.objects.get(pk=language_text.pk))
    language_text.refresh_from_db()
    changes = changes_between(before, _marks(language_text))
    record("agreements.language_text.marked", subject=language_text, by=by, at=at, changes=changes)
    return language_text


def _marks(language_text: LanguageText) -> dict[str, bool]:
    return {
        "is_authentic": language_text.is_authentic,
        "is_prevailing": language_text.is_prevailing,
    }


def _refuse_second(language_text: LanguageText, *, is_authentic: bool) -> None:
    if not is_authentic:
        raise ValidationError({"is_prevailing": _("Only an authentic text can prevail.")})
    others = LanguageText.objects.filter(instrument=language_text.instrument, is_prevailing=True)
    other = others.exclude(pk=language_text.pk).first()
    if other:
        sentence = _("At most one text prevails, and %(language)s does already.")
        raise ValidationError({"is_prevailing": sentence % {"language": other}})


@transaction.atomic
def complete(language_text: LanguageText, *, by: User, at: datetime) -> LanguageText:
    """
    Say that everything is translated.

    :raises Refused: unless ``rules.may_complete``: also while words are missing
    :raises WrongStatus: unless it is being written, of a text that is not authenticated
    """
    hold(language_text.instrument, TRANSLATING_STATUSES, at=at)
    require(rules.may_complete(by, language_text))
    return _take_step(language_text, "complete", by=by, at=at)


@transaction.atomic
def begin_concordance(language_text: LanguageText, *, by: User, at: datetime) -> LanguageText:
    """
    Hold the translation against the original: from now on findings are worked off.

    :raises Refused: unless ``rules.may_begin_concordance``
    :raises WrongStatus: unless it is translated, of a text that is not authenticated
    """
    require(rules.may_begin_concordance(by, language_text))
    hold(language_text.instrument, TRANSLATING_STATUSES, at=at)
    return _take_step(language_text, "begin_concordance", by=by, at=at)


@transaction.atomic
def certify(language_text: LanguageText, *, by: User, at: datetime) -> LanguageText:
    """
    Say that it is in concordance with the original, word for word as both stand now.

    :raises Refused: unless ``rules.may_certify``: also while a finding is open, or words changed since the checks
    :raises WrongStatus: unless it is in concordance, of a text that is not authenticated
    """
    # Held first: nobody writes a word while we count what is open.
    hold(language_text.instrument, TRANSLATING_STATUSES, at=at)
    language_text.refresh_from_db()
    require(rules.may_certify(by, language_text))
    digest = queries.digest_of(queries.version_rows(language_text), 0)
    changes = {"certified_at": at, "certified_digest": digest}
    return _take_step(language_text, "certify", by=by, at=at, changes=changes, sha256=digest)


@transaction.atomic
def send_back(language_text: LanguageText, *, reason: str, by: User, at: datetime) -> LanguageText:
    """
    Have it written on; what was certified is certified no more.

    :raises Refused: unless ``rules.may_send_back``
    :raises WrongStatus: unless it is translated, in concordance or certified, of a text that is not authenticated
    :raises ValidationError: without a reason
    """
    require(rules.may_send_back(by, language_text))
    hold(language_text.instrument, TRANSLATING_STATUSES, at=at)
    changes = {"reason": checked_reason(reason), "certified_at": None, "certified_digest": ""}
    return _take_step(language_text, "send_back", by=by, at=at, changes=changes)


def to_authenticate(instrument: Instrument) -> list[LanguageText]:
    """Return the versions that are authenticated with the instrument: the authentic ones."""
    original = queries.original_tag(instrument)
    return [
        version
        for version in queries.versions_of(instrument)
        if version.is_authentic
        and (version.status == LanguageStatus.CERTIFIED or version.tag == original)
    ]


def authenticate(language_text: LanguageText, *, by: User, at: datetime) -> LanguageText:
    """Authenticate one language with the instrument, whose step asked the rule; nobody decides it by itself."""
    return _take_step(language_text, "authenticate", by=by, at=at)
