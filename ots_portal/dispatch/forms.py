from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ots_portal.notifications.models import Channel, DeliveryStatus
from ots_portal.participants.models import Participant
from ots_portal.plugs import notices
from ots_portal.texts.fields import validate_plain_text

TO_LOOK_AT = "to_look_at"


class FilterForm(forms.Form):
    """What narrows the list; it lives in the address, so that a view of the list can be sent on."""

    q = forms.CharField(label=_("Recipient"), required=False, max_length=100)
    status = forms.ChoiceField(label=_("Status"), required=False)
    kind = forms.ChoiceField(label=_("What it tells of"), required=False)
    participant = forms.ChoiceField(label=_("Participant"), required=False)
    channel = forms.ChoiceField(
        label=_("Channel"),
        required=False,
        choices=[
            ("", _("All channels")),
            (Channel.MAIL, Channel.MAIL.label),
            (Channel.WEBHOOK, Channel.WEBHOOK.label),
        ],
    )
    # Chosen on the page of the state: why messages do not get away.
    cause = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def __init__(self, *args: Any, with_participants: bool, **kwargs: Any) -> None:
        """``with_participants``: whether the reader sees the messages of more than one."""
        super().__init__(*args, **kwargs)
        statuses = [
            ("", _("All statuses")),
            (TO_LOOK_AT, pgettext_lazy("deliveries", "Failed or perhaps sent")),
            *DeliveryStatus.choices,
        ]
        self.fields["status"].choices = statuses  # type: ignore[attr-defined]
        kinds = sorted(
            ((kind, str(notice.title)) for kind, notice in notices.items()), key=lambda row: row[1]
        )
        self.fields["kind"].choices = [("", _("All kinds")), *kinds]  # type: ignore[attr-defined]
        if not with_participants:
            del self.fields["participant"]
            return
        people = [(item.slug, item.name) for item in Participant.objects.order_by("slug")]
        self.fields["participant"].choices = [("", _("All participants")), *people]  # type: ignore[attr-defined]

    def wishes(self) -> dict[str, Any]:
        """Return the cleaned filters; an impossible one narrows nothing and is shown as an error."""
        self.is_valid()
        return dict(self.cleaned_data)


class PauseForm(forms.Form):
    note = forms.CharField(
        label=_("Why"),
        help_text=_("One line for the other administrators, such as: the mail server is replaced."),
        max_length=200,
        required=False,
        validators=[validate_plain_text],
    )


class ReasonForm(forms.Form):
    """Why; ``seen_at`` is the moment of the page, so that nothing written since is decided about."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("One line; it stands in the audit."),
        max_length=200,
        validators=[validate_plain_text],
    )
    seen_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)


class NoticeFilter(forms.Form):
    """What the list of notices may be narrowed by."""

    q = forms.CharField(
        label=_("Words"),
        required=False,
        max_length=100,
        help_text=_("Of what it tells, whom it reaches, or its kind"),
    )

    def words(self) -> str:
        """Return what is asked for; what cannot be asked for narrows nothing."""
        self.is_valid()
        return str(self.cleaned_data.get("q", ""))
