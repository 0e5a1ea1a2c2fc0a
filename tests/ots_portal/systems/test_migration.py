"""Machine users that were there before: the migration enters them with what they could be given then."""

from importlib import import_module

from django.apps import apps

from ots_portal.api import clients
from ots_portal.api.models import Credential, PartnerSystem
from tests.factories.api import ClientFactory

enter = import_module("ots_portal.api.migrations.0003_partner_systems").enter_those_there_are


def test_whoever_called_before_keeps_what_it_could_and_gains_no_new_scope(machine_a, head_a):
    application = ClientFactory(user=machine_a)

    enter(apps, None)

    system = PartnerSystem.objects.get()
    assert (system.user, system.networks, system.is_exercise) == (machine_a, [], False)
    assert Credential.objects.get().application == application
    given = clients.scopes_of([machine_a.pk])[machine_a.pk]
    assert {name for name in given if name.endswith(":write")} == {
        "incidents:write",
        "crossrefs:write",
    }
