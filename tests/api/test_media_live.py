"""Pictures over real connections: whoever does not read keeps nobody from the API."""

import socket
from contextlib import ExitStack, closing

from generations.images.models import Image
from tests.api.live import serve
from tests.factories import ApiKeyFactory, ImageFactory
from tests.live.worker import wait_until
from tests.servers.process import HOST

LARGE = 24 * 1024 * 1024


def test_whoever_does_not_read_keeps_nobody_from_the_api(database_url, redis_url, tmp_path):
    key, image = ApiKeyFactory().text, ImageFactory()
    file = tmp_path / "data" / "media" / image.key
    file.parent.mkdir(parents=True)
    file.write_bytes(bytes(LARGE))
    Image.objects.update(file_size=LARGE)
    path = f"/media/{image.key}"
    addresses = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "BROKER_URL": redis_url}
    with (
        serve(tmp_path, GRANIAN_BLOCKING_THREADS="12", SEND_STALL_S="8", **addresses) as server,
        ExitStack() as readers,
    ):
        answers = []
        for _ in range(16):
            reader = readers.enter_context(closing(socket.create_connection((HOST, server.port), timeout=20)))
            reader.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            answers.append(reader.recv(12))
        assert answers == [b"HTTP/1.1 200"] * 4 + [b"HTTP/1.1 503"] * 12
        assert server.call(key, "POST", body=b'{"prompt": "a cat", "autoEnhance": false}').status == 201
        assert server.call(key, path=path, **{"If-None-Match": f'"{image.sha256}"'}).status == 304
        refused = server.call(key, path=path)
        assert (refused.status, refused.headers["Retry-After"]) == (503, "2")
        # None of them has gone away or read on, and they are cut off.
        wait_until(lambda: server.call(key, "HEAD", path).status == server.call(key, path=path).status == 200, 60)
        assert len(server.call(key, path=path).body) == LARGE
