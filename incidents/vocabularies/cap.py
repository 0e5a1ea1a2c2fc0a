"""CAP's code lists in words. Source of the codes and their meaning: CAP 1.2, sections 3.2.1 and 3.2.2."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = Mapping[str, str | Promise]

CAP_STATUS_WORDS: Words = {
    "Actual": pgettext_lazy("CAP status", "Actual"),
    "Exercise": pgettext_lazy("CAP status", "Exercise"),
    "System": pgettext_lazy("CAP status", "Between systems"),
    "Test": pgettext_lazy("CAP status", "Test"),
    "Draft": pgettext_lazy("CAP status", "Draft of another system"),
}
MESSAGE_WORDS: Words = {
    "Alert": pgettext_lazy("CAP message", "Alert"),
    "Update": pgettext_lazy("CAP message", "Update"),
    "Cancel": pgettext_lazy("CAP message", "Cancellation"),
    "Ack": pgettext_lazy("CAP message", "Acknowledgement"),
    "Error": pgettext_lazy("CAP message", "Error"),
}
SCOPE_WORDS: Words = {
    "Public": pgettext_lazy("CAP scope", "Everybody"),
    "Restricted": pgettext_lazy("CAP scope", "A circle that is named"),
    "Private": pgettext_lazy("CAP scope", "Its addressees only"),
}
CATEGORY_WORDS: Words = {
    "Geo": pgettext_lazy("CAP category", "Geophysical"),
    "Met": pgettext_lazy("CAP category", "Meteorological"),
    "Safety": pgettext_lazy("CAP category", "Public safety"),
    "Security": pgettext_lazy("CAP category", "Security"),
    "Rescue": pgettext_lazy("CAP category", "Rescue"),
    "Fire": pgettext_lazy("CAP category", "Fire"),
    "Health": pgettext_lazy("CAP category", "Health"),
    "Env": pgettext_lazy("CAP category", "Environment"),
    "Transport": pgettext_lazy("CAP category", "Transport"),
    "Infra": pgettext_lazy("CAP category", "Infrastructure"),
    "CBRNE": pgettext_lazy(
        "CAP category", "Chemical, biological, radiological, nuclear, explosive"
    ),
    "Other": pgettext_lazy("CAP category", "Other"),
}
RESPONSE_WORDS: Words = {
    "Shelter": pgettext_lazy("CAP response", "Take shelter"),
    "Evacuate": pgettext_lazy("CAP response", "Leave the area"),
    "Prepare": pgettext_lazy("CAP response", "Prepare"),
    "Execute": pgettext_lazy("CAP response", "Do what was planned for this"),
    "Avoid": pgettext_lazy("CAP response", "Keep away"),
    "Monitor": pgettext_lazy("CAP response", "Follow the news"),
    "Assess": pgettext_lazy("CAP response", "Judge for yourself"),
    "AllClear": pgettext_lazy("CAP response", "The danger is over"),
    "None": pgettext_lazy("CAP response", "Nothing"),
}
URGENCY_WORDS: Words = {
    "Immediate": pgettext_lazy("CAP urgency", "At once"),
    "Expected": pgettext_lazy("CAP urgency", "Within the hour"),
    "Future": pgettext_lazy("CAP urgency", "Soon"),
    "Past": pgettext_lazy("CAP urgency", "No longer needed"),
    "Unknown": pgettext_lazy("CAP urgency", "Unknown"),
}
SEVERITY_WORDS: Words = {
    "Extreme": pgettext_lazy("CAP severity", "Extreme"),
    "Severe": pgettext_lazy("CAP severity", "Severe"),
    "Moderate": pgettext_lazy("CAP severity", "Moderate"),
    "Minor": pgettext_lazy("CAP severity", "Minor"),
    "Unknown": pgettext_lazy("CAP severity", "Unknown"),
}
CERTAINTY_WORDS: Words = {
    "Observed": pgettext_lazy("CAP certainty", "Observed"),
    "Likely": pgettext_lazy("CAP certainty", "Likely"),
    "Possible": pgettext_lazy("CAP certainty", "Possible"),
    "Unlikely": pgettext_lazy("CAP certainty", "Unlikely"),
    "Unknown": pgettext_lazy("CAP certainty", "Unknown"),
}
SEVERITY_TONES = {
    "Extreme": "extreme", "Severe": "severe", "Moderate": "warning", "Minor": "info", "Unknown": "neutral",
}  # fmt: skip
SIGNATURE_WORDS: Words = {
    "absent": _("Not signed"),
    "present": _("Signature present, not verified"),
}


def choices(codes: Sequence[str], words: Words) -> list[tuple[str, str | Promise]]:
    return [(code, words[code]) for code in codes]


def word(words: Words, code: str) -> str:
    """Return the word of a code, or the code itself where it is none of the list."""
    return str(words.get(code, code))
