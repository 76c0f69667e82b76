"""``sapa``: keeps the commands from knowing each other. A command's module is imported only when it is asked for.

Each module offers ``add(subparsers)``, which adds its commands and sets ``run`` on them: ``run(args) -> exit code``.
``args`` always has ``db`` (a URL or None), ``json``, ``lang`` and ``debug``.
"""

from engine.cli.main import main

__all__ = ["main"]
