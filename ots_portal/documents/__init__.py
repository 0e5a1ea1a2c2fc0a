"""Files: checked by content when they come in, handed out through the rule of the record they hang on."""
