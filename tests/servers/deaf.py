"""A line to PostgreSQL on which no notification comes back, as through a pooler in transaction mode.

Such a pooler sends LISTEN to whichever server connection is free, and lends that to somebody else. What its client sees
is what is seen here: each statement is answered, and nothing is ever heard.
"""

import socket
import struct
import threading
from contextlib import suppress

from tests.servers.listener import Listener, pass_on
from tests.servers.process import HOST

# https://www.postgresql.org/docs/current/protocol-message-formats.html
NOTIFICATION = b"A"
ENCRYPTION_ASKED_FOR = {80877103, 80877104}


class DeafLine(Listener):
    """Leads to the server's port."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self.dropped = 0
        super().__init__()

    def serve(self, client: socket.socket) -> None:
        with suppress(OSError, EOFError), client, socket.create_connection((HOST, self._server_port)) as server:
            server.sendall(startup(client))
            back = threading.Thread(target=self._send_back, args=(server, client), daemon=True)
            back.start()
            pass_on(client, server)
            back.join()

    def _send_back(self, server: socket.socket, client: socket.socket) -> None:
        """Message by message, but for those."""
        with suppress(OSError, EOFError):
            while True:
                head = exactly(server, 5)
                body = exactly(server, struct.unpack("!i", head[1:])[0] - 4)
                if head[:1] == NOTIFICATION:
                    self.dropped += 1
                else:
                    client.sendall(head + body)
        with suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)


def startup(client: socket.socket) -> bytes:
    """The first message of a connection; encryption is refused."""
    while True:
        head = exactly(client, 8)
        length, code = struct.unpack("!ii", head)
        if code not in ENCRYPTION_ASKED_FOR:
            return head + exactly(client, length - 8)
        client.sendall(b"N")


def exactly(source: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = source.recv(count - len(data))
        if not more:
            raise EOFError
        data += more
    return data
