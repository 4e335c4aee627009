"""The writes of a worker, done again where database or storage are no help for a while: the picture is paid for.

It is lost only with its worker. What lies in the storage is nobody's until a row says so, and no later attempt will
look for it: that could not tell a dead worker's picture from that of a slow one, which may yet throw it away.
"""

import time
from collections.abc import Callable
from functools import partial
from itertools import chain, repeat

import structlog
from django.db import InterfaceError, OperationalError, connection

from generations.images.inspection import Picture
from generations.images.models import Image
from generations.images.services import StorageError, announce_image, new_image, write_image
from projects.models import Project

log = structlog.get_logger(__name__)

# The last of them again and again, for as long as the job has time.
RECONNECT_AFTER_S = (0.0, 0.5, 1.0, 2.0)
STORE_AGAIN_AFTER_S = (0.05, 0.5, 3.0, 10.0)
# What is left for giving up.
MARGIN_S = 2.0


def persist(write: Callable[[], None], *, ends_at: float) -> None:
    """Write to the database, and again until the job's time is over (by the monotonic clock) while that is no help."""
    pauses = chain(RECONNECT_AFTER_S, repeat(RECONNECT_AFTER_S[-1]))
    while True:
        try:
            return write()
        except (OperationalError, InterfaceError) as error:
            log.warning("database_lost", error=type(error).__name__)
            connection.close()
            pause = next(pauses)
            if time.monotonic() + pause >= ends_at:
                raise
            time.sleep(pause)


def store(project: Project, picture: Picture, canceled: Callable[[], bool], *, ends_at: float) -> Image:
    """Announce and write the file, and the same bytes again after a failure; StorageError when there is no more time.

    A storage that hangs is asked again only where there is time for that to take as long once more.
    """
    pauses = chain(STORE_AGAIN_AFTER_S, repeat(STORE_AGAIN_AFTER_S[-1]))
    while True:
        began = time.monotonic()
        try:
            return store_once(project, picture, ends_at=ends_at)
        except StorageError as error:
            now, pause = time.monotonic(), next(pauses)
            if canceled() or now + pause + (now - began) + MARGIN_S >= ends_at:
                raise
            log.warning("storage_failed", error=str(error))
            time.sleep(pause)


def store_once(project: Project, picture: Picture, *, ends_at: float) -> Image:
    """Under a key of its own: what failed may still come, even when the picture has been deleted; its intent stays."""
    image = new_image(project, picture)
    persist(partial(announce_image, image), ends_at=ends_at)
    write_image(image, picture)
    return image
