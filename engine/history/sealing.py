"""Keeps the rest from knowing how contents are hidden: keys per stream, salted commitments, a sealed payload an entry.

The chain covers commitments, not contents: each top-level field has a salt of its own (derived from one random salt
inside the payload), so a field can be withheld, and a stream's key destroyed, and the chain still verifies.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.engine import Connection

from engine.database import id_key
from engine.errors import Broken, KeyRefused
from engine.values import canonical

_NONCE = 12
_WRAPPED = sa.select(id_key.c.wrapped).where(id_key.c.stream == sa.bindparam("stream"))


class Erased(Exception):
    """The stream's key was destroyed: its contents are gone lawfully."""


def seal(key: bytes, data: bytes, place: str) -> bytes:
    """Sealed bytes open only with the key and in the ``place`` they were sealed for: they cannot be moved."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, place.encode())


def unseal(key: bytes, sealed: bytes, place: str) -> bytes:
    """Raises ValueError when the bytes were changed or moved, or the key is another one."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())
    except InvalidTag:
        raise ValueError("the sealed bytes do not open with their key") from None


class KeyRing:
    """Keys of streams, wrapped by the installation's master key (32 bytes)."""

    def __init__(self, master: bytes) -> None:
        if len(master) != 32:
            raise Broken(what="the master key must be 32 bytes")
        self._master = master
        self._known: dict[str, bytes] = {}

    def create(self, connection: Connection, stream: str) -> bytes:
        key = AESGCM.generate_key(256)
        connection.execute(
            sa.insert(id_key), {"stream": stream, "wrapped": seal(self._master, key, stream), "destroyed_at": None}
        )
        return key

    def of(self, connection: Connection, stream: str) -> bytes | None:
        """The key of a stream, or None when it has none yet. Raises Erased, Broken."""
        row = connection.execute(_WRAPPED, {"stream": stream}).first()
        return None if row is None else self.unwrapped(row.wrapped, stream)

    def unwrapped(self, wrapped: bytes | None, stream: str) -> bytes:
        """The key of a stream as its row holds it. Raises Erased, Broken."""
        if wrapped is None:
            raise Erased(stream)
        try:
            return unseal(self._master, wrapped, stream)
        except ValueError:
            raise KeyRefused from None

    def kept(self, connection: Connection, stream: str) -> bytes | None:
        """The key of a stream, or None when it has none, not yet or not any more. Raises Broken."""
        try:
            return self.of(connection, stream)
        except Erased:
            return None

    def house(self, connection: Connection, stream: str) -> bytes:
        """The key of a stream that lives as long as the installation (directory, models, …); made when missing."""
        key = self._known.get(stream)
        if key is None:
            key = self.of(connection, stream) or self.create(connection, stream)
            self._known[stream] = key
        return key

    def forget(self) -> None:
        """A rollback may have undone the making of a key."""
        self._known.clear()


def commitment(salt: bytes, field: str, value: Any) -> str:
    own = hashlib.sha256(salt + field.encode()).digest()
    return hashlib.sha256(own + canonical(value).encode()).hexdigest()


def pack(key: bytes, fields: Mapping[str, Any], place: str) -> tuple[bytes, dict[str, str]]:
    """Seal an entry's private fields (plain JSON): (payload, field -> commitment)."""
    salt = os.urandom(16)
    body = canonical({"salt": salt.hex(), "fields": fields}).encode()
    return seal(key, body, place), {field: commitment(salt, field, value) for field, value in fields.items()}


def unpack(key: bytes, sealed: bytes, place: str) -> tuple[bytes, dict[str, Any]]:
    """(salt, fields) of a payload. Raises ValueError when it was changed."""
    body = json.loads(unseal(key, sealed, place))
    return bytes.fromhex(body["salt"]), body["fields"]
