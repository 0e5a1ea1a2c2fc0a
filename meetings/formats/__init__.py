"""Meetings in the forms of other programs."""
