"""What the page of notices shows of documents: whom they reach, and what their records do not say."""

from django.utils.translation import gettext_lazy as _

from ots_portal.documents import notices
from ots_portal.plugs import Sample, plug_audiences, plug_sample

plug_audiences({notices.those_to_warn: _("Who sent it, their heads, and the secretariat’s people")})
plug_sample("documents.document", Sample(fields={"malware": "Eicar-Signature"}))
