"""Pictures in a real bucket with checked signatures."""

import json
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest
from botocore.retries.standard import ExponentialBackoff
from django.core.files.storage import storages

from generations import services
from generations.images.models import Image, StorageIntent
from generations.images.services import collect_due_intents
from generations.models import Generation, Status
from generations.worker import runner, storing
from projects.webhooks.links import current_body
from projects.webhooks.models import Message
from tests.client import GENERATIONS, ApiClient
from tests.factories import ApiKeyFactory, GenerationFactory, WebhookFactory
from tests.servers.process import HOST

pytestmark = pytest.mark.django_db


@pytest.fixture
def bucket(use, s3_bucket):
    use(s3_bucket.storage_url)
    return s3_bucket


def keys(bucket):
    return [item["Key"] for item in bucket.server.client.list_objects_v2(Bucket=bucket.name).get("Contents", [])]


def run():
    generation = GenerationFactory()
    runner.run("generations")
    generation.refresh_from_db()
    return generation


def test_a_picture_is_stored_with_its_type_and_its_caches_have_to_ask(provider, bucket):
    image = run().output_image
    head = bucket.server.client.head_object(Bucket=bucket.name, Key=image.key)
    assert head["ContentLength"] == image.file_size
    assert head["ContentType"] == "image/png"
    assert head["CacheControl"] == "public, no-cache"


def test_its_link_is_presigned_and_works_without_a_key(provider, bucket):
    image = run().output_image
    with urlopen(image.storage_url) as answer:
        assert len(answer.read()) == image.file_size
    with pytest.raises(HTTPError) as refused:
        urlopen(image.storage_url.replace("Signature=", "Signature=0"))
    assert refused.value.code == 403
    refused.value.close()


def test_links_of_half_their_life_are_alike_and_live_for_the_other_half(bucket, monkeypatch):
    began = 1_800_000_000

    def link(after_s):
        monkeypatch.setattr("generations.images.storage.s3.time", SimpleNamespace(time=lambda: began + after_s))
        return storages["default"].url("a b/(ü)~.png")

    assert link(0) == link(1) == link(1799.9)
    assert link(1800) == link(3599) != link(1799.9)
    for after_s in (0, 1799, 1800, 2500):
        query = parse_qs(urlsplit(link(after_s)).query)
        signed = datetime.strptime(query["X-Amz-Date"][0] + "+0000", "%Y%m%dT%H%M%SZ%z").timestamp()
        left_s = signed + int(query["X-Amz-Expires"][0]) - began - after_s
        assert 1800 <= left_s <= 3600


def test_a_presigned_link_is_taken_whatever_the_key_has_in_it(bucket):
    for key in ("a b/ü+%.png", "a!b*c(d)'~.png", "a/b=c&d?e#f.png"):
        bucket.server.client.put_object(Bucket=bucket.name, Key=key, Body=b"pixels")
        with urlopen(storages["default"].url(key)) as answer:
            assert answer.read() == b"pixels"


def test_a_finished_generation_is_a_304_as_long_as_its_link_is_the_same(provider, bucket, monkeypatch):
    generation = run()
    api = ApiClient(ApiKeyFactory(project=generation.project).text)
    path = f"{GENERATIONS}/{generation.pk}"
    monkeypatch.setattr("generations.images.storage.s3.time", SimpleNamespace(time=lambda: 1_800_000_000))
    first = api.get(path)
    again = {"If-None-Match": first["ETag"]}
    monkeypatch.setattr("generations.images.storage.s3.time", SimpleNamespace(time=lambda: 1_800_001_799))
    assert api.get(path, headers=again).status_code == 304
    monkeypatch.setattr("generations.images.storage.s3.time", SimpleNamespace(time=lambda: 1_800_001_800))
    newer = api.get(path, headers=again)
    assert newer.status_code == 200
    assert newer.json()["data"]["outputImage"]["storageUrl"] != first.json()["data"]["outputImage"]["storageUrl"]


def test_a_public_base_url_makes_lasting_links(provider, use, s3_bucket):
    use(f"{s3_bucket.storage_url}&public_url=https%3A%2F%2Fcdn.example%2Fpictures")
    image = run().output_image
    assert image.storage_url == f"https://cdn.example/pictures/{image.key}"


def test_deleting_a_generation_deletes_its_object(provider, bucket):
    generation = run()
    assert keys(bucket) == [generation.output_image.key]
    services.delete_generation(generation.project, str(generation.pk))
    collect_due_intents()
    assert keys(bucket) == []
    assert not StorageIntent.objects.exists()


def test_an_object_that_is_gone_counts_as_deleted(provider, bucket):
    generation = run()
    bucket.server.client.delete_object(Bucket=bucket.name, Key=generation.output_image.key)
    services.delete_generation(generation.project, str(generation.pk))
    assert collect_due_intents() == 1


@pytest.mark.parametrize("wrong", ["signature", "bucket", "address"])
def test_a_storage_that_refuses_postpones_and_leaves_its_intents(provider, use, s3_bucket, settings, wrong):
    settings.CELERY_TASK_TIME_LIMIT = 0
    url = s3_bucket.storage_url
    secret, name, port = s3_bucket.server.secret_key, s3_bucket.name, str(s3_bucket.server.port)
    use({
        "signature": url.replace(secret, "wrong"),
        "bucket": url.replace(name, "no-such-bucket"),
        "address": url.replace(port, "1"),
    }[wrong])  # fmt: skip
    generation = run()
    assert (generation.status, generation.retries) == (Status.PENDING, 1)
    assert StorageIntent.objects.live().count() == 1
    assert not Image.objects.exists()
    assert keys(s3_bucket) == []
    use(url)
    Generation.objects.update(next_attempt_at=generation.created_at)
    runner.run("generations")
    assert Image.objects.count() == 1


class Busy(BaseHTTPRequestHandler):
    """A bucket that says "slow down" to so many requests."""

    refusals = 0

    def do_PUT(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        Busy.refusals -= 1
        body = b"<Error><Code>SlowDown</Code></Error>" if Busy.refusals >= 0 else b""
        self.send_response(503 if body else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Say nothing."""


def test_a_bucket_that_wants_it_slower_gets_the_same_picture_until_it_takes_it(provider, use, monkeypatch):
    """boto3 asks twice each time, so it is more often than any fixed number of tries would have been."""
    monkeypatch.setattr(Busy, "refusals", 9)
    monkeypatch.setattr(storing, "STORE_AGAIN_AFTER_S", (0,))
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda *args: 0)
    with ThreadingHTTPServer((HOST, 0), Busy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        use(f"s3://key:secret@bucket?endpoint=http://{HOST}:{server.server_port}")
        generation = run()
        server.shutdown()
    assert (generation.status, generation.attempt, provider.calls) == (Status.SUCCESS, 1, 1)
    assert Busy.refusals == -1


def test_a_forked_child_speaks_to_the_bucket_over_a_line_of_its_own(bucket):
    storage = storages["default"]
    with ThreadPoolExecutor(1) as relay:  # of a worker's main process, beside the thread that forks
        inherited = relay.submit(lambda: storage.bucket).result()
    assert storage.bucket is inherited  # one for all threads: to make one takes a tenth of a second
    child = os.fork()
    if not child:
        os._exit(storage.bucket.meta.client is inherited.meta.client)
    assert os.waitpid(child, 0)[1] == 0


def test_a_link_in_a_webhook_lives_from_each_delivery_on_and_not_from_the_event(provider, bucket, monkeypatch):
    """A message is sent for a day and again for a week; its text is kept as it was written."""
    two_hours_ago = time.time() - 7200
    GenerationFactory(project=WebhookFactory().project)
    with monkeypatch.context() as then:
        then.setattr("generations.images.storage.s3.time", SimpleNamespace(time=lambda: two_hours_ago))
        runner.run("generations")
    message = Message.objects.get(type="generation.succeeded")
    written, told = json.loads(message.body), json.loads(current_body(message))
    ended = written["data"]["outputImage"].pop("storageUrl")
    lives = told["data"]["outputImage"].pop("storageUrl")
    with pytest.raises(HTTPError, match=r"400|403"):
        urlopen(ended)
    with urlopen(lives) as answer:
        assert len(answer.read()) == Image.objects.get().file_size
    assert told == written
