"""The directory: whom to turn to at each participant; entered, checked, corrected and never overwritten."""
