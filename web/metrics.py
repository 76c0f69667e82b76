"""Keeps whoever measures the installation from knowing its inside: /metrics in Prometheus' text, closed by default."""

from __future__ import annotations

import hmac
import os

from flask import Blueprint, Response, abort, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, ProcessCollector, generate_latest

from web.wiring import engine, open_to_all

pages = Blueprint("metrics", __name__)

TOKEN = "SAPA_METRICS_TOKEN"  # noqa: S105 - the name of the setting, not a secret
_HELP = {
    "cases": ("Process instances by state", "state"),
    "tasks_open": ("Open user tasks", ""),
    "tasks_overdue": ("Open user tasks past their due date", ""),
    "timers_waiting": ("Timers that wait", ""),
    "timers_lag_seconds": ("How long the oldest timer has been due, in seconds", ""),
    "incidents": ("Incidents that are not resolved", ""),
    "outbox": ("Messages and signals on their way (new) or given up (dead)", "state"),
    "ledger_entries": ("Entries of the ledger", ""),
}


@pages.get("/metrics")
@open_to_all
def metrics() -> Response:
    """The figures; for whoever has the token of the installation, or asks from this machine itself."""
    if not _allowed():
        abort(404)
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    for name, values in engine().figures().items():
        text, label = _HELP[name]
        gauge = Gauge(f"sapa_{name}", text, [label] if label else [], registry=registry)
        for value, figure in values.items():
            (gauge.labels(value) if label else gauge).set(figure)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _allowed() -> bool:
    """A proxy on the same machine speaks for the whole world, so what it forwards needs the token."""
    token = os.environ.get(TOKEN, "")
    if token:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"))
    return request.remote_addr in ("127.0.0.1", "::1") and not forwarded
