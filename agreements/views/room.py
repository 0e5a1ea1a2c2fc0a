"""The delegation's own room: instructions, drafts and comments by article; what its head lets out."""

import uuid
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agreements import queries
from agreements.forms.positions import CommentForm, RoomForm
from agreements.models import Comment, Instrument, Provision
from agreements.queries import comments as comment_queries
from agreements.queries.text_rows import live_provisions
from agreements.rules import comments as rules
from agreements.services import comments as services
from agreements.statuses import (
    INNER_KINDS,
    TABLE_STATUSES,
    Audience,
    CommentStatus,
)
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion, WrongStatus, wrong_status_sentence
from ots_portal.pages import add_errors, answering_to, differences, take, wrong_status
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

UNPROCESSABLE, CONFLICT = 422, 409
ON_A_PAGE = 40
STATUS_TONES = {
    CommentStatus.DRAFT: "draft",
    CommentStatus.SENT: "info",
    CommentStatus.RESOLVED: "good",
}


@require_safe
def room(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    instrument = get_object_or_404(queries.visible_to(request.user), pk=pk)
    require(rules.may_enter_room(request.user, instrument))
    provisions = live_provisions(instrument)
    articles = [one for one in provisions if one.kind not in INNER_KINDS]
    form = RoomForm(request.GET, provisions=articles)
    asked = form.asked
    found = _narrowed(comment_queries.of_room(request.user), instrument, provisions, asked)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "instrument": instrument,
        "delegation": request.user.participant,
        "way": [
            {"title": _("Agreements"), "url": reverse("agreements:list")},
            {"title": instrument.title, "url": instrument.get_absolute_url()},
        ],
        "form": RoomForm(initial=asked, provisions=articles),
        "is_filtered": bool(asked),
        "room_url": reverse("agreements:room", args=[pk]),
        "groups": _by_provision(request, page.object_list),
        "page": page,
        "kept": kept.urlencode(),
        "articles": articles if instrument.status in TABLE_STATUSES else [],
        "may_write": _may_write(request, instrument),
    }
    return render(request, "agreements/room.html", context)


def _may_write(request: PortalRequest, instrument: Instrument) -> bool:
    is_open = instrument.status in TABLE_STATUSES
    return is_open and bool(rules.may_comment(request.user, Provision(instrument=instrument)))


def _narrowed(
    found: Any, instrument: Instrument, provisions: list[Provision], asked: dict[str, str]
) -> Any:
    """Return the delegation's comments in the order of the text; an article is asked for with its paragraphs."""
    found = found.filter(provision__instrument=instrument)
    for name in ("kind", "status"):
        if name in asked:
            found = found.filter(**{name: asked[name]})
    if article := asked.get("article"):
        found = found.filter(provision__in=_with_inner(provisions, article))
    return found.order_by(
        "-provision__is_live", "provision__position", "provision_id", "created_at"
    )


def _with_inner(provisions: list[Provision], key: str) -> list[Provision]:
    held: set[Any] = set()
    for one in provisions:
        if one.key == key or (one.kind in INNER_KINDS and one.parent_id in held):
            held.add(one.pk)
    return [one for one in provisions if one.pk in held]


def _by_provision(request: PortalRequest, found: Any) -> list[dict[str, Any]]:
    return [
        {
            "provision": provision,
            "comments": [shown_comment(request, one) for one in comments],
        }
        for provision, comments in groupby(found, key=lambda one: one.provision)
    ]


def shown_comment(request: PortalRequest, comment: Comment) -> dict[str, Any]:
    """Return a comment with what its reader may do with it."""
    may = rules.may_change(request.user, comment)
    is_draft, is_sent = (
        comment.status == CommentStatus.DRAFT,
        comment.status == CommentStatus.SENT,
    )
    may_release = rules.may_release(request.user, comment)
    return {
        "comment": comment,
        "tone": STATUS_TONES[CommentStatus(comment.status)],
        "may_edit": may and is_draft,
        "may_send": may and is_draft,
        "may_resolve": may and is_sent,
        "releases": [
            {"scope": one.value, "label": _release_words()[one]}
            for one in (rules.wider_audiences(comment) if may_release else ())
        ],
    }


def _release_words() -> dict[Audience, str]:
    return {
        Audience.CHAIR: _("Release it to the chair"),
        Audience.ALL: _("Release it to all member States"),
    }


def comment_new(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    provision = get_object_or_404(queries.present_provisions_visible_to(request.user), pk=pk)
    require(rules.may_comment(request.user, provision))
    instrument = provision.instrument
    if instrument.status not in TABLE_STATUSES:
        return wrong_status(request, instrument, wrong_status_sentence(instrument))
    form = CommentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = services.comment(
                provision,
                kind=told["kind"],
                text=told["text"],
                by=request.user,
                at=database_now(),
            )
        except ValidationError as error:
            add_errors(form, error)
        except WrongStatus as error:
            return wrong_status(request, instrument, str(error))
        else:
            messages.success(request, _("The draft is in your delegation’s room."))
            return redirect(made)
    return _form_page(request, provision, form, heading=_("Write in the delegation’s room"))


def comment_edit(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    comment = _comment(request, pk)
    require(rules.may_change(request.user, comment))
    heading = _("Edit the draft")
    form = _filled(comment, request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            services.update_comment(
                comment,
                text=told["text"],
                version=told["version"],
                by=request.user,
                at=database_now(),
            )
        except ValidationError as error:
            add_errors(form, error)
        except WrongStatus as error:
            return wrong_status(request, comment, str(error))
        except StaleVersion:
            comment.refresh_from_db()
            again = _filled(comment, answering_to(request, comment.version))
            both = differences(form, _filled(comment), fields=["text"])
            return _form_page(
                request,
                comment.provision,
                again,
                heading=heading,
                status=CONFLICT,
                differences=both,
            )
        else:
            messages.success(request, _("The draft is saved."))
            return redirect(comment)
    if comment.status != CommentStatus.DRAFT:
        return wrong_status(request, comment, wrong_status_sentence(comment))
    return _form_page(request, comment.provision, form, heading=heading)


def _filled(comment: Comment, data: Any = None) -> CommentForm:
    form = CommentForm(
        data, initial={"text": comment.text, "version": comment.version, "kind": comment.kind}
    )
    del form.fields["kind"]
    return form


def _form_page(
    request: PortalRequest,
    provision: Provision,
    form: CommentForm,
    *,
    heading: str,
    status: int = 0,
    **more: Any,
) -> HttpResponse:
    instrument = provision.instrument
    room_url = reverse("agreements:room", args=[instrument.pk])
    context = {
        "heading": heading,
        "provision": provision,
        "words": provision.shown_text,
        "instrument": instrument,
        "way": [
            {"title": instrument.title, "url": instrument.get_absolute_url()},
            {"title": _("Delegation’s room"), "url": room_url},
        ],
        "form": form,
        "back": room_url,
        **more,
    }
    status = status or (UNPROCESSABLE if form.errors else 200)
    return render(request, "agreements/comment_form.html", context, status=status)


@require_POST
def comment_send(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    done = _("Your delegation has it now.")
    return take(request, _comment(request, pk), services.send, done=done)


@require_POST
def comment_resolve(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    done = _("It is dealt with.")
    return take(request, _comment(request, pk), services.resolve, done=done)


@require_POST
def comment_release(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    comment = _comment(request, pk)
    scope = request.POST.get("scope", "")
    done = _("It is released.")
    try:
        return take(request, comment, services.release, done=done, scope=scope)
    except ValidationError as error:
        return wrong_status(request, comment, " ".join(error.messages))


def _comment(request: PortalRequest, pk: uuid.UUID) -> Comment:
    return get_object_or_404(comment_queries.visible_to(request.user), pk=pk)
