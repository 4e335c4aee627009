"""Clients that post at a steady pace to two servers in turn, in a process of their own."""

import json
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass

from tests.servers.process import HOST

CONNECTIONS = 4


@dataclass(frozen=True)
class Posted:
    """What one server answered: how often with which status, and after how many milliseconds."""

    statuses: dict[str, int]
    took_ms: list[float]

    @property
    def refused(self) -> int:
        return sum(count for status, count in self.statuses.items() if status != "201")


def post_in_turn(ports: list[int], path: str, key: str, body: str, *, seconds: float, a_second: float) -> list[Posted]:
    """To each server so many requests a second; who comes first changes each time, so that noise hits all alike."""
    task = {"ports": ports, "path": path, "key": key, "body": body, "seconds": seconds, "a_second": a_second}
    output = subprocess.run(
        [sys.executable, "-m", "tests.drills.clients", json.dumps(task)], check=True, capture_output=True, text=True
    ).stdout
    return [Posted(**found) for found in json.loads(output)]


class Line:
    """A connection that is kept."""

    def __init__(self, port: int, raw: bytes) -> None:
        self._socket = socket.create_connection((HOST, port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._stream, self._raw = self._socket.makefile("rb"), raw

    def send(self) -> tuple[str, float]:
        began = time.perf_counter()
        self._socket.sendall(self._raw)
        status, length = self._stream.readline().split()[1].decode(), 0
        while (line := self._stream.readline()) != b"\r\n":
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        self._stream.read(length)
        return status, (time.perf_counter() - began) * 1000


def post(task: dict[str, str | float], number: int, answers: dict[int, list[tuple[str, float]]]) -> None:
    ports: list[int] = list(answers)
    body = str(task["body"])
    head = f"POST {task['path']} HTTP/1.1\r\nHost: {HOST}\r\nX-API-Key: {task['key']}\r\nContent-Type: application/json"
    raw = f"{head}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
    lines = {port: Line(port, raw) for port in ports}
    pause_s = CONNECTIONS / float(task["a_second"])
    begin = time.monotonic() + pause_s * number / CONNECTIONS
    turn = number
    while (due := begin + (turn - number) * pause_s) < begin + float(task["seconds"]):
        time.sleep(max(0.0, due - time.monotonic()))
        for port in ports if turn % 2 else reversed(ports):
            answers[port].append(lines[port].send())
        turn += 1


def main(task: dict[str, object]) -> None:
    answers: dict[int, list[tuple[str, float]]] = {port: [] for port in task["ports"]}  # type: ignore[attr-defined]
    threads = [threading.Thread(target=post, args=(task, number, answers)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = []
    for answered in answers.values():
        statuses = [status for status, _ in answered]
        counted = {status: statuses.count(status) for status in set(statuses)}
        found.append({"statuses": counted, "took_ms": [took for _, took in answered]})
    print(json.dumps(found))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
