"""A client as the README tells clients to be: it sends a request again until that is answered."""

import json
import time
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from itertools import count
from typing import Any

from tests.servers.process import HOST

API = "/api/v1"
TIMEOUT_S = 15
PAUSE_S = 0.3
GIVES_UP_AFTER_S = 180


class NotAnswered(Exception):
    """For longer than anybody waits."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.body)["data"]

    @property
    def error(self) -> str:
        return str(json.loads(self.body)["error"]["code"]) if self.status >= 400 else ""


class Caller:
    """One keep-alive connection to one of the web processes; after an error, to the next one."""

    def __init__(self, ports: list[int], key: str, first: int = 0) -> None:
        self._ports = ports
        self._next = count(first)
        self._headers = {"X-API-Key": key, "Content-Type": "application/json"}
        self._connection: HTTPConnection | None = None
        self.retries = 0

    def call(self, method: str, path: str, body: Any = None, idempotency_key: str = "") -> Answer:
        """Ask until there is an answer that says something about the request itself."""
        headers = self._headers | ({"Idempotency-Key": idempotency_key} if idempotency_key else {})
        payload = json.dumps(body).encode() if body is not None else None
        deadline = time.monotonic() + GIVES_UP_AFTER_S
        while time.monotonic() < deadline:
            answer = self._ask(method, f"{API}{path}", payload, headers)
            if answer and answer.status < 500 and answer.status != 429 and answer.error != "IDEMPOTENCY_KEY_IN_USE":
                return answer
            self.retries += 1
            time.sleep(PAUSE_S)
        raise NotAnswered(f"{method} {path}")

    def close(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer | None:
        with suppress(OSError, HTTPException):
            if self._connection is None:
                port = self._ports[next(self._next) % len(self._ports)]
                self._connection = HTTPConnection(HOST, port, timeout=TIMEOUT_S)
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            answer = Answer(response.status, response.read())
            if response.status < 500:
                return answer
        self.close()
        return None
