"""With which key each was asked for: a column without a value, which no row is read or written for."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0006_idempotency_key_resource"),
        ("generations", "0008_list_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="generation",
            name="api_key",
            field=models.ForeignKey(
                db_index=False,
                help_text="With which it was asked for; it may be gone.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="generations",
                to="projects.apikey",
                to_field="key_id",
                verbose_name="API key",
            ),
        ),
    ]
