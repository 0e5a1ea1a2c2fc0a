"""Minutes on paper, and what changed between two texts of them."""

from datetime import datetime
from typing import cast
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from meetings.exports import minutes as exports
from meetings.forms.minutes import ComparisonForm
from meetings.models import Corrigendum, Meeting, Minutes, MinutesRevision
from meetings.queries import corrigenda as corrigendum_queries
from meetings.queries import minutes as queries
from meetings.queries import minutes_texts as texts
from meetings.queries.minutes_comparison import changes_between, comparable_texts, usual_pair
from meetings.queries.minutes_texts import Paragraph
from meetings.rules import minutes as rules
from meetings.views import minutes_presentation as shown
from meetings.views.visitors import open_to_visitors
from ots_portal.clock import database_now
from ots_portal.paper import responses
from ots_portal.paper.problems import NotPrintable
from ots_portal.people.http import PortalRequest
from ots_portal.texts.comparison import ParagraphChange
from ots_portal.ui.moments import zoned_text
from ots_portal.verdicts import require


@open_to_visitors
@require_safe
def minutes_pdf(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Set the text that this reader sees, in the language asked for; of published minutes the file can be kept."""
    minutes = _readable(request, pk)
    paragraphs = texts.text_for(request.user, minutes)
    as_published = request.GET.get("text") == "published"
    corrigenda = [] if as_published else texts.issued_corrigenda(minutes)
    language = shown.language_read(paragraphs, request.GET.get("language", ""))
    adopting = queries.adopting_meeting_for(minutes, request.user)
    tag = _tag(minutes, paragraphs, corrigenda, language, adopting)
    if tag and tag in request.headers.get("If-None-Match", ""):
        return _keepable(HttpResponseNotModified(), tag)
    try:
        content = exports.to_pdf(
            minutes,
            paragraphs,
            corrigenda=corrigenda,
            language=language,
            at=_made_at(minutes, corrigenda) if tag else database_now(),
            adopting_meeting=adopting,
        )
    except NotPrintable as error:
        return responses.not_printable(request, error)
    name = f"{_('Minutes')} {minutes.meeting.title} {language}.pdf"
    answer = cast(
        "HttpResponse", responses.download(content, name=name, content_type=responses.PDF)
    )
    return _keepable(answer, tag) if tag else answer


def _tag(
    minutes: Minutes,
    paragraphs: list[Paragraph],
    corrigenda: list[Corrigendum],
    language: str,
    adopting: Meeting | None,
) -> str:
    """Return the mark of a published text's file: the same content gives the same bytes. "" before."""
    if not minutes.is_published:
        return ""
    numbers = ",".join(str(one.number) for one in corrigenda)
    digest = texts.digest_of(paragraphs)[:24]
    later = f".{adopting.version}" if adopting else ""
    return f'"{digest}.{language}.{numbers}.{minutes.version}.{minutes.meeting.version}{later}"'


def _made_at(minutes: Minutes, corrigenda: list[Corrigendum]) -> datetime:
    """Return since when the text stands as it does."""
    moments = [minutes.published_at, *(one.issued_at for one in corrigenda)]
    return max(moment for moment in moments if moment)


def _keepable(answer: HttpResponse, tag: str) -> HttpResponse:
    """Let the reader keep the file and ask whether it still holds; a cache between keeps it for nobody else."""
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    patch_vary_headers(answer, ["Cookie", "Accept-Language"])
    return answer


# ── comparison ──────────────────────────────────────────────────────────────────────────────────
@require_safe
def minutes_compare(request: PortalRequest, pk: UUID) -> HttpResponseBase:
    """Compare two texts of the minutes by words, in one language, on the page or on paper."""
    minutes = _readable(request, pk)
    require(rules.may_compare(request.user, minutes))
    found = _texts(request, minutes)
    names = {key: name for key, (name, _paragraphs) in found.items()}
    languages = texts.languages_of([one for _name, text in found.values() for one in text])
    form = ComparisonForm(names, _asked(request, list(found), languages), languages=languages)
    if not form.is_valid():
        return _comparison_page(request, minutes, form, None, status=422 if found else 200)
    asked = form.cleaned_data
    changes = changes_between(
        found[asked["before"]][1], found[asked["after"]][1], language=asked["language"]
    )
    if request.GET.get("format") == "pdf":
        named = (names[asked["before"]], names[asked["after"]])
        return _on_paper(request, minutes, changes, named=named, language=asked["language"])
    return _comparison_page(request, minutes, form, changes, names=names)


def _texts(request: PortalRequest, minutes: Minutes) -> dict[str, tuple[str, list[Paragraph]]]:
    """Return what can be compared, the earliest first: number of the revision → its name and text."""
    return {
        key: (_name(revision), text)
        for key, (revision, text) in comparable_texts(minutes, request.user).items()
    }


def _name(revision: MinutesRevision | None) -> str:
    if revision is None:
        return _("The text being written")
    words = {"number": revision.number, "moment": zoned_text(revision.frozen_at)}
    return _("Revision %(number)s, %(moment)s") % words


def _asked(request: PortalRequest, keys: list[str], languages: list[str]) -> dict[str, str]:
    """Return what the address asks for; the last two texts in the reader's language where it says nothing."""
    own = request.user.language
    before, after = usual_pair(keys)
    usual = {
        "before": before,
        "after": after,
        "language": own if own in languages else "".join(languages[:1]),
        "view": "inline",
    }
    return {**usual, **{name: request.GET[name] for name in usual if name in request.GET}}


def _comparison_page(  # noqa: PLR0913 -- keywords only
    request: PortalRequest,
    minutes: Minutes,
    form: ComparisonForm,
    changes: list[ParagraphChange] | None,
    *,
    names: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    query = request.GET.copy()
    query["format"] = "pdf"
    context = {
        "minutes": minutes,
        "meeting": minutes.meeting,
        "form": form,
        "changes": changes,
        "pdf_url": f"?{query.urlencode()}",
        "changed_count": sum(one.kind != "same" for one in changes or ()),
    }
    if changes is not None and names:
        asked = form.cleaned_data
        context |= {
            "before_word": names[asked["before"]],
            "after_word": names[asked["after"]],
            "is_sides": asked["view"] == "sides",
            "language": asked["language"],
        }
    return render(request, "meetings/minutes_compare.html", context, status=status)


def _on_paper(
    request: PortalRequest,
    minutes: Minutes,
    changes: list[ParagraphChange],
    *,
    named: tuple[str, str],
    language: str,
) -> HttpResponseBase:
    try:
        content = exports.comparison_to_pdf(
            minutes, changes, named=named, language=language, at=database_now()
        )
    except NotPrintable as error:
        return responses.not_printable(request, error)
    name = f"{_('Changes in the minutes')} {minutes.meeting.title} {language}.pdf"
    return responses.download(content, name=name, content_type=responses.PDF)


@open_to_visitors
@require_safe
def corrigendum_pdf(request: PortalRequest, pk: UUID) -> HttpResponse:
    readable = corrigendum_queries.with_minutes(corrigendum_queries.visible_to(request.user))
    corrigendum = get_object_or_404(readable, pk=pk)
    paragraphs = texts.settled_text(corrigendum.minutes)
    language = shown.language_read(paragraphs, request.GET.get("language", ""))
    try:
        content = exports.corrigendum_to_pdf(corrigendum, language=language, at=database_now())
    except NotPrintable as error:
        return responses.not_printable(request, error)
    name = f"{corrigendum.label} {corrigendum.minutes.meeting.title} {language}.pdf"
    return cast("HttpResponse", responses.download(content, name=name, content_type=responses.PDF))


def _readable(request: PortalRequest, pk: UUID) -> Minutes:
    readable = queries.with_meeting(queries.visible_to(request.user))
    minutes = readable.filter(pk=pk).first()
    if minutes is None:
        raise Http404
    return minutes
