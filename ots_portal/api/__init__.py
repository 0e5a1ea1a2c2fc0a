"""The REST API: who calls, problems, paging, conditional requests, idempotency, schema."""
