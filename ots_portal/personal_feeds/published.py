"""What is published to a person by all apps, as Atom."""

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ots_portal import plugs
from ots_portal.people.models import User
from ots_portal.personal_feeds.atom import atom_of

COUNT = 50


def feed_of(user: User, *, address: str) -> bytes:
    """Word the newest publications of all apps in the active language; ``address`` is shown as its own."""
    found = [one for told in plugs.publications for one in told(user)]
    newest = sorted(found, key=lambda one: (one.at, one.uid), reverse=True)[:COUNT]
    return atom_of(
        newest,
        title=_("OTS Emergency Portal: published to %(name)s") % {"name": user.name},
        address=address,
        link=f"{settings.PORTAL_ADDRESS}/",
        language=get_language() or "en",
    )
