"""The secrets that messages are signed with: made here, shown once, kept encrypted."""

import base64
import secrets

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac

# Standard Webhooks 1.0: "whsec_" and the base64 form of 24 to 64 random bytes.
PREFIX = "whsec_"
LENGTH_BYTES = 32
SALT = "ots_portal.webhooks.secrets"


class SecretLost(Exception):
    """It was encrypted with a key that this portal does not have any more."""


def new_secret() -> str:
    """Return a secret as the other side enters it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(LENGTH_BYTES)).decode()


def encrypted(secret: str) -> str:
    return _box().encrypt(secret.encode()).decode()


def decrypted(stored: str) -> str:
    """:raises SecretLost: when OTS_SECRET_KEY is another one by now"""
    try:
        return _box().decrypt(stored.encode()).decode()
    except InvalidToken as error:
        raise SecretLost from error


def key_of(secret: str) -> bytes:
    """Return the bytes that sign."""
    return base64.b64decode(secret.removeprefix(PREFIX))


def _box() -> MultiFernet:
    """Encrypt by the portal's key; what an older one encrypted can still be read while it is a fallback."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_key_for(key)) for key in keys])


def _key_for(secret_key: str | bytes) -> bytes:
    digest = salted_hmac(SALT, "", secret=secret_key, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest)
