"""
Settings: safe defaults that run on SQLite with no service; a deployment changes them by environment.

Every variable is named OTS_…; docs/settings.md lists them.
"""

import logging
import os
import secrets
from ipaddress import ip_network
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_noop

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

VAR_DIR = Path(env.str("OTS_VAR_DIR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)
PRODUCTION = env.bool("OTS_PRODUCTION", default=False)
PORTAL_DEMO = env.bool("OTS_DEMO", default=False)
DEBUG = env.bool("OTS_DEBUG", default=False)
if PRODUCTION and (DEBUG or PORTAL_DEMO):
    message = "OTS_DEBUG and OTS_DEMO must be off where OTS_PRODUCTION is on."
    raise ImproperlyConfigured(message)


def _secret_key() -> str:
    """Return the key from the environment; outside production one is kept beside the database."""
    if key := env.str("OTS_SECRET_KEY", default=""):
        return str(key)
    if PRODUCTION:
        message = "Set OTS_SECRET_KEY: a production portal does not invent its own key."
        raise ImproperlyConfigured(message)
    kept = VAR_DIR / "secret.key"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(64))
    return kept.read_text()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.list("OTS_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
PORTAL_ADDRESS = env.str("OTS_ADDRESS", default="http://127.0.0.1:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = [PORTAL_ADDRESS]

FOUNDATION = [
    "ots_portal.rounds",
    "ots_portal.numbering",
    "ots_portal.texts",
    "ots_portal.geo",
    "ots_portal.participants",
    "ots_portal.people",
    "ots_portal.ui",
    "ots_portal.paper",
    "ots_portal.audit",
    "ots_portal.documents",
    "ots_portal.silence",
    "ots_portal.crossrefs",
    "ots_portal.search",
    "ots_portal.jobs",
    "ots_portal.api",
    "ots_portal.duty",
    "ots_portal.webhooks",
    "ots_portal.notifications",
    "ots_portal.escalations",
    "ots_portal.directory",
    "ots_portal.circulars",
    "ots_portal.access",
    "ots_portal.oversight",
    "ots_portal.privacy",
    "ots_portal.gallery",
    "ots_portal.staff",
    "ots_portal.systems",
    "ots_portal.dispatch",
    "ots_portal.personal_feeds",
    "ots_portal.home",
    "ots_portal.monitoring",
    "ots_portal.operation",
]
DOMAIN_APPS = ["meetings", "agreements", "incidents"]
INSTALLED_APPS = [
    *FOUNDATION,
    *DOMAIN_APPS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "oauth2_provider",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "django_htmx",
    "django_structlog",
    "template_partials",
]
MIDDLEWARE = [
    "ots_portal.monitoring.middleware.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ots_portal.api.changes.DeprecationMiddleware",
    "ots_portal.access.middleware.ConstantNotFoundMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "ots_portal.access.middleware.CleanInputMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "ots_portal.access.middleware.SessionLimitsMiddleware",
    "ots_portal.access.middleware.PersonalSettingsMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "ots_portal.access.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "ots_portal.urls"
WSGI_APPLICATION = "ots_portal.wsgi.application"
FORM_RENDERER = "ots_portal.ui.forms.PortalFormRenderer"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ots_portal.ui.context.portal",
            ],
        },
    }
]

# ── database ────────────────────────────────────────────────────────────────────────────────────
DATABASES = {
    "default": env.db_url("OTS_DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")
}
# To open a connection costs more than most questions, on SQLite too: a worker asks several times a second.
DATABASES["default"]["CONN_MAX_AGE"] = 300
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: without it most transactions that read and then write failed under four threads.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["OPTIONS"] = {
        **DATABASES["default"].get("OPTIONS", {}),  # what stands behind "?": sslmode, sslrootcert
        "connect_timeout": 3,
        "options": "-c statement_timeout=15000 -c lock_timeout=3000"
        " -c idle_in_transaction_session_timeout=30000",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ── Redis where there is one; otherwise a broker on a local folder and counters in memory ───────
REDIS_URL = env.str("OTS_REDIS_URL", default="")
if REDIS_URL:
    CACHES: dict[str, dict[str, Any]] = {
        "default": {
            "BACKEND": "ots_portal.caching.ForgivingRedisCache",
            "LOCATION": REDIS_URL,
        }
    }
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "visibility_timeout": 3600,
        "socket_timeout": 5,
        "socket_connect_timeout": 5,
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    BROKER_DIR = VAR_DIR / "broker"
    for folder in ("messages", "processed", "control"):
        (BROKER_DIR / folder).mkdir(parents=True, exist_ok=True, mode=0o700)
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT = "ots_portal.operation.folder_broker:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "messages"),
        "data_folder_out": str(BROKER_DIR / "messages"),
        "processed_folder": str(BROKER_DIR / "processed"),
        "control_folder": str(BROKER_DIR / "control"),
        "store_processed": False,
        "polling_interval": 0.2,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
# Celery would open a connection for every task, which costs more than most tasks do: ots_portal/celery.py
# closes those that are old or broken.
CELERY_DB_REUSE_MAX = 10**12
# Long work has a queue and workers of its own, and so has what waits for others' servers: neither must
# stand before anybody's message; and no message before an alert.
CELERY_TASK_ROUTES = {
    "ots_portal.notifications.tasks.sweep_alerts": {"queue": "alerts"},
    "ots_portal.escalations.tasks.*": {"queue": "alerts"},
    "ots_portal.notifications.tasks.post": {"queue": "webhooks"},
    "ots_portal.jobs.tasks.*": {"queue": "jobs"},
    "incidents.tasks.ask_feeds": {"queue": "jobs"},
}
# Of most of these beat first asks the database whether there is anything to do (rounds/asking.py), so that
# a look costs next to nothing; once in five minutes each is called anyhow.
CELERY_BEAT_SCHEDULER = "ots_portal.rounds.beat:AskingScheduler"
# The names stand on the operator's page. A call that waited longer than its period is of no use: the next one
# does the same.
CELERY_BEAT_SCHEDULE = {
    gettext_noop("deliver whatever waits"): {
        "task": "ots_portal.notifications.tasks.sweep",
        "schedule": 1.0,
        "options": {"expires": 5},
    },
    gettext_noop("send to webhooks whatever waits"): {
        "task": "ots_portal.notifications.tasks.post",
        "schedule": 1.0,
        "options": {"expires": 5},
    },
    gettext_noop("deliver whatever is urgent"): {
        "task": "ots_portal.notifications.tasks.sweep_alerts",
        "schedule": 1.0,
        "options": {"expires": 5},
    },
    gettext_noop("do whatever somebody waits for"): {
        "task": "ots_portal.jobs.tasks.sweep",
        "schedule": 2.0,
        "options": {"expires": 4},
    },
    gettext_noop("index whatever changed"): {
        "task": "ots_portal.search.tasks.index",
        "schedule": 1.0,
        "options": {"expires": 5},
    },
    gettext_noop("look for what the index lacks"): {
        "task": "ots_portal.search.tasks.catch_up",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    gettext_noop("seal the audit"): {
        "task": "ots_portal.audit.tasks.seal",
        "schedule": 2.0,
        "options": {"expires": 5},
    },
    gettext_noop("check the audit"): {
        "task": "ots_portal.oversight.tasks.check_the_audit",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    gettext_noop("mark who is on duty"): {
        "task": "ots_portal.duty.tasks.settle",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    gettext_noop("look ahead in the duty rosters"): {
        "task": "ots_portal.duty.tasks.look_ahead",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    gettext_noop("go on until somebody acknowledges"): {
        "task": "ots_portal.escalations.tasks.sweep",
        "schedule": 5.0,
        "options": {"expires": 10},
    },
    # Taking a step twice takes it once: the queue of all others is there when the worker of alerts is not.
    gettext_noop("go on until somebody acknowledges, should the worker of alerts be away"): {
        "task": "ots_portal.escalations.tasks.sweep",
        "schedule": 15.0,
        "options": {"expires": 15, "queue": "celery"},
    },
    gettext_noop("end the silences that are over"): {
        "task": "ots_portal.silence.tasks.settle",
        "schedule": 2.0,
        "options": {"expires": 5},
    },
    gettext_noop("remind of silences that end"): {
        "task": "ots_portal.silence.tasks.remind",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    gettext_noop("remind of texts to confirm"): {
        "task": "agreements.tasks.remind_of_confirmations",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    gettext_noop("remind of comments on minutes"): {
        "task": "meetings.tasks.remind_of_comments",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    gettext_noop("end the clocks that nobody can answer"): {
        "task": "ots_portal.escalations.tasks.look_again",
        "schedule": 60.0,
        "options": {"expires": 60, "queue": "celery"},
    },
    gettext_noop("end the alerts that are over"): {
        "task": "incidents.tasks.expire_alerts",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    gettext_noop("forget what is due"): {
        "task": "ots_portal.privacy.tasks.forget_what_is_due",
        "schedule": 24 * 3600.0,
        "options": {"expires": 6 * 3600},
    },
    gettext_noop("end offers whose time is over"): {
        "task": "incidents.tasks.expire_offers",
        "schedule": 30.0,
        "options": {"expires": 60},
    },
    gettext_noop("tell of meetings that were moved"): {
        "task": "meetings.tasks.tell_of_moves",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    gettext_noop("remind of certificates that end"): {
        "task": "incidents.tasks.remind_of_certificates",
        "schedule": 6 * 3600.0,
        "options": {"expires": 3600},
    },
    gettext_noop("remind of reviews and recommendations"): {
        "task": "incidents.tasks.remind_of_recommendations",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    gettext_noop("release documents whose embargo is over"): {
        "task": "meetings.tasks.work_through_instants",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    gettext_noop("let treaties enter into force whose day has come"): {
        "task": "agreements.tasks.enter_into_force",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    gettext_noop("effect corrections of treaties to which nobody objected"): {
        "task": "agreements.tasks.effect_corrections",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    gettext_noop("accept reservations to treaties tacitly after twelve months"): {
        "task": "agreements.tasks.accept_reservations_tacitly",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    gettext_noop("remind of actions whose day comes near"): {
        "task": "meetings.tasks.remind_of_actions",
        "schedule": 900.0,
        "options": {"expires": 900},
    },
    gettext_noop("ask the hazard feeds"): {
        "task": "incidents.tasks.ask_feeds",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    gettext_noop("show that beat and a worker are alive"): {
        "task": "ots_portal.monitoring.tasks.beat",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
}
if not REDIS_URL:
    # The one worker there takes alerts a second after they are due anyhow, and the doorbell's at once.
    del CELERY_BEAT_SCHEDULE["deliver whatever is urgent"]
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")

# ── people ──────────────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["ots_portal.access.backends.PortalBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},  # ASVS 5.0, 6.2.9: 15 characters, no composition rules
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PORTAL_SECOND_FACTOR_REQUIRED = env.bool("OTS_SECOND_FACTOR_REQUIRED", default=not PORTAL_DEMO)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
SESSION_COOKIE_AGE = 24 * 3600  # from signing in, however busy the person is
PORTAL_SESSION_IDLE_SECONDS = env.int("OTS_SESSION_IDLE_SECONDS", default=3600)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "ots_portal.home.views.csrf_failure"
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    # What the host asks itself about, over loopback and without the proxy.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz(/|$)", r"^metrics$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
LANGUAGE_COOKIE_SAMESITE = "Lax"
PORTAL_DEVICE_COOKIE_NAME = "__Host-device" if PRODUCTION else "device"

ACCOUNT_ADAPTER = "ots_portal.access.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = [
    "email*",
    "password1*",
]  # nobody signs up; this is what signing in asks for
ACCOUNT_FORMS = {"login": "ots_portal.access.forms.sign_in.LoginForm"}
# Failures count by address of the network and by account; a quarter of an hour later they are forgotten.
# Apart from them: devices that signed in before, and password with code (docs/decisions/0010-lockout.md).
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "50/15m/ip,10/15m/key",
    "login_failed_device": "10/15m/key",
    "login_failed_code": "5/15m/key",
    "reauthenticate": "10/5m/user",
    "change_password": "10/5m/user",
    "reset_request": "20/15m/ip",
    "reset_password_mail": "5/h/key",
    "provider": "30/m/ip",
    "stop_mails": "60/m/ip",
    "acknowledge": "60/m/ip",
}
PASSWORD_RESET_TIMEOUT = env.int("OTS_PASSWORD_RESET_SECONDS", default=3600)
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
# How many proxies stand before the portal: attempts count by the address the outermost of them saw.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("OTS_TRUSTED_PROXIES", default=1 if PRODUCTION else 0)
# Participant → its provider, as docs/settings.md describes.
PORTAL_IDENTITY_PROVIDERS = env.json("OTS_IDENTITY_PROVIDERS", default={})
MFA_ADAPTER = "ots_portal.access.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "activate_totp": "ots_portal.access.forms.second_factor.ActivateTotpForm",
    "add_webauthn": "ots_portal.access.forms.second_factor.AddPasskeyForm",
    "authenticate_webauthn": "ots_portal.access.forms.second_factor.ShowPasskeyForm",
    "login_webauthn": "ots_portal.access.forms.second_factor.SignInWithPasskeyForm",
    "reauthenticate_webauthn": "ots_portal.access.forms.second_factor.ConfirmByPasskeyForm",
}
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
MFA_TOTP_ISSUER = "OTS Emergency Portal"

# ── keeping and forgetting: days after which a kind of thing is forgotten; None: it is kept ─────────
# OTS_RETENTION="deliveries=365;attempts=90" changes days. docs/retention.md shows this table.
PORTAL_RETENTION: dict[str, dict[str, Any]] = {
    "audit_entries": {
        "days": None,
        "why": "who did what is what the States rely on; entries name nobody and are never deleted",
        "source": "decision 11; the database itself refuses",
    },
    "records": {
        "days": None,
        "why": "incidents, meetings, agreements and their texts are records of the participants",
        "source": "ISO 15489-1",
    },
    "documents": {
        "days": None,
        "why": "also those taken off their record: they belong to what was decided on",
        "source": "ISO 15489-1",
    },
    "people": {
        "days": None,
        "why": "a person is forgotten by an administrator, on request or after leaving",
        "source": "GDPR, article 17 (as a model)",
    },
    "audit_exports": {
        "days": None,
        "why": "who took entries out of the portal",
        "source": "as audit_entries",
    },
    "feed_addresses": {
        "days": 90,
        "why": "a revoked address of somebody's calendar or messages: long enough to see what was revoked",
        "source": "the project's own choice",
    },
    "audit_checks": {
        "days": 730,
        "why": "when the chain was found whole",
        "source": "two yearly reports",
    },
    "deliveries": {
        "days": 730,
        "why": "inbox items and mails: that somebody was told, and when",
        "source": "two yearly reports",
    },
    "digests": {
        "days": 730,
        "why": "which messages went out in one mail",
        "source": "as deliveries",
    },
    "clocks": {
        "days": 730,
        "why": "who acknowledged an alert or request, when, and who else had to be told",
        "source": "two yearly reports",
    },
    "attempts": {
        "days": 180,
        "why": "what mail servers answered, for the operator; may hold an address",
        "source": "half a year to look into a failure",
    },
    "team_members": {
        "days": 90,
        "why": "names and passports of a team's people, counted from its return",
        "source": "GDPR, article 5 (1) (e) (as a model)",
    },
    "team_leaders": {
        "days": 730,
        "why": "name and telephone of a team's leader, counted from its return",
        "source": "two yearly reports",
    },
    "removed_delegates": {
        "days": 365,
        "why": "names of people who were taken off a delegation; the list of participants never had them",
        "source": "GDPR, article 5 (1) (e) (as a model)",
    },
    "unused_invitations": {
        "days": 90,
        "why": "name and address of people who were invited and never came",
        "source": "GDPR, article 5 (1) (e) (as a model)",
    },
    "shifts": {
        "days": 730,
        "why": "who was on duty when, counted from the end of the shift",
        "source": "two yearly reports",
    },
    "jobs": {
        "days": 30,
        "why": "that an export or other long work was done; its file goes after a day",
        "source": "a month to look into a failure",
    },
    "outbox_rows": {
        "days": 30,
        "why": "entries that were told already",
        "source": "a month to look into a failure",
    },
    "sessions": {
        "days": 1,
        "why": "sessions that ended by themselves",
        "source": "ASVS 5.0, 7.4",
    },
    "access_tokens": {
        "days": 1,
        "why": "expired tokens of partner systems",
        "source": "RFC 6749, 1.4",
    },
    "idempotent_answers": {
        "days": 1,
        "why": "answers kept for a repeated request",
        "source": "draft-ietf-httpapi-idempotency-key-header",
    },
    "demo_mails": {
        "days": 30,
        "why": "the demonstration's outgoing mail in its folder",
        "source": "practice data",
    },
    "retention_runs": {
        "days": 730,
        "why": "what was forgotten when, as numbers",
        "source": "two yearly reports",
    },
}
for _kind, _days in env.dict("OTS_RETENTION", cast={"value": int}, default={}).items():
    if _kind not in PORTAL_RETENTION or PORTAL_RETENTION[_kind]["days"] is None or _days < 1:
        message = (
            f"OTS_RETENTION: {_kind}={_days} cannot be set; docs/retention.md names the kinds."
        )
        raise ImproperlyConfigured(message)
    PORTAL_RETENTION[_kind]["days"] = _days

# ── languages and times ─────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("tr", "Türkçe"), ("az", "Azərbaycanca")]
# The switch offers a language once its catalogue is complete (tests/test_languages.py says when).
PORTAL_LANGUAGES_OFFERED = ["en", "tr", "az"]
LOCALE_PATHS = [BASE_DIR / "ots_portal" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# ── files ───────────────────────────────────────────────────────────────────────────────────────
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "collected"
STATICFILES_DIRS = [BASE_DIR / "ots_portal" / "static", VAR_DIR / "static"]
(VAR_DIR / "static").mkdir(exist_ok=True)
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns where it is missing
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
# Beside what is compressed already: the source maps of Swagger UI, half a minute for nobody.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["png", "jpg", "webp", "woff2", "gz", "br", "zip", "map"]
MEDIA_ROOT = VAR_DIR / "media"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT, "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# After how many days without a check an entry of the directory says so: the project's own choice.
PORTAL_RECHECK_DAYS = env.int("OTS_RECHECK_DAYS", default=365)
# How near in place and time two reports of one kind of hazard are, to be proposed as one incident.
PORTAL_DUPLICATE_KM = env.float("OTS_DUPLICATE_KM", default=100.0)
PORTAL_DUPLICATE_HOURS = env.float("OTS_DUPLICATE_HOURS", default=72.0)
# Within how many kilometres of an incident a participant is proposed as a neighbour to be told.
PORTAL_NEIGHBOUR_KM = env.float("OTS_NEIGHBOUR_KM", default=100.0)
if not 0 <= PORTAL_NEIGHBOUR_KM <= 1000:  # noqa: PLR2004 -- geo.territories.FARTHEST_KM
    message = "OTS_NEIGHBOUR_KM must lie between 0 and 1000."
    raise ImproperlyConfigured(message)


def _object_store(address: str) -> dict[str, Any]:
    """Read s3://key:secret@host:port/bucket?region=…&tls=off; key, secret and bucket percent-coded."""
    place = urlsplit(address)
    options = {name: values[-1] for name, values in parse_qs(place.query).items()}
    bucket = unquote(place.path.strip("/"))
    if place.scheme != "s3" or not place.hostname or not bucket or set(options) - {"region", "tls"}:
        message = "OTS_FILES_URL must read s3://key:secret@host:port/bucket?region=…"
        raise ImproperlyConfigured(message)
    scheme = "http" if options.get("tls") == "off" else "https"
    port = f":{place.port}" if place.port else ""
    return {
        "BACKEND": "ots_portal.documents.storage.ObjectStore",
        "OPTIONS": {
            "access_key": unquote(place.username or ""),
            "secret_key": unquote(place.password or ""),
            "bucket_name": bucket,
            "endpoint_url": f"{scheme}://{place.hostname}{port}",
            "region_name": options.get("region", "us-east-1"),
        },
    }


if FILES_URL := env.str("OTS_FILES_URL", default=""):
    STORAGES["default"] = _object_store(FILES_URL)
# How long what a background job made can be fetched.
PORTAL_JOB_RESULT_HOURS = env.int("OTS_JOB_RESULT_HOURS", default=24)
PORTAL_UPLOAD_LIMIT_BYTES = env.int("OTS_UPLOAD_LIMIT_BYTES", default=20 * 1024 * 1024)
# clamd://host:port or unix:///path: what comes in is scanned before anybody can download it.
PORTAL_SCANNER = env.str("OTS_SCANNER", default="")
if PORTAL_SCANNER:
    CELERY_BEAT_SCHEDULE[gettext_noop("scan what came in")] = {
        "task": "ots_portal.documents.tasks.scan_waiting",
        "schedule": 2.0,
        "options": {"expires": 10},
    }
FILE_UPLOAD_HANDLERS = [
    "ots_portal.documents.uploads.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 10  # a form here has one

# ── mail: a folder in the demo, SMTP by setting ─────────────────────────────────────────────────
EMAIL_CONFIG = env.email_url("OTS_EMAIL_URL", default="consolemail://")
PORTAL_MAIL_FOLDER = VAR_DIR / "mail"
if "OTS_EMAIL_URL" in env.ENVIRON:
    vars().update(EMAIL_CONFIG)
    # RFC 6409, 3.1 and RFC 8314, 3.3: submission with STARTTLS, and with TLS from the first byte
    _PORT = (
        587 if "EMAIL_USE_TLS" in EMAIL_CONFIG else 465 if "EMAIL_USE_SSL" in EMAIL_CONFIG else 25
    )
    EMAIL_PORT = EMAIL_CONFIG["EMAIL_PORT"] or _PORT
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = PORTAL_MAIL_FOLDER
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("OTS_MAIL_FROM", default="OTS Emergency Portal <portal@ots.example>")

# How long a circular or a publication can be taken back after it was sent (decisions.md 27).
PORTAL_RECALL_SECONDS = env.int("OTS_RECALL_SECONDS", default=60)
# Whoever issues a circular to more people than this types how many they are.
PORTAL_CIRCULAR_CONFIRM_ABOVE = env.int("OTS_CIRCULAR_CONFIRM_ABOVE", default=25)

# ── acknowledgement clocks ──────────────────────────────────────────────────────────────────────
# Minutes after which the deputy, the head and the secretariat are told, by kind of notice:
# OTS_ESCALATION_MINUTES="default=5,10,15;incidents.request.circulated=10,20,30".
PORTAL_ESCALATION_MINUTES: dict[str, tuple[float, ...]] = {"default": (5, 10, 15)}
STEPS_OF_A_CLOCK = 3
for _listed in filter(None, env.str("OTS_ESCALATION_MINUTES", default="").split(";")):
    _kind, _, _numbers = _listed.partition("=")
    try:
        _minutes = tuple(float(text) for text in _numbers.split(","))
    except ValueError:
        _minutes = ()
    _rising = all(0 <= one <= other <= 1440 for one, other in pairwise(_minutes))  # noqa: PLR2004 -- a day
    if len(_minutes) != STEPS_OF_A_CLOCK or not _rising:
        message = f"OTS_ESCALATION_MINUTES: {_listed} must name three rising numbers, as in default=5,10,15."
        raise ImproperlyConfigured(message)
    PORTAL_ESCALATION_MINUTES[_kind.strip()] = _minutes
# How long the link of a mail acknowledges.
PORTAL_ACKNOWLEDGE_LINK_HOURS = env.int("OTS_ACKNOWLEDGE_LINK_HOURS", default=24)

# ── the silence procedure ───────────────────────────────────────────────────────────────────────
# How long silence lasts at least: "at least 72 hours" in the General Assembly's decision 74/544 of 2020.
PORTAL_SILENCE_HOURS_MIN = env.int("OTS_SILENCE_HOURS_MIN", default=72)
if not 1 <= PORTAL_SILENCE_HOURS_MIN <= 24 * 365:
    message = "OTS_SILENCE_HOURS_MIN must lie between 1 and 8760."
    raise ImproperlyConfigured(message)

# ── what the portal fetches from elsewhere (ots_portal/egress) ──────────────────────────────────────
# Networks that are not of the internet at large and may be asked all the same: a ministry's own feed.
try:
    PORTAL_EGRESS_ALLOWED_PRIVATE = [
        ip_network(text.strip()) for text in env.list("OTS_EGRESS_ALLOWED_PRIVATE", default=[])
    ]
except ValueError as error:
    message = f"OTS_EGRESS_ALLOWED_PRIVATE must read 10.20.30.0/24,fd00:1::/64: {error}."
    raise ImproperlyConfigured(message) from error
PORTAL_EGRESS_PORTS = env.list("OTS_EGRESS_PORTS", cast=int, default=[80, 443])

# ── what the browser may do ─────────────────────────────────────────────────────────────────────
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

# ── the REST API ────────────────────────────────────────────────────────────────────────────────
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "ots_portal.api.authentication.MachineAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["ots_portal.api.permissions.MayCall"],
    "DEFAULT_RENDERER_CLASSES": ["ots_portal.api.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["ots_portal.api.parsers.StrictJSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["ots_portal.api.throttling.CallerThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "caller": env.str("OTS_API_RATE", default="600/min"),
        "token": env.str("OTS_TOKEN_RATE", default="60/min"),
        # Calendars and feed readers of a whole office may stand behind one network address.
        "feeds": env.str("OTS_FEED_RATE", default="120/min"),
        # Searches of visitors, on the page and over the API together.
        "search": env.str("OTS_SEARCH_RATE", default="30/min"),
    },
    "DEFAULT_SCHEMA_CLASS": "ots_portal.api.schema.PortalSchema",
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,
    "URL_FORMAT_OVERRIDE": None,  # ?format= is an unknown parameter like any other
    "EXCEPTION_HANDLER": "ots_portal.api.problems.problem_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "OTS Emergency Portal",
    "DESCRIPTION": "Incidents, meetings and agreements of the emergency ministries of the Organization of "
    "Turkic States. docs/api.md leads from zero to the first call.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    # Codes stay where they are used, each app has a "status" of its own; the hook says where they are told.
    "POSTPROCESSING_HOOKS": ["ots_portal.api.vocabulary_hook.point_to_vocabularies"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"persistAuthorization": False, "validatorUrl": None},
}
OAUTH2_PROVIDER = {
    # This server of oauthlib knows the client-credentials grant and no other.
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",
    "OAUTH2_VALIDATOR_CLASS": "ots_portal.api.oauth.MachineValidator",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 900,
    # OAuth 2.0 Security Best Current Practice, RFC 9700: also in what this server never grants.
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    # What each client may ask for of these: the pages of partner systems, and manage.py limit_client.
    "SCOPES_BACKEND_CLASS": "ots_portal.api.clients.ClientScopes",
    "SCOPES": {
        "incidents:read": "Read incidents",
        "incidents:write": "Draft and change incidents of the own participant, and what hangs on them",
        "meetings:read": "Read meetings and published minutes",
        "meetings:write": "Draft documents, enter the own delegation, report on own actions",
        "agreements:read": "Read agreements",
        "agreements:write": "Write what the rules leave to partner systems of agreements",
        "participants:read": "Read the directory of participants",
        "participants:write": "Write what the rules leave to partner systems of directory and roster",
        "circulars:read": "Read circulars",
        "circulars:write": "Write what the rules leave to partner systems of circulars",
        "silence:read": "Read silence procedures",
        "silence:write": "Write what the rules leave to partner systems of silence procedures",
        "crossrefs:read": "Read what is tied to what",
        "crossrefs:write": "Tie records of the own participant to others",
    },
    "DEFAULT_SCOPES": [
        "incidents:read",
        "meetings:read",
        "agreements:read",
        "participants:read",
        "circulars:read",
        "silence:read",
        "crossrefs:read",
    ],
}

# ── health, figures, logs ───────────────────────────────────────────────────────────────────────
# Who asks for figures or for details of the health shows this token; without one there are none.
PORTAL_METRICS_TOKEN = env.str("OTS_METRICS_TOKEN", default="")
# Where several web processes of a host put their counters together; it must be set before the
# library is loaded, and be empty at the start of the service.
if METRICS_DIR := env.str("OTS_METRICS_DIR", default=""):
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = METRICS_DIR
DJANGO_STRUCTLOG_CELERY_ENABLED = True
logging.captureWarnings(PRODUCTION)  # a warning is a line like any other there
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": "ots_portal.monitoring.logs.json_lines"
            if PRODUCTION
            else "ots_portal.monitoring.logs.plain_lines"
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # Every request has its line already; refused hosts and the like are told by django.security.
        "django.request": {"level": "ERROR"},
        "django.server": {"level": "WARNING"},
        # A sweep every second and a seal every two would fill the log with themselves.
        "celery": {"level": "WARNING"},
        "django_structlog": {"level": "WARNING"},
        # Calls that expire while a worker is at a long job are warned of there, one by one.
        "django_structlog.celery.receivers": {"level": "ERROR"},
        "botocore": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
}
