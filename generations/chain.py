"""The chain of providers: one picture, by the first that can make it. Each try leaves a note for the operator."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.conf import settings

from generations.breaker import FAILURES_IN_A_ROW, PAUSE_S, Breaker
from generations.images.inspection import InvalidImage, Picture, inspect_picture
from generations.providers import Canceled, ErrorCode, ImageProvider, ImageRequest, ProviderError, get_provider
from generations.spent import Tries, last_words, unanswered

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


class Chain:
    """The providers that one attempt may ask, in their order.

    ``ends_at`` is when the job has to be over, by the monotonic clock; ``now`` tells the database's time; ``earlier``
    are the tries of the attempts before this one.
    """

    def __init__(
        self, aliases: Sequence[str], *, ends_at: float, now: Callable[[], datetime], earlier: Tries | None = None
    ) -> None:
        self.tries: list[Try] = []
        self._aliases = aliases
        self._ends_at, self._now = ends_at, now
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
        errors: list[ProviderError] = []
        for alias, provider in able(self._aliases, request):
            if alias in self._last_words:
                errors.append(self._last_words[alias])
                continue
            if errors and time.monotonic() + provider.longest_s >= self._ends_at:
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
                errors.append(error)
        raise summary(errors)

    def _try(self, alias: str, provider: ImageProvider, request: ImageRequest) -> Painted:
        note = Try(alias, provider.name, provider.model, self._now().isoformat(timespec="milliseconds"))
        self.tries.append(note)
        breaker = Breaker(alias)
        began = time.monotonic()
        try:
            if not breaker.lets_pass():
                raise resting()
            painted = ask(provider, request)
        except ProviderError as error:
            if error.code == ErrorCode.PROVIDER_TIMEOUT:
                error.retry_after_s = max(error.retry_after_s or 0, provider.longest_s)
                error.lasting = alias in self._unanswered and not breaker.is_probing
            note.error_code, note.retryable, note.message = error.code.value, error.retryable, str(error)
            if not isinstance(error, ProviderResting | Canceled):
                breaker.note_failure(error)
            raise
        finally:
            note.duration_ms = round((time.monotonic() - began) * 1000)
        breaker.note_success()
        note.model = painted.model
        return painted


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


def resting() -> ProviderResting:
    message = f"Not asked: it has failed {FAILURES_IN_A_ROW} times in a row."
    return ProviderResting(message, code=ErrorCode.PROVIDER_UNAVAILABLE, retry_after_s=PAUSE_S)


def summary(errors: Sequence[ProviderError]) -> ProviderError:
    """What became of them all: the last one's word, and the earliest time at which one of them may be asked again."""
    passing = [error for error in errors if error.retryable]
    if not passing:
        return errors[-1]
    waits = [error.retry_after_s or 0 for error in passing]
    asked = [error for error in passing if not isinstance(error, ProviderResting)]
    if not asked:
        message = "The image service has not been reachable for a while."
        return ProviderError(message, code=ErrorCode.PROVIDER_UNAVAILABLE, retry_after_s=min(waits))
    return ProviderError(asked[-1].message, code=asked[-1].code, retry_after_s=min(waits))
