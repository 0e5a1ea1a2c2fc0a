"""Circulars for programs."""
