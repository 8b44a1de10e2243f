"""Argon2 as the product uses it, with as little work as it allows."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Quick(Argon2PasswordHasher):
    """For tests only: none of them is about how hard a password is to guess from its hash."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
