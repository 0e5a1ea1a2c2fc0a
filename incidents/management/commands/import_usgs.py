"""``manage.py import_usgs FILE…``: take earthquakes in as drafts."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from incidents.formats import usgs
from incidents.forms.incidents import draft_from_earthquake, name_of_earthquake
from incidents.services.incidents import KnownAlready, create_from_outside
from ots_portal.clock import database_now
from ots_portal.geo.territories import country_at
from ots_portal.participants.models import Participant


class Command(BaseCommand):
    help = (
        "Take in the file of one earthquake (GeoJSON of the USGS) as a draft of the participant on whose territory "
        "it lies, or of --participant. Exit 0: taken in; 1: refused, one sentence per problem; 2: wrong use."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--participant", default="", help="slug of the participant whose draft it becomes"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        results = [self._take_in(path, options["participant"]) for path in options["files"]]
        if not all(results):
            sys.exit(1)

    def _take_in(self, path: Path, slug: str) -> bool:
        """Take one file in; say what became of it."""
        try:
            earthquake = usgs.read(path.read_bytes())
            participant = self._participant(earthquake, slug)
            incident = create_from_outside(
                draft_from_earthquake(earthquake, country=participant.iso2),
                participant=participant,
                name=name_of_earthquake(earthquake),
                at=database_now(),
            )
        except (OSError, usgs.FormatError, KnownAlready) as error:
            return self._refused(path, str(error))
        except ValidationError as error:
            return self._refused(path, *error.messages)
        self.stdout.write(
            f"{path}: taken in as a draft of {participant}: {incident.get_absolute_url()}"
        )
        return True

    def _participant(self, earthquake: usgs.Earthquake, slug: str) -> Participant:
        country = country_at(earthquake.latitude, earthquake.longitude)
        wanted = {"slug": slug} if slug else {"iso2": country or "-"}
        participant = Participant.objects.filter(**wanted).first()
        if participant is None:
            raise usgs.FormatError(
                _(
                    "The field “participant” is needed: the earthquake lies on no participant’s territory, or the slug is unknown."
                )
            )
        return participant

    def _refused(self, path: Path, *sentences: str) -> bool:
        for sentence in sentences:
            self.stderr.write(f"{path}: {sentence}")
        return False
