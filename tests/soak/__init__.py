"""Keeps long runs apart from the tests of every day. Each ``test_*.py`` here is a suite; ``./run soak`` runs them."""
