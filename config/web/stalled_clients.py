"""Clients that stop reading an answer, or vanish in the middle of one: the kernel ends their connections."""

import os
import socket
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

OPEN_FILES = Path("/dev/fd")
TCP_USER_TIMEOUT = getattr(socket, "TCP_USER_TIMEOUT", None)  # of Linux
LOOK_EVERY_S, LOOK_FOR_S = 0.5, 60


def end_stalled_connections(after_s: float) -> None:
    """End each connection whose peer takes nothing of what is sent to it for so long. One that is idle stays.

    The server sends in a thread that nobody can wake, and has no such time-out of its own. What is set for the sockets
    on which this process listens holds for each connection that they accept; granian opens them once it has us.
    """
    if TCP_USER_TIMEOUT is not None:
        threading.Thread(target=_set_soon, args=(TCP_USER_TIMEOUT, int(after_s * 1000)), daemon=True).start()


def _set_soon(option: int, value: int) -> None:
    over_at = time.monotonic() + LOOK_FOR_S
    while not _set_for_all(option, value) and time.monotonic() < over_at:
        time.sleep(LOOK_EVERY_S)


def _set_for_all(option: int, value: int) -> bool:
    """Set it for the sockets that listen, then for what they had accepted before; return whether any listens."""
    ports = {_port(found) for found in _tcp_sockets(listening=True) if _set(found, option, value)}
    for found in _tcp_sockets(listening=False) if ports else ():
        if _port(found) in ports:
            _set(found, option, value)
    return bool(ports)


def _set(found: socket.socket, option: int, value: int) -> bool:
    with suppress(OSError):  # it may have gone away
        found.setsockopt(socket.IPPROTO_TCP, option, value)
        return True
    return False


def _port(found: socket.socket) -> int:
    return int(found.getsockname()[1])


def _tcp_sockets(*, listening: bool) -> Iterator[socket.socket]:
    """Those of this process, each by a descriptor of its own that is closed after its turn."""
    for entry in OPEN_FILES.iterdir():
        with suppress(OSError):  # closed meanwhile, as the one of this listing is
            if stat.S_ISSOCK(os.fstat(int(entry.name)).st_mode):
                with socket.socket(fileno=os.dup(int(entry.name))) as found:
                    if _is_tcp(found) and bool(found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)) == listening:
                        yield found


def _is_tcp(found: socket.socket) -> bool:
    return found.family in {socket.AF_INET, socket.AF_INET6} and found.type == socket.SOCK_STREAM
