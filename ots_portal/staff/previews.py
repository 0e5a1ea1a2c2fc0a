"""What the page of notices shows of the people pages: whom they reach, and what their records do not say."""

from datetime import UTC, datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ots_portal.people.models import Role
from ots_portal.plugs import Sample, plug_audiences, plug_sample
from ots_portal.staff import notices
from ots_portal.staff.presentation import InvitationsPage, PersonPage

plug_audiences(
    {
        notices.the_person: _("The person"),
        notices.the_person_unless_it_was_them: _("The person, unless it was their own doing"),
        notices.other_heads: _("The other heads of the authority"),
        notices.those_who_may_confirm: _("Those who may confirm it"),
    }
)
for _kind in notices.TOLD:
    plug_sample(_kind, Sample(wrap=PersonPage))
plug_sample(
    "people.user.proposed",
    Sample(wrap=InvitationsPage, data={"role": str(Role.HEAD)}),
)
for _kind in notices.INVITING:
    plug_sample(
        _kind,
        Sample(
            model="people.invitation",
            fields={"expires_at": datetime(2026, 2, 13, 1, 17, tzinfo=UTC)},
            details={"address": f"{settings.PORTAL_ADDRESS}/…"},
        ),
    )
