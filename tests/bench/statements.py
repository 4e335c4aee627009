"""What Easel said to PostgreSQL, written down so that a control can say the same; nothing of Easel is imported."""

import pickle
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import psycopg

Connection = psycopg.Connection[Any]
Values = list[Any]


@dataclass(frozen=True)
class Statement:
    """One statement as Django passed it to psycopg, and the names of the columns that came back."""

    sql: str
    params: tuple[Any, ...]
    in_transaction: bool
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Recording:
    """What Easel did for each request and for a job, with the values in it that are others each time."""

    post: list[Statement]
    get: list[Statement]
    page: list[Statement]
    job: list[Statement]
    posted: dict[str, Any]
    """What the POST was answered with."""
    posted_id: Any
    generation_id: Any
    image_id: Any
    """Those of the job, which was another."""
    limiter_script: str
    bell_message: bytes
    picture: bytes
    media_root: str

    def save(self, path: Path) -> None:
        path.write_bytes(pickle.dumps(self))

    @staticmethod
    def load(path: str) -> "Recording":
        recording: Recording = pickle.loads(Path(path).read_bytes())
        return recording


def connect(url: str) -> Connection:
    """Connect as Django does: parameters are bound in the client, nothing is prepared."""
    return psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor, prepare_threshold=None)


def replay(
    connection: Connection,
    statements: list[Statement],
    fresh: Callable[[Any], Any] = lambda value: value,
    hear: Callable[[list[Values]], None] = lambda rows: None,
) -> list[list[Values]]:
    """Execute the statements in the transactions that Easel made, each parameter passed through ``fresh``.

    ``hear`` gets the rows of each at once, so that what a statement says can be fresh in the next one.
    """
    results = []
    for in_transaction, group in groupby(statements, key=lambda statement: statement.in_transaction):
        with connection.transaction() if in_transaction else nullcontext():
            for statement in group:
                cursor = connection.execute(statement.sql, [fresh(value) for value in statement.params])
                results.append(cursor.fetchall() if statement.columns else [])
                hear(results[-1])
    return results
