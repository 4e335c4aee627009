"""The product through a real pooler in transaction mode, where there is one on this machine."""

import os
import subprocess
import sys
import time

import pytest

from generations.models import Generation, Status
from tests.api.live import serve
from tests.client import GENERATIONS
from tests.factories import ApiKeyFactory
from tests.live.worker import ROOT
from tests.servers.pgbouncer import PROGRAM, PgBouncer

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no pgbouncer here")
WAITS = 20


@pytest.fixture
def database_url(database_url):
    with PgBouncer(database_url) as pgbouncer:
        yield pgbouncer.url


@pytest.fixture
def broker_url(redis_url):
    return redis_url


def test_everything_works_through_a_pooler_in_transaction_mode(worker, database_url, redis_url, queue, tmp_path):
    key = ApiKeyFactory(rate_limit_per_hour=1000).text
    worker().ready()
    settings = {"DJANGO_SETTINGS_MODULE": "tests.live.settings", "TEST_QUEUE": queue}
    with serve(tmp_path, DATABASE_URL=database_url, REDIS_URL=redis_url, BROKER_URL=redis_url, **settings) as server:
        began = time.monotonic()
        again = {"Idempotency-Key": "one", "Prefer": f"wait={WAITS}"}
        made = [server.call(key, "POST", body=b'{"prompt": "a cat"}', **again) for _ in range(2)]
        assert [answer.json()["data"]["status"] for answer in made] == ["success", "success"]
        assert time.monotonic() - began < WAITS
        assert server.call(key).json()["pagination"]["total"] == 1
        one = made[0].json()["data"]["id"]
        assert b"event: done" in server.call(key, path=f"{GENERATIONS}/{one}/events").body
        assert server.call("", path="/readyz").json()["notifications"] == "polling"
        assert server.call(key, "DELETE", f"{GENERATIONS}/{one}").status == 200
        assert server.call(key, "POST", body=b'{"prompt": "a dog"}', Prefer=f"wait={WAITS}").status == 201
        assert not [line for line in server.log_lines() if line["level"] == "error"]
    assert Generation.objects.get().status == Status.SUCCESS
    examined = manage("doctor", DATABASE_URL=database_url, DATA_DIR=str(tmp_path / "data"))
    assert (examined.returncode, "Healthy" in examined.stdout) == (0, True)


def manage(command, **environment):
    return subprocess.run(
        [sys.executable, "manage.py", command],
        cwd=ROOT,
        env=os.environ | {"LOG_STREAM": "stderr"} | environment,
        check=False,
        capture_output=True,
        text=True,
    )
