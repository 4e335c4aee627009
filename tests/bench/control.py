"""The web control: the same statements, the same Redis work and the same JSON as Easel, on bare WSGI."""

import os
import queue
import threading
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import orjson
import redis

from tests.bench.statements import Connection, Recording, Values, connect, replay

RECORDING = Recording.load(os.environ["BENCH_RECORDING"])
COLUMNS = RECORDING.get[-1].columns
IMAGE_FROM = COLUMNS.index("id", 1)
KEY_COLUMNS = RECORDING.get[0].columns
LIMIT = KEY_COLUMNS.index("rate_limit_per_hour")
HOUR_MS = 3_600_000

local = threading.local()
redis_client = redis.Redis.from_url(os.environ["REDIS_URL"])
count = redis_client.register_script(RECORDING.limiter_script)
rung: "queue.SimpleQueue[None]" = queue.SimpleQueue()

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]


def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    connection = own_connection()
    key_id = environ["HTTP_X_API_KEY"][4:12]
    rate = [("Content-Type", "application/json"), *authenticate(connection, key_id)]
    if method == "POST":
        status, body = "201 Created", create(connection, orjson.loads(environ["wsgi.input"].read()))
    elif path.endswith("/generations"):
        status, body = "200 OK", page(connection, environ["HTTP_HOST"])
    else:
        status, body = "200 OK", retrieve(connection, environ["HTTP_HOST"])
    answer = orjson.dumps({"success": True, **body}, default=write_time, option=orjson.OPT_PASSTHROUGH_DATETIME)
    start_response(status, [*rate, ("Content-Length", str(len(answer)))])
    return [answer]


def authenticate(connection: Connection, key_id: str) -> list[tuple[str, str]]:
    """Look the key up, count the request, name what is left."""
    ((row,),) = replay(connection, RECORDING.get[:1])
    allowed, used, left_ms = count(keys=[f"control:{key_id}"], args=[row[LIMIT], 1, HOUR_MS])
    assert allowed
    return [
        ("X-RateLimit-Limit", str(row[LIMIT])),
        ("X-RateLimit-Remaining", str(row[LIMIT] - used)),
        ("X-RateLimit-Reset", str(left_ms // 1000)),
    ]


def create(connection: Connection, posted: Any) -> dict[str, Any]:
    generation_id, old_id = uuid.uuid4(), RECORDING.posted_id
    statements = RECORDING.post[1:]
    (row,) = replay(connection, statements, lambda value: generation_id if value == old_id else value)[-1]
    rung.put(None)
    times = dict(zip(statements[-1].columns, row, strict=True))
    fresh = {"id": generation_id, "createdAt": times["created_at"], "updatedAt": times["updated_at"]}
    return {"data": RECORDING.posted | {"originalPrompt": posted["prompt"]} | fresh}


def retrieve(connection: Connection, host: str) -> dict[str, Any]:
    ((row,),) = replay(connection, RECORDING.get[1:])
    return {"data": show(row, host)}


def page(connection: Connection, host: str) -> dict[str, Any]:
    ((total,),), rows = replay(connection, RECORDING.page[1:])
    pagination = {"limit": 20, "offset": 0, "total": total, "hasMore": len(rows) < total}
    return {"data": [show(row, host) for row in rows], "pagination": pagination}


def show(row: Values, host: str) -> dict[str, Any]:
    generation = dict(zip(COLUMNS[:IMAGE_FROM], row, strict=False))
    image = dict(zip(COLUMNS[IMAGE_FROM:], row[IMAGE_FROM:], strict=True))
    return {
        "id": generation["id"],
        "projectId": generation["project_id"],
        "prompt": generation["prompt"],
        "originalPrompt": generation["original_prompt"],
        "autoEnhance": generation["auto_enhance"],
        "aspectRatio": generation["aspect_ratio"],
        "status": generation["status"],
        "queuePosition": None,
        "estimatedWaitSeconds": None,
        "outputImageId": image["id"],
        "outputImage": {
            "id": image["id"],
            "storageUrl": f"http://{host}/media/{image['key']}",
            "mimeType": image["mime_type"],
            "width": image["width"],
            "height": image["height"],
            "fileSize": image["file_size"],
        },
        "processingTimeMs": generation["processing_time_ms"],
        "progress": generation["progress"],
        "retryCount": max(0, generation["attempt"] - 1),
        "errorCode": generation["error_code"] or None,
        "errorMessage": generation["error_message"] or None,
        "retryAt": None,
        "meta": generation["meta"],
        "createdAt": generation["created_at"],
        "updatedAt": generation["updated_at"],
        "deletedAt": generation["deleted_at"],
    }


def write_time(value: datetime) -> str:
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def own_connection() -> Connection:
    """This thread's connection."""
    if not hasattr(local, "connection"):
        local.connection = connect(os.environ["DATABASE_URL"])
    connection: Connection = local.connection
    return connection


def ring() -> None:
    """Do what the ringer does; the message is one of Easel's."""
    while True:
        rung.get()
        redis_client.lpush("control", RECORDING.bell_message)


threading.Thread(target=ring, daemon=True).start()
