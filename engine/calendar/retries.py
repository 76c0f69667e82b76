"""Keeps the engine from knowing how Camunda 7 writes retries: ``R3/PT10M``, or a delay for each (``PT1M,PT10M``)."""

from __future__ import annotations

from engine.calendar import durations


def delay(text: str, tries: int) -> durations.Duration | None:
    """How long to wait for the next try after this many more (0: after the first failure); None: no further try.

    ``R3/PT10M`` is three tries more, ten minutes apart; ``R/PT10M`` has no end. Raises ValueError for anything else.
    """
    if not text.strip().startswith("R"):
        intervals = [durations.parse_duration(part) for part in text.split(",")]
        return intervals[tries] if tries < len(intervals) else None
    cycle = durations.Cycle.parse(text)
    if cycle.start is not None or cycle.end is not None:
        raise ValueError(text)
    return cycle.interval if cycle.count is None or tries < cycle.count else None
