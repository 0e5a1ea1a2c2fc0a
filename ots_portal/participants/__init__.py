"""Who takes part: member and observer States, observer organisations, the secretariat, third States."""
