"""The pages on which minutes are written: the text, one language beside the original, the record taken over."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from meetings.forms import language_of_reader
from meetings.forms.minutes import MinutesForm, TranslationForm
from meetings.models import Minutes
from meetings.queries import minutes as queries
from meetings.queries.agenda import agenda_of
from meetings.queries.minutes_texts import language_name, writable_languages
from meetings.rules import minutes as rules
from meetings.services import minutes as services
from meetings.services import minutes_record
from meetings.services.minutes_record import Filled
from meetings.views.meetings import form_methods
from meetings.views.refusals import refused
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.pages import Difference, answering_to, version_read, wrong_status
from ots_portal.people.http import PortalRequest


@form_methods
def minutes_edit(request: PortalRequest, pk: UUID) -> HttpResponse:
    minutes = _readable(request, pk)
    if refusal := refused(request, minutes, rules.may_update(request.user, minutes)):
        return refusal
    language = _language(request, minutes)
    if request.method != "POST":
        return _editor(request, minutes, _form(minutes, language))
    if request.POST.get("version") != str(minutes.version):
        return _stale_page(request, minutes, language)
    form = _form(minutes, language, request.POST)
    if not form.is_valid():
        return _editor(request, minutes, form, status=422)
    return _save(request, minutes, form)


def _save(request: PortalRequest, minutes: Minutes, form: MinutesForm) -> HttpResponse:
    try:
        services.update(
            minutes,
            form.wordings(),
            language=form.language,
            by=request.user,
            at=database_now(),
            version=form.cleaned_data["version"],
        )
    except StaleVersion:
        return _stale_page(request, _readable(request, minutes.pk), form.language)
    except WrongStatus as error:
        return wrong_status(request, minutes, str(error))
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _editor(request, minutes, form, status=422)
    messages.success(request, _("The minutes are saved."))
    address = reverse("meetings:minutes_edit", args=[minutes.pk])
    return redirect(f"{address}?language={form.language}#{form.focus}")


def _language(request: PortalRequest, minutes: Minutes) -> str:
    """
    Return the language that is being written, the reader's own unless the address names another.

    :raises Http404: for what was written in a language that the minutes cannot have: it belongs in no other
    """
    asked = request.GET.get("language", "")
    if asked in writable_languages(minutes):
        return asked
    if asked and request.method == "POST":
        raise Http404
    return language_of_reader()


def _form(minutes: Minutes, language: str, data: Any = None) -> MinutesForm:
    return MinutesForm(minutes, agenda_of(minutes.meeting), data, language=language)


def _stale_page(request: PortalRequest, minutes: Minutes, language: str) -> HttpResponse:
    """Show both texts; nothing is saved, and the form holds the person's own wording."""
    sent = {
        name: str(text).replace("\r\n", "\n").strip()
        for name, text in request.POST.items()
        if name.startswith(("text_", "item_"))
    }
    rows = _clashes(_form(minutes, language), sent)
    again = _form(minutes, language)
    again.initial.update(sent)
    return _editor(request, minutes, again, differences=rows, is_stale=True, status=409)


def _clashes(form: MinutesForm, sent: dict[str, str]) -> list[Difference]:
    """Return the paragraphs that read otherwise now than the person wrote them."""
    texts = {
        name.removeprefix("text_"): text for name, text in sent.items() if name.startswith("text_")
    }
    texts.pop("new", None)
    standing = [(row, texts.pop(row.key, None)) for row in form.rows()]
    rows = [
        Difference(
            _("Paragraph %(number)s") % {"number": row.paragraph.position}, row.text.value(), text
        )
        for row, text in standing
        if text is not None and text != row.text.value()
    ]
    gone = [
        Difference(_("A paragraph that was removed"), "", text) for text in texts.values() if text
    ]
    return rows + gone


def _editor(
    request: PortalRequest,
    minutes: Minutes,
    form: MinutesForm | TranslationForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    is_translation = isinstance(form, TranslationForm)
    context = {
        "minutes": minutes,
        "meeting": minutes.meeting,
        "form": form,
        "language": language_name(form.language),
        "languages": [(code, language_name(code)) for code in writable_languages(minutes)],
        "working_languages": minutes.meeting.working_languages,
        **more,
    }
    template = "minutes_translate" if is_translation else "minutes_edit"
    return render(request, f"meetings/{template}.html", context, status=status)


# ── one language beside the original ────────────────────────────────────────────────────────────
@form_methods
def minutes_translate(request: PortalRequest, pk: UUID) -> HttpResponse:
    minutes = _readable(request, pk)
    if refusal := refused(request, minutes, rules.may_update(request.user, minutes)):
        return refusal
    language = _language(request, minutes)
    if request.method != "POST":
        return _editor(request, minutes, TranslationForm(minutes, language=language))
    form = TranslationForm(minutes, request.POST, language=language)
    if not form.is_valid():
        return _editor(request, minutes, form, status=422)
    return _save_translation(request, minutes, form)


def _save_translation(
    request: PortalRequest, minutes: Minutes, form: TranslationForm
) -> HttpResponse:
    try:
        services.translate(
            minutes,
            form.texts(),
            language=form.language,
            confirmed=form.confirmed(),
            by=request.user,
            at=database_now(),
            version=form.cleaned_data["version"] or 0,
        )
    except StaleVersion:
        return _stale_translation(request, minutes.pk, form)
    except WrongStatus as error:
        return wrong_status(request, minutes, str(error))
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _editor(request, minutes, form, status=422)
    messages.success(request, _("The translation is saved."))
    return redirect(
        f"{reverse('meetings:minutes_translate', args=[minutes.pk])}?language={form.language}"
    )


def _stale_translation(request: PortalRequest, pk: UUID, form: TranslationForm) -> HttpResponse:
    """Show both texts; saving again then answers to the version that is shown."""
    current = _readable(request, pk)
    now = TranslationForm(current, language=form.language)
    sent = {name: form.cleaned_data.get(name, "") for name in form.fields if name in now.fields}
    rows = [
        Difference(str(now[name].label), str(now[name].value() or ""), str(text))
        for name, text in sent.items()
        if name.startswith("text_") and text != (now[name].value() or "")
    ]
    again = TranslationForm(current, answering_to(request, current.version), language=form.language)
    return _editor(request, current, again, differences=rows, is_stale=True, status=409)


# ── from the record ─────────────────────────────────────────────────────────────────────────────
@require_POST
def minutes_fill(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Add what the meeting's record tells and the draft does not have, and say what that was."""
    minutes = _readable(request, pk)
    if refusal := refused(request, minutes, rules.may_fill(request.user, minutes)):
        return refusal
    version = version_read(request) or minutes.version
    try:
        filled = minutes_record.fill(minutes, by=request.user, at=database_now(), version=version)
    except StaleVersion:
        messages.error(
            request, _("Somebody has saved the minutes in the meantime: look, and try again.")
        )
    except WrongStatus as error:
        return wrong_status(request, minutes, str(error))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _what_was_filled(filled))
    return redirect("meetings:minutes_edit", minutes.pk)


def _what_was_filled(filled: Filled) -> str:
    if not filled.added_count and not filled.completed_count:
        return _("The record tells nothing that the draft does not have already.")
    added = ngettext(
        "%(count)s paragraph was added.", "%(count)s paragraphs were added.", filled.added_count
    )
    completed = ngettext(
        "%(count)s got a language that it lacked.",
        "%(count)s got a language that they lacked.",
        filled.completed_count,
    )
    kept = ngettext(
        "%(count)s that stood there was left as it is.",
        "%(count)s that stood there were left as they are.",
        filled.kept_count,
    )
    told = (
        (added, filled.added_count),
        (completed, filled.completed_count),
        (kept, filled.kept_count),
    )
    return " ".join(sentence % {"count": count} for sentence, count in told if count)


def _readable(request: PortalRequest, pk: UUID) -> Minutes:
    """Return the minutes of somebody who may read them; their text is the secretariat's alone to write."""
    return get_object_or_404(queries.with_meeting(queries.visible_to(request.user)), pk=pk)
