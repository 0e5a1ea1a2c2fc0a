"""The audit kinds of the demonstration that nobody is told of."""

SILENT = ("people.user.entered",)
