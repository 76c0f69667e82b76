"""Keeps ``engine.definitions.checks`` from knowing the single checks: one module per theme."""
