from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.plugs import notices


class FilterForm(forms.Form):
    """What narrows the board; it lives in the address, so that a view of the board can be sent on."""

    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[
            ("", pgettext_lazy("clocks", "Waited for")),
            ("unanswered", pgettext_lazy("clock", "Not acknowledged by anybody")),
            ("acknowledged", pgettext_lazy("clock", "Acknowledged")),
            ("over", pgettext_lazy("clock", "Over, without an acknowledgement")),
            ("all", _("All statuses")),
        ],
    )
    kind = forms.ChoiceField(label=_("What it tells of"), required=False)
    participant = forms.ChoiceField(label=_("Participant"), required=False)
    exercise = forms.ChoiceField(
        label=_("Exercises"),
        required=False,
        choices=[
            ("", pgettext_lazy("exercises", "With exercises")),
            ("without", pgettext_lazy("exercises", "Without exercises")),
            ("only", pgettext_lazy("exercises", "Only exercises")),
        ],
    )
    subject = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [
            (kind, str(one.title)) for kind, one in notices.items() if one.needs_acknowledgement
        ]
        kinds.sort(key=lambda row: row[1])
        self.fields["kind"].choices = [("", _("All kinds")), *kinds]  # type: ignore[attr-defined]
        if not (reader.is_secretariat or reader.is_head):
            # Others see those of the own participant alone.
            del self.fields["participant"]
            return
        people = [(item.slug, item.name) for item in Participant.objects.order_by("slug")]
        self.fields["participant"].choices = [("", _("All participants")), *people]  # type: ignore[attr-defined]

    def wishes(self) -> dict[str, Any]:
        """Return the cleaned filters; an impossible one narrows nothing and is shown as an error."""
        self.is_valid()
        return dict(self.cleaned_data)
