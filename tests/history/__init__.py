"""Keeps the history's tests together: a small house, its models, hands that tamper."""
