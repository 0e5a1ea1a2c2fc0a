"""``manage.py limit_client CLIENT_ID [SCOPE …]``: what a partner system's client may ask for."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand
from oauth2_provider.models import Application

from ots_portal.api import clients
from ots_portal.clock import database_now


class Command(BaseCommand):
    help = (
        "Let the client of a partner system ask for these scopes alone; without any, for all. Its tokens "
        "end. Exit 0: done; 1: refused, with a sentence; 2: wrong use."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("client_id", metavar="CLIENT_ID")
        parser.add_argument("scopes", metavar="SCOPE", nargs="*", help="such as incidents:read")

    def handle(self, *args: Any, **options: Any) -> None:
        client = Application.objects.filter(client_id=options["client_id"]).first()
        if client is None or client.user is None or not client.user.is_machine:
            self._refuse(f"There is no partner system with the client {options['client_id']}.")
            return
        try:
            clients.limit(client, options["scopes"], at=database_now())
        except ValidationError as error:
            self._refuse(" ".join(error.messages))
        told = ", ".join(options["scopes"]) or "every scope"
        self.stderr.write(f"{client.client_id} may ask for: {told}.")

    def _refuse(self, sentence: str) -> None:
        self.stderr.write(sentence)
        sys.exit(1)
