"""Keeps everybody from knowing how logs look: one JSON line an event on stderr, with the case it is about."""

from __future__ import annotations

import logging
import os
import sys
from typing import TextIO, cast

import structlog

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


class _StandardError:
    """Standard error as it is at the moment of writing: it may be redirected, or closed, after logging was set up."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def configure(level: str | None = None, human: bool = False) -> None:
    """Set up logging, also of loggers in use; ``level`` falls back to SAPA_LOG, then to warning."""
    wanted = level or os.environ.get("SAPA_LOG", "warning").lower()
    render = (
        structlog.dev.ConsoleRenderer(colors=False) if human else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS.get(wanted, logging.WARNING)),
        logger_factory=structlog.WriteLoggerFactory(file=cast(TextIO, _StandardError())),
        # a logger that keeps what it found first would go on with the old level and form after a second set-up
        cache_logger_on_first_use=False,
    )
