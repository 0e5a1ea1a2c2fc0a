"""What two do with a partner system at the same moment."""

from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from ots_portal.api import credentials
from ots_portal.api.models import Credential, PartnerSystem
from ots_portal.audit.models import AuditEntry
from ots_portal.systems import queries, services
from ots_portal.verdicts import Refused
from tests.factories.api import ClientFactory
from tests.factories.people import MachineFactory
from tests.factories.systems import CredentialFactory, SystemFactory
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)
WISHES = services.Wishes("Centre", "", frozenset({"incidents:read"}), ())


@pytest.fixture
def system(head_a):
    return SystemFactory(user=MachineFactory(participant=head_a.participant))


def test_of_two_who_make_the_second_credentials_one_succeeds(system, head_a):
    CredentialFactory(application__user=system.user)
    at = timezone.now()

    results = together([partial(services.rotate, system, old_end_after=None, by=head_a, at=at)] * 2)

    assert sum(isinstance(one, ValidationError) for one in results) == 1, results
    assert queries.live_applications_of(system, at=at).count() == services.MOST_CREDENTIALS


def test_of_two_who_make_the_last_system_one_succeeds(head_a):
    for _one in range(services.MOST_SYSTEMS - 1):
        SystemFactory(user=MachineFactory(participant=head_a.participant))
    at = timezone.now()

    results = together([partial(services.create, WISHES, is_exercise=False, by=head_a, at=at)] * 2)

    assert sum(isinstance(one, ValidationError) for one in results) == 1, results
    assert PartnerSystem.objects.count() == services.MOST_SYSTEMS


def test_of_two_who_revoke_one_is_told_that_it_is_done(system, head_a, administrator):
    at = timezone.now()

    results = together(
        [partial(services.revoke, system, by=one, at=at) for one in (head_a, administrator)]
    )

    assert sum(isinstance(one, Refused) for one in results) == 1, results
    assert AuditEntry.objects.filter(kind="api.partner_system.revoked").count() == 1


def test_whoever_revokes_while_another_rotates_leaves_no_credentials_in_force(system, head_a):
    CredentialFactory(application__user=system.user)
    at = timezone.now()

    together(
        [
            partial(services.rotate, system, old_end_after=None, by=head_a, at=at),
            partial(services.revoke, system, by=head_a, at=at),
        ]
    )

    assert not queries.live_applications_of(system, at=at).exists()


def test_of_calls_at_once_one_writes_the_last_use(system):
    application = ClientFactory(user=system.user)
    at = timezone.now()

    together([partial(credentials.note_use, application, f"192.0.2.{n}", at=at) for n in range(6)])

    assert Credential.objects.filter(application=application, last_used_at=at).count() == 1
