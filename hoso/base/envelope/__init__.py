"""Envelope encryption: everything guarded rests under a data key, and every data key under a wrapping key.

A data key is 256 random bits: one for each person, one for each file, and a few of the node itself (`named.NAMES`).
Only wrapped ones are kept. The wrapping keys are the ring: files under HOSO_HOME/keys, or keys that never leave a
hardware module. Rotating wraps the data keys anew and touches nothing that they encrypt (`hoso rotate-keys`).
"""

from hoso.base.envelope.named import NAMES, named_key, seal, unseal
from hoso.base.envelope.ring import Bare, Ring, Wrapped, new_data_key
from hoso.base.envelope.rows import Batch, columns, rewrapped
from hoso.base.envelope.shelf import ring

__all__ = [
    "NAMES",
    "Bare",
    "Batch",
    "Ring",
    "Wrapped",
    "columns",
    "named_key",
    "new_data_key",
    "rewrapped",
    "ring",
    "seal",
    "unseal",
]
