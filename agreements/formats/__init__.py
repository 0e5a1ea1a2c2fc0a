"""Texts of treaties as others write them, and the one tree that all of them become."""
