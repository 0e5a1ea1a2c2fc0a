"""``manage.py invite_administrator``: the first day."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from ots_portal.audit.models import AuditEntry
from ots_portal.notifications.models import OutboxRow
from ots_portal.people.models import Invitation, User
from ots_portal.staff import links
from tests.factories.people import UserFactory

EMAIL = "operator@secretariat.example"


def run(email=EMAIL):
    """Return exit code, what was printed, and what was said beside it."""
    out, err = StringIO(), StringIO()
    try:
        call_command("invite_administrator", email, stdout=out, stderr=err)
    except SystemExit as stop:
        return stop.code, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@pytest.mark.usefixtures("secretariat")
def test_prints_one_link_that_leads_in(client, today):
    code, printed, said = run()

    token = printed.strip().split("/")[-2]
    opened = links.opened(token, at=today)
    assert (code, printed.count("\n"), opened.problem) == (0, 1, None)
    assert opened.invitation.role == "system_administrator"
    assert opened.invitation.expires_at - opened.invitation.sent_at == timedelta(days=1)
    assert EMAIL in said
    assert client.get(f"/people/welcome/{token}/").status_code == 200


@pytest.mark.usefixtures("secretariat")
def test_sends_nothing_and_writes_down_neither_link_nor_address():
    _code, printed, _said = run()

    entry = AuditEntry.objects.get()
    assert (entry.kind, entry.actor_id, OutboxRow.objects.count()) == (
        "people.user.administrator_invited",
        None,
        0,
    )
    assert (EMAIL in entry.body, printed.strip()[-20:] in entry.body) == (False, False)


@pytest.mark.usefixtures("administrator")
def test_refuses_when_one_exists():
    code, printed, said = run()

    assert (code, printed, said.strip()) == (
        1,
        "",
        "The portal has an active system administrator: the head of the secretariat invites others.",
    )


@pytest.mark.parametrize("beside", [True, False])
def test_says_so_when_it_is_the_demonstrations(secretariat, beside):
    UserFactory(participant=secretariat, role="system_administrator", is_demo=True)
    if beside:
        UserFactory(participant=secretariat, role="system_administrator")

    code, _printed, said = run()

    assert (code, "password is public" in said) == (1, not beside)


def test_a_suspended_administrator_is_none(administrator):
    User.objects.filter(pk=administrator.pk).update(is_active=False)

    assert run()[0] == 0


@pytest.mark.usefixtures("secretariat")
def test_again_prints_a_new_link_and_ends_the_earlier_one(today):
    first, second = run(), run()
    third = run("another@secretariat.example")

    tokens = [printed.strip().split("/")[-2] for _code, printed, _said in (first, second, third)]
    problems = [links.opened(token, at=today).problem for token in tokens]
    assert problems == ["withdrawn", "withdrawn", None]
    assert Invitation.objects.filter(withdrawn_at=None).count() == 1


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("nothing", "The field “email”: Enter a valid email address."),
        ("оperator@secretariat.example", "mixes letters of different scripts"),
        ("editor@moi.example", "belongs to an account already"),
        ("ed1tor@moi.example", ""),
        ("edit0r@moi.example", "belongs to an account already"),
    ],
)
@pytest.mark.usefixtures("secretariat")
def test_an_address_that_cannot_be_is_refused_with_a_sentence(turkiye, email, said):
    UserFactory(participant=turkiye, email="editor@moi.example")

    code, printed, words = run(email)

    assert (code, bool(printed), said in words) == (1 if said else 0, not said, True)


def test_before_the_reference_data_it_says_what_to_do():
    code, _printed, said = run()

    assert (code, said.strip()) == (
        1,
        "There is no secretariat yet: run load_reference_data first.",
    )


def test_without_an_address_it_is_wrong_use():
    with pytest.raises(CommandError):  # on a command line: exit 2
        call_command("invite_administrator")
