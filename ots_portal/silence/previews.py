"""What the page of notices shows of silence: whom the messages reach, and what their records do not say."""

from django.utils.translation import gettext_lazy as _

from ots_portal.plugs import Sample, plug_audiences, plug_sample
from ots_portal.silence import notices

plug_audiences(
    {
        notices.those_who_may_object: _("Heads and editors of all who may break the silence"),
        notices.all_who_read: _("Everybody who reads what is under silence"),
    }
)
plug_sample("silence.procedure", Sample(fields={"withdraw_reason": _("The annex was missing.")}))
