"""What happens at the door is for the auditor; nobody is sent a message."""

SILENT = (
    "people.user.signed_in",
    "people.user.signed_out",
    "people.user.sign_in_failed",
    "people.user.second_factor_added",
    "people.user.second_factor_removed",
    "people.user.second_factor_failed",
    "people.user.settings_changed",
    "people.user.session_ended",
    "people.user.sessions_ended",
)
