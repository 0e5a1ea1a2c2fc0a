import pytest

from ots_portal.people.models import Role
from tests.factories.people import UserFactory
from tests.factories.sessions import sign_in

NAME = "Aylin Zümrütoğlu"
EMAIL = "aylin.zumrutoglu@turkiye.example"


@pytest.fixture
def as_(client):
    """Sign somebody in; return the client."""

    def signed_in(user, **how):
        sign_in(client, user, **how)
        return client

    return signed_in


@pytest.fixture
def mail_folder(settings, tmp_path):
    """Mails go to files, as in the demonstration."""
    settings.PORTAL_MAIL_FOLDER = settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    return settings.PORTAL_MAIL_FOLDER


@pytest.fixture
def aylin(turkiye):
    """An editor of A with a name that stands nowhere else."""
    return UserFactory(participant=turkiye, role=Role.EDITOR, full_name=NAME, email=EMAIL)


@pytest.fixture
def aylin_who_left(aylin):
    aylin.is_active = False
    aylin.save()
    return aylin
