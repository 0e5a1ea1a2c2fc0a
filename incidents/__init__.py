"""Cross-border incidents: from the first report to the last team home."""
