"""Reading the files of lists back."""

import csv
import io

from django.urls import reverse

from tests.factories.sessions import open_session


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def taken(reader, name, file_format="csv", **filters):
    """Return the file of a list as this reader gets it."""
    address = reverse("incidents:list_export", args=[name])
    answer = open_session(reader).get(address, {"format": file_format, **filters})
    assert answer.status_code == 200
    return body(answer)


def rows_of(reader, name, **filters):
    """Return the rows of the CSV by their HXL tags."""
    found = list(csv.reader(io.StringIO(taken(reader, name, **filters).decode("utf-8-sig"))))
    return [dict(zip(found[1], row, strict=True)) for row in found[2:]]
