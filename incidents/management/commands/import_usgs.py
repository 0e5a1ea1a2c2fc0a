"""``manage.py import_usgs FILE…``: take one earthquake in as a draft, a list or a deletion to the proposals."""

import json
import sys
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _

from incidents.formats import usgs
from incidents.forms.incidents import draft_from_earthquake, name_of_earthquake
from incidents.management.importing import take_in_file
from incidents.models import Incident
from incidents.queries.feed_items import has_taken_back
from incidents.services.feed_items import follow, from_usgs
from incidents.services.feeds import read_usgs
from incidents.services.incidents import KnownAlready, create_from_outside
from incidents.statuses import Scheme
from ots_portal.clock import database_now
from ots_portal.geo.territories import country_at
from ots_portal.participants.models import Participant


class Command(BaseCommand):
    help = (
        "Take in the file of one earthquake (GeoJSON of the USGS) as a draft of the participant on whose territory "
        "it lies, or of --participant; a summary feed as proposals for a person to take up; an earthquake that the "
        "USGS has deleted withdraws its proposal. "
        "Exit 0: taken in; 1: refused, one sentence per problem; 2: wrong use."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--participant", default="", help="slug of the participant whose draft it becomes"
        )
        parser.add_argument(
            "--all",
            action="store_true",
            help="of a list, keep also what is far from every participant",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        results = [self._taken_in(path, options) for path in options["files"]]
        if not all(results):
            sys.exit(1)

    def _taken_in(self, path: Path, options: dict[str, Any]) -> bool:
        if _is_about_proposals(path):
            keep_all = options["all"]
            return take_in_file(
                path, read_usgs, keep_all=keep_all, out=self.stdout, err=self.stderr
            )
        return self._take_in(path, options["participant"])

    def _take_in(self, path: Path, slug: str) -> bool:
        """Take one file in; say what became of it."""
        try:
            earthquake = usgs.read(path.read_bytes())
            participant = self._participant(earthquake, slug)
            said = self._draft_or_version(earthquake, participant, at=database_now())
        except (OSError, usgs.FormatError, KnownAlready) as error:
            return self._refused(path, str(error))
        except ValidationError as error:
            return self._refused(path, *error.messages)
        self.stdout.write(f"{path}: {said}")
        return True

    @transaction.atomic
    def _draft_or_version(
        self, earthquake: usgs.Earthquake, participant: Participant, *, at: datetime
    ) -> str:
        """
        Make a draft of it, or add a further version to the incident it is already; say which.

        :raises FormatError: when the USGS has deleted it since
        :raises KnownAlready: when the version is known, too
        """
        said_at = earthquake.updated_at or earthquake.onset_at
        if has_taken_back(scheme=Scheme.USGS, value=earthquake.usgs_id, said_at=said_at):
            raise usgs.FormatError(usgs.deleted_sentence())
        try:
            incident = create_from_outside(
                draft_from_earthquake(earthquake, country=participant.iso2),
                participant=participant,
                name=name_of_earthquake(earthquake),
                at=at,
            )
        except KnownAlready as known:
            if not _is_further(earthquake, known.incident):
                raise
            follow(from_usgs(earthquake), known.incident, at=at)
            return f"a further version of {known.incident}, whose level stays as it is"
        follow(from_usgs(earthquake), incident, at=at)
        return f"taken in as a draft of {participant}: {incident.get_absolute_url()}"

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


def _is_further(earthquake: usgs.Earthquake, incident: Incident) -> bool:
    """Return whether the incident has no version of that moment yet."""
    if earthquake.updated_at is None:
        return False
    reference = incident.references.filter(scheme=Scheme.USGS, value=earthquake.usgs_id).first()
    if reference is None or reference.version_at == earthquake.updated_at:
        return False
    return not reference.versions.filter(version_at=earthquake.updated_at).exists()


def _is_about_proposals(path: Path) -> bool:
    """
    Return whether the file says of itself that it holds many, or one that is deleted.

    What cannot be read is judged later.
    """
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    if not isinstance(data, dict):
        return False
    return data.get("type") == "FeatureCollection" or usgs.is_deleted(data)
