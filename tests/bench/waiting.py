"""What a hundred clients that wait cost the others: the 99th percentile of ordinary requests, with them and without."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from statistics import median, quantiles

from tests.bench.load import HOST, Request
from tests.bench.processes import serving

CLIENTS = 100
OTHERS = 4
EACH_S = 0.05
SETTLE_S = 3
SPARE_S = 10


def measure_waiting(waited_for: Request, ordinary: Request, *, rounds: int, seconds: float, logs: Path) -> list[str]:
    """Alternately without and with the waiting clients, on two processes; return the lines to print.

    ``waited_for`` is a GET of a generation that nobody makes.
    """
    alone: list[float] = []
    beside: list[float] = []
    with serving("config.wsgi:application", logs / "waiting.log", workers=2) as (_, port):
        p99_ms(port, ordinary, seconds)
        for number in range(rounds):
            if number % 2:
                alone.append(p99_ms(port, ordinary, seconds))
            with waiting_clients(port, waited_for, seconds + SPARE_S):
                beside.append(p99_ms(port, ordinary, seconds))
            if not number % 2:
                alone.append(p99_ms(port, ordinary, seconds))
    ratios = [with_them / without for with_them, without in zip(beside, alone, strict=True)]
    return [
        f"p99 of GET by id beside {CLIENTS} clients that wait, two processes: {median(beside):.1f} ms",
        f"p99 without them: {median(alone):.1f} ms",
        f"Ratio: {median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f}); target 1.20",
    ]


@contextmanager
def waiting_clients(port: int, request: Request, seconds: float) -> Iterator[None]:
    """As many connections, half of them streams; all of them wait from the beginning to the end of the block.

    It may last so many seconds. Afterwards nobody waits any more.
    """
    over_at = time.monotonic() + SETTLE_S + seconds
    wait = Request("GET", request.path, request.headers | {"Prefer": f"wait={SETTLE_S + seconds:.0f}"})
    stream = Request("GET", f"{request.path}/events", request.headers)
    with ExitStack() as clients:
        opened = []
        for number in range(CLIENTS):
            client = clients.enter_context(closing(socket.create_connection((HOST, port))))
            client.sendall((wait if number % 2 else stream).raw(port))
            opened.append((client, number % 2 == 0))
        time.sleep(SETTLE_S)
        yield
        for client, streams in opened:
            client.setblocking(False)
            answered = received(client)
            assert answered.startswith(b"HTTP/1.1 200") if streams else not answered, answered
    # A stream sees with its next comment that its client has gone, and whoever waits when the time is over.
    time.sleep(max(0.0, over_at - time.monotonic()) + SETTLE_S)


def received(client: socket.socket) -> bytes:
    try:
        return client.recv(65536)
    except BlockingIOError:
        return b""


def p99_ms(port: int, request: Request, seconds: float) -> float:
    """Of requests that come at a steady pace, which leaves the processors room; taken by a process of their own."""
    task = json.dumps({"port": port, "raw": request.raw(port).decode(), "seconds": seconds})
    output = subprocess.run(
        [sys.executable, "-m", "tests.bench.waiting", task], check=True, capture_output=True, text=True
    ).stdout
    took_ms: list[float] = json.loads(output)
    return quantiles(took_ms, n=100)[98]


def send_at_a_pace(until: float, port: int, raw: bytes, begin_s: float, took_ms: list[float]) -> None:
    with socket.create_connection((HOST, port)) as connection:
        stream = connection.makefile("rb")
        due = time.monotonic() + begin_s
        while due < until:
            time.sleep(max(0.0, due - time.monotonic()))
            began = time.perf_counter()
            connection.sendall(raw)
            assert stream.readline().split()[1] == b"200"
            length = 0
            while (line := stream.readline()) != b"\r\n":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            stream.read(length)
            took_ms.append((time.perf_counter() - began) * 1000)
            due += EACH_S


def main(task: str) -> None:
    work = json.loads(task)
    took_ms: list[float] = []
    until = time.monotonic() + work["seconds"]
    threads = [
        threading.Thread(
            target=send_at_a_pace,
            args=(until, work["port"], work["raw"].encode(), EACH_S * number / OTHERS, took_ms),
        )
        for number in range(OTHERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(took_ms))


if __name__ == "__main__":
    main(sys.argv[1])
