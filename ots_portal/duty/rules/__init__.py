"""Who keeps a roster and who may ask, take and refuse a swap; each answers with a reason."""
