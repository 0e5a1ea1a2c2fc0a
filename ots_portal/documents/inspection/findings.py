"""What an inspection can find; the sentence for each stands in ots_portal/documents/content.py."""

from enum import StrEnum


class Finding(StrEnum):
    DISAGREES = "disagrees"  # the content is not what the name says
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    TOO_MUCH_UNPACKED = "too_much_unpacked"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_HEAVY = "too_heavy"  # memory or time ran out
    LEADS_OUTSIDE = "leads_outside"  # archive entries with paths of their own
    MACROS = "macros"
    SCRIPT = "script"
    ACTION = "action"  # starts a program, opens another file, sends a form
    EMBEDDED = "embedded"  # another file inside
    MEDIA = "media"
    CONTROLS = "controls"  # ActiveX, XFA forms
    REMOTE = "remote"  # parts, templates or data that are fetched from elsewhere
    COMMAND = "command"  # DDE: a field or formula that starts a program
    DECLARATIONS = "declarations"  # a DTD where none belongs


class Refused(Exception):
    """The file cannot be taken; carries what was found."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding)
        self.finding = finding
