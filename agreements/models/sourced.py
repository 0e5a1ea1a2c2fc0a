"""What every fact about an instrument carries: its sources, how sure it is, and as of which day."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ots_portal.participants.models import Confidence
from ots_portal.texts.fields import validate_plain_text

MAX_SOURCES = 20
_is_web_address = URLValidator(schemes=["http", "https"])


def validate_sources(value: Any) -> None:
    """:raises ValidationError: unless it is a list of web addresses"""
    if not isinstance(value, list) or len(value) > MAX_SOURCES:
        raise ValidationError(_("Sources are a list of at most 20 web addresses."), code="sources")
    for address in value:
        if not isinstance(address, str):
            raise ValidationError(_("A source is a web address."), code="sources")
        validate_plain_text(address)
        _is_web_address(address)


class Sourced(models.Model):
    """A statement that somebody can check: where it stands, and when it was looked up."""

    confidence = models.CharField(max_length=20, choices=Confidence)
    sources = models.JSONField(validators=[validate_sources])
    as_of_date = models.DateField(editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(sources=[]),
                name="%(class)s_has_a_source",
                violation_error_message=_("Name at least one source."),
            ),
            models.CheckConstraint(
                condition=models.Q(confidence__in=Confidence.values),
                name="%(class)s_confidence_is_known",
            ),
        ]
