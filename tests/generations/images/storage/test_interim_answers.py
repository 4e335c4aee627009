"""A bucket behind a proxy that says 102 or 103 first: only what follows is the answer."""

from contextlib import closing

import pytest
from botocore.exceptions import ClientError
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from config.settings.storages import image_storage
from tests.projects.webhooks.receivers import receiver, status

EARLY = b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"


@pytest.fixture
def storage(settings):
    def storage(there):
        url = f"s3://id:secret@pictures?endpoint=http://127.0.0.1:{there.port}&region=us-east-1"
        settings.STORAGES = {**settings.STORAGES, "default": image_storage(url, cache_control="")}
        return storages["default"]

    return storage


def test_what_a_bucket_then_refuses_is_not_stored(storage):
    with receiver(EARLY + status(403), requests=9) as there:
        bucket = storage(there)
        with closing(bucket.connection.meta.client), pytest.raises(ClientError, match="403"):
            bucket.save("fox.png", ContentFile(b"a picture"))
        assert there.posted[0].body.endswith("a picture")


def test_what_it_then_takes_is_and_the_next_answer_is_that_to_the_next_request(storage):
    with receiver(EARLY + status(200, 'ETag: "1"'), requests=9) as there:
        bucket = storage(there)
        with closing(bucket.connection.meta.client):
            bucket.save("fox.png", ContentFile(b"a picture"))
            there.answer = lambda stream: stream.sendall(EARLY + status(403))
            with pytest.raises(ClientError, match="403"):
                bucket.save("cat.png", ContentFile(b"a picture"))
    assert [posted.line.split("/")[-2].split()[0] for posted in there.posted] == ["fox.png", "cat.png"]
    assert there.connections == 1
