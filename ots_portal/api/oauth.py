"""Handing out tokens: to the machine users of clients, by client credentials and in no other way."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.views import TokenView

from ots_portal.api.problems import PROBLEMS, problem_response
from ots_portal.api.throttling import address_of, count_call


class MachineValidator(OAuth2Validator):
    """Knows only clients of an active machine user."""

    def _load_application(self, client_id: str, request: Any) -> Any:
        application = super()._load_application(client_id, request)
        user = application.user if application else None
        if user is None or not user.is_active or not user.is_machine:
            request.client = None
            return None
        return application


class Token(TokenView):
    """Gives a token for a client's credentials (RFC 6749, section 4.4); guessing is slowed down."""

    # The toolkit's own ``dispatch`` stays: it is exempt from CSRF and from signing in.
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        count = count_call("token", address_of(request))
        if count.is_exceeded:
            return _too_many(count.seconds_left)
        # Past the toolkit's ``post``, which would lead device codes to a flow that is not offered.
        answer: HttpResponse = self.authorization_flow_token_response(request)
        return answer


def _too_many(seconds_left: int) -> HttpResponse:
    response = problem_response(429, "too_many_requests", PROBLEMS["too_many_requests"].meaning)
    response["Retry-After"] = str(seconds_left)
    return response
