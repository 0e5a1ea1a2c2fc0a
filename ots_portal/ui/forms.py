"""How forms look: the renderer, its bound field, and the portal's own widgets and fields."""

from pathlib import Path
from typing import Any

import django.forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.forms import BoundField, CharField, DateInput, DateTimeInput, Textarea, TimeInput
from django.forms.renderers import DjangoTemplates
from django.template.backends.django import DjangoTemplates as DjangoTemplatesBackend
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ots_portal.texts.fields import validate_plain_text
from ots_portal.ui.moments import zone_label

MAX_SOURCES = 20
_is_safe_address = URLValidator(schemes=["https"])
DJANGO_FORMS = Path(django.forms.__file__).parent / "templates"


class PortalBoundField(BoundField):
    """A field that knows how its group is drawn and where a link to it must lead."""

    @property
    def anchor(self) -> str:
        """The id of the first thing to fill in; a group of boxes has one id per box."""
        return self.id_for_label or f"{self.auto_id}_0"

    @property
    def is_checkbox(self) -> bool:
        return self.widget_type == "checkbox"

    @property
    def is_optional(self) -> bool:
        """
        Whether to say "(optional)": a lone box to tick is never called so, nor a field of which the
        form wants one among several (``is_needed_with_others``).
        """
        is_needed = self.field.required or getattr(self.field, "is_needed_with_others", False)
        return not is_needed and not self.is_checkbox and not self.field.disabled


class PortalFormRenderer(DjangoTemplates):
    """Look for form templates in templates/ first, then among Django's own."""

    bound_field_class = PortalBoundField

    @cached_property
    def engine(self) -> DjangoTemplatesBackend:
        return DjangoTemplatesBackend(
            {
                "APP_DIRS": True,
                "DIRS": [*settings.TEMPLATES[0]["DIRS"], DJANGO_FORMS],
                "NAME": "portal-forms",
                "OPTIONS": {},
            }
        )


class DayInput(DateInput):
    """A day, with the browser's calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class HourInput(TimeInput):
    """A time of day, to the minute."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class MomentInput(DateTimeInput):
    """A moment in the reader's own zone, which stands beside it."""

    input_type = "datetime-local"
    template_name = "django/forms/widgets/moment.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        widget["zone"] = zone_label()
        widget["zone_id"] = f"{widget['attrs'].get('id', name)}_zone"
        described = [widget["attrs"].get("aria-describedby"), widget["zone_id"]]
        widget["attrs"]["aria-describedby"] = " ".join(filter(None, described))
        return context


class LongText(Textarea):
    """Several lines of text; ``rows`` says how many are seen at once."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, rows: int = 6) -> None:
        super().__init__({"rows": rows, **(attrs or {})})


class SourcesField(CharField):
    """Web addresses, one in each line; becomes a list."""

    widget = LongText(rows=3)

    def to_python(self, value: Any) -> Any:
        lines = (super().to_python(value) or "").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) > MAX_SOURCES:
            raise ValidationError(_("Give at most 20 sources."))
        for address in value:
            validate_plain_text(address)
            self._validate_address(address)

    def _validate_address(self, address: str) -> None:
        try:
            _is_safe_address(address)
        except ValidationError:
            message = _("“%(address)s” is not a web address that begins with https://.")
            raise ValidationError(message, params={"address": address}) from None

    def run_validators(self, value: Any) -> None:
        """Each address was looked at already; the list as a whole has no validators."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value
