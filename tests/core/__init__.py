"""The core at its edges: what a model, a person or a machine could make go wrong without anybody noticing."""
