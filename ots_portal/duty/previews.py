"""What the page of notices shows of the roster: whom they reach, and what their records do not say."""

from django.utils.translation import gettext_lazy as _

from ots_portal.duty import notices
from ots_portal.plugs import Sample, plug_audiences, plug_sample

WHO_ASKED = _("The person who asked for the swap")

plug_audiences(
    {
        notices.whose_shift_it_is: _("The person whose shift it is, unless it was their own doing"),
        notices.whose_pattern_it_is: _("The person whose shifts they are"),
        notices.who_is_asked: _("The colleague who is asked, or all who can have the shift"),
        notices.who_asked: WHO_ASKED,
        notices.who_asked_and_the_heads: _("The person who asked for the swap, and the heads"),
        notices.who_was_asked_or_asked: _("Both sides of the swap"),
        notices.the_heads: _("Heads of the authority"),
    }
)
plug_sample("duty.pattern", Sample(fields={"weekdays": [1, 2, 3], "planned_until_date": None}))
plug_sample(
    "duty.roster.gap_ahead",
    Sample(
        data={
            "gaps": [
                {"starts_at": "2026-02-06T18:00:00Z", "ends_at": "2026-02-07T06:00:00Z"},
            ]
        }
    ),
)
