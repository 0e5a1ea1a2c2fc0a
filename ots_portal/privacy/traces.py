"""Which rows point to a person, found by asking the models: a new table is never left out."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import models

from ots_portal.api.models import IdempotentAnswer
from ots_portal.notifications.models import Delivery
from ots_portal.people.models import User

# Told row by row in the copy, or of no use outside of the portal.
NOT_AUTHORED = (Delivery, IdempotentAnswer)


def _relations() -> Iterator[tuple[type[models.Model], str]]:
    """Yield every table and column with a key to people; many-to-many tables included."""
    for relation in User._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and hasattr(relation, "field"):
            model = relation.related_model
            if isinstance(model, type) and not relation.many_to_many:
                yield model, relation.field.name


def is_ours(model: type[models.Model]) -> bool:
    apps = {name.rpartition(".")[2] for name in [*settings.FOUNDATION, *settings.DOMAIN_APPS]}
    return model._meta.app_label in apps


def authored_by(person: User) -> dict[str, dict[str, list[str]]]:
    """Return {kind of record: {"created_by": [ids]}} of the portal's own records that point to the person."""
    found: dict[str, dict[str, list[str]]] = {}
    for model, name in _relations():
        if not is_ours(model) or model in NOT_AUTHORED:
            continue
        ids = model._default_manager.filter(**{name: person}).order_by("pk")
        if keys := [str(key) for key in ids.values_list("pk", flat=True)]:
            found.setdefault(model._meta.label_lower, {})[name] = keys
    return found


def belongings_of(person: User) -> Iterator[models.QuerySet[Any]]:
    """
    Yield what the packages keep for the person: second factors, addresses, links to an identity
    provider, tokens. None of it is a record; all of it goes when the person is forgotten.
    """
    for model, name in _relations():
        if not is_ours(model):
            yield model._default_manager.filter(**{name: person})


def sessions_of(person: User) -> list[Session]:
    """
    Return the person's sessions, and those in which somebody began to sign in with the address.

    Other people's may name the person, too (a form that waits for its sender's confirmation): theirs
    stay, and end within a day.
    """
    return [
        session for session in Session.objects.iterator() if _is_of(person, session.get_decoded())
    ]


def _is_of(person: User, data: dict[str, Any]) -> bool:
    if SESSION_KEY in data:
        return bool(data[SESSION_KEY] == str(person.pk))
    told = str(data)
    return str(person.pk) in told or person.email in told
