"""Deployed models: reading, checking, finding them again; nobody else knows their files."""
