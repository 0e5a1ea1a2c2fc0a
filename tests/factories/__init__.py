"""One factory per model, without surprises."""
