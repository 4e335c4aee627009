from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("generations", "0002_error_codes_tries_and_progress"),
    ]

    operations = [
        migrations.AddField(
            model_name="generation",
            name="enhancer",
            field=models.TextField(blank=True, help_text="Whose work the prompt is: its name, model and version."),
        ),
        migrations.AddField(
            model_name="generation",
            name="enhancement_ms",
            field=models.PositiveIntegerField(help_text="How long the caller waited for it.", null=True),
        ),
        migrations.AddField(
            model_name="generation",
            name="enhancement_fallback",
            field=models.TextField(blank=True, help_text="Why the rules took the enhancer's place."),
        ),
    ]
