"""What the pages say before somebody decides: which messages, of how many, and what follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.utils.translation import gettext as _

from ots_portal.dispatch.presentation import cause_in_words
from ots_portal.participants.models import Participant
from ots_portal.plugs import Text, notices

MOST_ROWS = 20


@dataclass(frozen=True)
class Words:
    """The words of one decision."""

    title: Text
    lede: Text
    submit: Text
    tone: str


def words_of(verb: str) -> Words:
    if verb == "retry":
        return Words(
            title=_("Try messages again"),
            lede=_("They go out at once, from the beginning of the schedule."),
            submit=_("Try them again"),
            tone="primary",
        )
    return Words(
        title=_("Withdraw messages"),
        lede=_(
            "They are never sent; their copies in the inboxes stay. Alerts that wait are left out."
        ),
        submit=_("Withdraw them"),
        tone="danger",
    )


@dataclass(frozen=True)
class Chosen:
    """What a filter asks for: its label, and the choice in words."""

    label: Text
    value: Text


def filters_in_words(form: Form, wishes: Mapping[str, Any]) -> list[Chosen]:
    """Return the filters that narrow the messages; none of them narrows: all that the person may see."""
    return [
        Chosen(form.fields[name].label or _("Why"), _value_in_words(form, name, str(value)))
        for name, value in wishes.items()
        if value and name in form.fields
    ]


def _value_in_words(form: Form, name: str, value: str) -> Text:
    if name == "cause":
        return cause_in_words(value)
    choices: dict[Any, Text] = dict(getattr(form.fields[name], "choices", ()))
    return choices.get(value, value)


@dataclass(frozen=True)
class Part:
    """So many of the messages are of this kind and go to people of this participant."""

    kind: Text
    participant: str
    count: int


def parts(counted: Sequence[tuple[str, str, int]]) -> list[Part]:
    """Name the largest parts; the others are in the sum."""
    shown = counted[:MOST_ROWS]
    names = Participant.objects.in_bulk({slug for _kind, slug, _count in shown})
    return [
        Part(
            kind=notices[kind].title if kind in notices else kind,
            participant=names[slug].name,
            count=count,
        )
        for kind, slug, count in shown
    ]
