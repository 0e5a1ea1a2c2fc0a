"""Everything that changes who works for a participant."""
