from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from ots_portal import plugs
from ots_portal.documents.models import Document
from ots_portal.documents.statuses import DocumentStatus
from ots_portal.people.models import Role, User
from ots_portal.verdicts import ALLOWED, Verdict

WHO_REMOVES = (Role.EDITOR, Role.HEAD, Role.SECRETARIAT_OFFICER, Role.SECRETARIAT_HEAD)


def may_attach(user: User, owner: Model) -> Verdict:
    """The rule of the record's own app decides."""
    return plugs.document_owners[owner._meta.label_lower].may_attach(user, owner)


def may_remove(user: User, document: Document) -> Verdict:
    """Those whose document it is, unless the record's own app says that its files stand."""
    owner = plugs.document_owners.get(document.owner_type)
    if owner and owner.may_remove and document.status != DocumentStatus.INFECTED:
        record = owner.visible_to(user).filter(pk=document.owner_id).first()
        if record is not None and not (verdict := owner.may_remove(user, record)):
            return verdict
    if document.status == DocumentStatus.INFECTED and user.is_secretariat:
        return ALLOWED
    if user.participant_id != document.participant_id:
        return Verdict(_("Only those whose document it is may remove it."))
    if user.is_machine or user.role not in WHO_REMOVES:
        return Verdict(_("Your role lets you read documents, not remove them."))
    return ALLOWED
