"""Gap-free numbers: a counter row per series and year, moved in the transaction that uses it."""
