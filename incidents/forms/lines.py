"""Rows of a form that a person adds and takes away, with and without a script."""

from typing import Any

from django.forms import BaseFormSet, Form
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

MORE_LINES = "add_line"


class RowsFormSet(BaseFormSet):  # type: ignore[type-arg] # generic only in the stubs
    """Rows in the order given; one that was left empty is passed over, one to be removed is not looked at."""

    def add_fields(self, form: Form, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Remove this line")

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        # How many rows there were at first says the browser: any of them may be empty.
        kwargs.setdefault("empty_permitted", True)
        kwargs.setdefault("use_required_attribute", False)
        return super()._construct_form(i, **kwargs)  # type: ignore[misc] # not in the stubs

    @property
    def problems(self) -> list[tuple[int, Form]]:
        """Return the rows that are not in order, with their places."""
        return [(place, row) for place, row in enumerate(self.forms, start=1) if row.errors]


def posted_rows(data: QueryDict, prefix: str, *, more: int = 0) -> QueryDict:
    """Return what was posted with ``more`` further, empty rows."""
    copy = data.copy()
    name = f"{prefix}-TOTAL_FORMS"
    text = str(copy.get(name, "0"))
    copy[name] = str((int(text) if text.isascii() and text.isdigit() else 0) + more)
    return copy


def language_of_reader() -> str:
    return (get_language() or "en").split("-")[0]
