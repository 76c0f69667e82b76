"""Keeps the desk and the case page from knowing what may be told of an incident to whom the contents are closed."""

from __future__ import annotations

import json
from typing import Any

_OF_THE_MODEL = {
    "attribute", "count", "error", "expression", "field", "flows", "key", "kind", "limit", "mapping", "name", "names",
    "register", "type", "where",
}  # fmt: skip
"""What a reason says of the model. Anything else may be a value of the case, as a key of a register's row is."""


def reason(code: str, params: str, *, opened: bool, confidential: bool) -> tuple[str, dict[str, Any]]:
    """Why a step stands still, as this reader may read it: (code, params).

    ``opened``: the contents of the case are the reader's. Of a confidential case others hear only that it stands still.
    """
    known: dict[str, Any] = json.loads(params)
    if opened:
        return code, known
    if confidential:
        return "incident_closed", {}
    told = _OF_THE_MODEL - ({"key"} if "register" in known else set())
    return code, {name: value if name in told else "…" for name, value in known.items()}
