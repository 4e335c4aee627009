"""How far a picture is, as its provider tells: on the row, at most once a second."""

import math
import threading
import time

import structlog
from django.db import InterfaceError, OperationalError

from generations.models import Claim, Generation
from generations.notifications import notify

log = structlog.get_logger(__name__)

AT_MOST_EVERY_S = 1.0


class Progress:
    """Called by a provider in the thread that paints, as often as it likes; the fence holds for this as for all.

    A write that hits no row sets ``lost``: the provider hears of it long before the next heartbeat.
    """

    def __init__(self, claim: Claim, lost: threading.Event) -> None:
        self._claim, self._lost = claim, lost
        self._write_again_at = -math.inf

    def __call__(self, share: float) -> None:
        now = time.monotonic()
        if now < self._write_again_at or math.isnan(share):
            return
        self._write_again_at = now + AT_MOST_EVERY_S
        try:
            if Generation.objects.held(self._claim).update(progress=min(max(share, 0.0), 1.0)):
                notify(self._claim.generation_id)
            else:
                self._lost.set()
        except (OperationalError, InterfaceError) as error:
            # The picture matters more; the runner opens a new connection when it has one.
            log.warning("progress_not_written", error=type(error).__name__)
