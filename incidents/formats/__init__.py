"""Exchange formats, a module each: bytes ↔ dataclasses, no HTTP, no database."""
