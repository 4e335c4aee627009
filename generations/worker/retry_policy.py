"""An outage or a failure: what an attempt that brought no picture costs its job, and when the next one is."""

import random
from datetime import timedelta

from django.conf import settings

from generations.models import Generation, Outcome
from generations.providers import ErrorCode, ProviderError
from generations.queue.circuit_breaker import LONGEST_PAUSE_S, SIGNS_OF_DEATH, asked_pause_s
from generations.worker.provider_chain import FREE, Chain

# Between the attempts of one job that cost a retry each.
BACKOFF_S: tuple[int, ...] = (2, 8, 30)
# And between those that cost none. While a breaker is open, the oldest job is thus not the only one that probes.
WAITING_BACKOFF_S: tuple[int, ...] = (2, 8, 30, 60, 120, 300)


def judge(generation: Generation, chain: Chain, error: ProviderError) -> Outcome:
    """WAITING costs nothing, RETRY one of MAX_RETRIES, and FAILED is the end.

    Whoever is down, or sends away, has painted nothing: its jobs wait, OUTAGE_PATIENCE_S at most. A call that timed out
    may have been paid, so it costs a retry; where none is left and the provider is known to be down, its job waits too.
    """
    if not error.retryable or not generation.may_be_tried_again:
        return Outcome.FAILED
    waits = error.code in SIGNS_OF_DEATH and has_patience(generation, chain)
    if is_free(error, chain):
        if waits and (chain.is_open or not painted_for_others(generation, chain)):
            return Outcome.WAITING
        if generation.waits and not waits:
            return Outcome.FAILED
    if generation.retries < settings.MAX_RETRIES:
        return Outcome.RETRY
    return Outcome.WAITING if waits and chain.is_open else Outcome.FAILED


def has_patience(generation: Generation, chain: Chain) -> bool:
    waited_s = (chain.now() - generation.asked_for_at).total_seconds()
    return bool(waited_s < settings.OUTAGE_PATIENCE_S)


def is_free(error: ProviderError, chain: Chain) -> bool:
    """Whether nobody who was asked has done any work."""
    return all(each.code in FREE and not each.paid for each in (error, *chain.failures))


def painted_for_others(generation: Generation, chain: Chain) -> bool:
    """Whether it has worked since this job's last attempt: then what it cannot do is this prompt."""
    if chain.failing_since is None:
        return False
    last = generation.attempts.order_by("-number").values_list("ended_at", flat=True).first()
    return last is not None and last < chain.failing_since


def pause(generation: Generation, outcome: Outcome, error: ProviderError) -> timedelta:
    """How long a job is left alone: our own pause, or the vendor's, within reason, where it asks for a longer one."""
    own_s = waiting_pause_s(generation, error) if outcome == Outcome.WAITING else step_s(BACKOFF_S, generation.retries)
    return timedelta(seconds=max(own_s, asked_pause_s(error)))


def waiting_pause_s(generation: Generation, error: ProviderError) -> float:
    """What was bought in vain is bought again once an hour."""
    if error.paid or error.code == ErrorCode.PROVIDER_TIMEOUT:
        return LONGEST_PAUSE_S
    return step_s(WAITING_BACKOFF_S, generation.waits)


def step_s(steps: tuple[int, ...], number: int) -> float:
    """With jitter, so that what failed together does not come back together."""
    return steps[min(number, len(steps) - 1)] * random.uniform(0.75, 1.25)  # noqa: S311
