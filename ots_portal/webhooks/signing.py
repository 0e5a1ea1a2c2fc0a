"""Signatures by the Standard Webhooks specification, 1.0: who sent it, when, and that nothing was changed."""

import base64
import hashlib
import hmac
import uuid
from collections.abc import Sequence
from datetime import datetime

from ots_portal.webhooks import secrets
from ots_portal.webhooks.models import Endpoint


def signed_fields(
    message_id: uuid.UUID, body: bytes, *, secrets_in_clear: Sequence[str], at: datetime
) -> dict[str, str]:
    """
    Return the header fields of a message: one signature per secret, so that a rotation interrupts nothing.

    The id is the same on every try: the other side knows by it what it has already.
    """
    moment = str(int(at.timestamp()))
    signed = b".".join([str(message_id).encode(), moment.encode(), body])
    signatures = [f"v1,{_signature(secret, signed)}" for secret in secrets_in_clear]
    return {
        "webhook-id": str(message_id),
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(signatures),
    }


def _signature(secret: str, signed: bytes) -> str:
    digest = hmac.new(secrets.key_of(secret), signed, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def secrets_of(endpoint: Endpoint, *, at: datetime) -> list[str]:
    """
    Return the secrets that count at that moment, the newest first.

    :raises SecretLost: when the newest cannot be read
    """
    until = endpoint.previous_secret_until
    is_rotating = until is not None and at < until
    stored = [endpoint.secret, *([endpoint.previous_secret] if is_rotating else [])]
    return [secrets.decrypted(each) for each in stored]
