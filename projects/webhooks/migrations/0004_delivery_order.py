"""Messages that were kept before say what they tell of as well; indexes for both are made beside the writes."""

import json
from uuid import UUID

from django.db import migrations, models

from projects.indexes import AddIndexBesideWrites

BATCH = 500


def find_subjects(apps, schema_editor):
    """A batch is a transaction of its own; what is written meanwhile by processes of before is theirs for a week."""
    messages = apps.get_model("webhooks", "Message").objects.filter(type__startswith="generation.")
    last = ""
    while batch := list(messages.filter(pk__gt=last, subject_id=None).order_by("pk").only("pk", "body")[:BATCH]):
        for message in batch:
            messages.filter(pk=message.pk).update(subject_id=UUID(json.loads(message.body)["data"]["id"]))
        last = batch[-1].pk


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("webhooks", "0003_order_and_links")]

    operations = [
        AddIndexBesideWrites(
            model_name="message",
            index=models.Index(
                models.F("subject_id"), condition=models.Q(("subject_id__isnull", False)), name="message_subject"
            ),
        ),
        migrations.RunPython(find_subjects, migrations.RunPython.noop),
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
