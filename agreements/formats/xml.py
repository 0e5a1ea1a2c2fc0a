"""XML of others: no declarations, no entities, no network, and no deeper than a treaty is."""

from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from agreements.formats.tree import FormatError

_DEEPEST = 200


def parse_xml(content: bytes) -> Any:
    """
    Return the root element.

    :raises FormatError: when it is no XML, declares a document type, or is deeper than any text
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        sentence = _(
            "The file is no XML that can be read: it breaks off or is damaged in line %(line)s."
        )
        raise FormatError(sentence % {"line": line}) from error
    if root.getroottree().docinfo.doctype:
        raise FormatError(
            _(
                "The file contains declarations (DTD) that do not belong there. Save it without them."
            )
        )
    _refuse_depth(root)
    return root


def _refuse_depth(root: Any) -> None:
    depth = 0
    for action, _element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if action == "start" else -1
        if depth > _DEEPEST:
            raise FormatError(_("The elements of the file are nested too deep for a text."))


def name_of(element: Any) -> str:
    """Return the element's name without its namespace; empty for an instruction or an entity."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
