"""Reads: ``visible_to`` of each kind of record is the boundary of pages, API, mail and exports alike."""
