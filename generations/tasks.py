"""The task: one id in, one call out, safe to ring twice."""

from uuid import UUID

from celery import shared_task
from django.db import InterfaceError, OperationalError, connection

from generations import runner


@shared_task(name="generations.run")
def run_generation(generation_id: str) -> None:
    """Do one attempt of this generation, if it is there to be taken."""
    try:
        runner.run(UUID(generation_id))
    except (OperationalError, InterfaceError):
        # The next task starts on a fresh connection, and a relay rings again for this one.
        connection.close()
        raise
