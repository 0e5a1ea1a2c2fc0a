"""Reading meetings, agendas and minutes; ``visible_to`` of each is the security boundary."""
