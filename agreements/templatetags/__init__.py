"""Tags of the pages of agreements."""
