from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("generations", "0003_enhancement"),
        ("images", "0001_initial"),
        ("projects", "0003_queue_limits"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="generation",
            name="generation_lease",
        ),
        migrations.AddIndex(
            model_name="generation",
            index=models.Index(
                models.F("project"),
                models.OrderBy(models.F("created_at")),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("deleted_at", None), ("status", "pending")),
                name="generation_queue",
            ),
        ),
        migrations.AddIndex(
            model_name="generation",
            index=models.Index(
                models.F("project"),
                models.F("lease_until"),
                condition=models.Q(("status", "processing")),
                name="generation_in_hand",
            ),
        ),
        migrations.AddIndex(
            model_name="generation",
            index=models.Index(
                models.F("project"),
                models.F("started_at"),
                condition=models.Q(("started_at__isnull", False)),
                name="generation_turn",
            ),
        ),
    ]
