"""Which scopes the client of a partner system may ask for: those its head gave it, less what the operator took."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from oauth2_provider.models import AccessToken, Application
from oauth2_provider.scopes import SettingsScopes
from oauth2_provider.settings import oauth2_settings

from ots_portal.api import credentials
from ots_portal.api.models import ClientScope
from ots_portal.audit.services import record
from ots_portal.clock import database_now
from ots_portal.people.models import User


class ClientScopes(SettingsScopes):
    """Asked by the toolkit whenever a token is wanted."""

    def get_available_scopes(
        self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        every = list(oauth2_settings.SCOPES)
        if application is None:
            return every
        chosen = ClientScope.objects.filter(application=application).values_list("name", flat=True)
        return _narrowed(_given(application.user, every), set(chosen))

    def get_default_scopes(
        self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        available = self.get_available_scopes(application)
        return [name for name in oauth2_settings.DEFAULT_SCOPES if name in available]


def _given(machine: User, every: list[str]) -> list[str]:
    """Return what the head of authority gave the partner system: every scope where nobody has said so."""
    system = credentials.system_of(machine)
    return [name for name in every if name in system.scopes] if system else every


def _narrowed(every: Iterable[str], chosen: set[str]) -> list[str]:
    return [name for name in every if not chosen or name in chosen]


def scopes_of(machines: Sequence[UUID]) -> dict[UUID, frozenset[str]]:
    """
    Return for each machine user what its clients together may ask for, in three queries.

    Clients that have ended do not count. One without any has what it was given; where nobody has said
    what that is, what a token gets that was asked for without a scope: it reads.
    """
    every, reads = list(oauth2_settings.SCOPES), list(oauth2_settings.DEFAULT_SCOPES)
    users = User.objects.filter(pk__in=machines).select_related("partner_system")
    given = {user.pk: _given(user, every) for user in users}
    usual = {user.pk: _given(user, reads) for user in users}
    clients = Application.objects.filter(credentials.live(at=database_now()), user__in=machines)
    found: dict[UUID, set[str]] = {}
    for client in clients.prefetch_related("scope_rows"):
        chosen = {row.name for row in client.scope_rows.all()}
        names = _narrowed(given[client.user_id], chosen)
        found.setdefault(client.user_id, set()).update(names)
    return {key: frozenset(found.get(key, usual.get(key, reads))) for key in machines}


@transaction.atomic
def limit(client: Application, names: Sequence[str], *, at: datetime) -> None:
    """
    Let the client ask for these scopes alone; without any, for all. Its tokens end.

    :raises ValidationError: where there is no such scope
    """
    unknown = sorted(set(names) - set(oauth2_settings.SCOPES))
    if unknown:
        sentence = _("There is no such scope: %(names)s.")
        raise ValidationError({"scopes": sentence % {"names": ", ".join(unknown)}})
    rows = ClientScope.objects.filter(application=client)
    rows.exclude(name__in=names).delete()
    ClientScope.objects.bulk_create(
        [ClientScope(application=client, name=name) for name in sorted(set(names))],
        ignore_conflicts=True,
    )
    AccessToken.objects.filter(application=client).delete()
    record(
        "people.user.client_limited",
        subject=client.user,
        by=None,
        at=at,
        participant=client.user.participant_id,
        client=client.client_id,
        scopes=sorted(set(names)),
    )
