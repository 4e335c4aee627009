"""All that the oracle may look at: the API, the database by SQL, the bucket, and what others have noted."""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.projects.webhooks.receivers import Posted
from tests.servers.s3 import Bucket
from tests.storm.caller import Caller
from tests.storm.script import Script

PAGE = 100
ROWS = """
    SELECT g.id::text, (g.meta->>'job')::int, g.status, g.error_code, g.lease_until IS NOT NULL, i.key,
           (SELECT count(*) FROM generations_attempt a WHERE a.generation_id = g.id AND a.outcome = 'success')
    FROM generations_generation g LEFT JOIN images_image i ON i.id = g.output_image_id
"""
IMAGES = "SELECT key, file_size FROM images_image"
INTENTS = "SELECT key FROM images_storageintent"
CONNECTIONS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
TOLD = {"generation.succeeded": "success", "generation.failed": "failed"}


@dataclass(frozen=True)
class Row:
    """A generation as the database has it."""

    id: str
    job: int | None
    status: str
    code: str = ""
    is_leased: bool = False
    key: str | None = None
    successes: int = 0


@dataclass(frozen=True)
class Told:
    """A message that the receiver got."""

    webhook_id: str
    generation_id: str
    status: str


@dataclass
class Evidence:
    """What was asked for, what was answered, and what there is. Jobs are known by their numbers."""

    scripts: list[Script]
    acknowledged: dict[int, str]
    deleted: set[int] = field(default_factory=set)
    replayed_otherwise: list[int] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    images: dict[str, int] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)
    intents: list[str] = field(default_factory=list)
    calls: Counter[int] = field(default_factory=Counter)
    extra_calls_allowed: int = 0
    calls_in_vain: int = 0
    calls_in_vain_allowed: int = 0
    told: set[Told] = field(default_factory=set)
    connections: int = 0
    longest_overdue_s: float = 0.0
    longest_idle_s: float = 0.0


def read_database(url: str) -> tuple[list[Row], dict[str, int], list[str]]:
    """Generations, images and intents."""
    with psycopg.connect(url) as connection:
        rows = [Row(*row) for row in connection.execute(ROWS)]
        images: dict[str, int] = dict(connection.execute(IMAGES).fetchall())
        return rows, images, [key for (key,) in connection.execute(INTENTS)]


def keep_tables(url: str, folder: Path) -> None:
    """For whoever asks afterwards how it came to that."""
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for table in ("generations_generation", "generations_attempt", "images_image", "images_storageintent"):
            with (
                cursor.copy(f"COPY {table} TO STDOUT CSV HEADER") as copy,
                (folder / f"{table}.csv").open("wb") as file,
            ):
                file.writelines(copy)


def read_bucket(bucket: Bucket) -> dict[str, int]:
    pages = bucket.server.client.get_paginator("list_objects_v2").paginate(Bucket=bucket.name)
    return {item["Key"]: item["Size"] for page in pages for item in page.get("Contents", [])}


def read_api(caller: Caller) -> dict[str, str]:
    """Each generation of a project and its status, page by page."""
    shown: dict[str, str] = {}
    while page := caller.call("GET", f"/generations?limit={PAGE}&offset={len(shown)}").data:
        shown |= {item["id"]: item["status"] for item in page}
    return shown


def read_receiver(posted: list[Posted]) -> set[Told]:
    events = [(post.id, json.loads(post.body)) for post in posted]
    return {Told(webhook_id, event["data"]["id"], TOLD[event["type"]]) for webhook_id, event in events}


def count_connections(url: str) -> int:
    with psycopg.connect(url) as connection:
        found = connection.execute(CONNECTIONS).fetchone()
        return int(found[0]) if found else 0
