from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from incidents.forms.incidents import ReasonForm
from incidents.models import ChecklistItem, Deployment
from incidents.queries import deployments as queries
from incidents.rules import deployments as rules
from incidents.services import checklists as services
from incidents.statuses import CheckStatus
from ots_portal.pages import take, wrong_status
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import Verdict, require


@require_POST
def check_complete(request: PortalRequest, pk: UUID, item_pk: UUID) -> HttpResponse:
    item = _readable(request, pk, item_pk)
    verdict = rules.may_settle(request.user, item.deployment)
    return _take(request, item, verdict, services.complete, _("The item is settled."))


@require_POST
def check_reopen(request: PortalRequest, pk: UUID, item_pk: UUID) -> HttpResponse:
    item = _readable(request, pk, item_pk)
    verdict = rules.may_reopen_check(request.user, item.deployment)
    return _take(request, item, verdict, services.reopen, _("The item is open again."))


def check_waive(request: PortalRequest, pk: UUID, item_pk: UUID) -> HttpResponse:
    item = _readable(request, pk, item_pk)
    verdict = rules.may_waive(request.user, item.deployment)
    if refusal := _refused(request, item.deployment, verdict):
        return refusal
    if item.status != CheckStatus.OPEN:
        return wrong_status(request, item.deployment, _("This item is settled already."))
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        return _take(
            request, item, verdict, services.waive, _("The item is waived."), **form.cleaned_data
        )
    title = _("Waive: %(topic)s") % {"topic": item.get_topic_display()}
    context = {"deployment": item.deployment, "form": form, "title": title}
    status = 422 if form.is_bound else 200
    return render(request, "incidents/deployments/step.html", context, status=status)


def _take(
    request: PortalRequest,
    item: ChecklistItem,
    verdict: Verdict,
    service: Callable[..., ChecklistItem],
    done: str,
    **details: str,
) -> HttpResponse:
    if refusal := _refused(request, item.deployment, verdict):
        return refusal

    def serve(_deployment: Deployment, **arguments: object) -> object:
        return service(item, **arguments)

    return take(request, item.deployment, serve, done=done, **details)


def _refused(
    request: PortalRequest, deployment: Deployment, verdict: Verdict
) -> HttpResponse | None:
    if verdict.code == "wrong_status":
        return wrong_status(request, deployment, str(verdict.reason))
    require(verdict)
    return None


def _readable(request: PortalRequest, pk: UUID, item_pk: UUID) -> ChecklistItem:
    """Return the item of this deployment: a right item under a wrong parent is not found."""
    deployment = get_object_or_404(queries.with_parts(queries.visible_to(request.user)), pk=pk)
    item = get_object_or_404(deployment.checklist.all(), pk=item_pk)
    item.deployment = deployment
    return item
