"""What waits for a provider, and one index for the list with and without the trash; made beside the writes."""

from django.db import migrations, models

from projects.indexes import AddIndexBesideWrites, RemoveIndexBesideWrites

NEWEST = (
    models.OrderBy(models.F("created_at"), descending=True),
    models.OrderBy(models.F("id"), descending=True),
    models.F("deleted_at"),
)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("generations", "0007_outages")]

    operations = [
        AddIndexBesideWrites(
            model_name="generation",
            index=models.Index(
                models.F("next_attempt_at"),
                condition=models.Q(
                    ("deleted_at", None), ("status", "pending"), models.Q(("error_code", ""), _negated=True)
                ),
                name="generation_in_outage",
            ),
        ),
        AddIndexBesideWrites(
            model_name="generation",
            index=models.Index(models.F("project"), *NEWEST, name="generation_of_project"),
        ),
        AddIndexBesideWrites(
            model_name="generation",
            index=models.Index(models.F("project"), models.F("status"), *NEWEST, name="generation_in_status"),
        ),
        RemoveIndexBesideWrites(model_name="generation", name="generation_list"),
        RemoveIndexBesideWrites(model_name="generation", name="generation_list_by_status"),
    ]
