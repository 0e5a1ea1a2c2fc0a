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
    (jobs, vocabularies), every token reads and any write scope writes, unless the view itself asks for
    that of the record (``require_scope``; documents).
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        is_reading = _is_reading(request)
        if not request.user.is_authenticated:
            return is_reading and getattr(view, "public", False)
        require_scope(request, getattr(view, "scope", ""))
        return True


def _is_reading(request: Request) -> bool:
    return request.method in SAFE_METHODS


def require_scope(request: Request, scope: str) -> None:
    """
    Ask a token for the scope of what it reads or writes; people have none.

    :raises ApiProblem: ``insufficient_scope``
    """
    if isinstance(request.auth, AccessToken):
        _require_given(request.auth, scope, is_reading=_is_reading(request))


def _require_given(token: AccessToken, scope: str, *, is_reading: bool) -> None:
    wanted = f"{scope}:{'read' if is_reading else 'write'}"
    given = token.scope.split()
    suffices = (
        wanted in given if scope else is_reading or any(name.endswith(":write") for name in given)
    )
    if not suffices:
        sentence = _("The token needs the scope “%(scope)s”.") % {"scope": wanted}
        header = f'Bearer realm="api", error="insufficient_scope", scope="{wanted}"'
        raise ApiProblem("insufficient_scope", sentence, headers={"WWW-Authenticate": header})
