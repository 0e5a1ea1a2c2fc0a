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
from agreements.statuses import AGREED_STATUSES, ProvisionStatus
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
    status: str,
    version: int,
    by: User,
    at: datetime,
) -> Provision:
    """
    Write the words of a provision in one language, and how far they are agreed.

    ``version`` is the one the words were written on. The audit holds hashes, never the words.

    :raises Refused: unless ``rules.may_update_provision``
    :raises WrongStatus: unless the instrument is mandated or under negotiation, and its text worked on
    :raises StaleVersion: when somebody else saved in the meantime, or it is gone from the text
    :raises ValidationError: when bracketed words are gone, or the status does not fit the brackets
    """
    require(rules.may_update_provision(by, provision))
    hold_open(provision.instrument, at=at)
    working_revision(provision.instrument, by=by, at=at)
    before = _fingerprint(provision, language)
    _claim(provision, version=version, status=status, at=at)
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
    follow_text(provision.instrument, at=at)
    return provision


def _claim(provision: Provision, *, version: int, status: str, at: datetime) -> None:
    rows = Provision.objects.filter(pk=provision.pk, version=version, is_live=True)
    if rows.update(status=status, version=F("version") + 1, updated_at=at) != 1:
        raise StaleVersion(Provision.objects.get(pk=provision.pk))
    provision.refresh_from_db()


def _write(provision: Provision, *, language: str, heading: str, text: str) -> ProvisionText:
    words = ProvisionText.objects.filter(provision=provision, language=language).first()
    words = words or ProvisionText(provision=provision, language=language)
    words.heading, words.text = heading, text
    words.full_clean()
    words.save()
    return words


def _check_brackets(provision: Provision, words: ProvisionText) -> None:
    brackets = list(provision.brackets.all())
    for bracket in brackets:
        if bracket.language == words.language and words.text.count(bracket.quote) != 1:
            message = _("The bracketed words “%(words)s” must stand in the text once.")
            raise ValidationError({"text": message % {"words": bracket.quote}})
    if brackets and provision.status in AGREED_STATUSES:
        raise ValidationError({"status": _("It is not agreed while a bracket is open.")})
    if not brackets and provision.status == ProvisionStatus.BRACKETED:
        raise ValidationError({"status": _("There is no bracket in this provision.")})


def _fingerprint(provision: Provision, language: str) -> dict[str, Any]:
    words = ProvisionText.objects.filter(provision=provision, language=language).first()
    return {"status": provision.status, "text_sha256": words.sha256 if words else ""}
