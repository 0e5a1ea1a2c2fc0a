"""The forms of circulars; what must hold is a constraint of the models first."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.utils.text import format_lazy
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

from ots_portal.circulars import queries
from ots_portal.circulars.models import Circular
from ots_portal.circulars.services import ROLES_WRITTEN_TO, Addressed, Content, addressed_of
from ots_portal.circulars.statuses import CircularStatus
from ots_portal.participants.models import ParticipantKind
from ots_portal.participants.presentation import GROUPS
from ots_portal.people.models import NATIONAL_ROLES, Role, User
from ots_portal.texts import fold
from ots_portal.texts.fields import MAX_LENGTH, validate_plain_text
from ots_portal.ui.forms import LongText

TITLE_LENGTH = 300
NUMBER_LENGTH = 7
CODES = tuple(code for code, _name in settings.LANGUAGES)


@dataclass(frozen=True)
class LanguageFields:
    """The fields of one language; they are folded in while they are empty and not the reader's own."""

    language: str
    title: BoundField
    text: BoundField
    is_first: bool

    @property
    def is_unfolded(self) -> bool:
        return any(one.errors or one.value() for one in (self.title, self.text))


class CircularForm(forms.Form):
    """Words in each language of the portal, one of them is enough; to whom; whether receipts are wanted."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    kinds = forms.MultipleChoiceField(
        label=_("To all of these"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(kind, GROUPS[ParticipantKind(kind)]) for kind in queries.KINDS_WRITTEN_TO],
    )
    participants = forms.MultipleChoiceField(
        label=_("And to these participants"), required=False, widget=forms.CheckboxSelectMultiple
    )
    roles = forms.MultipleChoiceField(
        label=_("Who gets it there"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Everybody with one of these roles."),
    )
    needs_receipt = forms.BooleanField(
        label=_("Ask everybody to confirm the receipt"), required=False
    )

    def __init__(
        self, *args: Any, author: User, circular: Circular | None = None, **kwargs: Any
    ) -> None:
        kwargs.setdefault("initial", _values_of(circular, author))
        super().__init__(*args, **kwargs)
        for code in self._own_language_first():
            name = get_language_info(code)["name_local"]
            self.fields[f"title_{code}"] = forms.CharField(
                label=format_lazy("{} ({})", _("Title"), name),
                max_length=TITLE_LENGTH,
                required=False,
                validators=[validate_plain_text],
            )
            self.fields[f"title_{code}"].is_needed_with_others = True  # type: ignore[attr-defined]
            self.fields[f"text_{code}"] = forms.CharField(
                label=format_lazy("{} ({})", _("Text"), name),
                max_length=MAX_LENGTH,
                required=False,
                widget=LongText(rows=10),
                validators=[validate_plain_text],
            )
        self._offer(author)

    @staticmethod
    def _own_language_first() -> list[str]:
        own = (get_language() or settings.LANGUAGE_CODE).partition("-")[0]
        return sorted(CODES, key=lambda code: code != own)

    def _offer(self, author: User) -> None:
        """Leave only what this author may write to: a head has the own people, and of those the roles."""
        is_head = not author.is_secretariat
        roles = NATIONAL_ROLES if is_head else ROLES_WRITTEN_TO
        self.fields["roles"].choices = [(role, Role(role).label) for role in roles]  # type: ignore[attr-defined]
        if is_head:
            del self.fields["kinds"], self.fields["participants"]
            self.fields["roles"].label = _("To whom of your people")
        else:
            self.fields["participants"].choices = [  # type: ignore[attr-defined]
                (one.pk, one.name)
                for one in sorted(queries.those_written_to(author), key=lambda one: fold(one.name))
            ]
        self._own = frozenset({author.participant_id}) if is_head else frozenset()

    @property
    def words(self) -> list[LanguageFields]:
        """Title and text of each language, the reader's own first; that one stands open."""
        return [
            LanguageFields(
                get_language_info(code)["name_local"],
                self[f"title_{code}"],
                self[f"text_{code}"],
                is_first=number == 0,
            )
            for number, code in enumerate(self._own_language_first())
        ]

    @property
    def compared(self) -> list[str]:
        return [name for name in self.fields if name != "version"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        names = [f"title_{code}" for code in CODES]
        if not set(names) & set(self.errors) and not any(data.get(name) for name in names):
            first = f"title_{self._own_language_first()[0]}"
            self.add_error(first, _("Give it a title in one language at least."))
        return data

    def content(self) -> Content:
        data = self.cleaned_data
        return Content(
            titles={code: data[f"title_{code}"] for code in CODES},
            texts={code: data[f"text_{code}"] for code in CODES},
            addressed=Addressed(
                roles=frozenset(data["roles"]),
                kinds=frozenset(data.get("kinds", ())),
                participants=frozenset(data.get("participants", ())) or self._own,
            ),
            needs_receipt=data["needs_receipt"],
        )


def _values_of(circular: Circular | None, author: User) -> dict[str, Any]:
    """Return what the form of this circular holds; of a new one, the usual addressees."""
    if circular is None:
        kinds = [] if not author.is_secretariat else [ParticipantKind.MEMBER]
        return {"kinds": kinds, "roles": [Role.EDITOR, Role.HEAD]}
    addressed = addressed_of(circular)
    return {
        "version": circular.version,
        "kinds": sorted(addressed.kinds),
        "participants": sorted(addressed.participants),
        "roles": sorted(addressed.roles),
        "needs_receipt": circular.needs_receipt,
        **{f"title_{code}": circular.titles.get(code, "") for code in CODES},
        **{f"text_{code}": circular.texts.get(code, "") for code in CODES},
    }


class CountForm(forms.Form):
    """How many people the head knows the circular to reach."""

    recipient_count = forms.IntegerField(
        min_value=0, widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    )

    def __init__(self, *args: Any, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = _("It reaches {count} people. Type this number to confirm it")
        self.fields["recipient_count"].label = format_lazy(label, count=count)


class CircularFilter(forms.Form):
    """What a list of circulars may be narrowed by."""

    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("Any")), *CircularStatus.choices]
    )
    participant = forms.ChoiceField(label=_("From"), required=False)
    wanted = forms.ChoiceField(
        label=_("Receipt"),
        required=False,
        choices=[("", _("Any")), ("receipt", _("Not confirmed by me yet"))],
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        senders = [(one.pk, one.name) for one in queries.issuers(reader)]
        self.fields["participant"].choices = [("", _("Anybody")), *senders]  # type: ignore[attr-defined]

    def wishes(self) -> dict[str, Any]:
        """Return what is asked for; what cannot be asked for narrows nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
