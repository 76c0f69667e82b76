"""Keeps the engine from knowing that browsers exist: pages, forms, sign-in. Offers ``create_app`` and ``serve``."""
