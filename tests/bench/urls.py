"""The portal's addresses, and beside them the same answers from memory: the limit for any Django view."""

import os
from functools import cache
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from rest_framework.request import Request
from rest_framework.views import APIView


@cache
def ready_made(name: str) -> bytes:
    return (Path(os.environ["OTS_BENCH_DIR"]) / name).read_bytes()


def page(request: HttpRequest) -> HttpResponse:
    """Behind the same session, sign-in and middleware as every page."""
    return HttpResponse(ready_made("page"))


@login_not_required
def minutes(request: HttpRequest) -> HttpResponse:
    """For visitors, as published minutes are."""
    return HttpResponse(ready_made("minutes"))


class Endpoint(APIView):
    """Behind the same token, rights and throttle as every endpoint."""

    def get(self, request: Request) -> HttpResponse:
        if request.headers.get("If-None-Match"):
            return HttpResponse(status=304)
        return HttpResponse(ready_made("api"), content_type="application/json")


urlpatterns = [
    path("", include("ots_portal.urls")),
    path("bench/page/", page),
    path("bench/minutes/", minutes),
    path("api/bench/", Endpoint.as_view()),
]
