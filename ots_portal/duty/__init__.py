"""The duty roster: who answers for a participant now, next and in which nights nobody does."""
