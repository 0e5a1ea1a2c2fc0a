"""
Files in S3-compatible storage, by setting (OTS_FILES_URL).

Objects are private and have no address: every download goes through the portal and its record's rule.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

if TYPE_CHECKING:
    from django.core.files.base import File  # takes a type argument in its stubs only

# More of a file than this lies in a temporary file, not in memory, on its way through.
IN_MEMORY_BYTES = 1024 * 1024


class StoreUnavailable(OSError):
    """The store did not do what was asked; the text says why, without keys and names of files."""


class ObjectStore(S3Storage):
    def __init__(self, **options: Any) -> None:
        own = {
            "default_acl": None,  # the bucket's own rule: private
            "file_overwrite": False,
            "object_parameters": {"ContentType": "application/octet-stream"},
            "max_memory_size": IN_MEMORY_BYTES,
            "transfer_config": TransferConfig(use_threads=False),
            "client_config": Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                connect_timeout=3,
                read_timeout=10,
                retries={"total_max_attempts": 2, "mode": "standard"},
                # Checksums of 2025 are not known to every store that speaks S3.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        }
        super().__init__(**own, **options)

    def url(self, name: str | None, *args: Any, **kwargs: Any) -> str:
        message = "Files have no address of their own: documents:download asks the record's rule."
        raise ValueError(message)

    def check_bucket(self) -> None:
        """:raises StoreUnavailable: where the bucket cannot be used"""
        with _told(self.bucket_name):
            self.connection.meta.client.head_bucket(Bucket=self.bucket_name)

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        with _told(self.bucket_name):
            opened: File[bytes] = super()._open(name, mode)
            opened.tell()  # fetches it now, so that a fault is told before the answer has begun
            return opened

    def _save(self, name: str, content: "File[bytes]") -> str:
        with _told(self.bucket_name):
            return str(super()._save(name, content))

    def exists(self, name: str) -> bool:
        with _told(self.bucket_name):
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        with _told(self.bucket_name):
            super().delete(name)


@contextmanager
def _told(bucket: str) -> Iterator[None]:
    """Turn what botocore raises into an OSError, as a full disk would be one."""
    try:
        yield
    except ClientError as error:
        raise StoreUnavailable(_sentence(bucket, error)) from error
    except BotoCoreError as error:
        message = f"The file store does not answer ({type(error).__name__})."
        raise StoreUnavailable(message) from error


def _sentence(bucket: str, error: ClientError) -> str:
    code = str(error.response.get("Error", {}).get("Code", ""))
    if code in ("NoSuchBucket", "404"):
        return f"There is no bucket “{bucket}” in the file store."
    if code in ("403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"):
        return f"The file store does not let these keys use the bucket “{bucket}”."
    return f"The file store refuses: {code}."
