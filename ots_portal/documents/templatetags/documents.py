"""``{% load documents %}{% documents_of record %}``: the files of a record, and the form to add one."""

from typing import Any

from django import template
from django.db.models import Model
from django.template.context import Context
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ots_portal.documents import queries, rules
from ots_portal.documents.content import ContentType
from ots_portal.documents.forms import UploadForm
from ots_portal.documents.models import Document
from ots_portal.documents.statuses import DocumentStatus
from ots_portal.ui.templatetags.ui import badge

register = template.Library()


@register.inclusion_tag("documents/documents_of.html", takes_context=True)
def documents_of(context: Context, record: Model) -> dict[str, Any]:
    """Show the record's documents, in one query; the page has found the record through its boundary."""
    user = context["user"] if context["user"].is_authenticated else None
    documents = [
        {
            "document": document,
            "kind": ContentType(document.content_type).label,
            "may_remove": bool(user and rules.may_remove(user, document)),
        }
        for document in queries.attached_to(record, user)
    ]
    may_attach = bool(user and rules.may_attach(user, record))
    return {
        "documents": documents,
        "form": UploadForm(auto_id="document_%s") if may_attach else None,
        "upload_url": reverse("documents:new", args=[record._meta.label_lower, record.pk]),
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_tag
def scan_badge(document: Document) -> SafeString:
    """Say whether a scanner has looked at the file, and what it found."""
    word, tone = _scan_words(document)
    return badge(word, tone)


def _scan_words(document: Document) -> tuple[str, str]:
    if document.status == DocumentStatus.INFECTED:
        return _("Infected"), "extreme"
    if document.status == DocumentStatus.QUARANTINED:
        return _("Waiting for the virus scan"), "warning"
    if document.scanned_at:
        return _("Scanned, nothing found"), "good"
    return _("Not scanned for viruses"), "neutral"
