"""Each message says what it tells of: a deletion redacts them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="subject_id",
            field=models.UUIDField(
                editable=False, help_text="What it tells of, to be found when that goes.", null=True
            ),
        ),
    ]
