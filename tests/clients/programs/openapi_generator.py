"""Make, list, follow, fail and read errors, with the client that openapi-generator makes for Python."""

import json
import os
import time
from uuid import uuid4

from easel_client import ApiClient, ApiException, Configuration, CreateGeneration, GenerationsApi, WebhooksApi
from easel_client.models import CreateWebhook

# Its host is the server that the document names.
CONFIGURATION = Configuration(api_key={"ApiKey": os.environ["EASEL_KEY"]})


def failure(call, *args, **kwargs):
    """The status, the code and the message of what is refused."""
    try:
        call(*args, **kwargs)
    except ApiException as error:
        return [error.status, error.data.error.code, error.data.error.message, error.data.error.details]
    raise AssertionError("it was not refused")


def follow(api, generation_id):
    """By the stream, and then by polling."""
    told = api.follow_generation(generation_id)
    while (generation := api.get_generation(generation_id).data).status not in ("success", "failed"):
        time.sleep(0.1)
    return [line.removeprefix("event: ") for line in told.split("\n") if line.startswith("event: ")], generation


with ApiClient(CONFIGURATION) as client:
    api, webhooks = GenerationsApi(client), WebhooksApi(client)
    wish = CreateGeneration(prompt="slow:1", aspect_ratio=None, auto_enhance=None, enhancement_options=None, meta=None)
    made = api.create_generation(wish, idempotency_key=str(uuid4())).data
    events, ended = follow(api, made.id)
    listed = api.list_generations(limit=100)
    failed = api.create_generation(CreateGeneration(prompt="blocked: a cat")).data
    result = {
        "made": made.status,
        "listed": made.id in [each.id for each in listed.data] and listed.pagination.total == len(listed.data),
        "events": [events[0], events[-1]],
        "followed": [ended.status, ended.output_image.width],
        "failed": follow(api, failed.id)[1].error_message,
        "waited": failure(api.create_generation, CreateGeneration(prompt="blocked: again"), prefer="wait=60"),
        "missing": failure(api.get_generation, uuid4()),
        "refused": failure(webhooks.create_webhook, CreateWebhook(url="https://127.0.0.1/")),
        "deleted": api.delete_generation(made.id).message,
    }
print(json.dumps(result))
