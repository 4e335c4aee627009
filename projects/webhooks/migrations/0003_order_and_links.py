from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0002_message_subject")]

    operations = [
        migrations.AddField(
            "delivery",
            "subject_id",
            models.UUIDField(null=True, help_text="The message's: of one subject, all arrive in order."),
        ),
        migrations.AddField(
            "message",
            "links",
            models.JSONField(null=True, help_text="Addresses in the body that end, and the files that they lead to."),
        ),
    ]
