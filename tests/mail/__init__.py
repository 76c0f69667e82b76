"""Letters, calendars and how they leave."""
