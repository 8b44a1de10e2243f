"""How first passwords look. Pure."""

import secrets
import string

ALPHABET = "".join(letter for letter in string.ascii_letters + string.digits if letter not in "0O1lI")


def one_time_password() -> str:
    """Sixteen letters and digits that cannot be taken for one another."""
    return "".join(secrets.choice(ALPHABET) for _ in range(16))
