"""/healthz: this process is alive, and which release it is. /readyz: so are its database, broker and storage."""

import errno
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, wait
from functools import cache
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.version import VERSION
from generations.monitoring import queue_depth
from generations.notifications import notifications
from projects import release

log = structlog.get_logger(__name__)

ANSWER_WITHIN_S = 2.0


class Probe:
    """Looks at one part in a thread of its own: a part that hangs costs that thread and keeps no request waiting."""

    def __init__(self, look: Callable[[], Any], *, keep_s: float = 0) -> None:
        self._look = look
        self._keep_s = keep_s
        self._lock = threading.Lock()
        self._began = 0.0
        self._current: Future[Any] | None = None

    def start(self) -> "Future[Any]":
        """Begin a look, or join the one that is under way or that ended well less than ``keep_s`` ago."""
        with self._lock:
            if self._current is None or self._is_over(self._current):
                self._began = time.monotonic()
                self._current = Future()
                threading.Thread(target=self._run, args=(self._current,), name="probe", daemon=True).start()
            return self._current

    def _is_over(self, look: "Future[Any]") -> bool:
        return look.done() and (look.exception() is not None or time.monotonic() - self._began >= self._keep_s)

    def _run(self, result: "Future[Any]") -> None:
        try:
            seen = self._look()
        except Exception as error:  # noqa: BLE001 — whatever is wrong with it, the part is down
            log.warning("part_down", look=self._look.__name__, error=type(error).__name__)
            result.set_exception(error)
        else:
            result.set_result(seen)


class ReadOnly(Exception):
    """The database answers, and takes no writes: a replica, a failover, or an operator who has stopped them."""


class NotMigrated(Exception):
    """This program is newer than the tables: ``manage.py migrate`` has not run yet."""


def look_at_database() -> queue_depth.Waiting:
    try:
        refuse_unmigrated()
        found = queue_depth.waiting()
        refuse_read_only()
    finally:
        connection.close()
    return found


def refuse_read_only() -> None:
    """Raise ReadOnly where this thread's connection, which has just answered, is not usable all the same."""
    if not connection.is_usable():
        raise ReadOnly


@cache
def refuse_unmigrated() -> None:
    """Raise NotMigrated while migrations are missing; no exception is cached, so that it is asked until none is."""
    if release.compare().missing:
        raise NotMigrated


def look_at_schema() -> release.Differences:
    try:
        return release.compare()
    finally:
        connection.close()


def look_at_storage() -> None:
    """One cheap request that writes nothing: the bucket is there and ours, or the folder has room for a picture."""
    if isinstance(default_storage, FileSystemStorage):
        root = Path(default_storage.location)
        nearest = next(folder for folder in (root, *root.parents) if folder.exists())
        if not os.access(nearest, os.W_OK):
            raise PermissionError
        if shutil.disk_usage(nearest).free < settings.MAX_IMAGE_BYTES:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    else:
        bucket = default_storage.bucket  # type: ignore[attr-defined]
        bucket.meta.client.head_bucket(Bucket=bucket.name)


PROBES = {
    "database": Probe(look_at_database),
    "broker": Probe(queue_depth.hints_waiting),
    "storage": Probe(look_at_storage),
}


def finish(looks: Iterable["Future[Any]"]) -> None:
    """Wait for these, but not for ever."""
    wait(looks, timeout=ANSWER_WITHIN_S)


def is_up(look: "Future[Any]") -> bool:
    return look.done() and look.exception() is None


def state_of(look: "Future[Any]") -> str:
    if is_up(look):
        return "up"
    error = look.exception() if look.done() else None
    if isinstance(error, ReadOnly):
        return "read-only"
    return "not-migrated" if isinstance(error, NotMigrated) else "down"


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """This process answers, with its release. Nothing else is asked: a failing dependency does not restart it."""
    return JsonResponse({"status": "alive", "version": VERSION})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Everything that a request and its picture need answers, and can be written to; 503 names what does not."""
    looks = {part: probe.start() for part, probe in PROBES.items()}
    finish(looks.values())
    down = [part for part, look in looks.items() if not is_up(look)]
    if down:
        log.warning("not_ready", down=down)
    answer = {
        "status": "unavailable" if down else "ready",
        "parts": {part: state_of(look) for part, look in looks.items()},
        # Whoever waits is served by polling as well, later.
        "notifications": notifications(),
        "oldestPendingSeconds": None if "database" in down else looks["database"].result().oldest_s,
    }
    return JsonResponse(answer, status=503 if down else 200)
