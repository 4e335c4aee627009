"""Indexes for the operator's lists by error and by API key; made beside the writes."""

from django.db import migrations, models

from projects.indexes import AddIndexBesideWrites

NEWEST = (
    models.OrderBy(models.F("created_at"), descending=True),
    models.OrderBy(models.F("id"), descending=True),
)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("generations", "0009_api_key")]

    operations = [
        AddIndexBesideWrites(
            model_name="generation",
            index=models.Index(
                models.F("error_code"),
                *NEWEST,
                name="generation_with_error",
                condition=models.Q(("error_code", ""), _negated=True),
            ),
        ),
        AddIndexBesideWrites(
            model_name="generation",
            index=models.Index(
                models.F("api_key"),
                *NEWEST,
                name="generation_of_api_key",
                condition=models.Q(("api_key__isnull", False)),
            ),
        ),
    ]
