"""Simulated people and the demonstration."""
