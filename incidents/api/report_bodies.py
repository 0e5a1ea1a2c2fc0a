"""What a body about a situation report holds, and what the answers look like."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from incidents.queries.totals import Reported, Total
from incidents.services.reports import LARGEST_VALUE, MAX_FIGURES, SECTIONS, Content, FigureEntry
from incidents.statuses import Confidence, Estimate, ReportKind, ReportStatus
from incidents.vocabularies.indicators import EXPOSURES, INDICATORS
from ots_portal.api.serializers import Moment, StrictInteger, StrictSerializer, Text
from ots_portal.participants.countries import COUNTRY_CHOICES

INDICATOR_CHOICES = [(code, one.label) for code, one in INDICATORS.items()]
EXPOSURE_CHOICES = [(code, one.label) for code, one in EXPOSURES.items()]


class FigureBody(StrictSerializer):
    """One figure. What is unknown is left out; 0 means that somebody counted and found none."""

    country = serializers.ChoiceField(
        choices=sorted(code for code, _name in COUNTRY_CHOICES), help_text="ISO 3166-1 alpha-2"
    )
    subdivision = Text(
        max_length=6, required=False, allow_blank=True, default="",
        help_text="ISO 3166-2; empty: the whole country",
    )  # fmt: skip
    indicator = serializers.ChoiceField(
        choices=INDICATOR_CHOICES, help_text="Impact type of Montandon (Monty)"
    )
    exposure = serializers.ChoiceField(
        choices=EXPOSURE_CHOICES, default="all_people", help_text="What is counted"
    )
    value = StrictInteger(min_value=0, max_value=LARGEST_VALUE)
    value_to = StrictInteger(
        min_value=1, max_value=LARGEST_VALUE, required=False, allow_null=True, default=None,
        help_text="The upper end, where the figure is a range",
    )  # fmt: skip
    estimate = serializers.ChoiceField(choices=Estimate.choices, default=Estimate.PRIMARY)
    confidence = serializers.ChoiceField(choices=Confidence.choices, default=Confidence.SOME)
    source = Text(max_length=200)  # type: ignore[assignment] # a field, not where one comes from
    as_of = Moment()


class ReportChanges(StrictSerializer):
    """What of a draft may be changed; texts are in one ``language``, the others stay."""

    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    kind = serializers.ChoiceField(choices=ReportKind.choices)
    as_of = Moment()
    situation = Text(max_length=20_000, required=False, allow_blank=True)
    response = Text(max_length=20_000, required=False, allow_blank=True)
    needs = Text(max_length=20_000, required=False, allow_blank=True)
    outlook = Text(max_length=20_000, required=False, allow_blank=True)
    figures = FigureBody(  # type: ignore[call-arg] # of the list that many=True makes
        many=True, required=False, max_length=MAX_FIGURES,
        help_text="All figures of the report; left out, they stay as they are",
    )  # fmt: skip


class ReportBody(ReportChanges):
    """The next report: it starts from the last one, and what is given here is written over it."""

    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)
    kind = serializers.ChoiceField(choices=ReportKind.choices, required=False)
    as_of = Moment(required=False)


def content_of(data: dict[str, Any], *, standing: dict[str, Any]) -> Content:
    """Return the content as the service takes it; what is not given is as it stands."""
    given = {**standing, **data}
    figures = given.get("figures")
    return Content(
        language=given["language"],
        kind=given["kind"],
        as_of=given["as_of"],
        texts={name: given[name] for name in SECTIONS if name in given},
        figures=None if figures is None else [FigureEntry(**figure) for figure in figures],
    )


class FigureAnswer(serializers.Serializer[Any]):
    country = serializers.CharField(help_text="ISO 3166-1 alpha-2")
    subdivision = serializers.CharField(help_text="ISO 3166-2; empty: the whole country")
    indicator = serializers.ChoiceField(choices=INDICATOR_CHOICES)
    exposure = serializers.ChoiceField(choices=EXPOSURE_CHOICES)
    value = serializers.IntegerField()
    value_to = serializers.IntegerField(allow_null=True)
    unit = serializers.CharField()
    estimate = serializers.ChoiceField(choices=Estimate.choices)
    confidence = serializers.ChoiceField(choices=Confidence.choices)
    source = serializers.CharField()  # type: ignore[assignment] # a field, not where one comes from
    as_of = serializers.DateTimeField()


class ReportRow(serializers.Serializer[Any]):
    """A situation report as lists show it."""

    id = serializers.UUIDField()
    incident = serializers.UUIDField(source="incident_id")
    incident_number = serializers.CharField(source="incident.number")
    is_exercise = serializers.BooleanField(source="incident.is_exercise")
    participant = serializers.CharField(
        source="participant_id", allow_null=True, help_text="null: a joint report"
    )
    number = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField()
    status = serializers.ChoiceField(choices=ReportStatus.choices)
    kind = serializers.ChoiceField(choices=ReportKind.choices)
    as_of = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)
    superseded_by = serializers.UUIDField(source="superseded_by_id", allow_null=True)
    updated_at = serializers.DateTimeField()


class ReportDetail(ReportRow):
    """A situation report with its texts and figures, and the steps that this reader may take now."""

    situations = serializers.DictField(child=serializers.CharField(), help_text="Language → text")
    responses = serializers.DictField(child=serializers.CharField(), help_text="Language → text")
    needs = serializers.DictField(child=serializers.CharField(), help_text="Language → text")
    outlooks = serializers.DictField(child=serializers.CharField(), help_text="Language → text")
    figures = FigureAnswer(many=True)
    digest = serializers.CharField(help_text="SHA-256 of what was published")
    created_at = serializers.DateTimeField()
    steps = serializers.SerializerMethodField(help_text="Verbs of the step endpoints")

    def get_steps(self, report: Any) -> list[str]:
        return list(self.context.get("steps", []))


class CountryTotalAnswer(serializers.Serializer[Any]):
    """A country's part of a total: its own row, else the sum of its regions."""

    country = serializers.CharField(help_text="ISO 3166-1 alpha-2")
    low = serializers.IntegerField()
    high = serializers.IntegerField()
    region_count = serializers.IntegerField(help_text="Of how many regions it is the sum; 0: none")
    is_conflicting = serializers.BooleanField(help_text="Whether sources differ")
    counted = serializers.ListField(help_text="The figures that are added")
    left_out = serializers.ListField(help_text="Figures of places inside counted ones: never added")


class TotalRow(serializers.Serializer[Any]):
    """One indicator over all countries that reported it; what is not listed is unknown, not 0."""

    indicator = serializers.ChoiceField(choices=INDICATOR_CHOICES)
    exposure = serializers.ChoiceField(choices=EXPOSURE_CHOICES)
    unit = serializers.CharField()
    low = serializers.IntegerField()
    high = serializers.IntegerField()
    is_conflicting = serializers.BooleanField(help_text="Whether sources differ")
    as_of_from = serializers.DateTimeField(help_text="The oldest figure in it")
    as_of_to = serializers.DateTimeField(help_text="The newest figure in it")
    countries = CountryTotalAnswer(many=True)


def total_row(total: Total) -> dict[str, Any]:
    return {
        "indicator": total.indicator,
        "exposure": total.exposure,
        "unit": total.unit,
        "low": total.low,
        "high": total.high,
        "is_conflicting": total.is_conflicting,
        "as_of_from": total.as_of[0],
        "as_of_to": total.as_of[1],
        "countries": [
            {
                "country": country.country,
                "low": country.low,
                "high": country.high,
                "region_count": country.region_count,
                "is_conflicting": country.is_conflicting,
                "counted": [_part(row) for row in country.rows],
                "left_out": [_part(row) for place in country.left_out for row in place.rows],
            }
            for country in total.countries
        ],
    }


def _part(row: Reported) -> dict[str, Any]:
    return {
        "subdivision": row.subdivision,
        "value": row.value,
        "value_to": row.value_to,
        "source": row.source,
        "as_of": row.as_of,
        "confidence": row.confidence,
        "estimate": row.estimate,
        "participant": row.participant or None,
        "report": row.report,
    }
