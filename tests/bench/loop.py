"""The worker control: a loop that takes an id, makes Easel's statements and writes the file."""

import os
import uuid
from itertools import groupby
from pathlib import Path
from typing import Any

import redis

from tests.bench.statements import Connection, Recording, Values, connect, replay

QUEUE = "bench:loop"


def main() -> None:
    recording = Recording.load(os.environ["BENCH_RECORDING"])
    connection = connect(os.environ["DATABASE_URL"])
    # Without an end to its patience: redis-py gives up after 5 seconds without a job, and so would the control.
    client = redis.Redis.from_url(os.environ["REDIS_URL"], socket_timeout=None)
    while True:
        client.brpop([QUEUE])
        do_job(connection, recording)


def do_job(connection: Connection, recording: Recording) -> None:
    fresh_ids = {recording.image_id: uuid.uuid4()}

    def fresh(value: Any) -> Any:
        if isinstance(value, uuid.UUID):
            return fresh_ids.get(value, value)
        if isinstance(value, str):
            for old, new in fresh_ids.items():
                value = value.replace(str(old), str(new))
        return value

    def hear(rows: list[Values]) -> None:
        """The first statement says which generation it has claimed."""
        if rows:
            fresh_ids.setdefault(recording.generation_id, rows[0][0])

    # A look at the breakers stands alone, the claim is the first transaction, the intent stands alone, and the rest is
    # the second one.
    look, claim, intent, end = (list(part) for _, part in groupby(recording.job, lambda said: said.in_transaction))
    replay(connection, look)
    replay(connection, claim, fresh, hear)
    replay(connection, intent, fresh)
    key = next(value for value in map(fresh, intent[0].params) if isinstance(value, str))
    path = Path(recording.media_root, key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(recording.picture)
    for synced in (path, *path.relative_to(recording.media_root).parents):
        sync(Path(recording.media_root, synced))
    replay(connection, end, fresh)


def sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


if __name__ == "__main__":
    main()
