"""What the page of notices shows of feeds: whom they reach, in words."""

from django.utils.translation import gettext_lazy as _

from ots_portal.personal_feeds import notices
from ots_portal.plugs import plug_audiences

plug_audiences(
    {
        notices.whose_it_is: _("The person"),
        notices.whose_it_was: _("The person, where somebody else did it"),
    }
)
