"""The pages' twins for programs."""
