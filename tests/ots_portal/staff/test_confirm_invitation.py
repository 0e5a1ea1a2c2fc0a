from io import StringIO

import pytest
from django.core.management import call_command

from ots_portal.audit.models import AuditEntry
from ots_portal.notifications.models import OutboxRow
from ots_portal.people.models import Role
from tests.factories.people import InvitationFactory


def confirm(email):
    """Run the command; return its exit code and what it said to the person at the terminal."""
    said = StringIO()
    try:
        call_command("confirm_invitation", email, stderr=said)
    except SystemExit as end:
        return end.code, said.getvalue().strip()
    return 0, said.getvalue().strip()


@pytest.fixture
def replacement(secretariat, administrator):
    """A new head of the secretariat, whom only the lost one could confirm."""
    return InvitationFactory(
        person__participant=secretariat,
        person__role=Role.SECRETARIAT_HEAD,
        person__email="new.head@secretariat.example",
        invited_by=administrator,
        needs_confirmation=True,
    )


def test_the_operator_confirms_and_the_link_goes_out(replacement):
    code, said = confirm("New.Head@secretariat.example")

    replacement.refresh_from_db()
    entry = AuditEntry.objects.get(kind="people.user.invitation_confirmed")
    assert (code, said) == (
        0,
        "Confirmed. The link goes to new.head@secretariat.example by mail.",
    )
    assert (replacement.waits_for_confirmation, replacement.confirmed_by) == (False, None)
    assert (entry.actor_id, OutboxRow.objects.filter(entry=entry).count()) == (None, 1)


def test_confirming_twice_is_refused(replacement):
    confirm(replacement.person.email)

    assert confirm(replacement.person.email) == (1, "Nothing is left to confirm here.")


def test_an_address_that_nobody_invited_is_refused(replacement):
    assert confirm("nobody@secretariat.example") == (
        1,
        "No invitation of nobody@secretariat.example is open.",
    )
