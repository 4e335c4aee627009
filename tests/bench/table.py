"""The table, for a terminal and for the README."""

import os
import platform
from collections.abc import Sequence
from pathlib import Path

import redis
from django.conf import settings
from django.db import connection

from tests.bench.samples import Row

HEAD = ("", "Easel / control", "lowest–highest", "target", "CPU ms, Easel", "CPU ms, control")


def lines(rows: list[Row], *, markdown: bool) -> list[str]:
    cells = [HEAD, *map(cells_of, rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    if not markdown:
        return [aligned(row, widths, "  ") for row in cells]
    rule = "|".join(["", "-" * (widths[0] + 2), *("-" * (width + 1) + ":" for width in widths[1:]), ""])
    head, *body = (f"| {aligned(row, widths, ' | ')} |" for row in cells)
    return [head, rule, *body]


def cells_of(row: Row) -> tuple[str, ...]:
    easel, control = row.cpu_ms
    spread = f"{min(row.ratios):.2f}–{max(row.ratios):.2f}"
    return row.name, f"{row.ratio:.2f}", spread, f"{row.target:.2f}", f"{easel:.2f}", f"{control:.2f}"


def aligned(cells: Sequence[str], widths: list[int], separator: str) -> str:
    first, *numbers = cells
    return separator.join([first.ljust(widths[0]), *map(str.rjust, numbers, widths[1:])])


def machine() -> str:
    """Where it was measured."""
    with connection.cursor() as cursor, redis.Redis.from_url(settings.REDIS_URL) as client:
        cursor.execute("SHOW server_version")
        (postgres,) = cursor.fetchone()
        info = client.info("server")
    cache = f"Valkey {info['valkey_version']}" if "valkey_version" in info else f"Redis {info['redis_version']}"
    cores = f"{os.cpu_count()} cores"
    return f"{cpu_model()}, {cores}; Python {platform.python_version()}, PostgreSQL {postgres.split()[0]}, {cache}"


def cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
