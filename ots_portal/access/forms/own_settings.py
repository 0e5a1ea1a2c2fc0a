"""Language and time zone."""

from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language_info, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ots_portal.people.models import User
from ots_portal.ui.moments import offset_label

# IANA's areas; what it keeps only for compatibility (US/…, Etc/…) has none of them.
AREAS = {
    "Asia": pgettext_lazy("time zones", "Asia"),
    "Europe": pgettext_lazy("time zones", "Europe"),
    "Africa": pgettext_lazy("time zones", "Africa"),
    "America": pgettext_lazy("time zones", "America"),
    "Antarctica": pgettext_lazy("time zones", "Antarctica"),
    "Atlantic": pgettext_lazy("time zones", "Atlantic Ocean"),
    "Australia": pgettext_lazy("time zones", "Australia"),
    "Indian": pgettext_lazy("time zones", "Indian Ocean"),
    "Pacific": pgettext_lazy("time zones", "Pacific Ocean"),
}
Choice = tuple[str, str]


def time_zone_choices(at: datetime) -> list[tuple[str | Promise, list[Choice]]]:
    """Return the zones by area, each with its offset at that moment: "Istanbul (UTC+3)"."""
    by_area = _zones_by_area(at.replace(minute=0, second=0, microsecond=0))
    return [("UTC", [("UTC", "UTC")]), *((AREAS[area], zones) for area, zones in by_area.items())]


@lru_cache(maxsize=2)
def _zones_by_area(hour: datetime) -> dict[str, list[Choice]]:
    names = sorted(available_timezones())
    return {
        area: [(name, _zone_name(name, hour)) for name in names if name.startswith(f"{area}/")]
        for area in AREAS
    }


def _zone_name(name: str, at: datetime) -> str:
    place = name.partition("/")[2].replace("_", " ").replace("/", ": ")
    return f"{place} ({offset_label(at.astimezone(ZoneInfo(name)))})"


class SettingsForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Language"), help_text=_("Of the pages and of the messages you are sent.")
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Every time you are shown names the zone it is in.")
    )

    def __init__(self, data: Any = None, *, user: User, at: datetime) -> None:
        initial = {"language": user.language, "time_zone": user.time_zone}
        super().__init__(data, initial=initial)
        self.fields["language"].choices = _languages()  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = _with_own(  # type: ignore[attr-defined]
            time_zone_choices(at), user.time_zone, at
        )


def _languages() -> list[Choice]:
    return [
        (code, get_language_info(code)["name_local"].capitalize())
        for code in settings.PORTAL_LANGUAGES_OFFERED
    ]


def _with_own(
    choices: list[tuple[str | Promise, list[Choice]]], own: str, at: datetime
) -> list[tuple[str | Promise, list[Choice]]]:
    """Add the zone the person has where the list lacks it, so that saving never changes it unasked."""
    if any(own == name for _area, zones in choices for name, _label in zones):
        return choices
    return [(own, [(own, f"{own} ({offset_label(at.astimezone(ZoneInfo(own)))})")]), *choices]
