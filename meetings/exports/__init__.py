"""What of meetings goes out as a file."""
