"""The writes of a worker, done again where database or storage failed for a moment: the picture is paid for."""

import time
from collections.abc import Callable
from functools import partial

import structlog
from django.db import InterfaceError, OperationalError, connection

from generations.images.inspection import Picture
from generations.images.models import Image
from generations.images.services import StorageError, announce_image, new_image, write_image
from projects.models import Project

log = structlog.get_logger(__name__)

RECONNECT_AFTER_S = (0.0, 0.5, 1.0, 2.0, 4.0)
STORE_AGAIN_AFTER_S = (0.05, 0.5, 3.0)
# A storage that hangs uses up the job's time; one that refuses does not.
STORE_AGAIN_WITHIN_S = 10


def persist(write: Callable[[], None]) -> None:
    """Write to the database, again after a lost connection."""
    for pause in RECONNECT_AFTER_S:
        try:
            return write()
        except (OperationalError, InterfaceError) as error:
            log.warning("database_lost", error=type(error).__name__)
            connection.close()
            time.sleep(pause)
    return write()


def store(project: Project, picture: Picture, canceled: Callable[[], bool]) -> Image:
    """Announce and write the file, the same bytes again after a quick failure; StorageError after the last."""
    began = time.monotonic()
    for pause in STORE_AGAIN_AFTER_S:
        try:
            return store_once(project, picture)
        except StorageError as error:
            if canceled() or time.monotonic() - began > STORE_AGAIN_WITHIN_S:
                raise
            log.warning("storage_failed", error=str(error))
            time.sleep(pause)
    return store_once(project, picture)


def store_once(project: Project, picture: Picture) -> Image:
    """Under a key of its own: what failed may still come, even when the picture has been deleted; its intent stays."""
    image = new_image(project, picture)
    persist(partial(announce_image, image))
    write_image(image, picture)
    return image
