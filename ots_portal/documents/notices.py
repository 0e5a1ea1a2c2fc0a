"""What happens to documents is shown on their record; nobody is sent a message."""

SILENT = ("documents.document.attached", "documents.document.removed")
