"""A language model that thinks for long holds up nobody else."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from generations.models import Generation
from tests.api.live import serve
from tests.client import GENERATIONS
from tests.live.worker import wait_until
from tests.peers.openai_chat import completion
from tests.peers.server import Peer

BETTER = "A tabby cat naps on a sunny windowsill in the early morning."
BODY = b'{"prompt": "a cat on a windowsill"}'
SLOTS = 2


@pytest.fixture
def model():
    with Peer().running() as peer:
        peer.answers(completion(BETTER))
        peer.hold()
        yield peer
        peer.go_on()


def test_while_as_many_wait_for_it_as_may_work_at_once_others_are_answered(
    database_url, redis_url, tmp_path, key, model
):
    settings = {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "BROKER_URL": redis_url,
        "REQUESTS_AT_ONCE": str(SLOTS),
        "ENHANCER": "openai",
        "OPENAI_ENHANCER_MODEL": "model",
        "OPENAI_ENHANCER_BASE_URL": f"{model.url}/v1",
        "ENHANCEMENT_TIMEOUT_S": "25",
    }
    with serve(tmp_path, **settings) as server, ThreadPoolExecutor(2 * SLOTS + 1) as programs:
        creates = [programs.submit(server.call, key, "POST", body=BODY) for _ in range(SLOTS)]
        looks = [programs.submit(server.call, key, "POST", "/api/v1/prompts/enhance", body=BODY) for _ in range(SLOTS)]
        wait_until(lambda: len(model.asked) == 2 * SLOTS, 20)
        assert server.call(key, path=GENERATIONS).status == 200
        assert server.call(key, "POST", body=b'{"prompt": "a dog", "autoEnhance": false}').status == 201
        assert not any(waiting.done() for waiting in creates + looks)
        model.go_on()
        assert [waiting.result().json()["data"]["prompt"] for waiting in creates + looks] == [BETTER] * 2 * SLOTS
    assert Generation.objects.filter(prompt=BETTER, enhancement_fallback="").count() == SLOTS
