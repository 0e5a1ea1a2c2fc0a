"""Looking the audit up: entries, their export, and whether the chain still holds."""
