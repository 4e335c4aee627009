from datetime import timedelta

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("generations", "0006_due_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Breaker",
            fields=[
                (
                    "alias",
                    models.CharField(
                        help_text="As in IMAGE_PROVIDERS.", max_length=255, primary_key=True, serialize=False
                    ),
                ),
                (
                    "failed",
                    models.JSONField(default=list, help_text="Whose attempts failed in a row, each generation once."),
                ),
                (
                    "since",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        help_text="The first failure after the last success.",
                    ),
                ),
                (
                    "retry_at",
                    models.DateTimeField(help_text="Open: from then on one attempt may ask it.", null=True),
                ),
                (
                    "pace",
                    models.DurationField(default=timedelta, help_text="Open: how long after that one the next may."),
                ),
                (
                    "successes",
                    models.PositiveSmallIntegerField(default=0, help_text="Open: since the last failure."),
                ),
                ("error_code", models.CharField(blank=True, max_length=32)),
                ("error_message", models.TextField(blank=True)),
            ],
        ),
        migrations.AddField(
            model_name="generation",
            name="waits",
            field=models.PositiveIntegerField(
                db_default=0, help_text="Attempts that found the provider down: no retries."
            ),
        ),
        migrations.AddField(
            model_name="generation",
            name="repeated_at",
            field=models.DateTimeField(
                help_text="When it was last asked to run again, after it had failed.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="generation",
            name="error_message",
            field=models.TextField(blank=True, help_text="For the caller: why it has failed, or what it waits for."),
        ),
        migrations.AlterField(
            model_name="attempt",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("success", "Success"),
                    ("retry", "will be tried again"),
                    ("waiting", "provider down"),
                    ("failed", "Failed"),
                    ("lost", "worker lost"),
                ],
                max_length=16,
            ),
        ),
    ]
