"""All that the database holds."""

from typing import Any

from django.apps import apps

# A key that was let in is noted as used; that is no secret and no change that anybody could want.
NOTED = {"projects.ApiKey": {"last_used_at"}}

Rows = dict[str, dict[Any, dict[str, Any]]]


def all_rows() -> Rows:
    """Every row of every table, by model and primary key."""
    return {
        model._meta.label: {row[model._meta.pk.attname]: row for row in model._base_manager.values()}
        for model in apps.get_models()
    }


def lasting_rows() -> Rows:
    """The same without what a mere look may change."""
    return {
        label: {
            key: {name: value for name, value in row.items() if name not in NOTED.get(label, ())}
            for key, row in rows.items()
        }
        for label, rows in all_rows().items()
    }
