"""Make, list, follow, fail and read errors, with openapi-python-client's client, and httpx-sse for its stream."""

import json
import os
import time
from uuid import uuid4

from easel_client import AuthenticatedClient
from easel_client.api.generations import create_generation, delete_generation, get_generation, list_generations
from easel_client.api.webhooks import create_webhook
from easel_client.models import CreateGeneration, CreateWebhook, Error
from easel_client.types import UNSET
from httpx_sse import EventSource


def refusal(response):
    """The status, the code and the message of what is refused."""
    assert isinstance(response.parsed, Error), response
    error = response.parsed.error
    return [
        response.status_code,
        error.code,
        error.message,
        None if error.details is UNSET else error.details.to_dict(),
    ]


def follow(client, generation_id):
    """By the stream, and then by polling."""
    with client.get_httpx_client().stream("GET", f"/api/v1/generations/{generation_id}/events") as response:
        told = [event.event for event in EventSource(response).iter_sse()]
    while (generation := get_generation.sync(generation_id, client=client).data).status not in ("success", "failed"):
        time.sleep(0.1)
    return told, generation


with AuthenticatedClient(
    os.environ["EASEL_URL"], os.environ["EASEL_KEY"], prefix="", auth_header_name="X-API-Key", timeout=60
) as client:
    wish = CreateGeneration("slow:1", aspect_ratio=None, auto_enhance=None, enhancement_options=None, meta=None)
    made = create_generation.sync(client=client, body=wish, idempotency_key=str(uuid4())).data
    events, ended = follow(client, made.id)
    assert set(events) <= {"status", "progress", "done"}, events  # none that is empty, which would be a "message"
    listed = list_generations.sync(client=client, limit=100)
    failed = create_generation.sync(client=client, body=CreateGeneration("blocked: a cat")).data
    waited = create_generation.sync_detailed(client=client, body=CreateGeneration("blocked: again"), prefer="wait=60")
    refused = create_webhook.sync_detailed(client=client, body=CreateWebhook("https://127.0.0.1/"))
    result = {
        "made": made.status,
        "listed": made.id in [each.id for each in listed.data] and listed.pagination.total == len(listed.data),
        "events": [events[0], events[-1]],
        "followed": [ended.status, ended.output_image.width],
        "failed": follow(client, failed.id)[1].error_message,
        "waited": refusal(waited),
        "missing": refusal(get_generation.sync_detailed(uuid4(), client=client)),
        "refused": refusal(refused),
        "deleted": delete_generation.sync(made.id, client=client).message,
    }
print(json.dumps(result))
