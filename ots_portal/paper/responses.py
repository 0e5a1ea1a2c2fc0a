"""How a file goes out: always as a download, under a name every browser and file system takes."""

from collections.abc import Iterable

from django.http import HttpResponse, StreamingHttpResponse

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
GEOJSON = "application/geo+json"


def download(
    content: bytes | Iterable[bytes], *, name: str, content_type: str
) -> HttpResponse | StreamingHttpResponse:
    """
    Return ``content`` as an attachment called ``name``; what is no ``bytes`` is streamed as it comes.

    The name may hold any text, such as a record's number and title: what is unsafe in it is replaced.
    """
    raise NotImplementedError
