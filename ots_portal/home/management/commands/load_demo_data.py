"""Loads people, a partner system and example records for a demonstration; never where real work is done."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ots_portal.clock import database_now
from ots_portal.home import demo
from ots_portal.participants.models import Participant


class Command(BaseCommand):
    help = "Load the demonstration's data; safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.PORTAL_DEMO:
            message = "This is not a demonstration: set OTS_DEMO=1 first. Nothing was loaded."
            raise CommandError(message)
        if not Participant.objects.exists():
            message = "There are no participants yet: run load_reference_data first."
            raise CommandError(message)
        demo.load(database_now())
        if options["verbosity"]:
            self.stdout.write("Demonstration data is in place.")
