"""What follows when somebody signs in, and when allauth adds, removes or refuses a second factor."""

from typing import Any

from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from ots_portal.access import services, sessions
from ots_portal.clock import database_now
from ots_portal.people.models import User


@receiver(signals.authenticator_reset)
def replaced(user: User, **kwargs: Any) -> None:
    services.record_recovery_codes_replaced(user, at=database_now())


@receiver(signals.authenticator_added)
def added(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    services.record_second_factor_added(user, factor=authenticator.type, at=database_now())


@receiver(signals.authenticator_removed)
def removed(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    services.record_second_factor_removed(
        user, by=user, factor=authenticator.type, at=database_now()
    )


@receiver(signals.authentication_failed)
def failed(user: User, **kwargs: Any) -> None:
    services.record_failed_second_factor(user, at=database_now())


@receiver(user_logged_in)
def signed_in(request: HttpRequest, **kwargs: Any) -> None:
    sessions.begin(request.session, at=timezone.now())
