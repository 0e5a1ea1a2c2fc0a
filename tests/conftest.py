"""
The people every test may ask for; A is Türkiye, B is Azerbaijan, H the observer Hungary.

``Person`` fixtures are named after what they are in the story: editor_a reported it, editor_b looks on.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.forms.renderers import get_default_renderer
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext

from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import Role, User
from tests.factories.people import MachineFactory, ParticipantFactory, UserFactory
from tests.travelling import database_travels_along

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    """Every test may use the database."""


@pytest.fixture(scope="session", autouse=True)
def _pages_without_their_fields(django_test_environment: None) -> Iterator[None]:
    """
    Let ``response.context`` hold what the page's templates were given, not what its form fields were.

    A select draws each of its options by two templates of the forms' own engine: to copy the context of
    each, as Django's test client would, takes five times as long as the page.
    """
    of_forms, told = get_default_renderer().engine.engine, Template._render

    def render(template: Template, context: Context) -> str:
        return (
            template.nodelist.render(context)
            if template.engine is of_forms
            else told(template, context)
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", render)
        yield


@pytest.fixture(autouse=True)
def _settings(settings, tmp_path_factory):
    # A folder of its own for each test, made when a file is kept: few tests keep one.
    media = tmp_path_factory.getbasetemp() / "media" / uuid.uuid4().hex
    settings.PORTAL_SECOND_FACTOR_REQUIRED = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Every test client makes its own middleware: WhiteNoise shall not look through all files for each.
    settings.WHITENOISE_AUTOREFRESH = True
    settings.MEDIA_ROOT = media
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": media, "base_url": None},
        },
    }


@pytest.fixture(autouse=True)
def _database_travels_along(_database: None) -> Iterator[None]:
    """A test that has moved the clock has moved PostgreSQL's, too."""
    with database_travels_along():
        yield


@pytest.fixture
def django_assert_num_queries():
    """
    The literal number of queries, the same on both databases.

    PostgreSQL is asked for the time, SQLite's clock is the process's own: that query is not counted.
    """

    @contextmanager
    def exactly(number: int) -> Iterator[CaptureQueriesContext]:
        with CaptureQueriesContext(connection) as caught:
            yield caught
        asked = [query["sql"] for query in caught if "clock_timestamp" not in query["sql"]]
        assert len(asked) == number, "\n".join(asked)

    return exactly


@pytest.fixture
def now() -> datetime:
    """The instant at which a test's story plays."""
    return NOON


@pytest.fixture
def turkiye() -> Participant:
    return ParticipantFactory(
        slug="turkiye",
        iso2="TR",
        iso3="TUR",
        names={"en": "Türkiye", "tr": "Türkiye", "az": "Türkiyə"},
    )


@pytest.fixture
def azerbaijan() -> Participant:
    return ParticipantFactory(
        slug="azerbaijan", iso2="AZ", iso3="AZE", names={"en": "Azerbaijan", "tr": "Azerbaycan", "az": "Azərbaycan"}
    )  # fmt: skip


@pytest.fixture
def kazakhstan() -> Participant:
    return ParticipantFactory(slug="kazakhstan", iso2="KZ", iso3="KAZ", names={"en": "Kazakhstan"})


@pytest.fixture
def hungary() -> Participant:
    return ParticipantFactory(
        slug="hungary",
        iso2="HU",
        iso3="HUN",
        kind=ParticipantKind.OBSERVER,
        names={"en": "Hungary"},
    )


@pytest.fixture
def secretariat() -> Participant:
    return ParticipantFactory(
        slug="secretariat", kind=ParticipantKind.SECRETARIAT, names={"en": "Secretariat"}
    )


@pytest.fixture
def editor_a(turkiye) -> User:
    return UserFactory(participant=turkiye, role=Role.EDITOR, full_name="Editor of A")


@pytest.fixture
def second_editor_a(turkiye) -> User:
    return UserFactory(participant=turkiye, role=Role.EDITOR, full_name="Second editor of A")


@pytest.fixture
def head_a(turkiye) -> User:
    return UserFactory(participant=turkiye, role=Role.HEAD, full_name="Head of A")


@pytest.fixture
def reader_a(turkiye) -> User:
    return UserFactory(participant=turkiye, role=Role.READER, full_name="Reader of A")


@pytest.fixture
def editor_b(azerbaijan) -> User:
    return UserFactory(
        participant=azerbaijan,
        role=Role.EDITOR,
        full_name="Editor of B",
        language="az",
        is_on_duty=True,
    )


@pytest.fixture
def head_b(azerbaijan) -> User:
    return UserFactory(participant=azerbaijan, role=Role.HEAD, full_name="Head of B")


@pytest.fixture
def observer(hungary) -> User:
    return UserFactory(participant=hungary, role=Role.READER, full_name="Reader of H")


@pytest.fixture
def officer(secretariat) -> User:
    return UserFactory(participant=secretariat, role=Role.SECRETARIAT_OFFICER, full_name="Officer")


@pytest.fixture
def secretary(secretariat) -> User:
    """The head of the secretariat."""
    return UserFactory(participant=secretariat, role=Role.SECRETARIAT_HEAD, full_name="Secretary")


@pytest.fixture
def administrator(secretariat) -> User:
    return UserFactory(
        participant=secretariat, role=Role.SYSTEM_ADMINISTRATOR, full_name="Administrator"
    )


@pytest.fixture
def auditor(secretariat) -> User:
    return UserFactory(participant=secretariat, role=Role.AUDITOR, full_name="Auditor")


@pytest.fixture
def machine_a(turkiye) -> User:
    return MachineFactory(participant=turkiye, full_name="System of A")


@pytest.fixture
def machine_b(azerbaijan) -> User:
    return MachineFactory(participant=azerbaijan, full_name="System of B")
