"""Files in S3-compatible storage: a real server of that protocol on a free port, and none at all."""

import io
from urllib.parse import quote

import boto3
import pytest
from botocore.config import Config
from django.core.files.base import ContentFile
from django.db import IntegrityError
from moto.server import ThreadedMotoServer

from ots_portal.clock import database_now
from ots_portal.documents import services
from ots_portal.documents.models import Document
from ots_portal.documents.storage import ObjectStore, StoreUnavailable
from tests.factories.documents import PDF, DocumentFactory, upload
from tests.servers import free_port

BUCKET = "ots-files"
NEW = "/documents/new/people.user/{pk}/"
SECRET = "p/a+s%s:w@rd"  # what a password may hold, and an address may not


@pytest.fixture(scope="module")
def s3():
    """The address of an S3 server without a bucket."""
    server = ThreadedMotoServer("127.0.0.1", free_port())
    server.start()
    yield f"http://127.0.0.1:{server._server.port}"
    server.stop()


@pytest.fixture
def bucket(s3):
    """A bucket of our own on that server, empty at the start; listed with other keys than the portal's."""
    client = boto3.client(
        "s3",
        endpoint_url=s3,
        aws_access_key_id="other",
        aws_secret_access_key="other",
        region_name="us-east-1",
        config=Config(s3={"addressing_style": "path"}),
    )
    client.create_bucket(Bucket=BUCKET)

    def keys() -> list[str]:
        return [each["Key"] for each in client.list_objects_v2(Bucket=BUCKET).get("Contents", [])]

    keys.client = client
    yield keys
    for key in keys():
        client.delete_object(Bucket=BUCKET, Key=key)
    client.delete_bucket(Bucket=BUCKET)


def store_at(address: str, *, bucket: str = BUCKET) -> dict:
    return {
        "BACKEND": "ots_portal.documents.storage.ObjectStore",
        "OPTIONS": {
            "access_key": "portal",
            "secret_key": SECRET,
            "bucket_name": bucket,
            "endpoint_url": address,
            "region_name": "us-east-1",
        },
    }


@pytest.fixture
def _in_s3(settings, bucket, s3):
    settings.STORAGES = {**settings.STORAGES, "default": store_at(s3)}


def test_the_setting_is_read_with_every_character_of_a_secret(with_settings):
    url = f"s3://portal:{quote(SECRET, safe='')}@files.test:9000/{BUCKET}?region=tr-1"

    said = with_settings("print(settings.STORAGES['default'])", OTS_FILES_URL=url)

    options = {**store_at("https://files.test:9000")["OPTIONS"], "region_name": "tr-1"}
    assert eval(said.stdout)["OPTIONS"] == options, said.stderr  # noqa: S307 -- our own print


@pytest.mark.parametrize(
    "url",
    [
        "https://files.test/bucket",
        "s3://key:secret@files.test",
        "s3:///bucket",
        "s3://k:s@files.test/bucket?public=yes",
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused_with_the_form_to_write(with_settings, url):
    said = with_settings("settings.STORAGES", OTS_FILES_URL=url)

    assert "OTS_FILES_URL must read s3://key:secret@host:port/bucket?region=…" in said.stderr


@pytest.mark.usefixtures("_in_s3")
def test_a_file_goes_up_and_comes_down_through_the_page(client, editor_a, record, bucket):
    client.force_login(editor_a)

    sent = client.post(NEW.format(pk=record.pk), {"file": upload(), "title": "Plan"})
    document = Document.objects.get()
    answer = client.get(f"/documents/{document.pk}/")

    assert (sent.status_code, bucket()) == (302, [document.file.name])
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, PDF)
    assert (answer["Content-Length"], answer["Content-Disposition"]) == (
        str(len(PDF)),
        'attachment; filename="report.pdf"',
    )


@pytest.mark.usefixtures("_in_s3")
def test_a_row_that_cannot_be_written_leaves_no_object(editor_a, record, now, bucket, monkeypatch):
    def fail(document):
        assert bucket() == [document.file.name]
        raise IntegrityError

    monkeypatch.setattr(services, "_insert", fail)

    with pytest.raises(IntegrityError):
        services.attach(record, upload(), title="Plan", by=editor_a, at=now)

    assert bucket() == []


def test_nobody_but_the_portal_gets_at_an_object(s3, bucket):
    store = ObjectStore(**store_at(s3)["OPTIONS"])
    name = store.save("documents/ab/cd", ContentFile(b"a text"))

    grants = bucket.client.get_object_acl(Bucket=BUCKET, Key=name)["Grants"]

    assert [grant["Permission"] for grant in grants] == ["FULL_CONTROL"]  # the owner's own
    with pytest.raises(ValueError, match="no address of their own"):
        store.url(name)


def test_an_object_is_never_overwritten(s3, bucket):
    store = ObjectStore(**store_at(s3)["OPTIONS"])

    names = [store.save("documents/ab/cd", ContentFile(text)) for text in (b"one", b"two")]

    with store.open(names[0]) as first:
        assert (len(set(names)), first.read()) == (2, b"one")


def test_a_large_file_passes_through_without_filling_the_memory(s3, bucket):
    store = ObjectStore(**store_at(s3)["OPTIONS"])
    name = store.save("documents/ab/large", io.BytesIO(b"x" * 3_000_000))

    with store.open(name) as file:
        in_temporary_file = file.file._rolled
        size = sum(len(chunk) for chunk in file.chunks())

    assert (in_temporary_file, size) == (True, 3_000_000)


MISSING = "There is no bucket “elsewhere” in the file store."


def test_a_bucket_that_is_missing_is_named(s3):
    store = ObjectStore(**store_at(s3, bucket="elsewhere")["OPTIONS"])

    with pytest.raises(StoreUnavailable, match=MISSING):
        store.check_bucket()


def gone() -> str:
    return f"http://127.0.0.1:{free_port()}"


@pytest.mark.parametrize("where", ["missing bucket", "nobody there"])
def test_whoever_sends_a_file_is_told_that_it_was_not_stored(
    client, editor_a, record, settings, s3, where
):
    store = store_at(s3, bucket="elsewhere") if where == "missing bucket" else store_at(gone())
    settings.STORAGES = {**settings.STORAGES, "default": store}
    client.force_login(editor_a)

    answer = client.post(NEW.format(pk=record.pk), {"file": upload(), "title": ""})

    page = answer.content.decode()
    assert (answer.status_code, Document.objects.count()) == (503, 0)
    assert "The file could not be stored just now. Nothing was kept" in page


def test_a_program_that_fetches_a_file_is_told_to_come_again(client, editor_a, record, settings):
    document = DocumentFactory(owner=record, uploaded_by=editor_a, uploaded_at=database_now())
    settings.STORAGES = {**settings.STORAGES, "default": store_at(gone())}
    client.force_login(editor_a)

    answer = client.get(f"/api/v1/documents/{document.pk}/")

    assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (
        503,
        "application/problem+json",
        "unavailable",
    )


def test_whoever_fetches_a_file_is_told_to_come_again(client, editor_a, record, settings):
    document = DocumentFactory(owner=record, uploaded_by=editor_a, uploaded_at=database_now())
    settings.STORAGES = {**settings.STORAGES, "default": store_at(gone())}
    client.force_login(editor_a)

    answer = client.get(f"/documents/{document.pk}/")

    assert (answer.status_code, "cannot be fetched just now" in answer.content.decode()) == (
        503,
        True,
    )
