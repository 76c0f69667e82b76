"""The engine's own promises, apart from any procedure."""
