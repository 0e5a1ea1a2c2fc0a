"""The pages on which heads of authority look after their partner systems: clients of the API (docs/api.md)."""
