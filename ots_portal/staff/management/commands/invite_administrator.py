"""``manage.py invite_administrator EMAIL``: the first day of a portal."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand

from ots_portal.clock import database_now
from ots_portal.participants.models import Participant
from ots_portal.people.models import Invitation
from ots_portal.staff.links import link_of
from ots_portal.staff.services.invitations import (
    AddressInUse,
    AdministratorExists,
    invite_administrator,
)


class Command(BaseCommand):
    help = (
        "Print a one-time link with which the first system administrator comes in; it is good for a day. "
        "Exit 0: printed; 1: refused, one sentence per problem; 2: wrong use."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="the administrator's own address")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            invitation = invite_administrator(options["email"], at=database_now())
        except Participant.DoesNotExist:
            self._refuse("There is no secretariat yet: run load_reference_data first.")
        except AdministratorExists as error:
            self._refuse(
                "This database holds the demonstration's administrator, whose password is public. "
                "Start the portal with a database of its own."
                if error.is_demo
                else "The portal has an active system administrator: the head of the secretariat invites others."
            )
        except AddressInUse:
            self._refuse(
                f"The address {options['email']} belongs to an account already, or looks like one that does."
            )
        except ValidationError as error:
            self._refuse(*(f"The field “email”: {sentence}" for sentence in error.messages))
        else:
            self._print(invitation)

    def _refuse(self, *sentences: str) -> None:
        for sentence in sentences:
            self.stderr.write(sentence)
        sys.exit(1)

    def _print(self, invitation: Invitation) -> None:
        self.stdout.write(link_of(invitation))
        until = f"{invitation.expires_at:%Y-%m-%d %H:%M}"
        note = f"For {invitation.person.email} alone, once, until {until} UTC. Nobody was sent this link."
        self.stderr.write(note)
