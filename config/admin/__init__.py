"""The admin's own pages. Django imports this when all apps are there, so settings import nothing of it."""

from config.admin import staff  # noqa: F401 — registers users and groups
