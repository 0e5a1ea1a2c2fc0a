"""The page of all notices: of what people are told, who hears of it, and what the message says."""
