"""Agreements: from the draft under negotiation to entry into force."""
