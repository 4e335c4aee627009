"""Hearing of SIGTERM in a server process whose signal handlers are not ours.

granian waits at its end for the requests under way, and its handlers take the place of any that the application sets.
"""

import signal
import socket
import threading
from collections.abc import Callable

ENDING = {signal.SIGINT, signal.SIGTERM}


def call_at_shutdown(act: Callable[[], None]) -> None:
    """Call this once when the process is told to end, in a thread of its own.

    Python writes the number of each signal to the wakeup descriptor, whoever handles it.
    """
    if threading.current_thread() is not threading.main_thread():
        return  # Django's own development server, which waits for nobody
    ours, pythons = socket.socketpair()
    pythons.setblocking(False)
    signal.set_wakeup_fd(pythons.detach(), warn_on_full_buffer=False)
    threading.Thread(target=_wait, args=(ours, act), name="shutdown", daemon=True).start()


def _wait(ours: socket.socket, act: Callable[[], None]) -> None:
    while number := ours.recv(1):
        if number[0] in ENDING:
            act()
            return
