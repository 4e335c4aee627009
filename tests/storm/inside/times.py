"""The times of the product that are no settings, shorter in the proportion in which a storm's leases are."""

from datetime import timedelta

from generations import breaker, outage, relay, runner
from tests.storm.plan import PAUSE_S


def install() -> None:
    relay.RING_AGAIN_AFTER = timedelta(seconds=3)
    runner.BACKOFF_S = outage.BACKOFF_S = (1, 2, 8)
    breaker.PAUSE_S = PAUSE_S
