from django.db import migrations, models

from projects.indexes import AddIndexBesideWrites


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("projects", "0005_held_projects")]

    operations = [
        AddIndexBesideWrites(
            model_name="idempotencykey",
            index=models.Index(
                models.F("resource_id"),
                condition=models.Q(("resource_id__isnull", False)),
                name="idempotency_key_resource",
            ),
        ),
    ]
