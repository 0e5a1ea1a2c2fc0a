"""Everything that changes a roster; each service holds the participant while it looks."""
