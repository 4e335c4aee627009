from django.db import migrations, models

from projects.indexes import AddIndexBesideWrites


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("webhooks", "0003_order_and_links")]

    operations = [
        AddIndexBesideWrites(
            "delivery",
            models.Index(
                "endpoint",
                "subject_id",
                "created_at",
                name="delivery_order",
                condition=models.Q(("status", "pending")),
            ),
        ),
    ]
