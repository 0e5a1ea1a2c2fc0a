"""Whether a person has a second factor; asked once a session, not once a request."""

from typing import cast

from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from ots_portal.people.models import User

# Holds the person's rights version at which a second factor was found. Removing one raises the
# version, so that every open session asks again.
SESSION_KEY = "second_factor"


def is_set_up(request: HttpRequest) -> bool:
    """Return whether the signed-in person has a second factor."""
    user = cast("User", request.user)
    if request.session.get(SESSION_KEY) == user.rights_version:
        return True
    found = has_one(user)
    if found:
        remember(request, user)
    return found


def has_one(user: User) -> bool:
    return cast(
        "bool", Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
    )


def remember(request: HttpRequest, user: User) -> None:
    request.session[SESSION_KEY] = user.rights_version
