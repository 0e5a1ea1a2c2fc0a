"""Circular letters: of the secretariat to participants, of a head of authority to the own people."""
