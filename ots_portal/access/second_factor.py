"""Whether a person has a second factor; asked once a session, not once a request."""

from typing import cast

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict

# Holds the person's rights version at which a second factor was found. Removing one raises the
# version, so that every open session asks again.
SESSION_KEY = "second_factor"
# The same, for a second factor that the identity provider asserted when the person signed in.
ASSERTED_KEY = "second_factor_asserted"

# Recovery codes are a way back to one of these, no factor of their own.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
LAST_ONE = Verdict(
    _("This is your only second factor. Add another one first, then you can remove this one.")
)


def is_set_up(request: HttpRequest) -> bool:
    """Return whether the signed-in person has a second factor, or showed one to their provider."""
    user = cast("User", request.user)
    if request.session.get(SESSION_KEY) == user.rights_version:
        return True
    found = has_one(user) or is_asserted(request)
    if found:
        remember(request, user)
    return found


def has_one(user: User) -> bool:
    """Return whether the person has an authenticator app or a passkey here."""
    return factors_of(user).exists()


def factors_of(user: User) -> QuerySet[Authenticator]:
    return cast(
        "QuerySet[Authenticator]", Authenticator.objects.filter(user=user, type__in=FACTORS)
    )


def remember(request: HttpRequest, user: User) -> None:
    request.session[SESSION_KEY] = user.rights_version


def is_asserted(request: HttpRequest) -> bool:
    """Return whether the identity provider said, at this sign-in, that it asked for two factors."""
    user = cast("User", request.user)
    return bool(request.session.get(ASSERTED_KEY) == user.rights_version)


def may_remove(authenticator: Authenticator) -> Verdict:
    """Where a second factor is demanded, the last one stays."""
    if not settings.PORTAL_SECOND_FACTOR_REQUIRED or authenticator.type not in FACTORS:
        return ALLOWED
    has_another = factors_of(authenticator.user).exclude(pk=authenticator.pk).exists()
    return ALLOWED if has_another else LAST_ONE
