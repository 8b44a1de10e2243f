"""Identifiers made by the application, in the order of their making (UUIDv7, RFC 9562)."""

import os
import time
from uuid import UUID


def uuid7() -> UUID:
    """A new identifier: 48 bits of milliseconds, then 74 random bits; PostgreSQL before 18 cannot make one."""
    random = int.from_bytes(os.urandom(10), "big")
    value = (time.time_ns() // 1_000_000) << 80 | 0x7 << 76 | (random >> 68) << 64 | 0b10 << 62 | random & (1 << 62) - 1
    return UUID(int=value)
