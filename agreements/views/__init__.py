"""The pages of agreements."""

from agreements.views.facts import (
    domestic_step_new,
    domestic_step_supersede,
    milestone_new,
    milestone_supersede,
)
from agreements.views.instruments import instrument_detail, instrument_list, instrument_text
from agreements.views.provisions import provision_edit
from agreements.views.steps import (
    abandon,
    close_ad_referendum,
    open_negotiation,
    reopen,
    resume,
    suspend,
)

__all__ = [
    "abandon",
    "close_ad_referendum",
    "domestic_step_new",
    "domestic_step_supersede",
    "instrument_detail",
    "instrument_list",
    "instrument_text",
    "milestone_new",
    "milestone_supersede",
    "open_negotiation",
    "provision_edit",
    "reopen",
    "resume",
    "suspend",
]
