"""People who act, for demo, tests and long runs; only through commands they may give."""
