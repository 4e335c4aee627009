"""The worker control: a loop that takes an id, makes Easel's statements and writes the file."""

import os
import uuid
from pathlib import Path
from typing import Any

import redis

from tests.bench.statements import Connection, Recording, connect, replay

QUEUE = "bench:loop"


def main() -> None:
    recording = Recording.load(os.environ["BENCH_RECORDING"])
    connection = connect(os.environ["DATABASE_URL"])
    # Without an end to its patience: redis-py gives up after 5 seconds without a job, and so would the control.
    client = redis.Redis.from_url(os.environ["REDIS_URL"], socket_timeout=None)
    while True:
        taken: Any = client.brpop([QUEUE])
        do_job(connection, recording, uuid.UUID(taken[1].decode()))


def do_job(connection: Connection, recording: Recording, generation_id: uuid.UUID) -> None:
    image_id = uuid.uuid4()
    fresh_ids = {recording.generation_id: generation_id, recording.image_id: image_id}
    old_image, new_image = str(recording.image_id), str(image_id)

    def fresh(value: Any) -> Any:
        if isinstance(value, uuid.UUID):
            return fresh_ids.get(value, value)
        return value.replace(old_image, new_image) if isinstance(value, str) else value

    claim, intent, end = recording.job[:2], recording.job[2:3], recording.job[3:]
    replay(connection, claim, fresh)
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
