"""What the API answers where a worker has begun: 202, and where to ask how far it is."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from rest_framework import serializers

from ots_portal.api.renderers import as_json


class BegunTextWork(serializers.Serializer[Any]):
    """The work that was begun: ask its ``url`` how far it is."""

    id = serializers.UUIDField()
    url = serializers.CharField()


def begun(job: Any) -> HttpResponse:
    address = reverse("api:jobs-detail", args=[job.pk])
    body = as_json({"id": job.pk, "url": address})
    headers = {"Location": address}
    return HttpResponse(body, status=202, content_type="application/json", headers=headers)
