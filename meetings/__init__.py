"""Ministerial meetings: from the invitation to published minutes."""
