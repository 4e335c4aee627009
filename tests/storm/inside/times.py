"""The times of the product that are no settings, shorter in the proportion in which a storm's leases are."""

from datetime import timedelta

from generations.queue import circuit_breaker
from generations.worker import maintenance, retry_policy
from tests.storm.inside.replacing import replace
from tests.storm.plan import PAUSE_S


def install() -> None:
    replace(maintenance, RING_AGAIN_AFTER=timedelta(seconds=3))
    replace(retry_policy, BACKOFF_S=(1, 2, 8), WAITING_BACKOFF_S=(1, 2, 8))
    replace(circuit_breaker, PAUSE_S=PAUSE_S)
