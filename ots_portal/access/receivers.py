"""What follows when allauth adds, removes or refuses a second factor."""

from typing import Any

from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from django.dispatch import receiver

from ots_portal.access import services
from ots_portal.clock import database_now
from ots_portal.people.models import User


@receiver([signals.authenticator_added, signals.authenticator_reset])
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
