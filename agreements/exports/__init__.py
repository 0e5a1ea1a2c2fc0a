"""What is taken away of a treaty: its texts, its status, its ledger, and the bundle that a ministry verifies."""
