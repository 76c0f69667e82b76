"""What the engine says it runs, by name: each must come up in the random processes, and each is counted."""

from __future__ import annotations

_BESIDE = ("message", "timer", "signal", "conditional", "escalation")

CONSTRUCTS: tuple[str, ...] = (
    "flow.sequence", "flow.conditional", "flow.default",
    "gateway.exclusive", "gateway.parallel", "gateway.inclusive", "gateway.inclusive_loop",
    "gateway.parallel_several_tokens", "gateway.inclusive_several_tokens",
    *(f"gateway.event_based_{kind}" for kind in ("message", "timer", "signal", "conditional", "receive")),
    *(f"task.{kind}" for kind in (
        "undefined", "user", "manual", "script", "business_rule", "service_expression", "service_operation",
        "service_external", "send", "receive",
    )),
    "marker.multi_instance_parallel", "marker.multi_instance_sequential", "marker.loop",
    "marker.collection", "marker.cardinality", "marker.completion_condition", "marker.loop_counter",
    "subprocess.embedded", "subprocess.transaction", "call_activity",
    *(f"start.{kind}" for kind in ("none", "message", "timer", "signal", "conditional")),
    *(f"subprocess.event_interrupting_{kind}" for kind in (*_BESIDE, "error")),
    *(f"subprocess.event_non_interrupting_{kind}" for kind in _BESIDE),
    "subprocess.event_nested", "subprocess.event_compensation",
    *(f"catch.{kind}" for kind in (
        "message", "timer_date", "timer_duration", "timer_cycle", "signal", "conditional", "link",
    )),
    *(f"throw.{kind}" for kind in ("none", "message", "signal", "escalation", "link", "compensation")),
    *(f"boundary.{kind}_interrupting" for kind in (*_BESIDE, "error")),
    *(f"boundary.{kind}_non_interrupting" for kind in _BESIDE),
    "boundary.compensation", "boundary.cancel",
    *(f"end.{kind}" for kind in (
        "none", "message", "signal", "error", "escalation", "terminate", "compensation", "cancel",
    )),
)  # fmt: skip
