"""Who may do what: one module for each kind of record; each rule answers with a reason."""
