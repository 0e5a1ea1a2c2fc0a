"""Brackets: words in question, the wordings on the table, who stands behind each, and which becomes the text."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agreements.forms.positions import AlternativeForm, BracketForm, SponsorForm
from agreements.models import Alternative, Provision
from agreements.queries import brackets as queries
from agreements.queries.words import negotiating_language
from agreements.rules import brackets as rules
from agreements.services import brackets as services
from agreements.statuses import DRAFTING_STATUSES
from agreements.views.positions import negotiated_provision
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion, WrongStatus, wrong_status_sentence
from ots_portal.pages import add_errors, version_read, wrong_status
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

UNPROCESSABLE, CONFLICT = 422, 409


def bracket_new(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    provision = negotiated_provision(request, pk)
    require(rules.may_open_bracket(request.user, provision))
    language = _language(request, provision)
    form = BracketForm(request.POST or None, provision=provision, language=language)
    heading = _("Put words into brackets")

    def write() -> None:
        services.open_bracket(
            provision, by=request.user, at=database_now(), **form.fields_of_bracket
        )

    def again(current: Provision) -> BracketForm:
        data = request.POST.copy()
        data["version"] = str(current.version)
        return BracketForm(data, provision=current, language=language)

    return _ask(request, provision, form, write, again, heading=heading, language=language)


def _language(request: PortalRequest, provision: Provision) -> str:
    """Return in which language the words are: the one asked for, if there are words in it."""
    texts = {one.language for one in provision.texts.all()}
    asked = request.POST.get("language") or request.GET.get("language", "")
    return asked if asked in texts else negotiating_language(provision.instrument, [provision])


def alternative_new(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    bracket = get_object_or_404(queries.visible_to(request.user), pk=pk)
    require(rules.may_add_alternative(request.user, bracket))
    provision = bracket.provision
    form = AlternativeForm(request.POST or None, provision=provision)
    heading = _("Add a wording")

    def write() -> None:
        services.add_alternative(
            bracket,
            wording=form.wording,
            version=form.cleaned_data["version"],
            by=request.user,
            at=database_now(),
        )

    def again(current: Provision) -> AlternativeForm:
        data = request.POST.copy()
        data["version"] = str(current.version)
        return AlternativeForm(data, provision=current)

    return _ask(
        request,
        provision,
        form,
        write,
        again,
        heading=heading,
        language=bracket.language,
        bracket=bracket,
    )


def _ask(  # noqa: PLR0913 -- keywords only
    request: PortalRequest,
    provision: Provision,
    form: Any,
    write: Callable[[], None],
    again: Callable[[Provision], Any],
    *,
    heading: str,
    language: str,
    **more: Any,
) -> HttpResponse:
    """Take the form to the service; who was too late sees the present words, and what they wrote is kept."""
    instrument = provision.instrument
    if instrument.status not in DRAFTING_STATUSES:
        return wrong_status(request, instrument, wrong_status_sentence(instrument))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            write()
        except StaleVersion:
            provision = Provision.objects.select_related("instrument").get(pk=provision.pk)
            form, status = again(provision), CONFLICT
        except WrongStatus as error:
            return wrong_status(request, instrument, str(error))
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("It is entered."))
            return redirect(provision)
    words = provision.texts.filter(language=language).first()
    brackets = queries.visible_to(request.user).filter(provision=provision, language=language)
    context = {
        "heading": heading,
        "provision": provision,
        "instrument": instrument,
        "words": words,
        "brackets": brackets,
        "is_late": status == CONFLICT,
        "form": form,
        "back": provision.get_absolute_url(),
        **more,
    }
    if form.errors and status == 200:  # noqa: PLR2004 -- not late
        status = UNPROCESSABLE
    return render(request, "agreements/bracket_form.html", context, status=status)


@require_POST
def alternative_sponsor(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    alternative = _alternative(request, pk)
    done = _("The State stands behind this wording.")
    return _for_a_state(request, alternative, services.sponsor, done=done)


@require_POST
def alternative_withdraw_sponsorship(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    alternative = _alternative(request, pk)
    done = _("The State does not stand behind this wording any more.")
    return _for_a_state(request, alternative, services.withdraw_sponsorship, done=done)


@require_POST
def alternative_resolve(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    alternative = _alternative(request, pk)
    provision = alternative.bracket.provision
    try:
        services.resolve_bracket(
            alternative, version=version_read(request), by=request.user, at=database_now()
        )
    except StaleVersion as error:
        return wrong_status(request, provision, str(error))
    except WrongStatus as error:
        return wrong_status(request, provision.instrument, str(error))
    except ValidationError as error:
        return wrong_status(request, provision, " ".join(error.messages))
    messages.success(request, _("The bracket is resolved: this wording is the text now."))
    return redirect(provision)


def _alternative(request: PortalRequest, pk: uuid.UUID) -> Alternative:
    return get_object_or_404(queries.alternatives_visible_to(request.user), pk=pk)


def _for_a_state(
    request: PortalRequest,
    alternative: Alternative,
    service: Callable[..., Any],
    *,
    done: str,
) -> HttpResponse:
    """Do it for one's own State; the secretariat and the chair say for which."""
    provision = alternative.bracket.provision
    states = provision.instrument.negotiating_states.all()
    own = request.user.participant
    participant = own
    if "participant" in request.POST:
        form = SponsorForm(request.POST, states=states)
        if not form.is_valid():
            sentence = _("Say for which of the negotiating States.")
            return wrong_status(request, provision, sentence)
        participant = form.cleaned_data["participant"]
    try:
        service(alternative, participant=participant, by=request.user, at=database_now())
    except (StaleVersion, WrongStatus) as error:
        return wrong_status(request, provision, str(error))
    except ValidationError as error:
        return wrong_status(request, provision, " ".join(error.messages))
    messages.success(request, done)
    return redirect(
        reverse("agreements:text", args=[provision.instrument_id]) + f"#{provision.key}"
    )
