"""What the page of notices shows of agreements: whom they reach, and what their records do not say."""

from django.utils.translation import gettext_lazy as _

from agreements import notices
from ots_portal.plugs import Sample, plug_audiences, plug_sample

plug_audiences({notices.heads_and_editors_of_members: _("Editors and heads of member States")})
plug_sample(
    "agreements.milestone", Sample(fields={"sources": ["https://authority.example/gazette"]})
)
