"""Keeps the README's conformance table true: a model for every construct, played in memory and on the real engine."""
