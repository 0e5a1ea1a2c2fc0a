"""What the page of notices shows of privacy: whom they reach, and what their records do not say."""

from django.utils.translation import gettext_lazy as _

from ots_portal.plugs import Sample, plug_audiences, plug_sample
from ots_portal.privacy import notices, queries
from ots_portal.privacy.presentation import person_view

plug_audiences({notices.administrators: _("System administrators")})
plug_sample(queries.ASKED, Sample(wrap=person_view))
