"""A claim reads no more where many projects wait, or many generations are postponed; made beside the writes."""

from django.db import migrations, models

from projects.indexes import AddIndexBesideWrites, RemoveIndexBesideWrites

WAITING = models.Q(("deleted_at", None), ("status", "pending"))
DUE = models.Q(("attempt__gte", 0), ("deleted_at", None), ("status", "pending"))
LONGEST_DUE = models.Q(("deaths__gte", 0), ("deleted_at", None), ("status", "pending"))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("generations", "0005_abandoned_claims")]

    operations = [
        AddIndexBesideWrites(
            model_name="generation",
            index=models.Index(
                models.F("project"),
                models.OrderBy(models.F("created_at")),
                models.OrderBy(models.F("id"), descending=True),
                models.F("next_attempt_at"),
                condition=WAITING,
                name="generation_waiting",
            ),
        ),
        AddIndexBesideWrites(
            model_name="generation",
            index=models.Index(models.F("project"), models.F("next_attempt_at"), condition=DUE, name="generation_due"),
        ),
        AddIndexBesideWrites(
            model_name="generation",
            index=models.Index(
                models.F("next_attempt_at"), models.F("project"), condition=LONGEST_DUE, name="generation_longest_due"
            ),
        ),
        RemoveIndexBesideWrites(model_name="generation", name="generation_queue"),
    ]
