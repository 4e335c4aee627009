"""Indexes of tables that are in use: PostgreSQL makes and drops them beside the writes, SQLite at once.

A migration with one of these has ``atomic = False``, and best nothing else in it: an index that is there already is
made anew, so that what was interrupted is done by the next ``migrate``; a column that is there already would stop it.
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

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Whatever has its name was left by a migration that was interrupted: half made, or not noted as made."""
        if self.allow_migrate_model(
            schema_editor.connection.alias, to_state.apps.get_model(app_label, self.model_name)
        ):
            beside_writes = "CONCURRENTLY" if schema_editor.connection.vendor == "postgresql" else ""
            schema_editor.execute(f"DROP INDEX {beside_writes} IF EXISTS {schema_editor.quote_name(self.index.name)}")
        super().database_forwards(app_label, schema_editor, from_state, to_state)


class RemoveIndexBesideWrites(BesideWrites, RemoveIndexConcurrently):
    on_postgresql, elsewhere = RemoveIndexConcurrently, RemoveIndex

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """One that is gone was removed by a migration that was interrupted; PostgreSQL's own way asks whether it is."""
        model = from_state.apps.get_model(app_label, self.model_name)
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        elif self.allow_migrate_model(schema_editor.connection.alias, model):
            schema_editor.execute(f"DROP INDEX IF EXISTS {schema_editor.quote_name(self.name)}")
