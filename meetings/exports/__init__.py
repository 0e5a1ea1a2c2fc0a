"""Records and lists of meetings as files."""
