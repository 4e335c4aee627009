"""Django's backend for PostgreSQL, with a wider idea of when a database is no help now."""
