"""Dates as the house counts them: working days, terms, durations."""
