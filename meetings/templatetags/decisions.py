"""The marks of decisions."""

from django import template
from django.utils.safestring import SafeString

from meetings.models import Decision
from meetings.statuses.decisions import DECISION_TONES, DecisionStatus
from ots_portal.ui.templatetags.ui import badge

register = template.Library()


@register.simple_tag
def decision_badge(decision: Decision) -> SafeString:
    return badge(decision.get_status_display(), DECISION_TONES[DecisionStatus(decision.status)])
