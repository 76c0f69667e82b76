"""Models played in memory: one small model for each construct, and what is open after each step."""
