"""One index over the records that apps plug in, asked with the reader's rights (docs/search.md)."""
