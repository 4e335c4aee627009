"""Waiting for a generation to end, at the cost of a thread and nothing else."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from django.db import InterfaceError, OperationalError, connection

from generations import notifications
from generations.models import Generation, Status
from generations.services import get_generation, parse_id
from projects.api.connection_pool import callers_shares, places, slots
from projects.api.throttling import may_wait_for_free
from projects.models import ApiKey, Project

log = structlog.get_logger(__name__)

ENDED = {Status.SUCCESS, Status.FAILED}
LOOK_AGAIN_AFTER_ERROR_S = 1.0


class Watch:
    """One generation as it changes. Its row is read when there is news, in a slot of its own."""

    def __init__(self, project: Project, generation_id: str, subscription: notifications.Subscription) -> None:
        self._project, self._id, self._subscription = project, generation_id, subscription
        self._seen = True
        """Whether the last look saw anything."""

    @property
    def closed(self) -> bool:
        """This process is about to end."""
        return self._subscription.closed

    def look(self, known: Generation | None = None) -> Generation:
        """The row as it is. Raises GenerationNotFound; while the database is away, gives what is ``known``, if it is.

        Whoever has been told of a generation is not told of an error instead because of what came afterwards.
        """
        try:
            with slots.taken():
                generation = self._read()
        except (OperationalError, InterfaceError) as error:
            self._seen = False
            if known is None:
                raise
            log.warning("look_failed", generation_id=self._id, error=type(error).__name__)
            return known
        self._seen = True
        return generation

    def look_until(self, over_at: float) -> Generation:
        """The row as it is, looked for as long as the database is away; then raises what ``look`` raises."""
        while True:
            try:
                return self.look()
            except (OperationalError, InterfaceError) as error:
                log.warning("look_failed", generation_id=self._id, error=type(error).__name__)
                if not self.wait(over_at - time.monotonic()):
                    raise

    def _read(self) -> Generation:
        try:
            return get_generation(self._project, self._id, afresh=True)
        except (OperationalError, InterfaceError):
            connection.close()
            raise

    def wait(self, timeout_s: float) -> bool:
        """Step aside until it is worth another look; False when the time is over or this process ends."""
        if self._seen:
            with slots.aside():
                return self._subscription.wait(timeout_s)
        over_at = time.monotonic() + timeout_s
        with slots.aside():
            told = self._subscription.wait(min(timeout_s, LOOK_AGAIN_AFTER_ERROR_S))
        return told or (not self.closed and time.monotonic() < over_at)


@contextmanager
def watch(project: Project, generation_id: str) -> Iterator[Watch]:
    """Hear of a generation from here on. Raises GenerationNotFound for what is no id."""
    with notifications.subscribe(parse_id(generation_id)) as subscription:
        yield Watch(project, generation_id, subscription)


@dataclass(frozen=True)
class Waited:
    """A generation, and whether there was a place to wait for it, or no need of one."""

    generation: Generation
    applied: bool


def wait_for_end(
    api_key: ApiKey, generation_id: str, wait_s: float, *, may_be_free: bool, is_there: bool = False
) -> Waited:
    """Wait ``wait_s`` seconds at most, and less where it ends before.

    What may come to cost nothing (``may_be_free``) is waited for as many times an hour as the key may make requests.
    Whoever knows that it ``is_there`` has it looked for until the time is over, however often the database is away.

    Raises GenerationNotFound, also when it is deleted meanwhile. While the database is away, what was seen last is the
    answer.
    """
    over_at = time.monotonic() + wait_s
    with watch(api_key.project, generation_id) as watching:
        generation = watching.look_until(over_at) if is_there else watching.look()
        if generation.status in ENDED:
            return Waited(generation, applied=True)
        if may_be_free and not may_wait_for_free(api_key):
            return Waited(generation, applied=False)
        with places.one(*callers_shares(api_key.project_id, api_key.pk)) as place:
            while place and watching.wait(over_at - time.monotonic()):
                generation = watching.look(generation)
                if generation.status in ENDED:
                    break
            return Waited(generation, applied=place)
