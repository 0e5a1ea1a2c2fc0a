"""What everybody may read of an instrument: the list, the record, the text."""

import uuid
from collections.abc import Callable, Mapping
from datetime import date
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from agreements import queries
from agreements.forms import FilterForm
from agreements.models import Bracket, Comment, Instrument, Proposal, Provision
from agreements.presentation.adoption import text_records
from agreements.presentation.corrections import Lines, corrected
from agreements.presentation.gate import Checklist, checklist_for
from agreements.presentation.languages import akn_links, tags_of
from agreements.presentation.matrix import PROVISION_TONES
from agreements.queries import comments as comment_queries
from agreements.queries.corrections import effected_lines
from agreements.queries.positions import negotiates
from agreements.queries.proposals import open_by_provision
from agreements.queries.text_rows import depths_of
from agreements.rules import brackets as bracket_rules
from agreements.rules import comments as comment_rules
from agreements.rules import facts as fact_rules
from agreements.rules import positions as position_rules
from agreements.rules import provisions as provision_rules
from agreements.statuses import (
    AUTHENTIC_STATUSES,
    DRAFTING_STATUSES,
    HEADING_KINDS,
    INNER_KINDS,
    INSTRUMENTS,
    POSITION_STATUSES,
    TABLE_STATUSES,
    FindingKind,
    InstrumentStatus,
    ProvisionKind,
    ProvisionStatus,
    WordingNote,
)
from agreements.views.steps import step_verdict
from ots_portal.paging import BadCursor, Page, page_of, with_cursor
from ots_portal.ui.moments import day_text

LIST_SIZE = 25
STATUS_TONES = {
    InstrumentStatus.MANDATED: "draft",
    InstrumentStatus.NEGOTIATION: "info",
    InstrumentStatus.SUSPENDED: "warning",
    InstrumentStatus.AD_REFERENDUM: "info",
    InstrumentStatus.SIGNED: "good",
    InstrumentStatus.IN_FORCE: "good",
}

# On the record page the text is listed by these alone.
LISTED_KINDS = (ProvisionKind.ARTICLE, ProvisionKind.ANNEX)
# In the list beside the text they would say nothing: they have no number of their own.
UNLISTED_KINDS = (ProvisionKind.PREAMBLE_RECITAL, ProvisionKind.FINAL_CLAUSE)
DEEPEST_SHOWN = 5

# Steps that ask for a reason or a date first.
FORM_STEPS = frozenset({"close_ad_referendum", "reopen", "find_substance"})

View = Callable[..., HttpResponseBase]


def open_to_visitors(view: View) -> View:
    """Let a page be read without signing in; what is not public sends a visitor to the sign-in page."""

    @login_not_required
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            if request.user.is_authenticated:
                raise
            return redirect_to_login(request.get_full_path())

    return answer


# ── the list ────────────────────────────────────────────────────────────────────────────────────


@open_to_visitors
def instrument_list(request: HttpRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    found = queries.matching(queries.visible_to(request.user), **form.asked)
    page = _page(queries.for_list(found), request.GET.get("cursor", ""))
    context = {
        "form": FilterForm(initial=form.asked),
        "is_filtered": bool(form.asked),
        "rows": [_list_row(instrument) for instrument in page.rows],
        "older": with_cursor(request.GET, page.older),
        "newer": with_cursor(request.GET, page.newer),
        "first_url": reverse("agreements:list"),
    }
    return render(request, "agreements/instrument_list.html", context)


def _page(found: QuerySet[Instrument], cursor: str) -> Page[Instrument]:
    """Return the page at the cursor; a cursor that nobody gave out starts anew."""
    try:
        return page_of(found, by="created_at", cursor=cursor, size=LIST_SIZE)
    except BadCursor:
        return page_of(found, by="created_at", size=LIST_SIZE)


def _list_row(instrument: Instrument) -> dict[str, Any]:
    days = (instrument.latest_milestone_date, instrument.latest_domestic_date)  # type: ignore[attr-defined]
    return {
        "instrument": instrument,
        "tone": STATUS_TONES.get(InstrumentStatus(instrument.status), "neutral"),
        "latest_date": max((day for day in days if day), default=None),
    }


# ── the record ──────────────────────────────────────────────────────────────────────────────────


@open_to_visitors
def instrument_detail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    readable = queries.with_facts(queries.visible_to(request.user))
    instrument = get_object_or_404(readable, pk=pk)
    context = {
        **_about(instrument),
        **_facts_of(instrument),
        "figures": _figures(instrument),
        "titles": _titles(instrument),
        "published": _published(instrument),
        "checklist": _checklist(request, instrument),
        "negotiates": negotiates(request.user),
        "may_enter_room": _may_enter_room(request, instrument),
        "akn": akn_links(instrument, tags=tags_of(instrument.provisions.all())),
        "records": text_records(instrument, request.user),
        **_what_may_be_done(request, instrument),
    }
    return render(request, "agreements/instrument_detail.html", context)


def _checklist(request: HttpRequest, instrument: Instrument) -> Checklist | None:
    """Return what is in the way of a clean text, to who negotiates it; None once it is adopted, or without a text."""
    user = request.user
    if not user.is_authenticated or not negotiates(user):
        return None
    if instrument.status not in POSITION_STATUSES or not instrument.provisions.all():
        return None
    return checklist_for(user, instrument)


def _may_enter_room(request: HttpRequest, instrument: Instrument) -> bool:
    user = request.user
    return user.is_authenticated and bool(comment_rules.may_enter_room(user, instrument))


def _about(instrument: Instrument) -> dict[str, Any]:
    return {
        "instrument": instrument,
        "tone": STATUS_TONES.get(InstrumentStatus(instrument.status), "neutral"),
        "way": [{"title": _("Agreements"), "url": reverse("agreements:list")}],
    }


def _facts_of(instrument: Instrument) -> dict[str, Any]:
    return {
        "state_rows": queries.state_rows(instrument),
        "timeline": queries.timeline_of(instrument),
        "contents": queries.findings_of(instrument, FindingKind.CONTENT),
        "not_found": queries.findings_of(instrument, FindingKind.NOT_FOUND),
        "articles": [_article(p) for p in instrument.provisions.all() if p.kind in LISTED_KINDS],
    }


def _figures(instrument: Instrument) -> list[dict[str, Any]]:
    """Return the head figures: of a signed treaty its States, of a text on the table its articles."""
    if instrument.signatories.all():
        return _treaty_figures(instrument)
    provisions = list(instrument.provisions.all())
    return [
        {"label": _("Negotiating States"), "value": len(instrument.negotiating_states.all())},
        *_counts(provisions),
    ]


def _treaty_figures(instrument: Instrument) -> list[dict[str, Any]]:
    approving = len(queries.approving_states(instrument))
    count = len(instrument.signatories.all())
    return [
        {"label": _("Signed by"), "value": _states(count)},
        {
            "label": _("Approval steps at home known in"),
            "value": _states(approving),
            "note": _("Informative: such a step is not a deposit."),
        },
        {
            "label": _("Deposits with the depositary"),
            "value": _deposits(instrument),
            "note": _("Only a deposit establishes consent to be bound."),
        },
        {"label": _("Entry into force"), "value": _entry_into_force(instrument)},
    ]


def _deposits(instrument: Instrument) -> str:
    count = len({row.participant_id for row in instrument.deposits})  # type: ignore[attr-defined]
    return _states(count) if count else _("None known")


def _entry_into_force(instrument: Instrument) -> str:
    calculated = instrument.calculations.first()
    if calculated and calculated.date:
        return day_text(calculated.date)
    if instrument.status == InstrumentStatus.SIGNED:
        return _("Not known")
    return instrument.get_status_display()


def _states(count: int) -> str:
    return ngettext("%(count)s State", "%(count)s States", count) % {"count": count}


def _titles(instrument: Instrument) -> list[dict[str, str]]:
    notes = {note.value: note.label for note in WordingNote}
    return [
        {
            "code": code,
            "language": get_language_info(code)["name_translated"],
            "text": text,
            "note": str(notes.get(instrument.wording_notes.get(code, ""), "")),
        }
        for code, text in instrument.titles.items()
    ]


def _published(instrument: Instrument) -> list[dict[str, Any]]:
    return [
        {
            "url": address["url"],
            "language": get_language_info(code)["name_translated"]
            if (code := address.get("language"))
            else "",
            "dated": _day(address.get("dated")),
        }
        for address in instrument.text_addresses
    ]


def _day(text: str | None) -> date | None:
    return parse_date(text) if text else None


def _what_may_be_done(request: HttpRequest, instrument: Instrument) -> dict[str, Any]:
    user = request.user
    if not user.is_authenticated:
        return {}
    return {
        "steps": [
            {
                "verb": step.verb,
                "url": reverse(f"agreements:{step.verb}", args=[instrument.pk]),
                "label": _step_words()[step.verb][0],
                "question": _step_words()[step.verb][1],
                "verdict": step_verdict(user, instrument, step.verb),
                # What more is asked stands on a page of its own; no second question then.
                "has_form": step.verb in FORM_STEPS,
            }
            for step in INSTRUMENTS.steps_from(instrument.status)
            if user.is_secretariat and not step.automatic
        ],
        "may_record": fact_rules.may_record_milestone(user, instrument),
        "is_negotiator": user.is_secretariat or user.is_member_staff,
    }


def _step_words() -> dict[str, tuple[str, str]]:
    """Return each verb's button and what it asks before it is done."""
    return {
        "open_negotiation": (
            _("Open the negotiation"),
            _("The member States will be able to read the text. Open the negotiation?"),
        ),
        "suspend": (
            _("Suspend"),
            _("Nothing can be changed in the text until it is resumed. Suspend the negotiation?"),
        ),
        "resume": (_("Resume"), _("Resume the negotiation?")),
        "abandon": (
            _("Abandon"),
            _("This cannot be undone. Abandon the negotiation for good?"),
        ),
        "close_ad_referendum": (
            _("Close ad referendum"),
            _("The text goes to the capitals for confirmation. Close it?"),
        ),
        "reopen": (_("Reopen"), _("The text goes back to the table. Reopen the negotiation?")),
        "begin_legal_review": (
            _("Begin the legal review"),
            _("Lawyers go through the text while the capitals confirm it. Begin the review?"),
        ),
        "find_substance": (
            _("Send back to the capitals"),
            _("Every State is asked anew. Send the text back?"),
        ),
        "adopt": (_("Adopt"), _("The negotiating States have adopted the text. Enter it?")),
        "authenticate": (
            _("Authenticate"),
            _("From then on the text changes by correction only. Enter it?"),
        ),
        "open_for_signature": (_("Open for signature"), _("Open it for signature?")),
        "conclude_signature": (
            _("Conclude the signing"),
            _("Everybody will be able to read the signed text. Conclude the signing?"),
        ),
    }


# ── the text ────────────────────────────────────────────────────────────────────────────────────


@open_to_visitors
def instrument_text(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    instrument = get_object_or_404(queries.with_text(queries.visible_to(request.user)), pk=pk)
    provisions = list(instrument.provisions.all())
    lines = effected_lines(instrument) if instrument.status in AUTHENTIC_STATUSES else {}
    about = _about(instrument)
    proposed = open_by_provision(request.user, instrument) if negotiates(request.user) else {}
    context = {
        **about,
        "proposed_at_end": proposed.get(None, []),
        "way": [*about["way"], {"title": instrument.title, "url": instrument.get_absolute_url()}],
        "articles": _articles(request, instrument, provisions, lines=lines, proposed=proposed),
        "is_corrected": bool(lines),
        "may_see_revisions": negotiates(request.user),
        "may_enter_room": _may_enter_room(request, instrument),
        "provisions": provisions,
        "akn": akn_links(instrument, tags=tags_of(provisions)),
        "published": _published(instrument),
        "counts": [*_counts(provisions), _reserved(provisions)],
    }
    return render(request, "agreements/instrument_text.html", context)


def _articles(
    request: HttpRequest,
    instrument: Instrument,
    provisions: list[Provision],
    *,
    lines: Lines,
    proposed: Mapping[Any, list[Proposal]],
) -> list[dict[str, Any]]:
    user = request.user
    comments: dict[uuid.UUID, list[Comment]] = {}
    if user.is_authenticated:
        said = comment_queries.visible_to(user).filter(provision__instrument=instrument)
        for one in said:
            comments.setdefault(one.provision_id, []).append(one)
    rights = _rights(request, instrument)
    return [
        {
            **_full_article(request, *unit, lines=lines, proposed=proposed),
            **rights,
            "comments": _comments_on(unit, comments),
        }
        for unit in _units(provisions)
    ]


def _comments_on(
    unit: tuple[Provision, list[Provision]], comments: dict[uuid.UUID, list[Comment]]
) -> list[Comment]:
    provision, inner = unit
    return [said for one in (provision, *inner) for said in comments.get(one.pk, ())]


def _rights(request: HttpRequest, instrument: Instrument) -> dict[str, Any]:
    """Return what the reader may do with any article of the text: asked once, not for each."""
    user = request.user
    if not user.is_authenticated:
        return {}
    prefetch_related_objects([instrument], "negotiating_states")
    any_of_it = Provision(instrument=instrument)
    is_open = instrument.status in DRAFTING_STATUSES
    return {
        "negotiates": negotiates(user),
        "may_take_position": instrument.status in POSITION_STATUSES
        and bool(position_rules.may_stand_on(user, instrument)),
        "may_comment": instrument.status in TABLE_STATUSES
        and bool(comment_rules.may_comment(user, any_of_it)),
        "may_bracket": is_open and bool(bracket_rules.keeps_brackets(user, any_of_it)),
        "may_sponsor": is_open and bool(position_rules.may_stand_on(user, instrument)),
        "own_state": user.participant_id,
        "states": instrument.negotiating_states.all(),
    }


def _article(provision: Provision) -> dict[str, Any]:
    return {
        "provision": provision,
        "tone": PROVISION_TONES.get(ProvisionStatus(provision.status), "neutral"),
        "words": provision.shown_text,
    }


def _units(provisions: list[Provision]) -> list[tuple[Provision, list[Provision]]]:
    """Return what a card is made for (an article, a recital, a heading), each with what stands under it."""
    units: list[tuple[Provision, list[Provision]]] = []
    for provision in provisions:
        if units and provision.parent_id and provision.kind in INNER_KINDS:
            units[-1][1].append(provision)
        else:
            units.append((provision, []))
    return units


def _full_article(
    request: HttpRequest,
    provision: Provision,
    inner: list[Provision],
    *,
    lines: Lines,
    proposed: Mapping[Any, list[Proposal]],
) -> dict[str, Any]:
    brackets: list[Bracket] = []
    marked = [_marked(request, one, brackets, lines) for one in (provision, *inner)]
    depths = depths_of([provision, *inner])
    return {
        **_article(provision),
        **marked[0],
        "is_listed": provision.kind not in UNLISTED_KINDS,
        "below": [
            {**one, "provision": inner_one, "depth": min(depths[inner_one.pk], DEEPEST_SHOWN)}
            for one, inner_one in zip(marked[1:], inner, strict=True)
        ],
        "brackets": brackets,
        "proposals": [one for held in (provision, *inner) for one in proposed.get(held.pk, ())],
        # A chapter is its heading alone.
        "has_body": bool(inner or marked[0]["marked"] or provision.kind not in HEADING_KINDS),
    }


def _marked(
    request: HttpRequest, provision: Provision, brackets: list[Bracket], lines: Lines
) -> dict[str, Any]:
    """
    Return the words with their brackets marked; the brackets are added to those of the article before.

    Of an authentic text, which has none, with the corrections over it.
    """
    words = provision.shown_text
    if words and (own_lines := lines.get((provision.pk, words.language))):
        marked = corrected(words.text, own_lines)
        return {"words": words, "marked": marked, "may_edit": _may_write(request, provision)}
    own = list(provision.brackets.all())
    first = len(brackets) + 1
    brackets += own
    return {
        "words": words,
        "marked": marked_text(words.text, [b.quote for b in own], first=first) if words else "",
        "may_edit": _may_write(request, provision),
    }


def _may_write(request: HttpRequest, provision: Provision) -> bool:
    user = request.user
    if not user.is_authenticated or provision.instrument.status not in DRAFTING_STATUSES:
        return False
    return bool(provision_rules.may_update_provision(user, provision))


def marked_text(text: str, quotes: list[str], *, first: int = 1) -> SafeString:
    """Put square brackets and the bracket's number around each quote, as negotiators read it."""
    places = sorted((text.find(quote), number) for number, quote in enumerate(quotes, start=first))
    shown, end = SafeString(""), 0
    for start, number in places:
        if start < end:  # words that are gone, or that stand inside another bracket
            continue
        quote = quotes[number - first]
        shown += format_html("{}<strong>[{}]</strong><sup>{}</sup>", text[end:start], quote, number)
        end = start + len(quote)
    return shown + format_html("{}", text[end:])


def _counts(provisions: list[Provision]) -> list[dict[str, Any]]:
    brackets = sum(provision.bracket_count for provision in provisions)
    agreed = sum(provision.is_agreed for provision in provisions)
    return [
        {"label": _("Provisions"), "value": len(provisions)},
        {"label": _("Agreed"), "value": agreed, "note": _("Ad referendum or finally")},
        {"label": _("Open brackets"), "value": brackets},
    ]


def _reserved(provisions: list[Provision]) -> dict[str, Any]:
    reserved = [p for p in provisions if p.status == ProvisionStatus.RESERVED]
    return {"label": _("Reserved"), "value": len(reserved)}
