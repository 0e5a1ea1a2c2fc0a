"""What the page of notices shows of circulars: whom they reach, in words."""

from django.utils.translation import gettext_lazy as _

from ots_portal.circulars import notices
from ots_portal.plugs import plug_audiences

plug_audiences({notices.those_addressed: _("Those it is addressed to")})
