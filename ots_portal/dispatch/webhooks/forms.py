from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from ots_portal import egress, plugs
from ots_portal.people.models import User
from ots_portal.texts.fields import validate_plain_text
from ots_portal.webhooks import queries
from ots_portal.webhooks.kinds import notices_for_systems
from ots_portal.webhooks.models import LONGEST_URL, Endpoint
from ots_portal.webhooks.services import Wishes

NAME_SERVER_SECONDS = 3.0
_is_web_address = URLValidator(schemes=["https", "http"])


def kinds_by_record() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the kinds that can be chosen, under the word for what they are about."""
    words = {record.kinds or record.model: str(record.title) for record in plugs.audited.values()}
    groups: dict[str, list[tuple[str, str]]] = {}
    for notice in notices_for_systems():
        about = notice.kind.rpartition(".")[0]
        groups.setdefault(words.get(about, about), []).append((notice.kind, str(notice.title)))
    return list(groups.items())


class EndpointForm(forms.Form):
    """Where messages go, and which."""

    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_URL,
        validators=[_is_web_address],
        help_text=_("Begins with https:// and is reachable from the internet."),
        widget=forms.URLInput,
    )
    description = forms.CharField(
        label=_("What it is for"),
        max_length=200,
        required=False,
        validators=[validate_plain_text],
    )
    kinds = forms.MultipleChoiceField(
        label=_("Which messages"),
        required=False,
        choices=kinds_by_record,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "None ticked: all of them, also kinds that are added later; but no reminders that nobody has "
            "acknowledged something, which are meant for people."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, present: Endpoint | None = None, **kwargs: Any) -> None:
        """``present``: the endpoint that is changed; its own address is not asked about again."""
        super().__init__(*args, **kwargs)
        self._present = present

    def clean_url(self) -> str:
        """Ask the network whether the portal may send there: what it says later is checked again each time."""
        url = str(self.cleaned_data["url"])
        if self._present and self._present.url == url:
            return url
        try:
            egress.check(url, seconds=NAME_SERVER_SECONDS)
        except egress.FetchFailed as failure:
            raise ValidationError(str(failure)) from failure
        return url

    def wishes(self) -> Wishes:
        """Return what was entered, of a valid form."""
        data = self.cleaned_data
        return Wishes(data["url"], data["description"], frozenset(data["kinds"]))


class NewEndpointForm(EndpointForm):
    owner = forms.ModelChoiceField(
        label=_("Partner system"),
        queryset=User.objects.none(),
        help_text=_("The webhook is told what this system may see."),
    )
    field_order = ("owner", "url", "description", "kinds")

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        systems = queries.systems_of(by.participant_id)
        self.fields["owner"].queryset = systems  # type: ignore[attr-defined]
        if len(systems) == 1:
            self.fields["owner"].initial = systems[0]


def values_of(endpoint: Endpoint, kinds: Iterable[str]) -> dict[str, Any]:
    """Return what the form shows of an endpoint."""
    return {
        "url": endpoint.url,
        "description": endpoint.description,
        "kinds": list(kinds),
        "version": endpoint.version,
    }
