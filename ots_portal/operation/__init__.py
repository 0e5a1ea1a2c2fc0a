"""Starting, stopping and keeping the portal: `make demo`, set-up, translations."""
