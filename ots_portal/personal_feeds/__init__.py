"""A person's own calendar and messages for other programs: secret addresses, made and revoked on one page."""
