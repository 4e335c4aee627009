"""An outage, as the product notes it: a provider that has failed for too many jobs in a row."""

from uuid import uuid4

from generations.providers import ErrorCode, ProviderError
from generations.queue.circuit_breaker import FAILURES_IN_A_ROW, Breakers

DOWN = "The image service is not reachable."


def open_breaker(alias: str) -> None:
    """Nobody asks this provider of IMAGE_PROVIDERS any more."""
    error = ProviderError(DOWN, code=ErrorCode.PROVIDER_UNAVAILABLE)
    for _ in range(FAILURES_IN_A_ROW):
        Breakers().note_failure(alias, uuid4(), error, 0)
