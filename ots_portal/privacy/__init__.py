"""Forgetting and keeping: how long things stay, a person's own copy, a person who is forgotten."""
