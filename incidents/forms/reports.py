"""The forms of situation reports; the editor holds one language's texts and all figures."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.models import SituationReport
from incidents.queries import reports as queries
from incidents.services.reports import (
    LARGEST_VALUE,
    LONGEST_SOURCE,
    MAX_FIGURES,
    SECTIONS,
    Content,
    FigureEntry,
    brought_up_to_date,
    entry_of,
    objections,
)
from incidents.statuses import Confidence, Estimate, ReportKind
from incidents.vocabularies.indicators import measures
from incidents.vocabularies.subdivisions import subdivisions_of
from ots_portal.participants.countries import country_name
from ots_portal.participants.models import Participant
from ots_portal.texts import Said
from ots_portal.texts.fields import MAX_LENGTH, validate_plain_text
from ots_portal.ui.forms import LongText, MomentInput

# What a first report asks for; left empty, it stays unknown.
USUALLY_ASKED = (
    "death:all_people", "missing:all_people", "injured:all_people", "evacuated:all_people",
    "displaced_total:all_people", "destroyed:buildings",
)  # fmt: skip
OF_A_FIGURE = (
    "measure", "place", "value", "value_to", "source", "as_of", "confidence", "estimate",
)  # fmt: skip
FURTHER = ("as_of", "confidence", "estimate")
_ROW_KEY = re.compile(r"r\d{1,4}", re.ASCII)


@dataclass(frozen=True)
class RowView:
    """A figure in the editor: its fields, and whether it says what the last report said."""

    key: str
    fields: dict[str, BoundField]
    is_carried: bool

    @property
    def further(self) -> list[BoundField]:
        return [self.fields[name] for name in FURTHER]

    @property
    def is_open(self) -> bool:
        return any(field.errors for field in self.further)


@dataclass(frozen=True)
class SectionRow:
    """A text in the editor, and how it reads in other languages."""

    field: BoundField
    is_carried: bool
    elsewhere: list[Said]


class ReportForm(forms.Form):
    """
    A draft in one language, with all its figures in rows r0, r1, …

    Every button sends the whole form; ``op`` says what for: "save", "submit", "preview", or what changes
    only the rows on the page: "add", "remove:r3", "refresh". A row without a number is unknown and not kept.
    """

    use_required_attribute = False  # the browser would hold back "remove" for an empty row

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    rows = forms.CharField(widget=forms.HiddenInput, required=False, max_length=4000)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of report"), choices=ReportKind.choices)
    as_of = forms.DateTimeField(
        label=gettext_lazy("As of"),
        widget=MomentInput,
        help_text=gettext_lazy("The moment that the report describes."),
    )
    situation = forms.CharField(label=gettext_lazy("Situation"), required=False)
    response = forms.CharField(label=gettext_lazy("Response"), required=False)
    needs = forms.CharField(label=gettext_lazy("Needs"), required=False)
    outlook = forms.CharField(label=gettext_lazy("Outlook"), required=False)
    usual_source = forms.CharField(
        label=gettext_lazy("Source of the figures"),
        required=False,
        max_length=LONGEST_SOURCE,
        validators=[validate_plain_text],
        help_text=gettext_lazy("Taken for every figure that names no other source."),
    )

    #: What two versions of a report are compared by, beside the figures.
    COMPARED = ("kind", "as_of", *SECTIONS)

    def __init__(  # noqa: PLR0913 -- keywords only, each named where it is called
        self,
        report: SituationReport,
        data: Any = None,
        *,
        language: str,
        at: datetime,
        entries: Sequence[FigureEntry] | None = None,
        typed: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data)
        self.report, self.language, self.at = report, language, at
        self.last = [entry_of(figure) for figure in _figures_of(report.starts_from)]
        self.standing = [entry_of(figure) for figure in report.figures.all()]
        self._entries: list[FigureEntry] = []
        shown = self.standing if entries is None else entries
        self.initial = {**self._of_the_report(), **_of_rows(shown, self._usually_asked())}
        self._is_untouched = data is None and typed is None
        if typed is not None:
            self.initial.update(typed)
        self._write_in(language)
        self.keys = _keys_in(self.data.get("rows", "") if self.is_bound else self.initial["rows"])
        places = _places(report)
        for key in self.keys:
            self.fields.update(_fields_of_a_row(key, places))

    def _of_the_report(self) -> dict[str, Any]:
        report = self.report
        texts = {
            name: getattr(report, column).get(self.language, "")
            for name, column in SECTIONS.items()
        }
        sources = [entry.source for entry in self.standing]
        usual = max(set(sources), key=sources.count) if sources else ""
        return {
            "version": report.version,
            "kind": report.kind,
            "as_of": report.as_of,
            "usual_source": "" if report.is_joint else usual,
            **texts,
        }

    def _usually_asked(self) -> Sequence[str]:
        """Return the measures of empty rows to begin with; none where there are figures already."""
        countries = queries.countries_told_by(self.report.participant, self.report.incident)
        is_first = not self.standing and not self.last and not self.report.is_joint
        return USUALLY_ASKED if is_first and countries else ()

    def _write_in(self, language: str) -> None:
        for name in SECTIONS:
            field = self.fields[name]
            assert isinstance(field, forms.CharField)
            field.widget = LongText({"lang": language}, rows=5)
            field.max_length = MAX_LENGTH
            field.validators = [*field.validators, validate_plain_text]

    # ── what the page shows ─────────────────────────────────────────────────────────────────────
    @property
    def sections(self) -> list[SectionRow]:
        """Return the four texts, whether each still reads as in the last report, and what others say."""
        return [self._section(name, column) for name, column in SECTIONS.items()]

    def _section(self, name: str, column: str) -> SectionRow:
        last = self.report.starts_from
        before = getattr(last, column).get(self.language, "") if last else ""
        texts = getattr(self.report, column)
        return SectionRow(
            field=self[name],
            is_carried=bool(before) and before == (self[name].value() or ""),
            elsewhere=[Said(text, code) for code, text in texts.items() if code != self.language],
        )

    @property
    def figure_rows(self) -> list[RowView]:
        carried = {
            key for key, entry in zip(self.keys, self.standing, strict=False) if entry in self.last
        }
        return [
            RowView(
                key,
                {name: self[f"{name}_{key}"] for name in OF_A_FIGURE},
                is_carried=self._is_untouched and key in carried,
            )
            for key in self.keys
        ]

    @property
    def may_have_figures(self) -> bool:
        return bool(self.keys) or bool(_places(self.report))

    # ── what was written ────────────────────────────────────────────────────────────────────────
    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        made = [(key, self._entry(key, data)) for key in self.keys]
        rows = [(key, entry) for key, entry in made if entry]
        entries = [entry for _key, entry in rows]
        if data.get("as_of"):
            self._entries = brought_up_to_date(
                self._with_their_seconds(entries), last=self.last, as_of=data["as_of"]
            )
        for found in objections(self.report, self._entries, at=self.at):
            key = rows[min(found.index, len(rows) - 1)][0]
            if not self.has_error(f"{found.name}_{key}"):
                self.add_error(f"{found.name}_{key}", found.sentence)
        return data

    def _entry(self, key: str, data: Mapping[str, Any]) -> FigureEntry | None:
        """Return what the row says; None where it says nothing or cannot be read."""
        told = {name: data.get(f"{name}_{key}") for name in OF_A_FIGURE}
        if any(f"{name}_{key}" in self.errors for name in OF_A_FIGURE):
            return None
        if told["value"] is None:
            if told["value_to"] is not None:
                self.add_error(
                    f"value_{key}",
                    _("A range needs its lower end. Unknown is not 0: leave both empty."),
                )
            return None
        if not told["measure"] or not told["place"]:
            name = "place" if told["measure"] else "measure"
            self.add_error(f"{name}_{key}", _("Say what was counted, and where."))
            return None
        return self._figure(told, data)

    def _figure(self, told: Mapping[str, Any], data: Mapping[str, Any]) -> FigureEntry:
        indicator, _colon, exposure = told["measure"].partition(":")
        country, dash, _region = told["place"].partition("-")
        return FigureEntry(
            country=country,
            subdivision=told["place"] if dash else "",
            indicator=indicator,
            exposure=exposure,
            value=told["value"],
            value_to=told["value_to"],
            source=told["source"] or data.get("usual_source") or "",
            as_of=told["as_of"] or data.get("as_of") or self.at,
            confidence=told["confidence"] or Confidence.SOME,
            estimate=told["estimate"] or Estimate.PRIMARY,
        )

    def _with_their_seconds(self, entries: Iterable[FigureEntry]) -> list[FigureEntry]:
        """The page shows minutes: a moment that was not touched keeps its seconds."""
        exact = {
            (*entry.key, _minute(entry.as_of)): entry.as_of
            for entry in (*self.last, *self.standing)
        }
        return [
            FigureEntry(
                **{
                    **vars(entry),
                    "as_of": exact.get((*entry.key, _minute(entry.as_of)), entry.as_of),
                }
            )
            for entry in entries
        ]

    @property
    def entries(self) -> list[FigureEntry]:
        """The figures as they were written, once the form was looked at; as they stand before."""
        return self._entries if self.is_bound else self.standing

    def content(self) -> Content:
        """Return what shall stand; only after ``is_valid()``."""
        as_of = self.cleaned_data["as_of"]
        if _minute(as_of) == _minute(self.report.as_of):
            as_of = self.report.as_of
        return Content(
            language=self.language,
            kind=self.cleaned_data["kind"],
            as_of=as_of,
            texts={name: self.cleaned_data[name].replace("\r\n", "\n") for name in SECTIONS},
            figures=self._entries,
        )


def _figures_of(report: SituationReport | None) -> Iterable[Any]:
    return report.figures.all() if report else ()


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _keys_in(text: str) -> list[str]:
    """Return the keys of the rows, each once and no more than a report may have."""
    found = dict.fromkeys(key for key in text.split(",") if _ROW_KEY.fullmatch(key))
    return list(found)[:MAX_FIGURES]


def _of_rows(entries: Sequence[FigureEntry], empty: Sequence[str]) -> dict[str, Any]:
    """Return the initial values of the rows: what stands, else empty ones to begin with."""
    values: dict[str, Any] = {}
    for number, entry in enumerate(entries):
        of_row = {
            "measure": f"{entry.indicator}:{entry.exposure}",
            "place": entry.subdivision or entry.country,
            **{name: getattr(entry, name) for name in OF_A_FIGURE[2:]},
        }
        values |= {f"{name}_r{number}": value for name, value in of_row.items()}
    count = len(entries)
    for number, measure in enumerate(empty, start=count):
        values[f"measure_r{number}"] = measure
    values["rows"] = ",".join(f"r{number}" for number in range(count + len(empty)))
    return values


def _places(report: SituationReport) -> list[tuple[str, Any]]:
    """Return where the figures of the report may be of: each country, and its regions."""
    countries = sorted(queries.countries_told_by(report.participant, report.incident))
    return [
        (
            country_name(code),
            [
                (code, country_name(code)),
                *((region.code, region.name) for region in subdivisions_of(code)),
            ],
        )
        for code in countries
    ]


def _fields_of_a_row(key: str, places: list[tuple[str, Any]]) -> dict[str, forms.Field]:
    made: dict[str, forms.Field] = {
        "measure": forms.ChoiceField(
            label=_("What is counted"), choices=[("", "—"), *measures()], required=False
        ),
        "place": forms.ChoiceField(label=_("Where"), choices=places, required=False),
        "value": _number(_("How many")),
        "value_to": _number(_("Up to (of a range)")),
        "source": forms.CharField(
            label=_("Source"),
            required=False,
            max_length=LONGEST_SOURCE,
            validators=[validate_plain_text],
        ),
        "as_of": forms.DateTimeField(
            label=_("As of, where it is another moment"), required=False, widget=MomentInput
        ),
        "confidence": forms.ChoiceField(
            label=_("Confidence"),
            choices=Confidence.choices,
            required=False,
            initial=Confidence.SOME,
        ),
        "estimate": forms.ChoiceField(
            label=_("How it came about"), choices=Estimate.choices, required=False
        ),
    }
    for one in made.values():
        # What a row needs depends on whether it says anything: no field is called optional by itself.
        one.is_needed_with_others = True  # type: ignore[attr-defined]
    return {f"{name}_{key}": field for name, field in made.items()}


def _number(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=LARGEST_VALUE,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )


def with_another_row(typed: Mapping[str, str]) -> dict[str, str]:
    """Return what stands in the form, with an empty row at its end."""
    keys = _keys_in(typed.get("rows", ""))
    used = [int(key[1:]) for key in keys]
    return {**typed, "rows": ",".join([*keys, f"r{max(used, default=-1) + 1}"])}


def without_row(typed: Mapping[str, str], key: str) -> dict[str, str]:
    """Return what stands in the form, without one of its rows."""
    keys = [one for one in _keys_in(typed.get("rows", "")) if one != key]
    return {**typed, "rows": ",".join(keys)}


class ReportListFilter(forms.Form):
    """Whose reports to show, and in which status."""

    participant = forms.ChoiceField(label=gettext_lazy("Whose"), required=False)

    def __init__(self, *args: Any, whose: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["participant"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All")), ("joint", _("Joint reports")), *whose]


class ReportFileFilter(ReportListFilter):
    """The same for a file, which may be of all incidents; ``incident`` is the number of one."""

    incident = forms.CharField(label=gettext_lazy("Incident"), required=False, max_length=20)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        people = Participant.objects.order_by("slug")
        super().__init__(*args, whose=[(one.slug, one.name) for one in people], **kwargs)
