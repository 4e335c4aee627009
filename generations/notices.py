"""The channel on which whoever waits for a generation hears that it has changed."""

from uuid import UUID

from django.db import connection

CHANNEL = "generations"


def notify(generation_id: UUID) -> None:
    """Say that this row has changed, when the transaction that has changed it commits, and never if it does not."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(generation_id)])
