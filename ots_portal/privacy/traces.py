"""
Which rows point to a person, found by asking the models: a new table is never left out.

A key that cascades says that the row lives with its person (a second factor, a link to an identity
provider, a setting): such rows are forgotten. A key that protects says that it is a record: it stays.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import models

from ots_portal.notifications.models import Delivery
from ots_portal.people.models import User

# That somebody was told stays with what they were told of.
KEPT = (Delivery,)


def _relations() -> Iterator[tuple[type[models.Model], "models.ForeignKey[Any, Any]"]]:
    """Yield every table and column with a key to people; many-to-many tables included."""
    for relation in User._meta.get_fields(include_hidden=True):
        key, model = getattr(relation, "field", None), relation.related_model
        if relation.auto_created and isinstance(key, models.ForeignKey) and isinstance(model, type):
            yield model, key


def _belongs_to_its_person(model: type[models.Model], key: "models.ForeignKey[Any, Any]") -> bool:
    is_link_of_a_record = bool(model._meta.auto_created)
    cascades = key.remote_field.on_delete is models.CASCADE
    return cascades and not is_link_of_a_record and model not in KEPT


def authored_by(person: User) -> dict[str, dict[str, list[str]]]:
    """Return {kind of record: {"created_by": [ids]}} of the records that point to the person."""
    found: dict[str, dict[str, list[str]]] = {}
    for model, key in _relations():
        if model in KEPT or _belongs_to_its_person(model, key):
            continue
        ids = model._default_manager.filter(**{key.name: person}).order_by("pk")
        if keys := [str(pk) for pk in ids.values_list("pk", flat=True)]:
            found.setdefault(model._meta.label_lower, {})[key.name] = keys
    return found


def belongings_of(person: User) -> Iterator[models.QuerySet[Any]]:
    """Yield what lives with the person and goes when the person is forgotten."""
    for model, key in _relations():
        if _belongs_to_its_person(model, key):
            yield model._default_manager.filter(**{key.name: person})


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
