"""`check --deploy` names everything that is not fit for real work, and how to mend it."""

import secrets

import pytest
from django.core.checks import run_checks
from django.db import OperationalError, connection

from ots_portal.audit import append_only
from ots_portal.operation import checks
from tests.factories.people import UserFactory

STRONG = secrets.token_urlsafe(64).replace("-", "a")
PRODUCTION = {
    "PRODUCTION": True,
    "DEBUG": False,
    "PORTAL_DEMO": False,
    "SECRET_KEY": STRONG,
    "PORTAL_METRICS_TOKEN": STRONG[:43],
    "PORTAL_SECOND_FACTOR_REQUIRED": True,
    "PORTAL_ADDRESS": "https://portal.ots.int",
    "ALLOWED_HOSTS": ["portal.ots.int", "127.0.0.1"],
    "ALLAUTH_TRUSTED_PROXY_COUNT": 1,
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "EMAIL_HOST": "mx.ots.int",
    "EMAIL_HOST_PASSWORD": "a password",
    "EMAIL_USE_TLS": True,
    "DEFAULT_FROM_EMAIL": "OTS Emergency Portal <portal@ots.int>",
    "CELERY_BROKER_URL": "redis://127.0.0.1:6379/0",
    "CACHES": {"default": {"BACKEND": "ots_portal.caching.ForgivingRedisCache", "LOCATION": ""}},
}


@pytest.fixture(autouse=True)
def _production(settings, tmp_path):
    """Settings that are fit for production, on this test's database."""
    (tmp_path / "staticfiles.json").touch()
    for name, value in {**PRODUCTION, "STATIC_ROOT": tmp_path}.items():
        setattr(settings, name, value)


def found() -> list[str]:
    """What is found beside the database, which is the test's own."""
    ids = [finding.id for finding in checks.check_production(None)]
    return [found for found in ids if found not in ("portal.W003", "portal.W004")]


def test_a_production_portal_is_clean():
    assert found() == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PRODUCTION", False, "portal.E001"),
        ("DEBUG", True, "portal.E002"),
        ("PORTAL_DEMO", True, "portal.E003"),
        ("SECRET_KEY", STRONG[:49], "portal.E006"),
        ("SECRET_KEY", "abc" * 30, "portal.E006"),
        ("SECRET_KEY", "please-change-me" + STRONG, "portal.E006"),
        ("PORTAL_METRICS_TOKEN", STRONG[:31], "portal.E007"),
        ("PORTAL_SECOND_FACTOR_REQUIRED", False, "portal.E008"),
        ("PORTAL_ADDRESS", "http://portal.ots.int", "portal.E009"),
        ("ALLOWED_HOSTS", ["*"], "portal.E010"),
        ("ALLOWED_HOSTS", [".ots.int"], "portal.E010"),
        ("ALLOWED_HOSTS", ["127.0.0.1"], "portal.E011"),
        ("ALLAUTH_TRUSTED_PROXY_COUNT", 0, "portal.W001"),
        ("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend", "portal.E012"),
        ("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend", "portal.E012"),
        ("EMAIL_USE_TLS", False, "portal.W002"),
        ("EMAIL_HOST_PASSWORD", "şifre", "portal.E013"),
        ("DEFAULT_FROM_EMAIL", "OTS Emergency Portal <portal@ots.example>", "portal.E014"),
        ("DEFAULT_FROM_EMAIL", "", "portal.E014"),
        ("CELERY_BROKER_URL", "filesystem://", "portal.E015"),
        (
            "CACHES",
            {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
            "portal.E016",
        ),
    ],
)
def test_what_is_not_fit_for_real_work_is_named(settings, name, value, expected):
    setattr(settings, name, value)

    assert found() == [expected]


def test_no_token_for_the_figures_is_a_choice(settings):
    settings.PORTAL_METRICS_TOKEN = ""

    assert found() == []


def test_mail_in_clear_is_for_a_relay_on_the_same_host(settings):
    settings.EMAIL_USE_TLS, settings.EMAIL_HOST = False, "127.0.0.1"

    assert found() == []


def test_demonstration_accounts_are_counted(turkiye):
    UserFactory(participant=turkiye, is_demo=True)
    UserFactory(participant=turkiye)

    (finding,) = [each for each in checks.check_production(None) if each.id == "portal.E005"]

    assert finding.msg.startswith("1 demonstration accounts")


def test_a_database_that_does_not_answer_is_named(monkeypatch):
    def fail(**kwargs):
        raise OperationalError

    monkeypatch.setattr(checks.User.objects, "filter", fail)

    assert found() == ["portal.E004"]


def test_static_files_must_have_been_collected(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "elsewhere"

    assert found() == ["portal.E017"]


def test_a_bucket_that_cannot_be_used_is_named(monkeypatch):
    class Store:
        def check_bucket(self):
            raise OSError("There is no bucket “ots-files” in the file store.")

    monkeypatch.setattr(checks, "default_storage", Store())

    assert found() == ["portal.E018"]


def test_every_finding_says_how_to_mend_it(settings, turkiye):
    UserFactory(participant=turkiye, is_demo=True)
    settings.PRODUCTION, settings.PORTAL_DEMO, settings.EMAIL_BACKEND = False, True, "x.y.Z"

    findings = checks.check_production(None)

    assert len(findings) >= 4
    assert [finding.id for finding in findings if not finding.hint] == []


def test_the_checks_run_with_deploy_and_only_then(settings):
    settings.PORTAL_DEMO = True

    ids = [
        [each.id for each in run_checks(include_deployment_checks=deploy)]
        for deploy in (True, False)
    ]

    assert ["portal.E003" in each for each in ids] == [True, False]


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="roles are PostgreSQL's")
def test_on_postgresql_no_role_but_the_owner_may_change_what_is_written_once():
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE guest_of_a_test")
        cursor.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO guest_of_a_test")
        append_only.install()
        cursor.execute(
            "SELECT privilege_type FROM information_schema.role_table_grants "
            "WHERE grantee = 'guest_of_a_test' AND table_name = 'audit_auditentry'"
        )
        left = {privilege for (privilege,) in cursor.fetchall()}

    assert left == {"INSERT", "SELECT", "REFERENCES"}
    assert append_only.changeable_tables() == append_only.tables()  # the tests' role owns them
