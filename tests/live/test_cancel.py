"""Cancel and retry over HTTP, against real workers and real web processes, on each broker; and on SQLite alone."""

import json
from contextlib import closing
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from generations.images.models import Image, StorageIntent
from generations.models import Generation, Status
from tests.api.live import serve
from tests.client import GENERATIONS
from tests.factories import ApiKeyFactory
from tests.live.test_quickstart import easel, finished
from tests.live.worker import wait_until
from tests.peers import openai_images
from tests.peers.server import Answer, Peer
from tests.providers import png

__all__ = ["easel"]

CANCELED = ("failed", "CANCELED", "Canceled by the caller.")
RARE_S = "100"


@pytest.fixture
def key(transactional_db):
    return ApiKeyFactory(rate_limit_per_hour=1_000).text


@pytest.fixture
def web(database_url, broker_url, queue, redis_url, key, tmp_path):
    """A program that calls a real web process; ``web(method, path, body)`` gives status and answer."""
    settings = {"DJANGO_SETTINGS_MODULE": "tests.live.settings", "TEST_QUEUE": queue, "BROKER_URL": broker_url}
    with serve(tmp_path, DATABASE_URL=database_url, REDIS_URL=redis_url, **settings) as server:

        def call(method, path, body=None):
            answer = server.call(key, method, path, body and json.dumps(body).encode())
            return answer.status, answer.json()

        call.server = server
        yield call


@pytest.fixture
def create(web):
    """Create a generation that does what its prompt says; gives its address."""

    def create(prompt):
        status, answer = web("POST", GENERATIONS, {"prompt": prompt, "autoEnhance": False})
        assert status == 201
        return f"{GENERATIONS}/{answer['data']['id']}"

    return create


@pytest.fixture
def cancel(web):
    def cancel(path):
        status, answer = web("POST", f"{path}/cancel")
        assert (status, outcome(answer["data"])) == (202, CANCELED)

    return cancel


@pytest.fixture
def reaches(web):
    """Wait until a generation is in this status."""

    def reaches(path, status):
        wait_until(lambda: web("GET", path)[1]["data"]["status"] == status)

    return reaches


def outcome(data):
    return data["status"], data["errorCode"], data["errorMessage"]


def files(media):
    return sorted(str(path.relative_to(media)) for path in media.rglob("*") if path.is_file())


def assert_nothing_but_finished_images(media):
    wait_until(lambda: not StorageIntent.objects.exists())
    assert files(media) == sorted(Image.objects.values_list("key", flat=True))
    assert Image.objects.count() == Generation.objects.filter(status=Status.SUCCESS).count()


def test_what_is_canceled_while_it_waits_is_never_painted(worker, create, cancel, reaches, media):
    waiting = create("a cat")
    cancel(waiting)
    worker()
    reaches(create("a dog"), "success")
    generation = Generation.objects.get(pk=waiting.rpartition("/")[2])
    assert (generation.status, generation.attempt) == (Status.FAILED, 0)
    assert_nothing_but_finished_images(media)


def test_a_late_image_is_thrown_away_and_the_worker_serves_on(worker, web, create, cancel, reaches, media):
    running = worker(options="--pool prefork --concurrency 1")
    late = create("slow:2")
    reaches(late, "processing")
    cancel(late)
    reaches(create("a dog"), "success")
    wait_until(lambda: "late_image_discarded" in running.log)
    assert outcome(web("GET", late)[1]["data"]) == CANCELED
    assert_nothing_but_finished_images(media)
    assert web("POST", f"{late}/cancel")[0] == 409


@pytest.mark.parametrize(("prompt", "heartbeat_s"), [("steps", RARE_S), ("patient", "0.5")])
def test_a_provider_that_can_stop_does_and_frees_its_worker(
    worker, create, cancel, reaches, media, prompt, heartbeat_s
):
    """By its reports of progress, however rare the heartbeat; or by the heartbeat. Neither would ever end by itself."""
    running = worker(options="--pool prefork --concurrency 1", HEARTBEAT_S=heartbeat_s, LEASE_S="201")
    endless = create(prompt)
    reaches(endless, "processing")
    cancel(endless)
    reaches(create("a dog"), "success")
    assert "attempt_stopped" in running.log
    assert "Traceback" not in running.log
    assert_nothing_but_finished_images(media)


def test_a_canceled_one_runs_again_under_its_id(worker, web, create, cancel, reaches, media):
    path = create("slow:0.2")
    cancel(path)
    worker()
    status, answer = web("POST", f"{path}/retry")
    assert (status, outcome(answer["data"])) == (202, ("pending", None, None))
    reaches(path, "success")
    assert web("GET", path)[1]["data"]["retryCount"] == 0
    assert web("POST", f"{path}/retry")[1]["error"]["code"] == "GENERATION_NOT_FAILED"
    assert web("POST", f"{path}/cancel")[1]["error"]["code"] == "GENERATION_FINISHED"
    assert_nothing_but_finished_images(media)


def test_a_body_that_nobody_reads_leaves_the_connection_in_order(web, create, key):
    path = create("a cat")
    with closing(web.server.connect()) as connection:
        for verb, status in (("cancel", 202), ("retry", 202), ("retry", 409)):
            body = b'{"why": "changed my mind"}'
            connection.request("POST", f"{path}/{verb}", body, {"X-API-Key": key, "Content-Type": "text/plain"})
            answer = connection.getresponse()
            assert (answer.status, json.load(answer)["success"]) == (status, status == 202)


# ── The embedded default: one process on SQLite ──────────────────────────────────────────────────────────────────────


def post(running, key, path):
    headers = {"X-API-Key": key}
    try:
        with urlopen(Request(running.url + path, headers=headers, method="POST")) as answer:
            return answer.status, json.load(answer)
    except HTTPError as refusal:
        return refusal.code, json.load(refusal)


def test_on_sqlite_a_vendors_late_answer_is_thrown_away_and_its_link_not_followed(easel, tmp_path):
    with Peer().running() as vendor:
        picture = Answer(png(), content_type="image/png")
        vendor.answers(openai_images.link(f"{vendor.url}/picture.png"), picture)
        vendor.hold()
        running = easel(OPENAI_API_KEY="k", OPENAI_BASE_URL=f"{vendor.url}/v1")
        key = running.key
        asked = {"prompt": "a lighthouse", "autoEnhance": False}
        path = f"{GENERATIONS}/{running.call(GENERATIONS, asked, key)['id']}"
        wait_until(lambda: vendor.asked)
        status, answer = post(running, key, f"{path}/cancel")
        assert (status, outcome(answer["data"])) == (202, CANCELED)
        assert post(running, key, f"{path}/cancel")[0] == 409
        vendor.go_on()
        wait_until(lambda: "attempt_stopped" in running.output)
        assert [request.method for request in vendor.asked] == ["POST"]
        assert outcome(running.call(path, key=key)) == CANCELED
        assert files(tmp_path / "data" / "media") == []

        vendor.answers(openai_images.picture())
        assert post(running, key, f"{path}/retry")[0] == 202
        data = finished(running, key, path.rpartition("/")[2])
        assert (data["status"], data["retryCount"]) == ("success", 1)
        assert post(running, key, f"{path}/retry")[1]["error"]["code"] == "GENERATION_NOT_FAILED"
