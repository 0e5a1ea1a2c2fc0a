"""The pages of agreements."""

from agreements.views.facts import (
    domestic_step_new,
    domestic_step_supersede,
    milestone_new,
    milestone_supersede,
)
from agreements.views.instruments import instrument_detail, instrument_list, instrument_text
from agreements.views.provisions import provision_edit
from agreements.views.revisions import (
    revision_compare,
    revision_detail,
    revision_freeze,
    revision_have_compared,
    revision_list,
    revision_new,
)
from agreements.views.steps import (
    abandon,
    close_ad_referendum,
    open_negotiation,
    reopen,
    resume,
    suspend,
)
from agreements.views.text_imports import (
    text_import_detail,
    text_import_new,
    text_import_take_in,
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
    "revision_compare",
    "revision_detail",
    "revision_freeze",
    "revision_have_compared",
    "revision_list",
    "revision_new",
    "suspend",
    "text_import_detail",
    "text_import_new",
    "text_import_take_in",
]
