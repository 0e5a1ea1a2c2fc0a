"""The names of the topics by which people subscribe to messages about incidents."""

PARTICIPANTS, HAZARDS, ALERT_LEVELS = "participants", "hazards", "alert_levels"
