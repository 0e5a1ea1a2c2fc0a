"""Of one's own addresses the account's pages and the audit tell; a new one is told by mail, as a new device is."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import User
from ots_portal.personal_feeds import queries
from ots_portal.personal_feeds.models import FeedAddress
from ots_portal.plugs import Notice, plug_labels, plug_notice

SILENT = ("personal_feeds.address.revoked",)
plug_labels({"personal_feeds.address.revoked": _("The address of a feed is revoked")})


def whose_it_is(entry: AuditEntry) -> QuerySet[User]:
    return User.objects.filter(feed_addresses=entry.subject_id)


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
