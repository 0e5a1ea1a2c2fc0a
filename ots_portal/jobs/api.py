"""The pages' twins: the caller's own jobs, stopping one, and the file that it left."""

import logging
import uuid
from types import ModuleType
from typing import Any, ClassVar, cast

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from ots_portal.access.stepup import step_up_verdict
from ots_portal.api.problems import problem_response
from ots_portal.api.steps import steps_open_to
from ots_portal.api.views import RecordViewSet
from ots_portal.clock import database_now
from ots_portal.jobs import downloads, queries, rules, services
from ots_portal.jobs.failures import sentence_of
from ots_portal.jobs.models import Job
from ots_portal.jobs.results import ResultGone
from ots_portal.jobs.statuses import JOBS, JobStatus
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import User
from ots_portal.verdicts import require

logger = logging.getLogger(__name__)


class JobFilters(forms.Form):
    status = forms.ChoiceField(required=False, choices=JobStatus.choices)
    kind = forms.CharField(required=False, max_length=100)


class JobFile(serializers.Serializer[Any]):
    file_name = serializers.CharField()
    content_type = serializers.CharField()
    size_bytes = serializers.IntegerField()
    sha256 = serializers.CharField()
    expires_at = serializers.DateTimeField()
    url = serializers.CharField()


class JobRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    kind = serializers.CharField()
    status = serializers.ChoiceField(choices=JobStatus.choices)
    done_count = serializers.IntegerField()
    total_count = serializers.IntegerField(allow_null=True, help_text="null while it is not known")
    stage = serializers.CharField(help_text="Code of the kind, or empty")
    failure_code = serializers.CharField(help_text="Why it failed, or empty")
    result = JobFile(allow_null=True)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()


class JobDetail(JobRow):
    parameters = serializers.DictField(help_text="What was asked for")
    failure = serializers.CharField(help_text="Why it failed, as a sentence, or empty")
    steps = serializers.ListField(
        child=serializers.CharField(), help_text="Verbs of the step endpoints"
    )


class JobViewSet(RecordViewSet):
    """Every token reads the own jobs of its partner system; one that writes anything stops them."""

    scope = ""
    lifecycle = JOBS
    services: ClassVar[ModuleType] = services
    filters = JobFilters
    row_form = JobRow
    detail_form = JobDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[Job]:
        return queries.visible_to(user)

    def narrowed(self, records: QuerySet[Job], wishes: dict[str, Any]) -> QuerySet[Job]:
        given = {name: value for name, value in wishes.items() if value}
        return records.filter(**{name: given[name] for name in ("status", "kind") if name in given})

    def row(self, record: Job) -> dict[str, Any]:
        columns = ("version", "kind", "status", "done_count", "total_count", "stage",
                   "created_at", "started_at", "finished_at", "updated_at")  # fmt: skip
        return {
            "id": str(record.pk),
            **{name: getattr(record, name) for name in columns},
            "failure_code": record.failure_code if record.status == JobStatus.FAILED else "",
            "result": _file_of(record),
        }

    def full(self, record: Job) -> dict[str, Any]:
        is_failed = record.status == JobStatus.FAILED
        return {
            **self.row(record),
            "parameters": record.parameters,
            "failure": sentence_of(record) if is_failed else "",
            "steps": steps_open_to(self.caller, record, lifecycle=JOBS, rules=rules),
        }


def _file_of(job: Job) -> dict[str, Any] | None:
    if not job.has_result:
        return None
    columns = ("file_name", "content_type", "size_bytes", "sha256", "expires_at")
    address = reverse("api:jobs-result", args=[job.pk])
    return {**{name: getattr(job, name) for name in columns}, "url": address}


class JobResult(APIView):
    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: uuid.UUID) -> HttpResponseBase:
        """Hand out the file, as a download; 409 before it is there, and once it has expired."""
        caller = cast("User", request.user)  # the permission classes let nobody else through
        job = get_object_or_404(queries.visible_to(caller), pk=pk)
        services.require_result(job, by=caller, at=database_now())
        if services.needs_step_up(job):
            require(step_up_verdict(request))
        try:
            return downloads.download(job)
        except ResultGone as error:
            raise WrongStatus(_("The file is not there any more.")) from error
        except OSError:
            logger.exception("The result of a job could not be fetched.")
            sentence = _("The store in which files are kept does not answer. Try again in a while.")
            return problem_response(503, "unavailable", sentence)
