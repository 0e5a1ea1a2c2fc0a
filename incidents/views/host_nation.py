from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from incidents.exports import host_nation as exports
from incidents.forms.deployments import CardForm
from incidents.models import HostNationCard
from incidents.presentation import host_nation as presentation
from incidents.rules import host_nation as rules
from incidents.services import host_nation as services
from incidents.services.checklists import BLOCKING_BY_DEFAULT
from incidents.statuses import HostNationTopic
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion
from ots_portal.pages import answering_to, differences
from ots_portal.paper import responses
from ots_portal.paper.problems import NotPrintable
from ots_portal.participants.models import Participant
from ots_portal.people.http import PortalRequest
from ots_portal.people.models import STATES
from ots_portal.verdicts import require


def host_nation_list(request: PortalRequest) -> HttpResponse:
    _require_reader(request)
    today = timezone.localdate(database_now())
    context = {"rows": presentation.country_rows(today=today)}
    return render(request, "incidents/host_nation/list.html", context)


def host_nation_detail(request: PortalRequest, slug: str) -> HttpResponse:
    participant = _readable(request, slug)
    today = timezone.localdate(database_now())
    context = presentation.page(participant, reader=request.user, today=today)
    return render(request, "incidents/host_nation/detail.html", context)


def host_nation_pdf(request: PortalRequest, slug: str) -> HttpResponseBase:
    participant = _readable(request, slug)
    at = database_now()
    topics = presentation.topics_of(participant, reader=request.user, today=timezone.localdate(at))
    try:
        content = exports.to_pdf(participant, topics, language=get_language() or "en", at=at)
    except NotPrintable as error:
        return responses.not_printable(request, error)
    name = f"{_('Host nation support')} {participant.name}.pdf"
    return responses.download(content, name=name, content_type=responses.PDF)


def host_nation_edit(request: PortalRequest, slug: str, topic: str) -> HttpResponse:
    participant = _readable(request, slug)
    require(rules.may_write(request.user, participant))
    known = _topic(topic)
    card = HostNationCard.objects.filter(participant=participant, topic=topic).first()
    is_blocking = known in BLOCKING_BY_DEFAULT
    if request.method != "POST":
        form = CardForm(card=card, is_blocking=is_blocking)
        return _form_page(request, participant, known, form)
    form = CardForm(request.POST, card=card, is_blocking=is_blocking)
    if not form.is_valid():
        return _form_page(request, participant, known, form, status=422)
    return _save(request, participant, known, form)


def _save(
    request: PortalRequest, participant: Participant, topic: HostNationTopic, form: CardForm
) -> HttpResponse:
    try:
        services.write(
            participant,
            topic,
            texts=form.texts(),
            is_blocking=form.cleaned_data["is_blocking"],
            valid_until=form.cleaned_data["valid_until"],
            by=request.user,
            at=database_now(),
            version=form.cleaned_data["version"] or 0,
        )
    except StaleVersion as error:
        return _stale_page(request, participant, topic, form, error)
    messages.success(request, _("The card is saved."))
    return redirect("incidents:host_nation", participant.slug)


def _stale_page(
    request: PortalRequest,
    participant: Participant,
    topic: HostNationTopic,
    form: CardForm,
    error: StaleVersion,
) -> HttpResponse:
    """Show both versions; saving again then answers to the version that is shown."""
    current = error.current
    assert isinstance(current, HostNationCard)
    now = CardForm(card=current, is_blocking=current.is_blocking)
    rows = differences(form, now, fields=CardForm.COMPARED)
    data = answering_to(request, current.version)
    again = CardForm(data, card=current, is_blocking=current.is_blocking)
    return _form_page(
        request, participant, topic, again, differences=rows, is_stale=True, status=409
    )


def _form_page(
    request: PortalRequest,
    participant: Participant,
    topic: HostNationTopic,
    form: CardForm,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    context = {"participant": participant, "topic": topic, "form": form, **more}
    return render(request, "incidents/host_nation/form.html", context, status=status)


@require_POST
def host_nation_confirm(request: PortalRequest, slug: str, topic: str) -> HttpResponse:
    participant = _readable(request, slug)
    require(rules.may_write(request.user, participant))
    cards = HostNationCard.objects.select_related("participant")
    card = get_object_or_404(cards, participant=participant, topic=_topic(topic))
    services.confirm(card, by=request.user, at=database_now())
    messages.success(request, _("The card counts as checked today."))
    return redirect("incidents:host_nation", participant.slug)


def _topic(text: str) -> HostNationTopic:
    if text not in HostNationTopic.values:
        raise Http404
    return HostNationTopic(text)


def _require_reader(request: PortalRequest) -> None:
    """Raise 404 for the administrator and the auditor: nothing of it is for them."""
    if not rules.may_read(request.user):
        raise Http404


def _readable(request: PortalRequest, slug: str) -> Participant:
    _require_reader(request)
    return get_object_or_404(Participant, slug=slug, kind__in=STATES)
