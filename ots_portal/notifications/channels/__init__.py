"""The ways a message can take; each is one module and one line here."""

from collections.abc import Callable

from ots_portal.notifications.channels import mail
from ots_portal.notifications.channels.results import Result
from ots_portal.notifications.models import Channel, Delivery
from ots_portal.notifications.wording import Wording

# The inbox needs no sending: its deliveries are the inbox.
SENDERS: dict[str, Callable[[Delivery, Wording], Result]] = {Channel.MAIL: mail.send}
