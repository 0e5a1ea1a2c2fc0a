"""Who a password lets in."""

from allauth.account.auth_backends import AuthenticationBackend

from ots_portal.people.models import User


class PortalBackend(AuthenticationBackend):
    """
    Sign-in by e-mail and password, for people.

    A partner system or a closed account fails exactly as a wrong password does, also where a session
    of theirs exists already.
    """

    def user_can_authenticate(self, user: User | None) -> bool:
        return super().user_can_authenticate(user) and not (user and user.is_machine)

    @classmethod
    def _stash_user(cls, user: User | None) -> None:
        # allauth would keep a closed account whose password was right, and say so on an own page.
        return None
