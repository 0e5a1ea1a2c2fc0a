"""What `manage.py check --deploy` says about a portal that is to be used for real work."""

from collections.abc import Callable, Iterator, Sequence
from email.utils import parseaddr
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Doubt
from django.core.files.storage import default_storage
from django.db import Error as DatabaseFailure
from django.db import connection

from ots_portal.audit import append_only
from ots_portal.people.models import User

SHORTEST_KEY = 50
SHORTEST_TOKEN = 32
FEWEST_DIFFERENT = 10  # characters: a random key in hexadecimal has nearly always all sixteen
WELL_KNOWN = ("change", "secret", "example", "insecure", "password", "django")
# RFC 2606: nobody can have a mail box there.
NOBODYS = (
    ".example",
    ".invalid",
    ".test",
    ".localhost",
    "example.com",
    "example.net",
    "example.org",
)
LOOPBACK = ("127.0.0.1", "::1", "localhost")

Findings = Iterator[CheckMessage]
Check = TypeVar("Check", bound=Callable[[], Findings])
_checks: list[Callable[[], Findings]] = []


def register_all() -> None:
    register(check_production, Tags.security, deploy=True)


def check_production(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    return [finding for check in _checks for finding in check()]


def _in_production(check: Check) -> Check:
    _checks.append(check)
    return check


# ── a demonstration is no portal ────────────────────────────────────────────────────────────────


@_in_production
def _production_is_on() -> Findings:
    if not settings.PRODUCTION:
        yield Error(
            "Production is off: pages go out over http, cookies in clear.",
            hint="Set OTS_PRODUCTION=1.",
            id="portal.E001",
        )
    if settings.DEBUG:
        yield Error(
            "Debugging is on: faults show code and settings to everybody.",
            hint="Remove OTS_DEBUG.",
            id="portal.E002",
        )
    if settings.PORTAL_DEMO:
        yield Error("The demonstration is on.", hint="Remove OTS_DEMO.", id="portal.E003")


@_in_production
def _no_demonstration_accounts() -> Findings:
    try:
        count = User.objects.filter(is_demo=True).count()
    except DatabaseFailure as failure:
        yield Error(
            f"The database cannot be asked ({type(failure).__name__}).",
            hint="Look at OTS_DATABASE_URL, and run `migrate` first.",
            id="portal.E004",
        )
        return
    if count:
        yield Error(
            f"{count} demonstration accounts, whose password everybody knows, are in the database.",
            hint="Begin with an empty database: demonstration data cannot be told from real work later.",
            id="portal.E005",
        )


# ── secrets ─────────────────────────────────────────────────────────────────────────────────────


@_in_production
def _secrets_are_strong() -> Findings:
    if _is_weak(settings.SECRET_KEY, shortest=SHORTEST_KEY):
        yield Error(
            f"The secret key is short, repeats itself, or holds a well-known word ({SHORTEST_KEY}"
            " characters are the least).",
            hint="OTS_SECRET_KEY from: python3 -c 'import secrets; print(secrets.token_urlsafe(64))'",
            id="portal.E006",
        )
    token = settings.PORTAL_METRICS_TOKEN
    if token and _is_weak(token, shortest=SHORTEST_TOKEN):
        yield Error(
            "The token for the figures could be guessed.",
            hint="OTS_METRICS_TOKEN from: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'",
            id="portal.E007",
        )


def _is_weak(secret: str, *, shortest: int) -> bool:
    is_known = any(word in secret.lower() for word in WELL_KNOWN)
    return len(secret) < shortest or len(set(secret)) < FEWEST_DIFFERENT or is_known


@_in_production
def _second_factor_is_demanded() -> Findings:
    if not settings.PORTAL_SECOND_FACTOR_REQUIRED:
        yield Error(
            "People may sign in with a password alone.",
            hint="Remove OTS_SECOND_FACTOR_REQUIRED: it is on in production.",
            id="portal.E008",
        )


# ── addresses ───────────────────────────────────────────────────────────────────────────────────


@_in_production
def _addresses_are_its_own() -> Findings:
    address = urlsplit(settings.PORTAL_ADDRESS)
    if address.scheme != "https":
        yield Error(
            "The portal's own address is not https; links in mails would be open to everybody on the way.",
            hint="OTS_ADDRESS=https://…",
            id="portal.E009",
        )
    hosts = settings.ALLOWED_HOSTS
    if any("*" in host or host.startswith(".") for host in hosts):
        yield Error(
            "The portal answers to host names nobody listed.",
            hint="Name each in OTS_HOSTS, without wildcards.",
            id="portal.E010",
        )
    elif address.hostname not in hosts:
        yield Error(
            f"The portal does not answer to its own address, {address.hostname}.",
            hint="Put the host of OTS_ADDRESS into OTS_HOSTS.",
            id="portal.E011",
        )


@_in_production
def _proxy_is_counted() -> Findings:
    if settings.ALLAUTH_TRUSTED_PROXY_COUNT < 1:
        yield Doubt(
            "No reverse proxy is counted: every visitor has the proxy's address, and attempts of one"
            " lock out all.",
            hint="OTS_TRUSTED_PROXIES is the number of proxies before the portal; nginx alone is 1.",
            id="portal.W001",
        )


# ── mail ────────────────────────────────────────────────────────────────────────────────────────


@_in_production
def _mail_leaves() -> Findings:
    if not settings.EMAIL_BACKEND.endswith(".smtp.EmailBackend"):
        yield Error(
            "Mail is written to files, not sent.",
            hint="OTS_EMAIL_URL=smtp+tls://user:password@host:587",
            id="portal.E012",
        )
        return
    is_safe = settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL or settings.EMAIL_HOST in LOOPBACK
    if not is_safe:
        yield Doubt(
            "Mail, and the password for it, goes to another host in clear.",
            hint="smtp+tls:// or smtp+ssl:// in OTS_EMAIL_URL; in clear only to a relay on this host.",
            id="portal.W002",
        )
    if not str(settings.EMAIL_HOST_PASSWORD or "").isascii():
        yield Error(
            "The mail server's password has letters that Python's SMTP cannot send.",
            hint="Choose one of ASCII characters.",
            id="portal.E013",
        )


@_in_production
def _sender_is_its_own() -> Findings:
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    if not sender or sender.endswith(NOBODYS):
        yield Error(
            f"Mails come from {sender or 'nobody'}: no reply or bounce will find the way back.",
            hint="OTS_MAIL_FROM='OTS Emergency Portal <portal@…>' with a mail box of your own.",
            id="portal.E014",
        )


# ── services ────────────────────────────────────────────────────────────────────────────────────


@_in_production
def _services_are_shared() -> Findings:
    if connection.vendor == "sqlite":
        yield Doubt(
            "The database is SQLite: one writer at a time, on one host.",
            hint="OTS_DATABASE_URL=postgres://…",
            id="portal.W003",
        )
    if settings.CELERY_BROKER_URL.startswith("filesystem:"):
        yield Error(
            "The broker is a folder: it is polled, and serves one worker on one host.",
            hint="OTS_REDIS_URL=redis://…",
            id="portal.E015",
        )
    if settings.CACHES["default"]["BACKEND"].endswith(".LocMemCache"):
        yield Error(
            "Each process counts attempts and used codes for itself: limits do not hold across them.",
            hint="OTS_REDIS_URL=redis://…",
            id="portal.E016",
        )


@_in_production
def _static_files_are_collected() -> Findings:
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    if settings.PRODUCTION and not manifest.exists():
        yield Error(
            "The static files have not been collected: no page could be shown.",
            hint="Run `build_assets`, then `collectstatic`.",
            id="portal.E017",
        )


@_in_production
def _files_have_a_place() -> Findings:
    check = getattr(default_storage, "check_bucket", None)
    if check is None:  # a folder
        return
    try:
        check()
    except OSError as failure:
        yield Error(str(failure), hint="Look at OTS_FILES_URL and at the bucket.", id="portal.E018")


@_in_production
def _audit_is_out_of_reach() -> Findings:
    """The triggers refuse already; a role that could drop them could still rewrite history."""
    if connection.vendor != "postgresql":
        return
    try:
        changeable = append_only.changeable_tables()
    except DatabaseFailure:
        return  # portal.E004 says so
    if changeable:
        yield Doubt(
            f"The portal's database role may change what is written once: {', '.join(changeable)}.",
            hint="Let the role of OTS_DATABASE_URL own no tables: docs/operations.md, “Two roles”.",
            id="portal.W004",
        )
