"""What the page of notices shows of accounts: whom they reach, and what their records do not say."""

from types import SimpleNamespace

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ots_portal.access import notices
from ots_portal.plugs import Sample, plug_audiences, plug_sample

THE_PERSON = _("The person")

plug_audiences({notices.the_person: THE_PERSON, notices.who_has_the_factor: THE_PERSON})
plug_sample(
    "people.user.new_device",
    # RFC 5737, 3: an address of documentation
    Sample(details={"session": SimpleNamespace(device="Firefox, Linux", address="192.0.2.7")}),
)
plug_sample(
    "people.user.password_reset_requested",
    Sample(details={"address": f"{settings.PORTAL_ADDRESS}/…"}),
)
