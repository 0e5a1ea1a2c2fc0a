"""``manage.py confirm_invitation EMAIL``: the operator is the second person where there is no other."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from ots_portal.clock import database_now
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import Invitation, normalise_email
from ots_portal.staff.services.invitations import confirm_at_the_terminal


class Command(BaseCommand):
    help = (
        "Confirm the invitation of a head who replaces another, where nobody in the portal can; the link "
        "is then mailed. Exit 0: confirmed; 1: refused, with a sentence; 2: wrong use."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="the invited head's address")

    def handle(self, *args: Any, **options: Any) -> None:
        waiting = Invitation.objects.filter(accepted_at=None, withdrawn_at=None)
        invitation = waiting.filter(person__email=normalise_email(options["email"])).first()
        if invitation is None:
            self._refuse(f"No invitation of {options['email']} is open.")
            return
        try:
            confirm_at_the_terminal(invitation, at=database_now())
        except WrongStatus as error:
            self._refuse(str(error))
        self.stderr.write(f"Confirmed. The link goes to {invitation.person.email} by mail.")

    def _refuse(self, sentence: str) -> None:
        self.stderr.write(sentence)
        sys.exit(1)
