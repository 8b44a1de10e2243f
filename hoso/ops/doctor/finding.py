"""One finding, and how it reads."""

from typing import Final, NamedTuple

ERROR: Final = "error"
WARNING: Final = "warning"


class Finding(NamedTuple):
    """What is wrong, where it stands, and how to mend it; `code` is for programs and tests."""

    weight: str
    code: str
    what: str
    where: str
    mend: str

    def __str__(self) -> str:
        return f"[{self.weight}] {self.what}\n    where: {self.where}\n    mend:  {self.mend}"


def error(code: str, what: str, where: str, mend: str) -> Finding:
    """A node with this does not serve real people."""
    return Finding(ERROR, code, what, where, mend)


def warning(code: str, what: str, where: str, mend: str) -> Finding:
    """To be mended soon; the node goes on."""
    return Finding(WARNING, code, what, where, mend)
