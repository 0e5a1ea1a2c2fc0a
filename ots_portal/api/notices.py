"""What happens at the API's door is for the auditor; nobody is sent a message."""

SILENT = ("api.client.token_exposed",)
