from django.db import migrations, models

from projects.indexes import AddIndexBesideWrites


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("projects", "0007_api_key_rotated_at")]

    operations = [
        AddIndexBesideWrites(
            model_name="apikey",
            index=models.Index(
                models.F("expires_at"),
                condition=models.Q(("revoked_at", None), ("rotated_at", None)),
                name="api_key_to_replace",
            ),
        ),
    ]
