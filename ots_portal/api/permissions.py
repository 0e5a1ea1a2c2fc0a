"""Who may call at all; what a caller may do with a record is for the rules of its app."""

from typing import Any

from django.utils.translation import gettext as _
from oauth2_provider.models import AccessToken
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from ots_portal.api.problems import ApiProblem


class MayCall(BasePermission):
    """
    Lets in whoever is known, and anonymous readers where the view is ``public``.

    A token needs ``<scope>:read`` or ``<scope>:write`` of the view's ``scope``; where a view has none
    (documents of any record), every token reads and any write scope writes.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        is_reading = request.method in SAFE_METHODS
        if not request.user.is_authenticated:
            return is_reading and getattr(view, "public", False)
        if isinstance(request.auth, AccessToken):
            _require_scope(request.auth, getattr(view, "scope", ""), is_reading=is_reading)
        return True


def _require_scope(token: AccessToken, scope: str, *, is_reading: bool) -> None:
    wanted = f"{scope}:{'read' if is_reading else 'write'}"
    given = token.scope.split()
    suffices = (
        wanted in given if scope else is_reading or any(name.endswith(":write") for name in given)
    )
    if not suffices:
        sentence = _("The token needs the scope “%(scope)s”.") % {"scope": wanted}
        header = f'Bearer realm="api", error="insufficient_scope", scope="{wanted}"'
        raise ApiProblem("insufficient_scope", sentence, headers={"WWW-Authenticate": header})
