"""What is written from stored records: the sentences of minutes, calendars."""
