"""Who may do what with meetings, agendas and minutes; each rule answers with a reason."""
