"""Clients that others' generators make of our document: make, list, follow, fail and read errors, on a real server."""

import json
from urllib.request import urlopen

import pytest

from tests.clients.tools import (
    NODE,
    PYTHON,
    check_and_bundle,
    need,
    node_program,
    openapi_generator,
    python_program,
    run,
)
from tests.live.easel import Easel
from tests.live.worker import wait_until

PROVIDERS = json.dumps({"default": {"BACKEND": "tests.providers.Prompted"}})
REFUSED = "The image service refused the prompt."
PRIVATE = "The host resolves to a private or reserved address."
# What each client has seen, whatever it is written in.
SEEN = {
    "made": "pending",
    "listed": True,
    "events": ["status", "done"],
    "followed": ["success", 8],
    "failed": REFUSED,
    "waited": [500, "GENERATION_FAILED", REFUSED, None],
    "missing": [404, "GENERATION_NOT_FOUND", "Generation not found.", None],
    "refused": [400, "VALIDATION_ERROR", f"url: {PRIVATE}", {"url": [PRIVATE]}],
    "deleted": "Generation deleted",
}


@pytest.fixture(scope="module")
def easel(tmp_path_factory):
    """With places for two who wait, comments in each stream, and as many requests as a client likes to make."""
    settings = {
        "IMAGE_PROVIDERS": PROVIDERS,
        "GRANIAN_BLOCKING_THREADS": "6",
        "STREAM_COMMENT_S": "0.2",
        "RATE_LIMIT_PER_HOUR": "100000",
    }
    running = Easel(tmp_path_factory.mktemp("easel") / "data", **settings)
    wait_until(running.answers)
    yield running
    running.kill()


@pytest.fixture
def folder(tmp_path, easel):
    """Empty but for the document, as a client's author fetches it."""
    with urlopen(f"{easel.url}/schema?format=json") as answer:
        (tmp_path / "document.json").write_bytes(answer.read())
    return tmp_path


@pytest.fixture
def told(easel):
    """What the programs are told of the server."""
    return {"EASEL_URL": easel.url, "EASEL_KEY": easel.key}


def test_of_openapi_generator(folder, told):
    need(PYTHON, NODE, program="java")
    said = openapi_generator(folder, python=folder / "python", typescript_fetch=folder / "made/openapi_generator")
    assert "WARN" not in said, said
    models = [*(folder / "python/easel_client/models").iterdir()]
    assert len(models) < 40, "there were 302, one for each answer of each operation"
    check_and_bundle(folder, "openapi_generator")
    assert python_program(folder / "python", "openapi_generator", **told) == SEEN
    assert node_program(folder, "openapi_generator", **told) == SEEN


def test_of_openapi_python_client(folder, told):
    need(PYTHON)
    options = ["--meta", "none", "--output-path", "easel_client"]
    said = run("openapi-python-client", "generate", "--path", "document.json", *options, cwd=folder)
    assert "arning" not in said, said
    assert python_program(folder, "openapi_python_client", **told) == SEEN


def test_of_hey_api_and_openapi_typescript(folder, told):
    need(NODE, program="node")
    run("openapi-ts", "-i", "document.json", "-o", "made/hey_api", "-c", "@hey-api/client-fetch", cwd=folder)
    run("openapi-typescript", "document.json", "-o", "made/openapi_typescript.d.ts", cwd=folder)
    check_and_bundle(folder, "hey_api", "openapi_typescript", "event_source")
    assert node_program(folder, "hey_api", **told) == SEEN
    assert node_program(folder, "openapi_typescript", **told) == SEEN
    assert node_program(folder, "event_source", **told) == {"told": ["status"], "comesAgain": True}
