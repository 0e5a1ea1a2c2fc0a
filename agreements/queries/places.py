"""Provisions as States name them: "Article 5, Paragraph 2", by key where the portal holds the text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from agreements.models import Instrument, Provision
from ots_portal.texts import fold


@dataclass(frozen=True)
class Places:
    """
    The provisions of a treaty's text by their keys; empty where the portal does not hold the text.

    Made once per page: it reads them all.
    """

    by_key: dict[str, Provision]

    @property
    def are_held(self) -> bool:
        return bool(self.by_key)

    def name(self, place: str) -> str:
        """Return what people call it in the active language: a key that is not known is its own name."""
        return ", ".join(str(one) for one in self.path(place)) or place

    def names(self, places: Iterable[str]) -> list[str]:
        return [self.name(place) for place in places]

    def path(self, key: str) -> list[Provision]:
        """Return the provision with all it stands under, the outermost first: [] where it is not known."""
        found: list[Provision] = []
        one = self.by_key.get(key)
        while one is not None and one not in found:
            # An article is named alone, not with the part and the chapter that it stands in.
            found.insert(0, one)
            if one.kind in _NAMED_ALONE:
                break
            one = self._by_pk.get(one.parent_id) if one.parent_id else None
        return found

    def is_within(self, place: str, others: Iterable[str]) -> bool:
        """Tell whether a place is one of others, or stands under one of them."""
        wanted = {fold(other) for other in others}
        return bool({fold(name) for name in (place, *self._holders(place))} & wanted)

    def _holders(self, key: str) -> list[str]:
        one = self.by_key.get(key)
        if one is None:
            # Known by its name alone: "Article 5, Paragraph 2" stands in "Article 5".
            parts = key.split(", ")
            return [", ".join(parts[:count]) for count in range(1, len(parts))]
        found: list[str] = []
        while one and (holder := self._by_pk.get(one.parent_id)) and holder.key not in found:
            found.append(holder.key)
            one = holder
        return found

    @cached_property
    def _by_pk(self) -> dict[UUID | None, Provision]:
        return {provision.pk: provision for provision in self.by_key.values()}

    def resolved(self, written: Sequence[str]) -> tuple[list[str], list[str]]:
        """Return the places, each once and by its key where the text is held, and what is no provision of it."""
        asked = [" ".join(one.split()) for one in written]
        asked = [one for one in asked if one]
        if not self.are_held:
            return list(dict.fromkeys(asked)), []
        known = self._known()
        found = [known[fold(one)] for one in asked if fold(one) in known]
        return list(dict.fromkeys(found)), [one for one in asked if fold(one) not in known]

    def _known(self) -> dict[str, str]:
        """Return key by what somebody may write: the key, or the name in English or in the active language."""
        known = {fold(key): key for key in self.by_key}
        for language in {"en", translation.get_language() or "en"}:
            with translation.override(language):
                known.update({fold(self.name(key)): key for key in self.by_key})
        return known


_NAMED_ALONE = ("article", "annex", "part", "chapter", "preamble_recital", "final_clause")


def places_of(instrument: Instrument) -> Places:
    live = Provision.objects.filter(instrument=instrument, is_live=True).order_by("position")
    return Places({provision.key: provision for provision in live})


def unknown_sentence(unknown: Sequence[str]) -> str:
    """Say which of the places are none of the text."""
    sentence = _(
        "The text has no such provision: %(places)s. Name them as the text does, such as “Article 5, Paragraph 2”."
    )
    return sentence % {"places": ", ".join(unknown)}
