"""Whoever has only what a lock file of users installs: everything is there, and a picture is made."""

import json
import signal
import subprocess
from contextlib import ExitStack

import pytest

from tests.factories import ApiKeyFactory
from tests.peers import openai_images
from tests.peers.server import Peer
from tests.production.files import ROOT
from tests.production.test_end_to_end import Stack, make_picture
from tests.users import RUN, VENDORS, python_of

# What neither lock file has: torch differs from GPU to GPU.
OF_WEIGHTS = {"generations/providers/diffusers/__init__.py", "generations/providers/diffusers/weights.py"}
OF_VENDORS = {
    "enhancement/enhancers/connection.py",
    "enhancement/enhancers/gemini.py",
    "enhancement/enhancers/openai.py",
    "generations/providers/gemini.py",
    "generations/providers/hosted/client.py",
    "generations/providers/hosted/download.py",
    "generations/providers/openai.py",
}


@pytest.mark.parametrize(("environment", "optional"), [(RUN, OF_WEIGHTS | OF_VENDORS), (VENDORS, OF_WEIGHTS)])
def test_everything_that_is_imported_is_installed(environment, optional, tmp_path):
    command = [python_of(environment), "tests/production/importing.py"]
    settings = {"DATA_DIR": str(tmp_path), "PATH": ""}
    found = subprocess.run(command, cwd=ROOT, env=settings, check=True, capture_output=True, text=True).stdout
    missing = json.loads(found)
    assert [each for each in missing if each[0] not in optional] == []
    assert {path for path, _ in missing} == optional


# The fourth pair, the image's packages on Redis, is what tests/production/test_end_to_end.py starts.
@pytest.mark.parametrize(("environment", "broker"), [(RUN, "redis"), (RUN, "rabbitmq"), (VENDORS, "rabbitmq")])
def test_web_and_worker_start_from_it_make_a_picture_and_stop(
    request, environment, broker, database_url, spare_redis, s3_bucket, tmp_path
):
    broker_url = spare_redis.url(1) if broker == "redis" else request.getfixturevalue("amqp_url")
    addresses = {
        "DATABASE_URL": database_url,
        "REDIS_URL": spare_redis.url(0),
        "BROKER_URL": broker_url,
        "STORAGE_URL": f"{s3_bucket.storage_url}&served_by=web",
    }
    with Peer().running() as vendor, ExitStack() as processes:
        vendor.answers(openai_images.picture())
        key = {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": f"{vendor.url}/v1"} if environment == VENDORS else {}
        stack = Stack(addresses, tmp_path, environment=environment)
        worker = processes.enter_context(stack.start("worker", **key))
        web = processes.enter_context(stack.start("web", **key))
        stack.wait_until_ready(web, worker)
        made = make_picture(stack, ApiKeyFactory().text)
        assert (made["status"], made["retryCount"]) == ("success", 0)
        assert len(vendor.asked) == bool(key)
        for process in (web, worker):
            process.send(signal.SIGTERM)
        assert (web.end(), worker.end()) == (0, 0)
