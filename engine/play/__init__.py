"""Plays models in memory on a simulated clock: no database, no people, no permissions; see ``engine.play.command``."""
