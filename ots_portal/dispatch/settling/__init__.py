"""Deciding about messages that have not arrived: one is withdrawn, many are retried or withdrawn at once."""
