"""A second opinion: random structured processes, played by the engine and by a small token game that shares nothing."""
