"""People who act, for demo, tests and benchmarks: what they do is data, what they may do is asked of the engine."""
