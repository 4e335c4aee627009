"""Load on one address for a while, by wrk or, where that is not installed, by threads of our own."""

import json
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from tempfile import NamedTemporaryFile

HOST = "127.0.0.1"
CONNECTIONS = 4


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""

    def raw(self, port: int) -> bytes:
        headers = {"Host": f"{HOST}:{port}", "Content-Length": str(len(self.body.encode())), **self.headers}
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", self.body]).encode()


class LoadFailed(Exception):
    """Not every request was answered well."""


def load(port: int, request: Request, seconds: float) -> tuple[int, float]:
    """Send the request over and over on a few connections; return how many were answered, and in how many seconds."""
    return load_with_wrk(port, request, seconds) if shutil.which("wrk") else load_with_python(port, request, seconds)


def load_with_wrk(port: int, request: Request, seconds: float) -> tuple[int, float]:
    with NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(f"wrk.method, wrk.body = {json.dumps(request.method)}, {json.dumps(request.body) or 'nil'}\n")
        script.writelines(
            f"wrk.headers[{json.dumps(name)}] = {json.dumps(value)}\n" for name, value in request.headers.items()
        )
        # JSON, for what wrk prints is rounded.
        script.write(
            "function done(s) io.write(string.format('\\n{%d %d %d}', s.requests, s.duration, s.errors.status))end"
        )
        script.flush()
        command = [
            "wrk",
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{seconds:.0f}s",
            "-s",
            script.name,
            f"http://{HOST}:{port}{request.path}",
        ]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"\{(\d+) (\d+) (\d+)\}", output)
    if not found or found[3] != "0" or "Socket errors" in output:
        raise LoadFailed(output)
    return int(found[1]), int(found[2]) / 1e6


def load_with_python(port: int, request: Request, seconds: float) -> tuple[int, float]:
    """In a process of its own, so that it does not share our interpreter."""
    task = json.dumps({"port": port, "request": asdict(request), "seconds": seconds})
    output = subprocess.run([sys.executable, __file__, task], check=True, capture_output=True, text=True).stdout
    answered, duration = json.loads(output)
    return answered, duration


def send_until(deadline: float, port: int, raw: bytes, answered: list[int]) -> None:
    """Fill one keep-alive connection with requests; note how many were answered, or -1 where one was not 2xx."""
    with socket.create_connection((HOST, port)) as connection:
        stream = connection.makefile("rb")
        count = 0
        while time.monotonic() < deadline:
            connection.sendall(raw)
            if not stream.readline().split()[1].startswith(b"2"):
                answered.append(-1)
                return
            length = 0
            while (line := stream.readline()) != b"\r\n":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            stream.read(length)
            count += 1
        answered.append(count)


def main(task: str) -> None:
    work = json.loads(task)
    answered: list[int] = []
    started = time.monotonic()
    raw = Request(**work["request"]).raw(work["port"])
    arguments = (started + work["seconds"], work["port"], raw, answered)
    threads = [threading.Thread(target=send_until, args=arguments) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(answered) < CONNECTIONS or min(answered) < 0:
        sys.exit("Not every request was answered well.")
    print(json.dumps([sum(answered), time.monotonic() - started]))


if __name__ == "__main__":
    main(sys.argv[1])
