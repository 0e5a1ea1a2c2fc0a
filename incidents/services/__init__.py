"""Everything that changes an incident and what hangs on it: one module for each kind of record."""
