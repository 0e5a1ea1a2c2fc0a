from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from ots_portal.people.models import User


class PortalRequest(HttpRequest):
    """A request whose user has signed in: what views behind the sign-in page take."""

    user: User
    htmx: HtmxDetails
