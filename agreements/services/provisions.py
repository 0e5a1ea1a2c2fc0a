from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from agreements.models import Provision, ProvisionText
from agreements.rules import provisions as rules
from agreements.services.proposal_bases import follow_text
from agreements.services.revisions import hold_open, working_revision
from agreements.services.standings import refuse_if_agreed, words_changed
from ots_portal.audit.services import changes_between, record
from ots_portal.lifecycle import StaleVersion
from ots_portal.people.models import User
from ots_portal.verdicts import require


@transaction.atomic
def update_provision(  # noqa: PLR0913 -- keywords only, each named where it is called
    provision: Provision,
    *,
    language: str,
    heading: str,
    text: str,
    version: int,
    by: User,
    at: datetime,
) -> Provision:
    """
    Write the words of a provision in one language; how far it is agreed follows from brackets and positions.

    ``version`` is the one the words were written on. The audit holds hashes, never the words.

    :raises Refused: unless ``rules.may_update_provision``
    :raises WrongStatus: unless the instrument is mandated or under negotiation, its text worked on, and the provision
        not agreed
    :raises StaleVersion: when somebody else saved in the meantime, or it is gone from the text
    :raises ValidationError: when bracketed words are gone
    """
    require(rules.may_update_provision(by, provision))
    hold_open(provision.instrument, at=at)
    working_revision(provision.instrument, by=by, at=at)
    return write_words(
        provision, language=language, heading=heading, text=text, version=version, by=by, at=at
    )


def write_words(  # noqa: PLR0913 -- keywords only, each named where it is called
    provision: Provision,
    *,
    language: str,
    heading: str,
    text: str,
    version: int,
    by: User,
    at: datetime,
) -> Provision:
    """
    Write words for whoever may do so, the text being held: a proposal that is merged.

    :raises: as ``update_provision``
    """
    before = _fingerprint(provision, language)
    claim(provision, version=version, at=at)
    refuse_if_agreed(provision)
    words = _write(provision, language=language, heading=heading, text=text)
    _check_brackets(provision, words)
    changes = changes_between(before, _fingerprint(provision, language))
    record(
        "agreements.provision.updated",
        subject=provision,
        by=by,
        at=at,
        language=language,
        changes=changes,
    )
    words_changed(provision.instrument, by=by, at=at)
    provision.refresh_from_db(fields=["status"])
    follow_text(provision.instrument, at=at)
    return provision


def claim(provision: Provision, *, version: int, at: datetime) -> None:
    """
    Count the provision one on, if it stands at the version that was seen.

    :raises StaleVersion: when somebody else wrote into it in the meantime, or it is gone from the text
    """
    rows = Provision.objects.filter(pk=provision.pk, version=version, is_live=True)
    if rows.update(version=F("version") + 1, updated_at=at) != 1:
        raise StaleVersion(Provision.objects.get(pk=provision.pk))
    provision.refresh_from_db()


def count_on(provision: Provision, *, at: datetime) -> None:
    """Count the provision one on, whatever version was seen: the instrument is held."""
    Provision.objects.filter(pk=provision.pk).update(version=F("version") + 1, updated_at=at)
    provision.refresh_from_db()


def _write(provision: Provision, *, language: str, heading: str, text: str) -> ProvisionText:
    words = ProvisionText.objects.filter(provision=provision, language=language).first()
    words = words or ProvisionText(provision=provision, language=language, version=0)
    words.heading, words.text = heading, text
    words.version += 1
    words.full_clean()
    words.save()
    return words


def _check_brackets(provision: Provision, words: ProvisionText) -> None:
    for bracket in provision.brackets.all():
        if bracket.language == words.language and words.text.count(bracket.quote) != 1:
            message = _("The bracketed words “%(words)s” must stand in the text once.")
            raise ValidationError({"text": message % {"words": bracket.quote}})


def _fingerprint(provision: Provision, language: str) -> dict[str, Any]:
    words = ProvisionText.objects.filter(provision=provision, language=language).first()
    return {"text_sha256": words.sha256 if words else ""}
