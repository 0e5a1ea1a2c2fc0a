"""What the page of notices shows of background jobs: whom they reach, in words."""

from django.utils.translation import gettext_lazy as _

from ots_portal.jobs import notices
from ots_portal.plugs import plug_audiences

plug_audiences({notices.owner_who_waited: _("The person who began it, if it took over a minute")})
