"""Ties between any two records: an agenda item and a provision, a decision and an incident."""
