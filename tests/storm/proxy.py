"""A TCP line to a server that is not ours to kill, which can be cut."""

import socket
import threading
from contextlib import suppress

from tests.servers.listener import Listener


class Proxy(Listener):
    """Passes bytes on both ways; ``cut`` ends every connection at once."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._open: set[socket.socket] = set()
        super().__init__()

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
        super().close()
        self.cut()

    def serve(self, client: socket.socket) -> None:
        with suppress(OSError), client, socket.create_connection(self._target) as far:
            self._open |= {client, far}
            back = threading.Thread(target=pump, args=(far, client), daemon=True)
            back.start()
            pump(client, far)
            back.join()
            self._open -= {client, far}


def pump(source: socket.socket, sink: socket.socket) -> None:
    """Until one side has ended; then both have."""
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
