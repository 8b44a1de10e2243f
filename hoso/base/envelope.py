"""The wrapping keys of this node: what wraps every data key that the database keeps."""

from pathlib import Path

from django.conf import settings

from hoso.base import keys
from hoso.base.files.store import Ring


def ring() -> Ring:
    """The wrapping keys by name and the name of the one used now; read anew each time, so that a new one is noticed."""
    return keys.ring(Path(settings.HOSO_KEYS))
