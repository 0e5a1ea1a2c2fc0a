"""What people choose about their messages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ots_portal import plugs
from ots_portal.notifications import preferences, subscriptions
from ots_portal.notifications.models import Cadence, Subscription
from ots_portal.notifications.preferences import Times
from ots_portal.people.models import User
from ots_portal.plugs import Notice, Topic, Wish
from ots_portal.texts.fields import validate_plain_text
from ots_portal.ui.forms import HourInput

Text = str | Promise
Choice = tuple[str, Text]
# More than these are no boxes to tick any more, but a list to choose from.
MOST_BOXES = 25


def _prefix(kind: str) -> str:
    return kind.rpartition(".")[0]


def _titles() -> dict[str, Text]:
    """Return the words for what kinds of entries are about, by what the kinds begin with."""
    return {each.kinds or each.model: each.title for each in plugs.audited.values()}


@dataclass(frozen=True)
class Row:
    """A kind of message on the page."""

    notice: Notice
    field: BoundField


@dataclass(frozen=True)
class Group:
    """Kinds of messages about one kind of record."""

    title: Text
    rows: Sequence[Row]

    @property
    def changed_count(self) -> int:
        """How many of them come otherwise than at once."""
        return sum(row.field.value() != Cadence.AT_ONCE for row in self.rows)

    @property
    def is_open(self) -> bool:
        return any(row.field.errors for row in self.rows)


class ChoicesForm(forms.Form):
    """When mails come: by the clock of the person's zone, and for each kind."""

    digest_time = forms.TimeField(label=gettext_lazy("Daily digest at"), widget=HourInput)
    quiet_from = forms.TimeField(label=gettext_lazy("Quiet from"), widget=HourInput, required=False)
    quiet_until = forms.TimeField(
        label=gettext_lazy("Quiet until"), widget=HourInput, required=False
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data, initial=vars(preferences.times_of(user)))
        chosen = preferences.chosen_by(user)
        for notice in preferences.mailed_notices():
            if notice.is_optional:
                self.fields[notice.kind] = forms.ChoiceField(
                    label=cast("str", notice.title),
                    choices=Cadence.choices,
                    initial=chosen.get(notice.kind, Cadence.AT_ONCE),
                )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        begin, end = cleaned.get("quiet_from"), cleaned.get("quiet_until")
        if (begin is None) != (end is None) and not self.errors.keys() & {
            "quiet_from",
            "quiet_until",
        }:
            missing = "quiet_until" if end is None else "quiet_from"
            self.add_error(missing, _("Quiet hours have a beginning and an end."))
        elif begin is not None and begin == end:
            self.add_error("quiet_until", _("Quiet hours end at another time than they begin."))
        return cleaned

    def times(self) -> Times:
        return Times(**{name: self.cleaned_data[name] for name in vars(Times())})

    def cadences(self) -> dict[str, str]:
        times = vars(Times())
        return {name: value for name, value in self.cleaned_data.items() if name not in times}

    def clock_fields(self) -> list[BoundField]:
        return [self[name] for name in vars(Times())]

    def groups(self) -> list[Group]:
        """Return the kinds that may be chosen about, under the words for what they are about."""
        titles = _titles()
        rows: dict[str, list[Row]] = {}
        for notice in preferences.mailed_notices():
            if notice.is_optional:
                prefix = _prefix(notice.kind)
                prefix = prefix if prefix in titles else ""
                rows.setdefault(prefix, []).append(Row(notice, self[notice.kind]))
        return [Group(titles.get(prefix, _("Other messages")), rows[prefix]) for prefix in rows]

    def mandatory(self) -> list[str]:
        """Return the words for what is always mailed at once."""
        always = [each for each in preferences.mailed_notices() if not each.is_optional]
        return list(dict.fromkeys(str(notice.title) for notice in always))


class SubscriptionForm(forms.Form):
    """What a person wants to hear of: of each field that is filled in, one value must fit."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        validators=[validate_plain_text],
        help_text=gettext_lazy("So that you find it again. Nobody else sees it."),
    )
    cadence = forms.ChoiceField(
        label=gettext_lazy("By mail"),
        choices=Cadence.choices,
        initial=Cadence.DAILY,
        widget=forms.RadioSelect,
    )

    def __init__(
        self, data: Any = None, *, user: User, subscription: Subscription | None = None
    ) -> None:
        values = subscriptions.values_of(subscription) if subscription else {}
        super().__init__(data)
        self.user, self.subscription = user, subscription
        if subscription:
            self.initial = {"name": subscription.name, "cadence": subscription.cadence}
        self.topics = sorted(plugs.topics.values(), key=lambda topic: topic.position)
        for topic in self.topics:
            self.fields[topic.name] = _topic_field(topic, values.get(topic.name, []))
        kinds = [(notice.kind, notice.title) for notice in subscriptions.open_notices()]
        self.fields[subscriptions.KINDS] = _several(
            gettext_lazy("Kinds of messages"),
            kinds,
            values.get(subscriptions.KINDS, []),
            boxes=True,
        )
        self.order_fields(["name", *(topic.name for topic in self.topics), subscriptions.KINDS])

    def clean_name(self) -> str:
        name = cast("str", self.cleaned_data["name"])
        others = subscriptions.of_user(self.user).filter(name=name)
        if self.subscription:
            others = others.exclude(pk=self.subscription.pk)
        if others.exists():
            raise forms.ValidationError(subscriptions.NAME_IS_TAKEN)
        return name

    def wish(self) -> Wish:
        values: dict[str, Sequence[str]] = {}
        for name in (*(topic.name for topic in self.topics), subscriptions.KINDS):
            chosen = self.cleaned_data[name]
            values[name] = [chosen] if isinstance(chosen, str) and chosen else list(chosen)
        return Wish(self.cleaned_data["name"], self.cleaned_data["cadence"], values)


def _topic_field(topic: Topic, kept: Sequence[str]) -> forms.Field:
    if not topic.is_ordered:
        return _several(topic.title, topic.choices(), kept)
    choices = [("", gettext_lazy("Any")), *_with_kept(topic.choices(), kept)]
    return forms.ChoiceField(
        label=cast("str", topic.title),
        choices=choices,
        required=False,
        initial=kept[0] if kept else "",
    )


def _several(
    title: Text, choices: Iterable[Choice], kept: Sequence[str], *, boxes: bool = False
) -> forms.Field:
    found = _with_kept(choices, kept)
    as_boxes = boxes or len(found) <= MOST_BOXES
    return forms.MultipleChoiceField(
        label=cast("str", title),
        choices=found,
        initial=list(kept),
        required=False,
        widget=forms.CheckboxSelectMultiple if as_boxes else forms.SelectMultiple({"size": 8}),
        help_text="" if as_boxes else gettext_lazy("Hold Ctrl (or Cmd) to choose several."),
    )


def _with_kept(choices: Iterable[Choice], kept: Sequence[str]) -> list[Choice]:
    """Add what is kept and no longer offered, so that saving never takes it away unasked."""
    found = list(choices)
    offered = {value for value, _label in found}
    return [*found, *((value, value) for value in kept if value not in offered)]
