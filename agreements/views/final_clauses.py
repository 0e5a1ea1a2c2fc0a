"""The page on which the final clauses are entered: the kind of rule first, then its fields, with its sentence."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements import queries
from agreements.forms.final_clauses import (
    AS_JSON,
    FIELDS_OF,
    FinalClausesForm,
    RuleKindForm,
    rule_sentence,
)
from agreements.models import FinalClauses, Instrument
from agreements.queries import treaty
from agreements.rules import depositary as rules
from agreements.services import final_clauses
from agreements.views.treaty import about
from ots_portal.access.stepup import step_up_required
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion
from ots_portal.pages import Difference, add_errors, answering_to, differences
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

UNPROCESSABLE, CONFLICT = 422, 409


def final_clauses_edit(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    instrument = get_object_or_404(queries.visible_to(request.user), pk=pk)
    require(rules.may_set_final_clauses(request.user, instrument))
    return _edit(request, instrument)


@step_up_required
def _edit(request: PortalRequest, instrument: Instrument) -> HttpResponse:
    """The rule decides when a treaty binds: whoever enters it shows once more who they are."""
    clauses = treaty.final_clauses_of(instrument)
    form = _form(request, instrument, clauses)
    is_asked = request.method == "POST" and form.is_valid()
    if not is_asked or "preview" in request.POST:
        return _page(request, instrument, form, status=UNPROCESSABLE if form.errors else 200)
    try:
        final_clauses.set_final_clauses(
            instrument, by=request.user, at=database_now(), **form.cleaned_data
        )
    except ValidationError as error:
        add_errors(form, error)
        return _page(request, instrument, form, status=UNPROCESSABLE)
    except StaleVersion:
        return _changed_meanwhile(request, instrument, form)
    messages.success(request, _("It is entered."))
    return redirect("agreements:treaty", pk=instrument.pk)


def _form(
    request: PortalRequest, instrument: Instrument, clauses: FinalClauses | None
) -> FinalClausesForm:
    """Return the form of the kind that was chosen, else of the rule that stands."""
    sent = request.POST.get("rule_kind", "")
    if request.method == "POST" and not sent and "rule" in request.POST:
        sent = AS_JSON
    kind = sent if request.method == "POST" else request.GET.get("kind", "")
    return FinalClausesForm(request.POST or None, instrument=instrument, clauses=clauses, kind=kind)


def _page(
    request: PortalRequest,
    instrument: Instrument,
    form: FinalClausesForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    clauses = treaty.final_clauses_of(instrument)
    context = {
        **about(instrument),
        "form": form,
        "kinds": RuleKindForm(initial={"kind": form.kind}),
        "has_fields": bool(FIELDS_OF[form.kind]),
        "sentence": form.sentence,
        "stands": rule_sentence(clauses.rule if clauses else None),
        "back": reverse("agreements:treaty", args=[instrument.pk]),
        **more,
    }
    return render(request, "agreements/final_clauses_form.html", context, status=status)


def _changed_meanwhile(
    request: PortalRequest, instrument: Instrument, form: FinalClausesForm
) -> HttpResponse:
    """Show what stands now beside what was written; saving again takes that one's place."""
    clauses = treaty.final_clauses_of(instrument)
    stands = FinalClausesForm(instrument=instrument, clauses=clauses, kind=form.kind)
    names = form.fields.keys() - {"version", "rule_kind", *form.rule_fields}
    rows = differences(form, stands, fields=[name for name in form.fields if name in names])
    now, yours = rule_sentence(clauses.rule if clauses else None), form.sentence
    if now != yours:
        rows.append(Difference(_("Rule of entry into force"), now, yours))
    data = answering_to(request, clauses.version if clauses else 0)
    again = FinalClausesForm(data, instrument=instrument, clauses=clauses, kind=form.kind)
    return _page(request, instrument, again, status=CONFLICT, differences=rows)
