"""What a job was answered before: a provider that has said its last word is not asked, and not paid, for it again."""

from collections.abc import Iterable, Mapping
from typing import Any

from generations.models import Attempt, Generation, Outcome
from generations.providers import ErrorCode, ProviderError

Tries = list[Mapping[str, Any]]
# More than there are in a day of waiting for a provider that is down.
ATTEMPTS_LOOKED_AT = 500


def earlier_tries(generation: Generation) -> Tries:
    """The tries of the attempts before this one, back to where the job last began anew; a first attempt asks nobody."""
    if generation.attempt <= 1:
        return []
    ended = Attempt.objects.filter(generation=generation, outcome__in=[Outcome.RETRY, Outcome.WAITING, Outcome.FAILED])
    tries: Tries = []
    for outcome, noted in ended.order_by("-number").values_list("outcome", "tries")[:ATTEMPTS_LOOKED_AT]:
        if outcome == Outcome.FAILED:
            break
        tries += noted
    return tries


def last_words(tries: Iterable[Mapping[str, Any]]) -> dict[str, ProviderError]:
    """By alias, the answers that would come again. A wrong key is none of them: to ask is free, and keys are mended."""
    return {
        noted["alias"]: ProviderError(noted["message"], code=ErrorCode(noted["error_code"]), lasting=True)
        for noted in tries
        if noted["retryable"] is False and ErrorCode(noted["error_code"]).retryable
    }


def unanswered(tries: Iterable[Mapping[str, Any]]) -> set[str]:
    """The aliases that were asked for this job and did not answer in time; they may have painted it all the same."""
    return {noted["alias"] for noted in tries if noted["error_code"] == ErrorCode.PROVIDER_TIMEOUT}
