"""What administrators do to deliveries is for the auditor; nobody is sent a message about messages."""

SILENT = (
    "notifications.pause.started",
    "notifications.pause.ended",
    "notifications.delivery.retried",
)
