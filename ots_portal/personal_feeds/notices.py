"""A new address is told by mail, as a new device is, and one that somebody else revoked."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import User
from ots_portal.personal_feeds import queries
from ots_portal.personal_feeds.models import FeedAddress
from ots_portal.plugs import Notice, plug_notice


def whose_it_is(entry: AuditEntry) -> QuerySet[User]:
    return User.objects.filter(feed_addresses__pk=entry.subject_id)


def whose_it_was(entry: AuditEntry) -> QuerySet[User]:
    """Return the person, unless they revoked it, or it went with what was done about the whole account."""
    if entry.data.get("with_the_account"):
        return User.objects.none()
    person = whose_it_is(entry)
    return person.exclude(pk=entry.actor_id) if entry.actor_id else person


def _address_for(user: User, subject_id: str) -> FeedAddress | None:
    return queries.visible_to(user).filter(pk=subject_id).first()


plug_notice(
    Notice(
        kind="personal_feeds.address.made",
        title=_("An address of your feeds is made"),
        recipients=whose_it_is,
        record_for=_address_for,
        template="personal_feeds/notices/address_made",
        is_optional=False,
    )
)
plug_notice(
    Notice(
        kind="personal_feeds.address.revoked",
        title=_("The address of a feed is revoked"),
        recipients=whose_it_was,
        record_for=_address_for,
        template="personal_feeds/notices/address_revoked",
        is_optional=False,
    )
)
