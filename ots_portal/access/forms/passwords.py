"""Passwords: a new one, a changed one, a forgotten one."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from ots_portal.access.forms.fields import LONGEST_PASSWORD, AddressField
from ots_portal.people.models import User


class NewPasswordForm(forms.Form):
    """A new password, typed twice."""

    new = forms.CharField(
        label=_("New password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 15 characters; a sentence is easy to remember. Spaces count."),
    )
    again = forms.CharField(
        label=_("The new password once more"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        self.user = user

    def clean_new(self) -> str:
        password = str(self.cleaned_data["new"])
        validate_password(password, self.user)
        return password

    def clean_again(self) -> str:
        again = str(self.cleaned_data["again"])
        if "new" in self.cleaned_data and again != self.cleaned_data["new"]:
            raise forms.ValidationError(_("The two new passwords are not the same."))
        return again


class ChangePasswordForm(NewPasswordForm):
    """A new password of who knows the present one, where there is one."""

    present = forms.CharField(
        label=_("Present password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("present", "new", "again")

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data, user=user)
        if not user.has_usable_password():
            del self.fields["present"]

    def clean_present(self) -> str:
        present = str(self.cleaned_data["present"])
        if not self.user.check_password(present):
            raise forms.ValidationError(_("The password is not right."))
        return present


class ResetRequestForm(forms.Form):
    email = AddressField(label=_("E-mail address"), max_length=254)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["email"].widget.attrs.pop("placeholder", None)
