"""The steps inside a worker's relay at which it may be told to die or to stand still, with its row locks held."""

import random
import time
from threading import current_thread
from typing import Any

from generations import events, notifications
from generations.images import services as images
from generations.queue import broker
from generations.services import lifecycle
from generations.worker import background, maintenance
from tests.storm.inside.orders import step
from tests.storm.inside.replacing import replace

AFTER_FREEING, BEFORE_RINGING = "after freeing", "before ringing"
LONGEST_PAUSE_S = 0.03
BEFORE_DELETING, AFTER_DELETING = "before deleting", "after deleting"


class RelaysBell(broker.Bell):
    """The rows' next ring has been committed; the ring itself has not happened."""

    def ring(self, times: int = 1, **queue: Any) -> None:
        if times:
            step(BEFORE_RINGING)
        super().ring(times, **queue)


def install() -> None:
    announce, collect_intent, notify = events.announce, images.collect_intent, notifications.notify

    def announce_freed(*args: Any) -> None:
        """The row has been freed, and is locked until the commit that is still to come."""
        announce(*args)
        step(AFTER_FREEING)

    def collect_doomed(*args: Any, **options: Any) -> bool:
        """The intent is doomed; its object still lies there."""
        step_of_relay(BEFORE_DELETING)
        return collect_intent(*args, **options)

    def notify_slowly(*args: Any) -> None:
        """A deletion has read which image there is, and has deleted nothing yet."""
        time.sleep(random.uniform(0, LONGEST_PAUSE_S))
        notify(*args)

    replace(lifecycle, notify=notify_slowly)
    replace(maintenance, announce=announce_freed)
    replace(background, Bell=RelaysBell)
    replace(images, collect_intent=collect_doomed)


def step_of_relay(name: str) -> None:
    """A step that jobs and requests come by as well."""
    if current_thread().name.startswith("relay"):
        step(name)
