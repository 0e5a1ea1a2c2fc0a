"""Telling people: an outbox row with the change, deliveries by lease, an inbox and mail."""
