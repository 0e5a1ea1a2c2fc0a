"""Everything that changes an instrument, its records and its text."""
