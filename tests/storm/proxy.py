"""A TCP line to a server that is not ours to kill, which can be cut."""

import socket
import threading
from contextlib import suppress

from tests.servers.process import HOST


class Proxy:
    """Passes bytes on both ways; ``cut`` ends every connection at once."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server((HOST, 0), backlog=128)
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def lead_to(self, host: str, port: int) -> None:
        """Another server has the address from now on; what is connected stays."""
        self._target = (host, port)

    def cut(self) -> int:
        """Return how many connections there were."""
        ends = list(self._open)
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        return len(ends) // 2

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near: socket.socket) -> None:
        with suppress(OSError), near, socket.create_connection(self._target) as far:
            self._open |= {near, far}
            back = threading.Thread(target=pump, args=(far, near), daemon=True)
            back.start()
            pump(near, far)
            back.join()
            self._open -= {near, far}


def pump(source: socket.socket, sink: socket.socket) -> None:
    """Until one side has ended; then both have."""
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
