"""A server that takes every connection and never says a word, as a hung machine does."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.servers.process import HOST


@dataclass(frozen=True)
class BlackHole:
    """Where to connect in order to wait for ever."""

    port: int
    host: str = HOST

    def url(self, scheme: str) -> str:
        return f"{scheme}://{self.host}:{self.port}"


@contextmanager
def black_hole() -> Iterator[BlackHole]:
    # Nobody has to accept: the kernel completes the connections that wait in the queue, and takes what is sent to them.
    with socket.create_server((HOST, 0), backlog=128) as listener:
        yield BlackHole(port=listener.getsockname()[1])
