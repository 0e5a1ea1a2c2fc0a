"""Everything that changes meetings, agendas and minutes."""
