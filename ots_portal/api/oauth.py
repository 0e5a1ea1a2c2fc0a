"""Handing out tokens: to the machine users of clients, by client credentials and in no other way."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.views import TokenView
from oauthlib.oauth2.rfc6749.errors import UnauthorizedClientError

from ots_portal.api import credentials
from ots_portal.api.problems import PROBLEMS, problem_response
from ots_portal.api.throttling import address_of, count_call
from ots_portal.clock import database_now


class MachineValidator(OAuth2Validator):
    """Knows only clients of an active machine user whose credentials have not ended."""

    def _load_application(self, client_id: str, request: Any) -> Any:
        application = super()._load_application(client_id, request)
        if application is None or not credentials.holds(application, at=database_now()):
            request.client = None
            return None
        return application

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """
        Ask for the secret, then from where: only whoever has the secret learns that the address is wrong.

        :raises UnauthorizedClientError: from a network that its head has not listed
        """
        if not super().authenticate_client(request, *args, **kwargs):
            return False
        address, at = _address_of(request), database_now()
        if not credentials.is_allowed_from(request.client, address):
            credentials.note_refusal(request.client, address, at=at)
            # For programs, as everything at this address: RFC 6749, 5.2.
            sentence = "This client may not be used from this network address."
            raise UnauthorizedClientError(description=sentence, status_code=401)
        credentials.note_use(request.client, address, at=at)
        return True


def _address_of(request: Any) -> str:
    """Return where oauthlib's request came from: the toolkit hands its fields on as headers."""
    asked = HttpRequest()
    asked.META = dict(request.headers)
    return address_of(asked)


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
