"""Indexes of tables that are in use: PostgreSQL makes and drops them beside the writes, SQLite at once.

A migration with one of these has ``atomic = False``.
"""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db.migrations import AddIndex, RemoveIndex
from django.db.migrations.operations.base import Operation


class BesideWrites(Operation):
    """Mixed into a subclass of one of Django's two ways: how it is done depends on the database."""

    on_postgresql: type[Operation]
    elsewhere: type[Operation]

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._way(schema_editor).database_forwards(self, app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._way(schema_editor).database_backwards(self, app_label, schema_editor, from_state, to_state)

    def _way(self, schema_editor: Any) -> type[Operation]:
        return self.on_postgresql if schema_editor.connection.vendor == "postgresql" else self.elsewhere


class AddIndexBesideWrites(BesideWrites, AddIndexConcurrently):
    on_postgresql, elsewhere = AddIndexConcurrently, AddIndex


class RemoveIndexBesideWrites(BesideWrites, RemoveIndexConcurrently):
    on_postgresql, elsewhere = RemoveIndexConcurrently, RemoveIndex
