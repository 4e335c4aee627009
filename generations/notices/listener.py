"""The thread that listens to PostgreSQL for all who wait in this process."""

import os
import select
import threading
import time
from contextlib import suppress
from typing import Any
from uuid import UUID

import psycopg
import structlog
from django.db import connection

from generations.notices.registry import Registry

log = structlog.get_logger(__name__)

RECONNECT_AFTER_S = (0.1, 0.5, 1.0, 2.0, 5.0)
# A server that vanished without a word is missed after some 25 seconds.
KEEPALIVES = {"keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
NAME = "easel-notices"
"""What pg_stat_activity calls the connection."""


class Listener:
    """One daemon thread and one connection a process, started by the first who waits, so after any fork."""

    def __init__(self, channel: str) -> None:
        self.registry = Registry(lambda: self.hears)
        self.hears = False
        self._channel = channel
        self._lock = threading.Lock()
        self._pid = 0

    def start(self) -> None:
        """Listen, if this process does not do so yet."""
        if self._pid == os.getpid():
            return
        with self._lock:
            if self._pid != os.getpid():
                self._pid = os.getpid()
                threading.Thread(target=self._run, name="notices", daemon=True).start()

    def _run(self) -> None:
        failures = 0
        while True:
            try:
                self._listen()
            except Exception as error:  # noqa: BLE001 — whatever the bug: without this thread nobody hears anything
                log.warning("notices_cut", error=type(error).__name__)
            failures = 0 if self.hears else failures + 1
            if self.hears:
                self.hears = False
                self.registry.tell_all()
            time.sleep(RECONNECT_AFTER_S[min(failures, len(RECONNECT_AFTER_S) - 1)])

    def _listen(self) -> None:
        """Until the connection is lost. What was said while there was none is made up for by looking at all rows."""
        parameters: dict[str, Any] = connection.get_connection_params() | KEEPALIVES | {"application_name": NAME}
        with psycopg.connect(**parameters, autocommit=True) as listening:
            listening.execute(f"LISTEN {self._channel}")
            self.hears = True
            self.registry.tell_all()
            readable = select.poll()
            readable.register(listening.fileno(), select.POLLIN)
            while True:
                # psycopg's own waiting looks at the clock ten times a second.
                readable.poll()
                for notice in listening.notifies(timeout=0):
                    with suppress(ValueError):  # anybody may say anything on a channel
                        self.registry.tell(UUID(notice.payload))
