"""What pages that change something share: a step and its sentence, a stale form and both texts."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import BaseForm, BoundField, DateTimeField
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from ots_portal.clock import database_now
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.http import PortalRequest
from ots_portal.ui.moments import in_zone, moment_text


def take(
    request: PortalRequest,
    subject: models.Model,
    service: Callable[..., Any],
    *,
    done: str | Promise,
    **details: Any,
) -> HttpResponse:
    """
    Call the service on the subject, say ``done``, and go back to the record.

    A rule's refusal is answered by the 403 page with its sentence, a wrong status by a 409 page that
    shows how things stand now.
    """
    try:
        service(subject, by=request.user, at=database_now(), **details)
    except WrongStatus as error:
        return wrong_status(request, subject, str(error))
    messages.success(request, str(done))
    return redirect(subject.get_absolute_url())  # type: ignore[attr-defined]


CHANGED_UNREAD = gettext_lazy(
    "The text was changed in the meantime. Read it again before you sign it."
)


def version_read(request: PortalRequest) -> int:
    """Return the version that the page had which was sent; 0, which nothing has, where it says none."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else 0  # noqa: PLR2004 -- 32 bits


def wrong_status(
    request: PortalRequest, subject: models.Model, sentence: str | Promise
) -> HttpResponse:
    context = {"subject": subject, "sentence": sentence}
    return render(request, "pages/wrong_status.html", context, status=409)


@dataclass(frozen=True)
class Difference:
    """A field whose text somebody else saved otherwise than this person wrote it."""

    label: str
    now: str
    yours: str


def differences(yours: BaseForm, now: BaseForm, *, fields: Iterable[str]) -> list[Difference]:
    """
    Compare what a person wrote with what stands now, field by field, as the form shows them.

    ``now`` is the same form, unbound, with the current values as initial.
    """
    pairs = [(yours[name], now[name]) for name in fields]
    return [
        Difference(str(mine.label), _shown(current), _shown(mine))
        for mine, current in pairs
        if _in_the_field(mine) != _in_the_field(current)
    ]


def answering_to(request: PortalRequest, version: int) -> QueryDict:
    """Return what was sent, as an answer to the version now shown: saving it again takes that one's place."""
    data = request.POST.copy()
    data["version"] = str(version)
    return data


def _in_the_field(bound: BoundField) -> Any:
    """Return the value as its widget writes it: 37.0 and "37.0", a moment and its text, are the same."""
    written = bound.field.widget.format_value(bound.value())
    if isinstance(written, list):
        return sorted(written)
    # Browsers send lines ended by CR LF, and forms drop spaces at both ends.
    return "\n".join(str(written or "").splitlines()).strip()


def _shown(bound: BoundField) -> str:
    """Return the value as a person reads it: the words of a choice, a moment as pages say it."""
    value = bound.value()
    if isinstance(bound.field, DateTimeField) and value:
        return _said(bound.field, value)
    if isinstance(value, date | time):
        value = bound.field.widget.format_value(value)
    values = value if isinstance(value, list | tuple) else [value]
    words = _words_of_choices(getattr(bound.field, "choices", ()))
    shown = (words.get(str(item), str(item)) for item in values if item not in (None, ""))
    return ", ".join(shown).replace("\r\n", "\n")


def _said(field: DateTimeField, value: Any) -> str:
    with suppress(ValidationError):  # what cannot be read is shown as it was written
        if moment := field.to_python(value):
            return moment_text(in_zone(moment))
    return str(value)


def _words_of_choices(choices: Iterable[Any]) -> dict[str, str]:
    flat: dict[str, str] = {}
    for value, words in choices:
        inner = words if isinstance(words, list | tuple) else [(value, words)]
        flat.update({str(code): str(text) for code, text in inner})
    return flat


def add_errors(form: BaseForm, error: ValidationError) -> None:
    """Put a service's objections beside the fields they are about."""
    by_field = error.error_dict if hasattr(error, "error_dict") else {"__all__": error.error_list}
    for name, problems in by_field.items():
        for problem in problems:
            form.add_error(name if name in form.fields else None, problem)
