"""``{% load documents %}{% documents_of record %}``: the files of a record, and the form to add one."""

from typing import Any

from django import template
from django.db.models import Model
from django.template.context import Context
from django.urls import reverse

from ots_portal.documents import queries, rules
from ots_portal.documents.content import ContentType
from ots_portal.documents.forms import UploadForm

register = template.Library()


@register.inclusion_tag("documents/documents_of.html", takes_context=True)
def documents_of(context: Context, record: Model) -> dict[str, Any]:
    """Show the record's documents, in one query; the page has found the record through its boundary."""
    user = context["user"]
    documents = [
        {
            "document": document,
            "kind": ContentType(document.content_type).label,
            "may_remove": user.is_authenticated and bool(rules.may_remove(user, document)),
        }
        for document in queries.attached_to(record)
    ]
    may_attach = user.is_authenticated and bool(rules.may_attach(user, record))
    return {
        "documents": documents,
        "form": UploadForm(auto_id="document_%s") if may_attach else None,
        "upload_url": reverse("documents:new", args=[record._meta.label_lower, record.pk]),
        "csrf_token": context.get("csrf_token"),
    }
