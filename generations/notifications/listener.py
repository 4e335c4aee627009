"""The thread that listens to PostgreSQL for all who wait in this process, and makes sure that it hears.

A connection may live and be of no use: a pooler in transaction mode takes LISTEN, and passes no notification on. So
the thread says something over another connection, and waits until it has heard it.
"""

import os
import select
import threading
import time
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

import psycopg
import structlog
from django.db import connection

from generations.notifications.subscriptions import Registry

log = structlog.get_logger(__name__)

RECONNECT_AFTER_S = (0.1, 0.5, 1.0, 2.0, 5.0)
# What is in between does not change often, and each look leaves a LISTEN behind on a connection of the pooler's.
LOOK_AGAIN_AFTER_S = 300.0
HEARD_WITHIN_S = 5.0
PROVE_EVERY_S = 30.0
EVERYBODY = "everybody"
"""In the place of an id."""
NAME = "easel-notices"
"""What pg_stat_activity calls the connection."""


class Unheard(Exception):
    """What was said over one connection did not come on the other."""


class Listener:
    """One daemon thread and one connection a process, started by the first who waits, so after any fork."""

    def __init__(self, channel: str) -> None:
        self.registry = Registry(lambda: self.hears)
        self.hears = False
        self._channel = channel
        self._lock = threading.Lock()
        self._pid = 0
        self._told_of_silence = False

    @property
    def runs(self) -> bool:
        """Whether somebody has waited in this process."""
        return self._pid == os.getpid()

    def start(self) -> None:
        """Listen, if this process does not do so yet."""
        if self.runs:
            return
        with self._lock:
            if not self.runs:
                self._pid = os.getpid()
                threading.Thread(target=self._run, name="notices", daemon=True).start()

    def _run(self) -> None:
        failures = 0
        while True:
            pause_s = None
            try:
                self._listen()
            except Unheard:
                # Once heard and now no more, it may be the connection; else it is what lies in between.
                pause_s = None if self.hears else LOOK_AGAIN_AFTER_S
                self._tell_of_silence()
            except Exception as error:  # noqa: BLE001 — whatever the bug: without this thread nobody hears anything
                log.warning("notices_cut", error=type(error).__name__)
            failures = 0 if self.hears else failures + 1
            if self.hears:
                self.hears = False
                self.registry.tell_all()
            time.sleep(pause_s or RECONNECT_AFTER_S[min(failures, len(RECONNECT_AFTER_S) - 1)])

    def _tell_of_silence(self) -> None:
        """Once, for as long as it lasts."""
        if not self._told_of_silence:
            self._told_of_silence = True
            log.warning("notices_unheard", advice="a pooler between Easel and PostgreSQL has to keep sessions")

    def _listen(self) -> None:
        """Until the connection is lost. What was said while there was none is made up for by looking at all rows."""
        parameters: dict[str, Any] = connection.get_connection_params() | {"application_name": NAME}
        with psycopg.connect(**parameters, autocommit=True) as listening:
            # A channel of its own: what a pooler keeps of this LISTEN, no other client's connection shall be sent.
            probe = f"{self._channel}_{uuid4().hex}"
            listening.execute(f"LISTEN {probe}")
            self._prove(listening, parameters, probe)
            listening.execute(f"LISTEN {self._channel}")
            self.hears, self._told_of_silence = True, False
            self.registry.tell_all()
            readable = select.poll()
            readable.register(listening.fileno(), select.POLLIN)
            while True:
                # psycopg's own waiting looks at the clock ten times a second.
                if not readable.poll(PROVE_EVERY_S * 1000) and self.registry:
                    self._prove(listening, parameters, probe)
                for notice in listening.notifies(timeout=0):
                    self._pass_on(notice)

    def _prove(self, listening: Any, parameters: dict[str, Any], probe: str) -> None:
        """Say something over another connection, and hear it; or raise Unheard."""
        with psycopg.connect(**parameters, autocommit=True) as speaking:
            speaking.execute("SELECT pg_notify(%s, '')", [probe])
        over_at = time.monotonic() + HEARD_WITHIN_S
        while (left_s := over_at - time.monotonic()) > 0:
            # To its end, for what came together is lost otherwise.
            came = list(listening.notifies(timeout=left_s, stop_after=1))
            for notice in came:
                self._pass_on(notice)
            if any(notice.channel == probe for notice in came):
                return
        raise Unheard

    def _pass_on(self, notice: psycopg.Notify) -> None:
        if notice.payload == EVERYBODY:
            self.registry.tell_all()
        with suppress(ValueError):  # anybody may say anything on a channel
            self.registry.tell(UUID(notice.payload))
