"""Which participants have an identity provider, as the operator has set it (docs/settings.md)."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.urls import reverse

NEEDED = ("name", "issuer", "client_id", "client_secret")
OPTIONAL = ("hosts", "two_factors_amr", "two_factors_acr")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Provider:
    """
    A provider and whom it answers for: the people of one participant, and nobody else.

    ``hosts`` are those beside the issuer's own on which its endpoints may be. A sign-in counts as made with
    two factors when the provider names one of ``two_factors_amr`` (RFC 8176) or ``two_factors_acr``.
    """

    participant: str
    name: str
    issuer: str
    client_id: str
    client_secret: str
    hosts: tuple[str, ...] = ()
    two_factors_amr: tuple[str, ...] = ()
    two_factors_acr: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return reverse("provider_begin", args=[self.participant])

    def allows(self, url: Any) -> bool:
        """Return whether the portal may call, or send people to, an address the provider names."""
        parts = urlsplit(url if isinstance(url, str) else "")
        known = {urlsplit(self.issuer).hostname, *self.hosts}
        return parts.hostname in known and is_safe(url) and not (parts.username or parts.password)


def is_safe(url: str) -> bool:
    """HTTPS, or (outside production) this very host: the tests' provider and a developer's."""
    parts = urlsplit(url)
    is_own_host = parts.hostname in LOOPBACK and not settings.PRODUCTION
    return bool(parts.hostname) and (parts.scheme == "https" or is_own_host)


def offered() -> list[Provider]:
    return [_provider(slug, values) for slug, values in settings.PORTAL_IDENTITY_PROVIDERS.items()]


def of(participant: str) -> Provider | None:
    values = settings.PORTAL_IDENTITY_PROVIDERS.get(participant)
    return _provider(participant, values) if values else None


def _provider(slug: str, values: dict[str, Any]) -> Provider:
    lists: dict[str, Any] = {name: tuple(values.get(name, ())) for name in OPTIONAL}
    return Provider(participant=slug, **{name: values[name] for name in NEEDED}, **lists)


@register()
def check_identity_providers(**kwargs: Any) -> list[CheckMessage]:
    """Name what is wrong with OTS_IDENTITY_PROVIDERS before the first person finds out."""
    configured = settings.PORTAL_IDENTITY_PROVIDERS
    if not isinstance(configured, dict):
        return [_error("It must be a JSON object: participant → provider.")]
    return [
        _error(f"{slug}: {fault}")
        for slug, values in configured.items()
        for fault in _faults(values)
    ]


def _error(fault: str) -> Error:
    return Error(f"OTS_IDENTITY_PROVIDERS: {fault}", id="access.E001")


def _faults(values: Any) -> list[str]:
    if not isinstance(values, dict):
        return ["the provider must be a JSON object."]
    missing = [f"{name} is missing." for name in NEEDED if not isinstance(values.get(name), str)]
    unknown = [f"{name} is not known." for name in values if name not in NEEDED + OPTIONAL]
    lists = [
        f"{name} must be a list." for name in OPTIONAL if not isinstance(values.get(name, []), list)
    ]
    unsafe = isinstance(values.get("issuer"), str) and not is_safe(values["issuer"])
    return missing + unknown + lists + (["issuer must be an https address."] if unsafe else [])
