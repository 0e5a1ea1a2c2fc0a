"""Lists of meetings as files."""
