"""The texts of agreements as files."""
