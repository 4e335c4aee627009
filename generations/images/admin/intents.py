"""The ledger of writes and deletions under way: to look at when storage and database seem to disagree."""

from django.contrib import admin
from unfold.decorators import display

from generations.images.models import StorageIntent
from projects.admin.read_only import WrittenBySystem


@admin.register(StorageIntent)
class StorageIntentAdmin(WrittenBySystem):
    list_display = ("key", "state", "created_at", "collect_at")
    search_fields = ("key",)
    ordering = ("-id",)
    sortable_by = ()

    @display(description="state", label={"writing": "info", "deleting": "warning"})
    def state(self, intent: StorageIntent) -> str:
        return "writing" if intent.doomed_at is None else "deleting"
