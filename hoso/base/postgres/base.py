"""The engine that `settings.DATABASES` names; Django looks for this module and this class by name."""

from django.db.backends.postgresql import base

from hoso.base import identity


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose transactions begin with the identity that runs them; see hoso/base/identity.py."""

    def set_autocommit(self, autocommit: bool, force_begin_transaction_with_broken_autocommit: bool = False) -> None:
        """Begin or end a transaction; one that cannot be told its identity does not begin."""
        super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
        if autocommit:
            return
        try:
            identity.tell(self, identity.current())
        except BaseException:
            super().set_autocommit(True)
            raise
