"""The sentences of refusals, which pages and programs share: they stand in `hoso/base/refusals.py`."""

from hoso.base.refusals import MOVED, MOVES, SENTENCES, STATES, UNKNOWN, sentence

__all__ = ["MOVED", "MOVES", "SENTENCES", "STATES", "UNKNOWN", "sentence"]
