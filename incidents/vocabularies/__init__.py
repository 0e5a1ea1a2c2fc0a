"""Code lists of the field, each with its source: plain data, no database."""
