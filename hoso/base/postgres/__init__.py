"""Django's PostgreSQL engine, which tells the database at every BEGIN on whose behalf the transaction runs."""
