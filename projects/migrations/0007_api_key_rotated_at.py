from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0006_idempotency_key_resource")]

    operations = [
        migrations.AddField(
            model_name="apikey",
            name="rotated_at",
            field=models.DateTimeField(editable=False, help_text="When its successor was issued.", null=True),
        ),
    ]
