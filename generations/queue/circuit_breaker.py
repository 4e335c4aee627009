"""Circuit breakers: a provider that is down is left alone by all workers, and is not overrun when it is back.

After FAILURES_IN_A_ROW generations in a row that it failed, its breaker opens: for a pause nobody asks it, and what
waits for it alone is not even claimed. Then one attempt probes; if that fails, the next pause begins. If it succeeds,
others follow in the order of the queue: with each one that succeeds, one more at a time, until the breaker closes.
"""

import math
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar, cast
from uuid import UUID

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from generations.models import Breaker, Generation, Hold
from generations.providers import ErrorCode, ProviderError
from generations.queue.routing import chain_of
from generations.queue.scheduling import ProjectAtLimit

log = structlog.get_logger(__name__)

FAILURES_IN_A_ROW = 5
PAUSE_S = 30
# A vendor may ask for more. And a call that timed out may be on the bill: such a provider is probed ever less often.
LONGEST_PAUSE_S = 3600
LONGEST_PAUSE_AFTER_TIMEOUT_S = 600
# Until so many have succeeded, the next one follows after a share of the time that one takes: a half, a third, …
CLOSED_AFTER = 16
SHORTEST_CALL_S = 1.0
# Whoever answers with a refusal or with nonsense is alive, and one customer's prompts shall not keep out the others'.
SIGNS_OF_DEATH = {ErrorCode.PROVIDER_TIMEOUT, ErrorCode.PROVIDER_UNAVAILABLE, ErrorCode.PROVIDER_RATE_LIMITED}

T = TypeVar("T")


class NotAdmitted(ProjectAtLimit):
    """Another worker was the one that may ask the project's provider now; nothing is taken."""


class Breakers:
    """All breakers as they were at one moment, and what one attempt may do and has to tell."""

    def __init__(self) -> None:
        self._states: Mapping[str, Breaker] = {}
        self._admitted: set[str] = set()
        self.recovering = False
        """Whether this attempt has shown that a provider is back, and others may follow."""
        self.have_news = False
        """Whether it has changed what others are told that they wait for."""

    def look(self) -> "Breakers":
        """Read how they are now."""
        self._states = {state.alias: state for state in Breaker.objects.as_now()}
        return self

    # ── What may be claimed ──────────────────────────────────────────────────────────────────────────────────────────

    def chain(self, image_provider: str) -> list[Breaker]:
        """The open breakers of a project's chain, if that is all of it; else nothing: somebody can be asked."""
        aliases = [alias for alias in chain_of(image_provider) if alias in settings.IMAGE_PROVIDERS]
        states = [self._states[alias] for alias in aliases if alias in self._states]
        return states if len(states) == len(aliases) and all(state.is_open for state in states) else []

    def resting(self) -> list[str]:
        """The values of ``image_provider`` whose jobs nobody can do now."""
        return [name for name, chain in self._open_chains() if not any(state.may_be_asked for state in chain)]

    def probing(self) -> list[str]:
        """Those whose jobs may be taken one by one."""
        return [name for name, chain in self._open_chains() if any(state.may_be_asked for state in chain)]

    def askable(self) -> Q:
        """Projects of which something may be claimed."""
        resting = self.resting()
        return ~Q(image_provider__in=resting) if resting else Q()

    def holds(self) -> dict[str, Hold]:
        """What keeps the jobs of each ``image_provider`` waiting; one that has begun to paint again keeps none."""
        chains = ((name, chain) for name, chain in self._open_chains() if not any(state.successes for state in chain))
        return {name: hold_by(min(chain, key=retry_time)) for name, chain in chains}

    def admit(self, image_provider: str) -> None:
        """In the transaction of a claim: be the one that asks, or raise NotAdmitted."""
        chain = self.chain(image_provider) if settings.OUTAGE_PATIENCE_S else []
        ready = next((state.alias for state in chain if state.may_be_asked), None)
        if ready is None:
            return
        if not admit(ready):
            raise NotAdmitted
        self._admitted.add(ready)

    def _open_chains(self) -> list[tuple[str, list[Breaker]]]:
        if not settings.OUTAGE_PATIENCE_S or not any(state.is_open for state in self._states.values()):
            return []
        chains = ((name, self.chain(name)) for name in ("", *settings.IMAGE_PROVIDERS))
        return [(name, chain) for name, chain in chains if chain]

    # ── What an attempt does ─────────────────────────────────────────────────────────────────────────────────────────

    def lets_pass(self, alias: str) -> bool:
        """Whether the provider may be asked; once a pause is over, the first to ask finds out for the others."""
        state = self._states.get(alias)
        if alias in self._admitted or state is None or not state.is_open:
            return True
        return quietly(lambda: admit(alias) or not is_open(alias), otherwise=True)

    def is_probing(self, alias: str) -> bool:
        """Whether the provider was known to be down when this was read, so that whoever asks finds out for all."""
        return alias in self._states and self._states[alias].is_open

    def note_failure(self, alias: str, generation_id: UUID, error: ProviderError, took_s: float) -> Breaker | None:
        """The breaker as it is after this failure; None where it was no sign of death."""
        if error.code not in SIGNS_OF_DEATH:
            self.note_success(alias, took_s)
            return None
        state = quietly(lambda: count_failure(alias, generation_id, error), otherwise=None)
        self.have_news |= state is not None and state.is_open
        return state

    def note_success(self, alias: str, took_s: float) -> None:
        """It lives. Nothing is written where nothing was counted, so that a healthy provider costs one look."""
        if alias not in self._states:
            return
        successes = quietly(lambda: step_towards_closed(alias, took_s), otherwise=0)
        self.recovering |= 0 < successes < CLOSED_AFTER
        if successes in {1, CLOSED_AFTER}:
            self.have_news = True
            quietly(lambda: release(alias), otherwise=None)


def retry_time(state: Breaker) -> datetime:
    return cast(datetime, state.retry_at)


def hold_by(state: Breaker) -> Hold:
    return Hold(
        provider=state.alias,
        error_code=state.error_code,
        error_message=state.error_message,
        since=state.since,
        retry_at=retry_time(state),
        seen_at=cast(datetime, state.database_time),
    )


def is_open(alias: str) -> bool:
    return Breaker.objects.filter(alias=alias, retry_at__isnull=False).exists()


def admit(alias: str) -> bool:
    """Take the one turn that there is, and say when the next one is."""
    ready = Breaker.objects.filter(alias=alias, retry_at__lte=Now())
    return bool(ready.update(retry_at=Now() + F("pace")))


@transaction.atomic
def count_failure(alias: str, generation_id: UUID, error: ProviderError) -> Breaker | None:
    """A generation counts once, however often it fails: what is wrong may be its prompt."""
    Breaker.objects.bulk_create([Breaker(alias=alias)], ignore_conflicts=True)
    state = Breaker.objects.select_for_update().as_now().filter(alias=alias).first()
    if state is None:
        return None  # it has painted for somebody at this moment
    now = cast(datetime, state.database_time)
    if state.successes:
        state.since, state.successes = now, 0
    if str(generation_id) not in state.failed and not state.is_open:
        state.failed.append(str(generation_id))
    state.error_code, state.error_message = error.code.value, error.message
    if state.is_open or len(state.failed) >= FAILURES_IN_A_ROW:
        retry_at = now + timedelta(seconds=pause_s(error, (now - state.since).total_seconds()))
        state.retry_at = max(retry_at, state.retry_at or retry_at)
        state.pace = timedelta(seconds=PAUSE_S)
        log.warning("breaker_open", alias=alias, code=error.code.value, retry_at=state.retry_at.isoformat())
    state.save()
    return state


def pause_s(error: ProviderError, down_s: float) -> float:
    """Until the next probe: half a minute, or what the vendor asks for; after a time-out, as long as it was down."""
    own = min(down_s, LONGEST_PAUSE_AFTER_TIMEOUT_S) if error.code == ErrorCode.PROVIDER_TIMEOUT else 0.0
    return max(PAUSE_S, own, asked_pause_s(error))


def asked_pause_s(error: ProviderError) -> float:
    """What the vendor asks for, within reason; 0 where it asks for nothing."""
    asked = error.retry_after_s
    return min(asked, LONGEST_PAUSE_S) if asked and math.isfinite(asked) else 0.0


@transaction.atomic
def step_towards_closed(alias: str, took_s: float) -> int:
    """Forget its failures, or let others follow a bit faster.

    Returns how many have succeeded since it was open: CLOSED_AFTER where it is closed now, 0 where that was so before.
    """
    state = Breaker.objects.select_for_update().as_now().filter(alias=alias).first()
    if state is None:
        return 0
    successes = state.successes + 1
    if not state.is_open or successes >= CLOSED_AFTER:
        state.delete()
        return CLOSED_AFTER
    state.successes, state.retry_at = successes, state.database_time
    state.pace = timedelta(seconds=max(took_s, SHORTEST_CALL_S) / (successes + 1))
    state.save()
    log.info("breaker_lets_more_pass", alias=alias, successes=successes)
    return successes


def release(alias: str) -> None:
    """What waited for it need not wait for the end of its own pause. A statement of its own: it waits for row locks."""
    served = [name for name in ("", *settings.IMAGE_PROVIDERS) if alias in chain_of(name)]
    waiting = Generation.objects.waiting_for_provider().filter(project__image_provider__in=served)
    paused = waiting.filter(next_attempt_at__gt=Now()).select_for_update(skip_locked=True, of=("self",))
    with transaction.atomic():
        found = list(paused.order_by().values_list("pk", flat=True))
        Generation.objects.filter(pk__in=found).update(next_attempt_at=Now(), ring_at=Now())


def quietly(step: Callable[[], T], *, otherwise: T) -> T:
    """No job fails, and no picture is lost, because a breaker could not be written."""
    try:
        return step()
    except (DatabaseError, InterfaceError) as error:
        log.warning("breaker_without_database", error=type(error).__name__)
        connection.close()
        return otherwise
