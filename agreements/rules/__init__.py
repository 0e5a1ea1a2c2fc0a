"""Who may do what with an instrument, its records and its text; each rule answers with a reason."""
