"""Keeps the rest from knowing how it is found out whether a school keeps the rules; the rules themselves are data."""
