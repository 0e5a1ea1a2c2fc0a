from allauth.account.fields import EmailField

from ots_portal.people.models import normalise_email

LONGEST_PASSWORD = 1_000  # a longer one would only keep the hasher busy


class AddressField(EmailField):
    """An e-mail address in the one form in which addresses are stored."""

    def clean(self, value: str | None) -> str:
        return str(super().clean(normalise_email(value or "")))
