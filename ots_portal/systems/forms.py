"""The forms about partner systems: what one may ask for, from where, and when old credentials end."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ots_portal.api import networks
from ots_portal.api.models import PartnerSystem
from ots_portal.api.scopes import SCOPES
from ots_portal.systems.services import Wishes
from ots_portal.texts.fields import validate_plain_text

LONGEST_LIST = 4_000  # letters of the list of networks
# What is chosen → after how long the old credentials end; None: somebody ends them.
OLD_ENDS: dict[str, timedelta | None] = {
    "by_hand": None,
    "now": timedelta(0),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
}


def scopes_by_kind() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the scopes under the word for what they are about, reading before writing."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for scope in SCOPES:
        groups.setdefault(str(scope.kind), []).append((scope.name, str(scope.may)))
    return list(groups.items())


class SystemForm(forms.Form):
    """What a partner system is called and may."""

    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        validators=[validate_plain_text],
        help_text=_("As it stands beside what it wrote, such as “Operations centre”."),
    )
    purpose = forms.CharField(
        label=_("What it is for"),
        max_length=200,
        required=False,
        validators=[validate_plain_text],
        help_text=_("And who runs it: whom to ask when its credentials may be in wrong hands."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may"),
        choices=scopes_by_kind,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Tick no more than it needs. It reads what readers of your authority read and drafts what its "
            "editors draft; signing, publishing and deciding is done by people."
        ),
    )
    networks = forms.CharField(
        label=_("From where it may call"),
        max_length=LONGEST_LIST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_(
            "A network address or network a line, such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/48. "
            "Empty: from anywhere."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def clean_networks(self) -> tuple[str, ...]:
        """Return the networks as they are stored, each once, in the order in which they were entered."""
        lines = self.cleaned_data["networks"].replace(",", "\n").split()
        if len(lines) > networks.MOST_NETWORKS:
            sentence = ngettext(
                "At most %(count)d network is taken.",
                "At most %(count)d networks are taken.",
                networks.MOST_NETWORKS,
            )
            raise ValidationError(sentence % {"count": networks.MOST_NETWORKS})
        found, errors = {}, []
        for line in lines:
            try:
                found[networks.normalised(line)] = True
            except ValueError:
                errors.append(_bad_network(line))
        if errors:
            raise ValidationError(errors)
        return tuple(found)

    def wishes(self) -> Wishes:
        """Return what was entered, of a valid form."""
        data = self.cleaned_data
        return Wishes(data["name"], data["purpose"], frozenset(data["scopes"]), data["networks"])


def _bad_network(line: str) -> ValidationError:
    sentence = _(
        "“%(line)s” is no network: an address such as 192.0.2.7 or 2001:db8::1, or one with its prefix "
        "such as 192.0.2.0/24, in which nothing but the network is set."
    )
    return ValidationError(sentence, params={"line": line[:60]})


class NewSystemForm(SystemForm):
    is_exercise = forms.BooleanField(
        label=_("For exercises only"),
        required=False,
        help_text=_(
            "A sandbox: it writes incidents that are marked as exercises and what hangs on them, and "
            "nothing else. It stays so for good."
        ),
    )
    field_order = ("name", "purpose", "is_exercise", "scopes", "networks")


class RotateForm(forms.Form):
    old_ends = forms.ChoiceField(
        label=_("When the present credentials end"),
        initial="day",
        widget=forms.RadioSelect,
        choices=[
            ("by_hand", _("When somebody ends them")),
            ("now", _("At once: they may be in wrong hands")),
            ("hour", _("In an hour")),
            ("day", _("In a day")),
            ("week", _("In a week")),
            ("month", _("In 30 days")),
        ],
    )

    def old_end_after(self) -> timedelta | None:
        return OLD_ENDS[self.cleaned_data["old_ends"]]


def values_of(system: PartnerSystem) -> dict[str, Any]:
    """Return what the form shows of a system."""
    return {
        "name": system.user.full_name,
        "purpose": system.purpose,
        "scopes": list(system.scopes),
        "networks": lines_of(system.networks),
        "version": system.version,
    }


def lines_of(entered: Iterable[str]) -> str:
    return "\n".join(entered)
