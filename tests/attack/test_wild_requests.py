"""Wild requests in process: none crashes, none hangs, none is told what it is none of its business.

1,000 of them with every run of the tests; FUZZ_REQUESTS says how many, FUZZ_SEED which ones.
"""

import os
import re
import signal
from collections import Counter
from contextlib import closing, contextmanager
from io import BytesIO
from itertools import islice

import pytest
from django.db import transaction

from tests.attack.routes import routes
from tests.attack.wild import Wild
from tests.client import ApiClient

REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "1000"))
SEED = int(os.environ.get("FUZZ_SEED", "20261122"))
# So that what one deletes is there again for the next ones.
AT_ONCE = 20
PATIENCE_S = 20
# What an answer must not hold unless the request did: names of our files, statements and their errors, stacks.
INTERNAL = re.compile(
    rb"Traceback|site-packages|psycopg|django\.|rest_framework|/usr/|/home/|\.py\b|SELECT .{0,200} FROM|"
    rb"relation \"|syntax error|OperationalError|DataError|ProgrammingError|RecursionError|MemoryError"
)
# Pages and documents that people and Prometheus read, which name much; they have tests of their own.
PUBLIC = (b"/schema", b"/docs", b"/metrics", b"/admin")


@pytest.fixture
def api(scene, settings):
    settings.PREFER_WAIT_MAX_S = 0
    settings.STREAM_COMMENT_S = 0.01
    return ApiClient(None)


@contextmanager
def no_longer_than(seconds):
    """A request that hangs is an error, not a test that never ends."""

    def give_up(*_):
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def send(api, request):
    """Status and body, of a stream its beginning."""
    meta = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        meta[name] = meta.pop(f"HTTP_{name}")
    # Django's own stand-in for a body refuses to be read beyond its end; a server's ends there.
    meta["wsgi.input"] = BytesIO(request.body)
    path = request.path.decode("latin-1")
    answer = api.generic(request.method, "/", request.body, PATH_INFO=path, QUERY_STRING=request.query, **meta)
    if not answer.streaming:
        return answer.status_code, answer.content
    # Closed by ourselves: left to the garbage collector, it would end the next request's connection.
    with closing(answer._iterator) as frames:
        return answer.status_code, b"".join(islice(frames, 4))


def leak(request, body):
    found = None if request.path.startswith(PUBLIC) else INTERNAL.search(body)
    said = request.path + request.query.encode() + request.body
    return found and found[0] not in said and found[0]


def operations(ids):
    return [(method, path) for route in routes() for method in route.documented for _, path in route.combinations(ids)]


def test_wild_requests_crash_nothing_and_learn_nothing(api, scene, capsys):
    keys = [scene.key, scene.their_key, *filter(None, scene.wrong_keys.values())]
    wild = Wild(SEED, own=operations(scene.own.ids), others=operations(scene.every_id), keys=keys)
    statuses, wrong = Counter(), []
    for _ in range(0, REQUESTS, AT_ONCE):
        with transaction.atomic():
            for _ in range(min(AT_ONCE, REQUESTS - statuses.total())):
                request = wild.request()
                with no_longer_than(PATIENCE_S):
                    status, body = send(api, request)
                statuses[status] += 1
                if status >= 500 or leak(request, body):
                    wrong.append((status, request, body[:300]))
            transaction.set_rollback(True)
    with capsys.disabled():
        print(f"\n{statuses.total()} wild requests, seed {SEED}:", dict(sorted(statuses.items())))
    assert wrong == []
    assert statuses.total() == REQUESTS
    # Not all of them bounced off the same door.
    assert {200, 201, 202, 400, 401, 404, 405, 409, 415} <= statuses.keys()
    assert sum(count for status, count in statuses.items() if status < 300) > REQUESTS / 20
