"""What the page of notices shows of the directory: whom they reach, in words."""

from django.utils.translation import gettext_lazy as _

from ots_portal.directory import notices
from ots_portal.plugs import plug_audiences

plug_audiences(
    {
        notices.officers_on_duty_elsewhere: _(
            "Officers on duty of the other members, and the secretariat"
        )
    }
)
