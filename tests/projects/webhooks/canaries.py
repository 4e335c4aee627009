"""Listeners on every address of this machine, at one port, which count whoever comes: nobody should."""

import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager


class Canaries:
    """What connects is noted by the address that it asked for, and hung up on."""

    def __init__(self, listeners: list[socket.socket]) -> None:
        self.port = int(listeners[0].getsockname()[1])
        self.families = {listener.family for listener in listeners}
        self.reached: list[str] = []
        self._selector = selectors.DefaultSelector()
        self._bell, self._rope = socket.socketpair()
        for listener in (*listeners, self._bell):
            self._selector.register(listener, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._bell:
                    return
                assert isinstance(key.fileobj, socket.socket)
                connection, _ = key.fileobj.accept()
                with connection:
                    self.reached.append(str(connection.getsockname()[0]))

    def close(self) -> None:
        self._rope.close()
        self._thread.join()
        self._bell.close()
        self._selector.close()


@contextmanager
def canaries() -> Iterator[Canaries]:
    """On 0.0.0.0, and so on all of 127/8 and on the machine's own address; on :: too where it has IPv6."""
    with ExitStack() as stack:
        first = stack.enter_context(socket.create_server(("0.0.0.0", 0)))
        listeners = [first]
        if has_ipv6():
            again = ("::", first.getsockname()[1])
            listeners.append(stack.enter_context(socket.create_server(again, family=socket.AF_INET6)))
        running = Canaries(listeners)
        stack.callback(running.close)
        yield running


def has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


def own_address() -> str:
    """By which this machine would go out; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
