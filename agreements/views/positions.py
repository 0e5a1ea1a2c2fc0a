"""Where States stand: the matrix, a State's positions on an article, taking and reconfirming one, reopening."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreements import queries
from agreements.exports import matrix as exports
from agreements.forms.positions import (
    ChairForm,
    MatrixForm,
    PositionForm,
    ReconfirmForm,
    ReopeningForm,
)
from agreements.models import Instrument, Position, Provision
from agreements.presentation.matrix import MARKS, STALE_TONE, Matrix, matrix_for
from agreements.queries import positions as position_queries
from agreements.queries.words import TextNow, Words, text_now
from agreements.rules import instruments as instrument_rules
from agreements.rules import positions as rules
from agreements.services import instruments as instrument_services
from agreements.services import positions as services
from agreements.services.positions import OtherWords
from agreements.statuses import (
    AGREED_STATUSES,
    DRAFTING_STATUSES,
    POSITION_STATUSES,
    Problem,
    Stance,
)
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion, WrongStatus, wrong_status_sentence
from ots_portal.pages import add_errors, wrong_status
from ots_portal.paper import responses
from ots_portal.paper.problems import NotPrintable
from ots_portal.people.http import PortalRequest
from ots_portal.texts.comparison import ParagraphChange, compare_paragraphs
from ots_portal.verdicts import require

UNPROCESSABLE, CONFLICT = 422, 409


def negotiation(request: PortalRequest, pk: uuid.UUID) -> Instrument:
    """Return the instrument, to who negotiates it."""
    seen = position_queries.negotiations_visible_to(request.user)
    found = seen.select_related("chair").prefetch_related("negotiating_states")
    return get_object_or_404(found, pk=pk)


def negotiated_provision(request: PortalRequest, pk: uuid.UUID) -> Provision:
    """Return a provision of the present text, to who negotiates it."""
    if not position_queries.negotiates(request.user):
        raise Http404
    found = queries.present_provisions_visible_to(request.user)
    found = found.select_related("instrument__chair").prefetch_related(
        "instrument__negotiating_states"
    )
    return get_object_or_404(found, pk=pk)


def way_to(instrument: Instrument, *, matrix: bool = False) -> list[dict[str, str]]:
    way = [
        {"title": _("Agreements"), "url": reverse("agreements:list")},
        {"title": instrument.title, "url": instrument.get_absolute_url()},
    ]
    page = {"title": _("Positions"), "url": reverse("agreements:matrix", args=[instrument.pk])}
    return [*way, page] if matrix else way


# ── the matrix ──────────────────────────────────────────────────────────────────────────────────


@require_safe
def matrix(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    instrument = negotiation(request, pk)
    found, form = _narrowed(request, instrument)
    asked = form.asked
    page = reverse("agreements:matrix", args=[pk])
    query = request.GET.urlencode()
    context = {
        "instrument": instrument,
        "way": way_to(instrument),
        "matrix": found,
        "form": MatrixForm(initial=asked, states=found.states, provisions=_provisions(found)),
        "is_filtered": bool(asked),
        "page_url": page,
        "figures": _figures(found, page),
        "legend": _legend(),
        "downloads": [
            {"label": kind.upper(), "url": _address(instrument, kind, query)}
            for kind in exports.TYPES
        ],
        "may_name_chair": instrument_rules.may_name_chair(request.user, instrument),
    }
    return render(request, "agreements/matrix.html", context)


def _narrowed(request: PortalRequest, instrument: Instrument) -> tuple[Matrix, MatrixForm]:
    found = matrix_for(request.user, instrument)
    form = MatrixForm(request.GET, states=found.states, provisions=_provisions(found))
    found.narrow(**form.asked)
    return found, form


def _provisions(found: Matrix) -> list[Provision]:
    return [row.provision for row in found.rows]


def _figures(found: Matrix, page: str) -> list[dict[str, Any]]:
    agreed = sum(row.provision.status in AGREED_STATUSES for row in found.rows)
    of = _("of %(count)s provisions") % {"count": len(found.rows)}
    problems = [
        {"label": label, "value": found.count(Problem(value)), "url": f"{page}?problem={value}"}
        for value, label in Problem.choices
    ]
    return [{"label": _("Agreed"), "value": agreed, "note": of}, *problems]


def _legend() -> list[dict[str, Any]]:
    told = [
        {"mark": MARKS[stance][0], "tone": MARKS[stance][1], "label": Stance(stance).label}
        for stance in Stance.values
    ]
    stale = {
        "mark": f"{MARKS[Stance.ACCEPT][0]}?",
        "tone": STALE_TONE,
        "label": _("With a question mark: on earlier words, to be reconfirmed"),
    }
    return [*told, stale]


def _address(instrument: Instrument, kind: str, query: str) -> str:
    page = reverse(f"agreements:matrix_{kind}", args=[instrument.pk])
    return f"{page}?{query}" if query else page


@require_safe
def matrix_csv(request: PortalRequest, pk: uuid.UUID) -> HttpResponseBase:
    return _matrix_file(request, pk, "csv")


@require_safe
def matrix_xlsx(request: PortalRequest, pk: uuid.UUID) -> HttpResponseBase:
    return _matrix_file(request, pk, "xlsx")


@require_safe
def matrix_pdf(request: PortalRequest, pk: uuid.UUID) -> HttpResponseBase:
    return _matrix_file(request, pk, "pdf")


def _matrix_file(request: PortalRequest, pk: uuid.UUID, kind: str) -> HttpResponseBase:
    instrument = negotiation(request, pk)
    found, form = _narrowed(request, instrument)
    table = exports.matrix_table(found, reader=request.user.participant.name, filters=form.told)
    language = (get_language() or "en").split("-")[0]
    try:
        content = exports.matrix_file(table, kind, language=language, at=database_now())
    except NotPrintable as error:
        return responses.not_printable(request, error)
    name = f"{_('Positions')} {instrument.code}.{kind}"
    return responses.download(content, name=name, content_type=exports.TYPES[kind])


# ── one provision ───────────────────────────────────────────────────────────────────────────────


@require_safe
def position_list(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    """
    Show who stands where on an article, and all that was said of it before.

    ``state`` narrows to one State; one that does not negotiate narrows nothing.
    """
    provision = negotiated_provision(request, pk)
    text = text_now(provision.instrument)
    present = text.by_pk[provision.pk]
    standings = position_queries.standings_for(request.user, text)
    states = position_queries.negotiating_states(provision.instrument)
    asked = request.GET.get("state", "")
    shown_state = next((one for one in states if one.pk == asked), None)
    state = shown_state.pk if shown_state else ""
    below = text.with_below(present)
    said = position_queries.visible_to(request.user).filter(provision__in=below)
    reopenings = position_queries.reopenings_visible_to(request.user).filter(provision__in=below)
    resolutions = position_queries.resolutions_visible_to(request.user).filter(provision__in=below)
    if state:
        said = said.filter(participant=state)
        reopenings = reopenings.filter(participant=state)
    context = {
        **_about(provision, text),
        "words": _shown(text.words_of(present)),
        "lines": _lines(said, standings, text, request),
        "reopenings": reopenings,
        "resolutions": [] if state else resolutions,
        "states": [
            {
                "state": one,
                "standing": standings.of(one.pk, present),
                "mark": MARKS[standings.of(one.pk, present).stance],
                "is_shown": one.pk == state,
            }
            for one in states
        ],
        "shown_state": shown_state,
        **_what_may_be_done(request, present),
    }
    return render(request, "agreements/position_list.html", context)


def _about(provision: Provision, text: TextNow) -> dict[str, Any]:
    instrument = provision.instrument
    present = text.by_pk.get(provision.pk, provision)
    return {
        "instrument": instrument,
        "provision": present,
        "name": text.name_of(present),
        "way": way_to(instrument, matrix=True),
        "text_language": text.language,
    }


def _shown(words: Words) -> list[dict[str, str]]:
    return [{"number": one.number, "text": one.text, "key": one.key} for one in words.paragraphs]


def _lines(
    said: Any, standings: position_queries.Standings, text: TextNow, request: PortalRequest
) -> list[dict[str, Any]]:
    """Return what was said, the newest first; each with whether it holds, and who may reconfirm it."""
    present = {one.pk for one in standings.current.values()}
    own = said.filter(participant=request.user.participant_id)
    # What a State told others and has not told them otherwise since: it is reconfirmed, too.
    counting = present | set(position_queries.last_told(own).values_list("pk", flat=True))
    may = text.instrument.status in POSITION_STATUSES and rules.may_stand_on(
        request.user, text.instrument
    )
    return [
        {
            "position": one,
            "name": text.name_of(text.by_pk[one.provision_id]),
            "mark": MARKS[one.stance],
            "is_present": one.pk in present,
            "is_stale": one.pk in counting and standings.is_stale(one),
            "may_reconfirm": one.pk in counting
            and standings.is_stale(one)
            and request.user.participant_id == one.participant_id
            and bool(may),
        }
        for one in said.order_by("-taken_at", "-number")
    ]


def _what_may_be_done(request: PortalRequest, provision: Provision) -> dict[str, Any]:
    instrument = provision.instrument
    may = rules.may_take_position(request.user, provision)
    is_agreed = provision.status in AGREED_STATUSES and instrument.status in DRAFTING_STATUSES
    return {
        "may_take": may and instrument.status in POSITION_STATUSES,
        "why_not": may.reason if request.user.is_national else "",
        "may_reopen": is_agreed and rules.may_reopen_provision(request.user, provision),
    }


def position_new(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a position on the words that stand beside the form."""
    provision = negotiated_provision(request, pk)
    require(rules.may_take_position(request.user, provision))
    instrument = provision.instrument
    if instrument.status not in POSITION_STATUSES:
        return wrong_status(request, instrument, wrong_status_sentence(instrument))
    last = position_queries.last_of(request.user.participant_id, provision)
    text = text_now(instrument)
    digest = text.digest_of(text.by_pk[provision.pk])
    form = PositionForm(request.POST or None, digest=digest, last=last)
    if request.method == "POST" and form.is_valid():
        return _take(request, provision, form)
    return _position_page(request, provision, text, form)


def _take(request: PortalRequest, provision: Provision, form: PositionForm) -> HttpResponse:
    try:
        position = services.take_position(
            provision, by=request.user, at=database_now(), **form.cleaned_data
        )
    except StaleVersion as error:
        return _seen_otherwise(request, provision, form, error)
    except WrongStatus as error:
        return wrong_status(request, provision.instrument, str(error))
    except ValidationError as error:
        add_errors(form, error)
        return _position_page(request, provision, text_now(provision.instrument), form)
    messages.success(request, _("Your State’s position is entered."))
    return redirect(position)


def _seen_otherwise(
    request: PortalRequest, provision: Provision, form: PositionForm, error: StaleVersion
) -> HttpResponse:
    """Show the words, or the position of a colleague, that stand there now; what was filled in is kept."""
    text = text_now(provision.instrument)
    last = position_queries.last_of(request.user.participant_id, provision)
    digest = text.digest_of(text.by_pk[provision.pk])
    sent = {**form.cleaned_data, "on_sha256": digest, "after": last.number if last else 0}
    again = PositionForm(sent, digest=digest, last=last)
    more = {
        "sentence": str(error),
        "changes": _changes_since(provision, form.cleaned_data["on_sha256"], text),
        "colleagues": None if isinstance(error, OtherWords) else last,
    }
    return _position_page(request, provision, text, again, status=CONFLICT, **more)


def _changes_since(
    provision: Provision, sha256: str, text: TextNow
) -> list[ParagraphChange] | None:
    """Return the difference to the words of that hash; None where nobody has kept them."""
    seen = provision.wordings.filter(sha256=sha256).first()
    if seen is None:
        return None
    before = Words(seen.language, tuple(seen.parts)).paragraphs
    return compare_paragraphs(before, text.words_of(text.by_pk[provision.pk]).paragraphs)


def _position_page(
    request: PortalRequest,
    provision: Provision,
    text: TextNow,
    form: PositionForm,
    *,
    status: int = 0,
    **more: Any,
) -> HttpResponse:
    context = {
        **_about(provision, text),
        "words": _shown(text.words_of(text.by_pk[provision.pk])),
        "form": form,
        "back": reverse("agreements:position_list", args=[provision.pk]),
        **more,
    }
    status = status or (UNPROCESSABLE if form.errors else 200)
    return render(request, "agreements/position_form.html", context, status=status)


def position_reconfirm(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    """Show what became of the words since, and take "it holds for these, too" with one click."""
    position = get_object_or_404(position_queries.visible_to(request.user), pk=pk)
    require(rules.may_reconfirm(request.user, position))
    instrument = position.provision.instrument
    text = text_now(instrument)
    if sentence := _why_not_now(position, text):
        return wrong_status(request, position, sentence)
    form = ReconfirmForm(request.POST or None)
    if request.method != "POST":
        return _reconfirm_page(request, position, text)
    if not form.is_valid():
        return _reconfirm_page(request, position, text, status=UNPROCESSABLE)
    try:
        services.reconfirm(position, by=request.user, at=database_now(), **form.cleaned_data)
    except StaleVersion as error:
        now = text_now(instrument)
        return _reconfirm_page(request, position, now, status=CONFLICT, sentence=str(error))
    except WrongStatus as error:
        return wrong_status(request, position, str(error))
    messages.success(request, _("Your State’s position holds for the present words."))
    return redirect(position)


def _why_not_now(position: Position, text: TextNow) -> str:
    """Return why nobody can reconfirm it, "" where its State can."""
    if text.instrument.status not in POSITION_STATUSES:
        return wrong_status_sentence(text.instrument)
    gone = position.provision_id not in text.by_pk
    return _("This provision is no part of the text any more.") if gone else ""


def _reconfirm_page(
    request: PortalRequest,
    position: Position,
    text: TextNow,
    *,
    status: int = 200,
    sentence: str = "",
) -> HttpResponse:
    provision = text.by_pk[position.provision_id]
    seen = position_queries.words_seen(position)
    now = text.words_of(provision).paragraphs
    context = {
        **_about(provision, text),
        "position": position,
        "changes": compare_paragraphs(seen.paragraphs if seen else [], now),
        "is_same": seen is not None and seen.sha256 == text.digest_of(provision),
        "digest": text.digest_of(provision),
        "sentence": sentence,
        "back": position.get_absolute_url(),
    }
    return render(request, "agreements/position_reconfirm.html", context, status=status)


def provision_reopen(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    provision = negotiated_provision(request, pk)
    require(rules.may_reopen_provision(request.user, provision))
    form = ReopeningForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reopening = services.reopen_provision(
                provision, by=request.user, at=database_now(), **form.cleaned_data
            )
        except ValidationError as error:
            add_errors(form, error)
        except WrongStatus as error:
            return wrong_status(request, provision.instrument, str(error))
        else:
            messages.success(request, _("The provision is open again. All States are asked anew."))
            return redirect(reopening)
    context = {
        "heading": _("Reopen %(provision)s") % {"provision": provision},
        "instrument": provision.instrument,
        "way": way_to(provision.instrument, matrix=True),
        "form": form,
        "back": reverse("agreements:position_list", args=[provision.pk]),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "agreements/act_form.html", context, status=status)


# ── the chair ───────────────────────────────────────────────────────────────────────────────────


def chair_edit(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    instrument = negotiation(request, pk)
    require(instrument_rules.may_name_chair(request.user, instrument))
    form = ChairForm(request.POST or None, instrument=instrument)
    if request.method == "POST" and form.is_valid():
        try:
            instrument_services.name_chair(
                instrument, by=request.user, at=database_now(), **form.cleaned_data
            )
        except ValidationError as error:
            add_errors(form, error)
        except WrongStatus as error:
            return wrong_status(request, instrument, str(error))
        else:
            messages.success(request, _("The chair is entered."))
            return redirect("agreements:matrix", pk=instrument.pk)
    context = {
        "heading": _("Name the chair"),
        "instrument": instrument,
        "way": way_to(instrument, matrix=True),
        "form": form,
        "back": reverse("agreements:matrix", args=[pk]),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "agreements/act_form.html", context, status=status)
