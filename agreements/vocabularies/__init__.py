"""The words of treaty practice: kinds of acts, of signatures and of rules for entry into force."""
