"""Fills the scratch database and writes down what Easel says to it."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Any

import redis
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models.functions import Now
from django.test import Client

from generations.images.models import Image
from generations.models import Generation, Status
from generations.worker import runner
from projects.api.rate_limit import RedisLimiter
from projects.models import Organization, Project
from projects.services import issue_api_key
from tests.bench.load import Request
from tests.bench.provider import tiny_png
from tests.bench.statements import Recording, Statement

PROMPT = "a red sports car on a mountain road"
NO_LIMIT = 2_000_000_000
BATCH = 2000


class Desk:
    """A project with rows in it, and the three requests that are measured."""

    def __init__(self, rows: int) -> None:
        call_command("migrate", verbosity=0)
        organization = Organization.objects.create(name="Bench", slug="bench")
        full, posts, self.jobs = (
            Project.objects.create(organization=organization, name=slug, slug=slug)
            for slug in ("full", "posts", "jobs")
        )
        first = fill(full, rows)
        body = {"prompt": PROMPT, "aspectRatio": "16:9", "enhancementOptions": {"template": "photorealistic"}}
        path, reader, writer = "/api/v1/generations", headers(full), headers(posts)
        self.post = Request("POST", path, writer | {"Content-Type": "application/json"}, json.dumps(body))
        self.get = Request("GET", f"{path}/{first}", reader)
        self.list = Request("GET", path, reader)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")

    def pending(self) -> Request:
        """A GET of a generation that nobody makes."""
        _, posted = record_request(self.post)
        return Request("GET", f"{self.post.path}/{posted['data']['id']}", self.post.headers)

    def record(self) -> Recording:
        """Make each request and one job, listening."""
        post, posted = record_request(self.post)
        get, _ = record_request(self.get)
        page, _ = record_request(self.list)
        with redis.Redis.from_url(settings.REDIS_URL) as client:
            for _ in range(2):  # each request was made twice
                _, message = client.brpop([settings.CELERY_TASK_DEFAULT_QUEUE], timeout=10)
        with listening() as job:
            done = runner.run(settings.CELERY_TASK_DEFAULT_QUEUE)
        assert done is not None
        return Recording(
            post=post,
            get=get,
            page=page,
            job=job,
            posted=posted["data"],
            posted_id=uuid.UUID(posted["data"]["id"]),
            generation_id=done.pk,
            image_id=Generation.objects.get(pk=done.pk).output_image_id,
            limiter_script=RedisLimiter.SCRIPT,
            bell_message=message,
            picture=tiny_png(),
            media_root=str(settings.MEDIA_ROOT),
        )


def headers(project: Project) -> dict[str, str]:
    return {"X-API-Key": issue_api_key(project, name="bench", rate_limit_per_hour=NO_LIMIT)[1]}


def fill(project: Project, rows: int) -> uuid.UUID:
    """Finished generations with their images; the id of one of them."""
    for start in range(0, rows, BATCH):
        images = [picture(project, number) for number in range(start, min(start + BATCH, rows))]
        Image.objects.bulk_create(images)
        Generation.objects.bulk_create(
            generation(project, output_image=image, status=Status.SUCCESS) for image in images
        )
    return Generation.objects.latest("pk").pk


def picture(project: Project, number: int) -> Image:
    key = f"bench/{project.pk}/generated/{number}.png"
    return Image(
        project=project, key=key, mime_type="image/png", width=1792, height=1024, file_size=1909246, sha256="0" * 64
    )


def generation(project: Project, **values: Any) -> Generation:
    return Generation(
        project=project,
        prompt=f"A photorealistic photograph of {PROMPT}, on a 35 mm lens, in natural light, sharp where it matters",
        original_prompt=PROMPT,
        auto_enhance=True,
        template="photorealistic",
        aspect_ratio="16:9",
        **values,
    )


def pending_generations(project: Project, count: int) -> list[uuid.UUID]:
    """Jobs for which no relay will ring."""
    jobs = Generation.objects.bulk_create(
        generation(project, ring_at=Now() + settings.API_KEY_LIFE) for _ in range(count)
    )
    return [job.pk for job in jobs]


def record_request(request: Request) -> tuple[list[Statement], Any]:
    client = Client(headers={"host": "127.0.0.1", **request.headers})

    def send() -> Any:
        return client.generic(request.method, request.path, request.body, content_type="application/json")

    assert send().status_code < 300  # the first one also notes the key's use
    with listening() as statements:
        answer = send()
    return statements, answer.json()


@contextmanager
def listening() -> Iterator[list[Statement]]:
    """Write down each statement of this thread."""
    statements: list[Statement] = []

    def write_down(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        columns = tuple(column.name for column in context["cursor"].description or ())
        values = tuple(value.value if isinstance(value, Enum) else value for value in params or ())
        statements.append(Statement(sql, values, connection.in_atomic_block, columns))
        return result

    with connection.execute_wrapper(write_down):
        yield statements
