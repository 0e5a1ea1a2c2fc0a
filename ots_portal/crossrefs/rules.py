"""Who ties and unties: whoever may edit the record from which the tie is made."""

from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from ots_portal import plugs
from ots_portal.crossrefs.models import CrossReference
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict

GONE = Verdict(_("The record from which this tie was made is not there any more."))


def may_tie(user: User, record: Any) -> Verdict:
    linkable = plugs.linkables.get(record._meta.label_lower)
    return linkable.may_tie(user, record) if linkable else plugs.NOT_A_SOURCE


def may_untie(user: User, reference: CrossReference) -> Verdict:
    model = apps.get_model(reference.from_type)
    record = model._default_manager.filter(pk=reference.from_id).first()
    return may_tie(user, record) if record else GONE
