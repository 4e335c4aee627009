"""The other end of a line: a small HTTP server on loopback that gives the answers a test lined up, and remembers."""

import json
import struct
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SO_LINGER, SOL_SOCKET
from typing import Any, ClassVar, Self

CHUNK = bytes(64 * 1024)
SLOW_S = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes over the wire.

    ``slow`` says nothing until the peer ends. ``cut`` breaks off with a reset, half-way through the body, or
    before the first word where there is none. ``endless`` repeats zeroes after the body for as long as the client
    reads, each time after a pause.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    slow: bool = False
    cut: bool = False
    endless: bool = False
    pause_s: float = 0

    @classmethod
    def of(cls, document: Any, status: int = 200, **headers: str) -> Self:
        """JSON; the underscores of a header's name stand for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(json.dumps(document).encode(), status, named)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that came in."""

    method: str
    path: str
    headers: Message
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)


class Peer:
    """A server to line up answers for, which come in this order; the last one is given again and again."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.bytes_sent = 0
        self.ended = threading.Event()
        self._may_answer = threading.Event()
        self._may_answer.set()
        self._answers: deque[Answer] = deque()
        handler = type("PeerHandler", (Handler,), {"peer": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    def answers(self, *answers: Answer) -> None:
        self._answers = deque(answers)

    def hold(self) -> None:
        """Answer nothing until ``go_on``."""
        self._may_answer.clear()

    def go_on(self) -> None:
        self._may_answer.set()

    def next_answer(self) -> Answer:
        self._may_answer.wait(SLOW_S)
        if not self._answers:
            return Answer.of({"error": {"message": "The test lined up no answer."}}, 500)
        return self._answers.popleft() if len(self._answers) > 1 else self._answers[0]

    @contextmanager
    def running(self) -> Iterator[Self]:
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.ended.set()
            self._server.shutdown()
            thread.join()
            self._server.server_close()


class Handler(BaseHTTPRequestHandler):
    """Gives a peer's next answer, whatever is asked."""

    peer: ClassVar[Peer]
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.peer.asked.append(Asked(self.command, self.path, self.headers, body))
        answer = self.peer.next_answer()
        if answer.slow:
            self.peer.ended.wait(SLOW_S)
        if answer.cut and not answer.body:
            self.reset()
            return
        # Clients that have read enough, or waited enough, hang up.
        with suppress(ConnectionError):
            self.send_head(answer)
            self.send_body(answer)

    def do_GET(self) -> None:
        self.do_POST()

    def send_head(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        if answer.endless:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()

    def send_body(self, answer: Answer) -> None:
        if answer.cut:
            self.wfile.write(answer.body[: len(answer.body) // 2])
            self.reset()
        elif answer.endless:
            self.send_chunk(answer.body)
            while not self.peer.ended.wait(answer.pause_s):
                self.send_chunk(CHUNK)
        else:
            self.wfile.write(answer.body)

    def send_chunk(self, chunk: bytes) -> None:
        if chunk:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
            self.peer.bytes_sent += len(chunk)

    def reset(self) -> None:
        """Close the connection the hard way, as a crash does."""
        self.close_connection = True
        self.connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def log_message(self, *args: Any) -> None:
        """A test's output is the test's."""
