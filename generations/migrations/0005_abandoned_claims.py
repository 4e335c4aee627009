import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("generations", "0004_turns"),
        ("projects", "0004_idempotency_keys"),
    ]

    operations = [
        migrations.CreateModel(
            name="AbandonedClaim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("generation_id", models.UUIDField(help_text="No key: the generation may be gone.")),
                ("attempt", models.PositiveIntegerField()),
                ("lease_until", models.DateTimeField(help_text="After it, its worker counts as dead.")),
                ("abandoned_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="abandoned_claims",
                        to="projects.project",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(models.F("project"), models.F("lease_until"), name="abandoned_claim_in_hand"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("generation_id", "attempt"), name="abandoned_claim_once"),
                ],
            },
        ),
    ]
