"""The chain of providers: one picture, by the first that can make it. Each try leaves a note for the operator."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.conf import settings

from generations.images.inspection import InvalidImage, Picture, inspect_picture
from generations.providers import Canceled, ErrorCode, ImageProvider, ImageRequest, ProviderError, get_provider
from generations.queue.circuit_breaker import Breakers
from generations.worker.spent_providers import Tries, last_words, unanswered

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Try:
    """One provider's turn, as an attempt's row keeps it: plain values only."""

    alias: str
    provider: str
    model: str
    started_at: str
    duration_ms: int = 0
    error_code: str = ""
    retryable: bool | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Painted:
    """An inspected picture, and whose it is."""

    picture: Picture
    provider: str
    model: str


class ProviderResting(ProviderError):
    """It was not asked: its breaker is open."""

    def __init__(self, message: str = "Not asked: it has been down for a while.") -> None:
        super().__init__(message, code=ErrorCode.PROVIDER_UNAVAILABLE)


# Whoever answers so has painted nothing and charges for nothing. A call that timed out may be on the bill.
FREE = {ErrorCode.PROVIDER_UNAVAILABLE, ErrorCode.PROVIDER_RATE_LIMITED}


class Chain:
    """The providers that one attempt may ask, in their order.

    ``ends_at`` is when the job has to be over, by the monotonic clock; ``now`` tells the database's time; ``earlier``
    are the tries of the attempts before this one.
    """

    def __init__(
        self,
        aliases: Sequence[str],
        *,
        generation_id: UUID,
        breakers: Breakers,
        ends_at: float,
        now: Callable[[], datetime],
        earlier: Tries | None = None,
    ) -> None:
        self.tries: list[Try] = []
        self.breakers = breakers
        self.now = now
        self.failures: list[ProviderError] = []
        """Of those that may do better later."""
        self.is_open = True
        """Whether the breakers of all these are open."""
        self.failing_since: datetime | None = None
        """When the last success was followed by the failures of which this is one, where a provider is unavailable."""
        self._aliases = aliases
        self._generation_id = generation_id
        self._ends_at = ends_at
        self._last_words, self._unanswered = last_words(earlier or []), unanswered(earlier or [])

    @property
    def last_asked(self) -> str:
        """The name of the provider whose turn it was last."""
        return self.tries[-1].provider if self.tries else ""

    def paint(self, request: ImageRequest) -> Painted:
        """The first picture that comes, or ProviderError. What one provider refuses, no other is asked for.

        A provider whose key, address or model is wrong has refused nothing. One that was asked and is silent may be
        painting still, and wants to be paid: it is asked once more, when that has ended. Where it is silent to all,
        that says nothing of this job.
        """
        wrong: list[ProviderError] = []
        for alias, provider in able(self._aliases, request):
            if alias in self._last_words:
                wrong.append(self._last_words[alias])
                continue
            if self.tries and time.monotonic() + provider.longest_s >= self._ends_at:
                break
            request.stop_if_canceled()
            try:
                return self._try(alias, provider, request)
            except Canceled:
                raise
            except ProviderError as error:
                log.warning("provider_failed", alias=alias, provider=provider.name, code=error.code.value)
                if error.is_refusal:
                    raise
                (self.failures if error.retryable else wrong).append(error)
        raise summary(self.failures) if self.failures else wrong[-1]

    def _try(self, alias: str, provider: ImageProvider, request: ImageRequest) -> Painted:
        note = Try(alias, provider.name, provider.model, self.now().isoformat(timespec="milliseconds"))
        if self.tries:
            self.breakers.look()  # a first try may have taken minutes
        self.tries.append(note)
        began = time.monotonic()
        try:
            if not self.breakers.lets_pass(alias):
                raise ProviderResting
            painted = ask(provider, request)
        except ProviderError as error:
            if error.code == ErrorCode.PROVIDER_TIMEOUT:
                error.retry_after_s = max(error.retry_after_s or 0, provider.longest_s)
                error.lasting = alias in self._unanswered and not self.breakers.is_probing(alias)
            note.error_code, note.retryable, note.message = error.code.value, error.retryable, str(error)
            if not isinstance(error, ProviderResting | Canceled):
                self._note_failure(alias, error, time.monotonic() - began)
            raise
        finally:
            note.duration_ms = round((time.monotonic() - began) * 1000)
        self.breakers.note_success(alias, note.duration_ms / 1000)
        note.model = painted.model
        return painted

    def _note_failure(self, alias: str, error: ProviderError, took_s: float) -> None:
        breaker = self.breakers.note_failure(alias, self._generation_id, error, took_s)
        if error.retryable:
            self.is_open &= breaker is not None and breaker.is_open
        if breaker and error.code == ErrorCode.PROVIDER_UNAVAILABLE:
            self.failing_since = max(breaker.since, self.failing_since or breaker.since)


def able(aliases: Iterable[str], request: ImageRequest) -> list[tuple[str, ImageProvider]]:
    """Those that can do what is asked; ProviderError where there is none."""
    configured = [(alias, get_provider(alias)) for alias in aliases if alias in settings.IMAGE_PROVIDERS]
    if not configured:
        raise ProviderError("The image provider of this project is not available.", code=ErrorCode.PROVIDER_UNAVAILABLE)
    found = [(alias, provider) for alias, provider in configured if provider.can_paint(request)]
    if not found:
        raise ProviderError("No image provider here can make such a picture.", code=ErrorCode.PROVIDER_REJECTED)
    return found


def ask(provider: ImageProvider, request: ImageRequest) -> Painted:
    result = provider.generate(request)
    if not result.content:
        raise ProviderError("The provider answered without an image.", code=ErrorCode.NO_IMAGE_RETURNED)
    try:
        picture = inspect_picture(result.content)
    except InvalidImage as error:
        raise ProviderError(str(error), code=ErrorCode.INVALID_IMAGE, lasting=error.lasting) from None
    return Painted(picture, provider.name, result.model)


def summary(errors: Sequence[ProviderError]) -> ProviderError:
    """What became of them all: the last one's word, and the earliest time at which one of them may be asked again."""
    waits = [error.retry_after_s or 0 for error in errors]
    asked = [error for error in errors if not isinstance(error, ProviderResting)]
    if not asked:
        return ProviderResting("The image service has not been reachable for a while.")
    error = ProviderError(asked[-1].message, code=asked[-1].code, retry_after_s=min(waits))
    error.paid = any(each.paid for each in asked)
    return error
