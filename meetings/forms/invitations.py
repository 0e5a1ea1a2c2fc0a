"""The forms of invitations: whom to invite, the note verbale's reference, the answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.models import Invitation, Meeting
from meetings.queries.invitations import not_invited_to
from meetings.services.invitations import ANSWER_LENGTH
from meetings.statuses.delegations import InvitationCapacity
from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.texts.fields import validate_plain_text
from ots_portal.ui.forms import LongText

NOTE_LENGTH = 60
# Whom one button invites; a third State is invited by name.
KINDS = (
    (ParticipantKind.MEMBER, _("All members")),
    (ParticipantKind.OBSERVER, _("All observer States")),
    (ParticipantKind.ORGANISATION, _("All observer organisations")),
)


def _note(**more: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Reference of the note verbale"),
        max_length=NOTE_LENGTH,
        required=False,
        validators=[validate_plain_text],
        **more,
    )


class InviteManyForm(forms.Form):
    """Whole kinds of participants at once; who is invited already stays so."""

    kinds = forms.MultipleChoiceField(
        label=_("Whom"),
        choices=KINDS,
        widget=forms.CheckboxSelectMultiple,
        initial=[ParticipantKind.MEMBER],
        error_messages={"required": _("Choose whom to invite.")},
    )
    note_verbale = _note()


class InviteOneForm(forms.Form):
    participant = forms.ModelChoiceField(
        label=_("Participant"), queryset=Participant.objects.none()
    )
    capacity = forms.ChoiceField(
        label=_("Invited as"),
        required=False,
        choices=[("", _("As usual for this participant")), *InvitationCapacity.choices],
    )
    note_verbale = _note()

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["participant"].queryset = not_invited_to(meeting)  # type: ignore[attr-defined]


class DraftForm(forms.Form):
    """What of an invitation can be corrected until it is sent."""

    capacity = forms.ChoiceField(label=_("Invited as"), choices=InvitationCapacity.choices)
    note_verbale = _note()
    version = forms.IntegerField(widget=forms.HiddenInput)

    COMPARED = ("capacity", "note_verbale")


def draft_form(invitation: Invitation, data: Any = None) -> DraftForm:
    names = ("capacity", "note_verbale", "version")
    return DraftForm(data, initial={name: getattr(invitation, name) for name in names})


class AnswerForm(forms.Form):
    note = _note(help_text=_("Of your own note, if there is one."))
    text = forms.CharField(
        label=_("What you add"),
        max_length=ANSWER_LENGTH,
        required=False,
        validators=[validate_plain_text],
        widget=LongText(rows=4),
        help_text=_("The secretariat and the host read it."),
    )
