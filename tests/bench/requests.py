"""Requests: Easel under granian beside the bare control under the same."""

from functools import partial
from pathlib import Path
from urllib.request import Request as Call
from urllib.request import urlopen

import orjson

from tests.bench.load import HOST, Request, load
from tests.bench.processes import cpu_ms, serving
from tests.bench.recorder import Desk
from tests.bench.samples import Row, Sample

WARM_UP_S = 1
OF_ITS_OWN = {"id", "createdAt", "updatedAt"}


class AnsweredDifferently(Exception):
    """The control does not do what Easel does, so that nothing can be compared."""


def measure_requests(desk: Desk, *, rounds: int, seconds: float, logs: Path) -> list[Row]:
    """POST, GET and LIST, alternately."""
    measured = [
        (Row("POST", target=0.30), desk.post),
        (Row("GET by id", target=0.20), desk.get),
        (Row("LIST, 20 rows + total", target=0.45), desk.list),
    ]
    easel_log, control_log = logs / "easel.log", logs / "control.log"
    with (
        serving("config.wsgi:application", easel_log) as easel,
        serving("tests.bench.control:application", control_log, threads=4) as control,
    ):
        for _, request in measured:
            compare_answers(easel[1], control[1], request)
            for _, port in (easel, control):
                load(port, request, WARM_UP_S)
        for _ in range(rounds):
            for row, request in measured:
                row.measure(partial(take, *easel, request, seconds), partial(take, *control, request, seconds))
    return [row for row, _ in measured]


def take(pid: int, port: int, request: Request, seconds: float) -> Sample:
    used = cpu_ms(pid)
    answered, duration = load(port, request, seconds)
    return Sample(answered / duration, (cpu_ms(pid) - used) / answered)


def compare_answers(easel_port: int, control_port: int, request: Request) -> None:
    """Both say the same, but for what a POST makes anew and for their own ports."""
    easel, control = answer(easel_port, request), answer(control_port, request).replace
    easels, controls = orjson.loads(easel), orjson.loads(control(str(control_port).encode(), str(easel_port).encode()))
    if request.method == "POST":
        assert easels["data"].keys() == controls["data"].keys()
        for name in OF_ITS_OWN:
            easels["data"][name] = controls["data"][name]
    if easels != controls:
        raise AnsweredDifferently(f"{request.method} {request.path}\n{easels}\n{controls}")


def answer(port: int, request: Request) -> bytes:
    body = request.body.encode() or None
    call = Call(f"http://{HOST}:{port}{request.path}", body, request.headers, method=request.method)
    with urlopen(call, timeout=10) as response:
        content: bytes = response.read()
    return content
