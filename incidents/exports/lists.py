"""
A list as a file: what the page shows under its filters, all of it, for whoever asks.

Small ones are handed out at once. Larger ones a worker prepares, after the person has confirmed who it is:
a stolen session must not carry the register away.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.choices import flatten_choices
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.formats.geojson import Feature, collection
from ots_portal.paging import chunks_of
from ots_portal.paper.responses import CSV, GEOJSON, PDF, XLSX
from ots_portal.paper.tables import Column, Table, to_csv, to_pdf, to_xlsx
from ots_portal.people.models import User

Text = str | Promise

# Security design, threat "stolen session": more than this needs a fresh second factor.
AT_ONCE = 500
# A printed table of more pages nobody reads; XLSX and CSV have no such end.
MOST_PRINTED = 5_000
FORMAT_WORDS = {
    "csv": gettext_lazy("CSV with HXL tags"),
    "xlsx": gettext_lazy("Excel workbook (XLSX)"),
    "pdf": gettext_lazy("PDF for printing"),
    "geojson": gettext_lazy("GeoJSON for maps"),
}
FORMATS = {"csv": CSV, "xlsx": XLSX, "pdf": PDF, "geojson": GEOJSON}


@dataclass(frozen=True)
class ListExport:
    """
    A list that can be taken away.

    ``visible(user)`` is its boundary, ``narrowed(rows, wishes)`` its filters, ``wishes_of(form)`` the cleaned
    values of ``filters``. ``cells(rows)`` makes the values of a chunk of rows, keyed like ``columns``, with a
    constant number of queries. ``feature`` is left out where rows have no place. ``of_reader`` makes the list
    as one reader has it, where more than the boundary depends on who asks. ``printed`` are the keys of the
    columns that paper has room for; none: all of them. ``is_played(wishes)``: whether the filters leave
    nothing but an exercise; the file as a whole is marked then.
    """

    name: str
    title: Text
    filters: type[forms.Form]
    visible: Callable[[User], QuerySet[Any]]
    narrowed: Callable[[QuerySet[Any], Mapping[str, Any]], QuerySet[Any]]
    by: str
    columns: Sequence[Column]
    cells: Callable[[Sequence[Any]], Iterable[Mapping[str, Any]]]
    feature: Callable[[Any], Feature] | None = None
    printed: Sequence[str] = ()
    of_reader: Callable[["ListExport", User], "ListExport"] | None = None
    is_played: Callable[[Mapping[str, Any]], bool] = lambda _wishes: False

    def read_by(self, reader: User) -> "ListExport":
        return self.of_reader(self, reader) if self.of_reader else self

    @property
    def formats(self) -> tuple[str, ...]:
        return tuple(name for name in FORMATS if name != "geojson" or self.feature)


LISTS: dict[str, ListExport] = {}


def plug_list(export: ListExport) -> None:
    """:raises ValueError: when two lists have one name"""
    if export.name in LISTS:
        message = f"Two lists called {export.name}."
        raise ValueError(message)
    LISTS[export.name] = export


def wishes_of(form: Any) -> dict[str, Any]:
    """Return the cleaned filters, as the list's page takes them."""
    form.is_valid()
    wishes: dict[str, Any] = form.wishes() if hasattr(form, "wishes") else form.cleaned_data
    return wishes


@dataclass(frozen=True)
class Asked:
    """A list that somebody wants as a file: with the filters of ``form``, in one of FORMATS."""

    export: ListExport
    form: Any
    reader: User
    file_format: str

    def rows(self) -> QuerySet[Any]:
        """Return all of them, as far as the reader may see them."""
        export = self.export.read_by(self.reader)
        return export.narrowed(export.visible(self.reader), wishes_of(self.form))

    def file_name(self, at: datetime) -> str:
        return f"{self.export.name}-{at:%Y-%m-%d}.{self.file_format}"


@dataclass(frozen=True)
class Download:
    """A link of the list's page."""

    label: Text
    url: str


def named_form(title: Text, file_format: str) -> str:
    """Return "Incidents as XLSX"."""
    return _("%(list)s as %(format)s") % {"list": title, "format": file_format.upper()}


def downloads(name: str, query: QueryDict, *, named: bool = False) -> list[Download]:
    """
    Return what the list can be taken away as, with the filters that the page's address has.

    ``named``: each link says which list it is of, for pages with more than one.
    """
    export = LISTS[name]
    address = reverse("incidents:list_export", args=[name])
    kept = query.copy()
    for word in ("cursor", "format"):
        kept.pop(word, None)
    return [
        Download(
            named_form(export.title, file_format) if named else FORMAT_WORDS[file_format],
            f"{address}?{_with(kept, file_format)}",
        )
        for file_format in export.formats
    ]


def _with(query: QueryDict, file_format: str) -> str:
    asked = query.copy()
    asked["format"] = file_format
    return asked.urlencode()


def content(asked: Asked, *, language: str, at: datetime) -> bytes | Iterator[bytes]:
    """
    Return the file; CSV and GeoJSON in pieces, a few thousand rows in memory at a time.

    :raises NotPrintable: when a PDF would be too long
    """
    if asked.file_format == "geojson":
        return collection(_features(asked), members=_about(asked, at))
    made = table(asked)
    if asked.file_format == "csv":
        return to_csv(made, for_people=True, hxl=True)
    if asked.file_format == "xlsx":
        return to_xlsx(made, at=at)
    return to_pdf(made, language=language, at=at)


def table(asked: Asked) -> Table:
    export = asked.export.read_by(asked.reader)
    return Table(
        title=export.title,
        columns=_columns(export, asked.file_format),
        rows=(
            cell for chunk in chunks_of(asked.rows(), by=export.by) for cell in export.cells(chunk)
        ),
        classification=readers_words(asked.reader),
        filters=[*told_filters(asked.form), *_told_of_exercises(asked.form)],
        is_exercise=export.is_played(wishes_of(asked.form)),
    )


def _columns(export: ListExport, file_format: str) -> Sequence[Column]:
    if file_format != "pdf" or not export.printed:
        return export.columns
    return [column for column in export.columns if column.key in export.printed]


def _told_of_exercises(form: Any) -> Iterator[tuple[str, str]]:
    """Say that some rows were played: what really happens stands beside them, so the whole is not marked."""
    if wishes_of(form).get("exercise"):
        yield _("Contains exercises"), _("The column “Exercise” says which rows did not happen.")


def readers_words(reader: User) -> str:
    """Say for whom a file was made: it holds what that participant's people may read."""
    return _("Readers of %(participant)s") % {"participant": reader.participant.name}


def told_filters(form: Any) -> list[tuple[str, str]]:
    """Return label and words of each filter that narrows."""
    told = []
    for bound in form:
        value = form.cleaned_data.get(bound.name) if form.is_bound else None
        if value in (None, "", [], False):
            continue
        words = dict(flatten_choices(getattr(bound.field, "choices", ())))
        told.append((str(bound.label), _("Yes") if value is True else str(words.get(value, value))))
    return told


def _features(asked: Asked) -> Iterator[Feature]:
    assert asked.export.feature
    for chunk in chunks_of(asked.rows(), by=asked.export.by):
        yield from map(asked.export.feature, chunk)


def _about(asked: Asked, at: datetime) -> dict[str, Any]:
    return {
        "title": str(asked.export.title),
        "generated_at": at.isoformat(),
        "readers": asked.reader.participant_id,
        "filters": dict(told_filters(asked.form)),
    }
