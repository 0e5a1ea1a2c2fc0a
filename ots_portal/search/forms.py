from datetime import UTC, datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.search.boundary import Reader
from ots_portal.search.queries import Asked, kinds_for, words_of
from ots_portal.ui.forms import DayInput

Choice = tuple[str, str | Promise]


class SearchForm(forms.Form):
    """What is looked for; it lives in the address, so that a search can be sent on."""

    q = forms.CharField(
        label=_("Words"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("Kind of record"), required=False)
    participant = forms.ChoiceField(label=_("Participant"), required=False)
    since = forms.DateField(label=_("On or after"), required=False, widget=DayInput)
    until = forms.DateField(label=_("On or before"), required=False, widget=DayInput)

    def __init__(self, *args: object, reader: Reader, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        kinds = sorted((str(one.title), key) for key, one in kinds_for(reader).items())
        self._offer("kind", ("", _("All kinds")), [(key, title) for title, key in kinds])
        if isinstance(reader, User):
            people = sorted((one.name, one.slug) for one in Participant.objects.all())
            self._offer(
                "participant", ("", _("All participants")), [(slug, name) for name, slug in people]
            )
        else:
            del self.fields["participant"]

    def _offer(self, name: str, everything: Choice, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = [everything, *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day is before the first one. Exchange the two."))
        return cleaned

    def asked(self) -> Asked:
        """Return what is looked for; of a form with errors nothing, so that no filter is left out in silence."""
        if not self.is_valid():
            return Asked(())
        wishes = self.cleaned_data
        until = wishes.get("until")
        return Asked(
            words=words_of(wishes["q"]),
            kinds=[wishes["kind"]] if wishes["kind"] else None,
            since=_beginning(wishes.get("since")),
            until=_beginning(until + timedelta(days=1)) if until and until.year < 9999 else None,  # noqa: PLR2004 -- the calendar's last year
            participant=wishes.get("participant", ""),
        )


def _beginning(day: object) -> datetime | None:
    """Return when the day begins where the reader is."""
    if not day:
        return None
    # The calendar's first hours have no name in UTC, east of which the reader may be.
    zone = UTC if day.year == 1 else None  # type: ignore[attr-defined]
    return timezone.make_aware(datetime.combine(day, time.min), zone)  # type: ignore[arg-type]
