"""/api/v1/vocabularies/: what each code of the API means, in every language that the portal speaks."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from ots_portal import plugs
from ots_portal.api import conditional, slimming
from ots_portal.api.problems import PROBLEM_TYPE, ApiProblem
from ots_portal.api.renderers import as_json
from ots_portal.api.schema import FIELDS, IF_NONE_MATCH, ProblemDocument
from ots_portal.api.views import parameter_errors, refuse_unknown

Told = dict[str, Any]

LANGUAGES = [code for code, _name in settings.LANGUAGES]
PROBLEM = {("default", PROBLEM_TYPE): ProblemDocument}


# ── what is told ────────────────────────────────────────────────────────────────────────────────


@cache
def told() -> Mapping[str, Told]:
    """Return every vocabulary by its name, in the order of the names; made once, codes come with releases."""
    return {name: _told(plugs.vocabularies[name]) for name in sorted(plugs.vocabularies)}


def _told(vocabulary: plugs.Vocabulary) -> Told:
    terms = [
        {"code": term.code, "labels": _labels(term.label), "more": dict(term.more)}
        for term in vocabulary.terms()
    ]
    return {
        "name": vocabulary.name,
        "app": vocabulary.name.partition(".")[0],
        "address": reverse("api:vocabularies-detail", args=[vocabulary.name]),
        "source": vocabulary.source,
        "count": len(terms),
        "terms": terms,
    }


def _labels(label: Any) -> dict[str, str]:
    """Return the names by language; of names that are data, those that there are."""
    if isinstance(label, Mapping):
        return {str(language): str(name) for language, name in label.items() if name}
    labels = {}
    for language in LANGUAGES:
        with override(language):
            labels[language] = str(label)
    return labels


@cache
def fingerprint() -> str:
    """Return what changes when any vocabulary does: answers are told apart by it, without being written."""
    return hashlib.sha256(as_json(list(told().values()))).hexdigest()


@cache
def names_of_codes() -> Mapping[frozenset[str], tuple[str, ...]]:
    """Return which vocabularies have exactly these codes: how the OpenAPI document finds an enumeration's."""
    found: dict[frozenset[str], list[str]] = {}
    for name, vocabulary in told().items():
        codes = frozenset(term["code"] for term in vocabulary["terms"])
        found.setdefault(codes, []).append(name)
    return {codes: tuple(names) for codes, names in found.items()}


def names_for(codes: Iterable[str]) -> tuple[str, ...]:
    """
    Return the vocabularies that say what these codes mean; none where they are no codes of the field.

    The very codes first; else the smallest vocabularies that have them all (a choice among them), else those
    that are in them (a filter that knows words for several, such as "open").
    """
    wanted = frozenset(codes)
    known = names_of_codes()
    if wanted in known:
        return known[wanted]
    wider = [have for have in known if wanted < have]
    if wider:
        return known[min(wider, key=lambda have: (len(have), known[have]))]
    narrower = [have for have in known if len(have) > 2 and have < wanted]  # noqa: PLR2004 -- more than yes and no
    if narrower:
        return known[max(narrower, key=lambda have: (len(have), known[have]))]
    return ()


# ── endpoints ───────────────────────────────────────────────────────────────────────────────────


class TermAnswer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="As it stands in records, and is sent")
    labels = serializers.DictField(child=serializers.CharField(), help_text="Language → label")
    more = serializers.DictField(help_text="What else is known: counterparts in other lists")


class VocabularyAnswer(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="App and enumeration: “incidents.alert-level”")
    app = serializers.CharField()
    address = serializers.CharField()
    source = serializers.CharField(  # type: ignore[assignment] # a member called like an argument
        help_text="Whose list it is; empty: the portal's own"
    )
    count = serializers.IntegerField()
    terms = TermAnswer(many=True)


class VocabularyList(serializers.Serializer[Any]):
    results = VocabularyAnswer(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class Wishes(forms.Form):
    """``app`` and ``code`` narrow the list, ``language`` the labels."""

    app = forms.CharField(required=False, max_length=40)
    code = forms.CharField(required=False, max_length=100)
    language = forms.ChoiceField(required=False, choices=settings.LANGUAGES)


APP = OpenApiParameter("app", str, description="Only what this app has, such as “incidents”")
CODE = OpenApiParameter("code", str, description="Only what has this very code")
LANGUAGE = OpenApiParameter(
    "language", str, enum=LANGUAGES, description="Only the labels in this language"
)


class Vocabularies(APIView):
    """Any token reads them, whatever its scopes."""

    scope = ""

    @extend_schema(
        parameters=[APP, CODE, LANGUAGE, FIELDS, IF_NONE_MATCH],
        responses={(200, "application/json"): VocabularyList, **PROBLEM},
        operation_id="vocabularies_list",
    )
    def get(self, request: Request) -> HttpResponse:
        """List every enumeration with its codes and labels, in the order of the names: all come at once."""
        wishes, mask = _asked(request, ("app", "code", "language"))
        tag = f'"{conditional.tag_of(request, fingerprint())}"'
        if conditional.is_held(request, tag):
            return conditional.not_modified(tag)
        found = [one for one in told().values() if _is_wanted(one, wishes)]
        rows = [slimming.slimmed(_worded(one, wishes), mask) for one in found]
        return _answer({"results": rows, "next": None, "previous": None}, tag)


class VocabularyDetail(APIView):
    scope = ""

    @extend_schema(
        parameters=[CODE, LANGUAGE, FIELDS, IF_NONE_MATCH],
        responses={(200, "application/json"): VocabularyAnswer, **PROBLEM},
        operation_id="vocabularies_retrieve",
    )
    def get(self, request: Request, name: str) -> HttpResponse:
        """Return one enumeration; “code” leaves the one term that is asked about."""
        wishes, mask = _asked(request, ("code", "language"))
        if name not in told():
            raise Http404
        tag = f'"{conditional.tag_of(request, fingerprint())}"'
        if conditional.is_held(request, tag):
            return conditional.not_modified(tag)
        one = _worded(told()[name], wishes)
        if code := wishes["code"]:
            terms = [term for term in one["terms"] if term["code"] == code]
            one = {**one, "count": len(terms), "terms": terms}
        return _answer(slimming.slimmed(one, mask), tag)


def _asked(request: Request, names: tuple[str, ...]) -> tuple[dict[str, Any], slimming.Mask]:
    """:raises ApiProblem: on a parameter that is not known, or has no such value"""
    refuse_unknown(request, known=(*names, slimming.PARAMETER))
    form = Wishes(request.query_params)
    if not form.is_valid():
        raise ApiProblem("bad_parameter", errors=parameter_errors(form))
    wishes = form.cleaned_data
    if wishes["app"] and wishes["app"] not in {one["app"] for one in told().values()}:
        sentence = _("No app of this name has enumerations.")
        raise ApiProblem("bad_parameter", errors=[{"parameter": "app", "detail": sentence}])
    return wishes, slimming.mask_of(request, VocabularyAnswer)


def _is_wanted(one: Told, wishes: dict[str, Any]) -> bool:
    has_code = not wishes["code"] or any(term["code"] == wishes["code"] for term in one["terms"])
    return has_code and wishes["app"] in ("", one["app"])


def _worded(one: Told, wishes: dict[str, Any]) -> Told:
    """Leave the labels of one language, where one is asked for; a name that there is only elsewhere stays."""
    language = wishes["language"]
    if not language:
        return one
    terms = [
        {
            **term,
            "labels": {language: term["labels"][language]}
            if language in term["labels"]
            else term["labels"],
        }
        for term in one["terms"]
    ]
    return {**one, "terms": terms}


def _answer(body: Any, tag: str) -> HttpResponse:
    response = HttpResponse(as_json(body), content_type="application/json")
    return conditional.marked(response, tag)
