"""The buttons of a record: which steps lead on, what they are called, and why one is refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise

from ots_portal.lifecycle import Lifecycle
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict

Text = str | Promise


@dataclass(frozen=True)
class Words:
    """
    What a step's button says, what is said when it is done, and what it asks before.

    A step ``on_own_page`` asks for more than a yes.
    """

    label: Text
    done: Text = ""
    tone: str = "primary"
    confirm: Text = ""
    on_own_page: bool = False


@dataclass(frozen=True)
class Button:
    verb: str
    url: str
    words: Words
    verdict: Verdict


def buttons_of(  # noqa: PLR0913 -- what the kinds of record differ in
    subject: Any,
    *,
    reader: User,
    lifecycle: Lifecycle,
    rules: ModuleType,
    words: Mapping[str, Words],
    page: str,
    ready: Mapping[str, Callable[[Any], Verdict]],
) -> list[Button]:
    """Return the steps that lead on from here, each with the rule's answer; ``page`` is "request_" or the like."""
    return [
        Button(
            step.verb,
            reverse(f"incidents:{page}{step.verb}", args=[subject.pk]),
            words[step.verb],
            _verdict(
                getattr(rules, f"may_{step.verb}")(reader, subject), subject, ready.get(step.verb)
            ),
        )
        for step in lifecycle.steps_from(subject.status)
        if step.verb in words
    ]


def _verdict(verdict: Verdict, subject: Any, ready: Callable[[Any], Verdict] | None) -> Verdict:
    """First whether this person may, then whether the record is ready for it."""
    return ready(subject) if verdict and ready else verdict
