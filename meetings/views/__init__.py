"""The pages of meetings, agendas and minutes."""
