"""A port of loopback's and a thread for each that connects to it: what servers that speak bytes have in common."""

import socket
import threading
from abc import ABC, abstractmethod
from contextlib import suppress
from typing import Self

from tests.servers.process import HOST

PIECE_BYTES = 65_536


class Listener(ABC):
    """Listens from its making on until it is closed: ``super().__init__`` comes last in that of a subclass."""

    def __init__(self) -> None:
        self._listener = socket.create_server((HOST, 0), backlog=128)
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @abstractmethod
    def serve(self, client: socket.socket) -> None:
        """Do what there is to do with one connection, in a thread of its own, and close it."""

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self.serve, args=(client,), daemon=True).start()


def pass_on(source: socket.socket, target: socket.socket) -> None:
    """Until the source has said all; the target hears of that."""
    with suppress(OSError):
        while piece := source.recv(PIECE_BYTES):
            target.sendall(piece)
        target.shutdown(socket.SHUT_RDWR)
