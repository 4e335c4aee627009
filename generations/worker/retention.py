"""What is kept for a time only: once a minute every worker's relay deletes what is over, in small batches."""

from collections.abc import Callable

from generations.models import purge_abandoned_claims
from projects.api.idempotency.reservations import purge_expired_keys
from projects.webhooks.outbox import purge_old_messages

# Each deletes one batch, of rows that no other worker has locked, and returns how many there were.
SWEEPS: tuple[Callable[[], int], ...] = (purge_expired_keys, purge_old_messages, purge_abandoned_claims)


def sweep_out(sweep: Callable[[], int]) -> int:
    """Delete batch after batch until nothing is left; return how many rows that were."""
    total = 0
    while deleted := sweep():
        total += deleted
    return total
