"""Taking the next generation out of the queue."""

from contextlib import suppress
from uuid import UUID, uuid4

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q

from generations.events import announce
from generations.models import Generation, Status
from generations.notifications import notify
from generations.queue.circuit_breaker import Breakers
from generations.queue.routing import served_by
from generations.queue.scheduling import ProjectAtLimit, anything_to_claim, claim_next, put_aside

log = structlog.get_logger(__name__)

# Offsets into the scheduling order to try in turn when others claim the same rows: 0 is the head.
LOOKS = (0, 1, 0, 2, 0, 4, 0, 1)


def take(queue: str, breakers: Breakers | None = None) -> Generation | None:
    """Claim the next one; where others took what was next at the same moment, look at the project after it, or again.

    Only the first look is at a part of many projects. What is left after the last is rung for by a relay. What waits
    for a provider that is down is left alone.
    """
    breakers = breakers or Breakers()
    start: UUID | None = uuid4()
    for skip in LOOKS:
        served = served_by(queue) & breakers.look().askable()
        with suppress(ProjectAtLimit):  # or NotAdmitted, which is one
            if generation := take_or_put_aside(served, skip, start, breakers):
                return generation
        if not anything_to_claim(served):
            break
        start = None
    return None


def take_or_put_aside(served: Q, skip: int, start: UUID | None, breakers: Breakers) -> Generation | None:
    """Take what is next; where that fails for a reason of its own, put it aside so that the others have their turns."""
    try:
        return take_once(served, skip, start, breakers)
    except (ProjectAtLimit, OperationalError, InterfaceError):
        raise
    except Exception as error:
        aside = put_aside(served, skip=skip, start=start)
        log.exception("claim_failed", generation_id=str(aside), error=type(error).__name__)
        return None


@transaction.atomic
def take_once(served: Q, skip: int, start: UUID | None, breakers: Breakers) -> Generation | None:
    generation = claim_next(served, skip=skip, start=start)
    if generation is not None:
        breakers.admit(generation.project.image_provider)
        if generation.waits:
            notify(generation.pk)  # its webhooks were told when it was taken first
        else:
            announce(generation, Status.PROCESSING)
    return generation
