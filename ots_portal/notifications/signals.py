"""Listeners run inside the transaction that turns an outbox row into deliveries: all of it, or nothing."""

from django.dispatch import Signal

# ``entry``, ``notice`` and ``at``; the deliveries are written.
fanned_out = Signal()
