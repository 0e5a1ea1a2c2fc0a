"""Long work that somebody waits for: progress on a page, a way to stop it, a file to fetch for a day."""
