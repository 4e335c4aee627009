"""Calls bounded in time and in number."""

import subprocess
import sys
from contextvars import ContextVar
from threading import Thread

import pytest

from enhancement.time_limit import Calls, TooBusy, TooSlow

request_id: ContextVar[str] = ContextVar("request_id", default="none")


def test_a_call_returns_what_its_function_returns():
    assert Calls(1).call_within(5, divmod, 7, 2) == (3, 1)


def test_a_call_raises_what_its_function_raises():
    with pytest.raises(ZeroDivisionError):
        Calls(1).call_within(5, divmod, 7, 0)


def test_a_call_knows_its_callers_context():
    token = request_id.set("req-1")
    assert Calls(1).call_within(5, request_id.get) == "req-1"
    request_id.reset(token)


def test_a_place_is_free_again_when_its_call_ends_however_it_ends():
    calls = Calls(1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            calls.call_within(5, divmod, 7, 0)
        _until_free(calls)
    assert calls.call_within(5, abs, -1) == 1


def test_a_hanging_call_keeps_its_place_until_it_ends(let_go):
    calls = Calls(1)
    with pytest.raises(TooSlow, match=r"^no answer within 0\.01 s$"):
        calls.call_within(0.01, let_go.wait, 10)
    with pytest.raises(TooBusy, match=r"^1 calls are under way$"):
        calls.call_within(5, abs, -1)
    let_go.set()
    _until_free(calls)
    assert calls.call_within(5, abs, -1) == 1


def test_a_place_is_free_again_when_the_system_has_no_thread_left(monkeypatch):
    def refuse(thread: Thread) -> None:
        raise RuntimeError("can't start new thread")

    calls = Calls(1)
    with monkeypatch.context() as patched:
        patched.setattr(Thread, "start", refuse)
        with pytest.raises(RuntimeError, match="can't start new thread"):
            calls.call_within(5, abs, -1)
    assert calls.call_within(5, abs, -1) == 1


def test_a_hanging_call_does_not_keep_the_process_from_ending():
    script = """
from threading import Event
from enhancement.time_limit import TooSlow, calls
try:
    calls.call_within(0.01, Event().wait)
except TooSlow:
    print("too slow")
"""
    assert _run(script) == "too slow\n"


def test_a_forked_child_has_every_place():
    script = """
import os
from threading import Event
from enhancement.time_limit import MOST_CALLS, TooSlow, calls
for _ in range(MOST_CALLS):
    try:
        calls.call_within(0, Event().wait)
    except TooSlow:
        pass
child = os.fork()
if not child:
    os._exit(calls.call_within(5, int, "42"))
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    assert _run(script) == "42\n"


def _until_free(calls: Calls) -> None:
    assert calls._places.acquire(timeout=5)
    calls._places.release()


def _run(script: str) -> str:
    command = [sys.executable, "-W", "ignore", "-c", script]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=20).stdout
