"""The ways a message can take; each is one module and one line here."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from ots_portal.notifications.channels import mail
from ots_portal.notifications.channels.results import Sender
from ots_portal.notifications.models import Channel

# The inbox needs no sending: its deliveries are the inbox.
CHANNELS: dict[str, Callable[[], AbstractContextManager[Sender]]] = {
    Channel.MAIL: mail.opened,
}
