"""What a restored portal must not go on with: old sessions, old tokens, and messages sent before."""

from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from oauth2_provider.models import (
    get_access_token_model,
    get_grant_model,
    get_refresh_token_model,
)

from ots_portal.notifications import pauses, queries, services
from ots_portal.people.models import User

# More than a person's rights change between a backup and its restore: an answer that a browser or a
# partner system kept from the lost portal must not be taken for one of this portal (ETag).
RIGHTS_VERSIONS_SKIPPED = 1_000


@dataclass(frozen=True)
class Aftermath:
    """What was held back or ended; ``unknown_count`` messages may have been sent already."""

    unknown_count: int
    session_count: int
    token_count: int


def hold_back(*, backup_taken_at: datetime, at: datetime) -> Aftermath:
    """Pause deliveries, fill the inboxes, and end what gives access."""
    with transaction.atomic():
        pauses.pause_after_restore(backup_taken_at=backup_taken_at, at=at)
        session_count = _end_sessions()
        token_count = _revoke_tokens()
        User.objects.update(rights_version=F("rights_version") + RIGHTS_VERSIONS_SKIPPED)
    # So that the number of messages of unknown state is the whole number.
    while services.fan_out_waiting(clock=lambda: at):
        pass
    return Aftermath(queries.unknown_count(), session_count, token_count)


def _end_sessions() -> int:
    if apps.is_installed("allauth.usersessions"):
        apps.get_app_config("usersessions").get_model("UserSession")._default_manager.all().delete()
    return Session.objects.all().delete()[0]


def _revoke_tokens() -> int:
    get_grant_model().objects.all().delete()
    get_refresh_token_model().objects.all().delete()
    count = get_access_token_model().objects.count()
    get_access_token_model().objects.all().delete()
    return int(count)
