"""/metrics: what Prometheus is told, whatever is down."""

import re
import time
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from config.monitoring import collectors, health, metrics
from tests.factories import ApiKeyFactory, GenerationFactory, WebhookFactory
from tests.outages import open_breaker


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    """Each test asks anew, and none joins a look that an earlier one left hanging."""
    monkeypatch.setattr(collectors, "ROWS", health.Probe(collectors.look_at_rows))
    monkeypatch.setattr(collectors, "HINTS", health.Probe(collectors.hints_waiting))


@pytest.fixture
def scrape(client):
    """Return every sample by its name and labels, as Prometheus reads them."""

    def scrape(**headers) -> dict[str, float]:
        response = client.get("/metrics", headers=headers)
        assert response.status_code == 200
        assert response["Content-Type"].startswith("text/plain; version=")
        lines = response.content.decode().splitlines()
        samples = [line.rsplit(" ", 1) for line in lines if line and not line.startswith("#")]
        assert len(samples) == len(dict(samples)), "a sample is there twice"
        return {name: float(value) for name, value in samples}

    return scrape


def grown(before: dict[str, float], after: dict[str, float], name: str) -> dict[str, float]:
    """By how much the samples of this metric grew."""
    return {
        key: after[key] - before.get(key, 0) for key in after if key.startswith(name) and after[key] != before.get(key)
    }


def test_requests_are_counted_by_route_method_and_status(client, db, redis_url, scrape):
    before = scrape()
    client.get("/healthz")
    client.get("/healthz")
    client.post("/healthz")
    client.get("/api/v1/generations/no-such-id")
    assert grown(before, scrape(), "easel_http_requests_total") == {
        'easel_http_requests_total{method="GET",route="healthz",status="200"}': 2,
        'easel_http_requests_total{method="POST",route="healthz",status="405"}': 1,
        'easel_http_requests_total{method="GET",route="api/v1/generations/<str:pk>",status="401"}': 1,
        'easel_http_requests_total{method="GET",route="metrics",status="200"}': 1,
    }


def test_requests_are_timed_by_route(client, scrape, transactional_db):
    before = scrape()
    client.get("/healthz")
    grew = grown(before, scrape(), "easel_http_request_duration_seconds")
    assert grew['easel_http_request_duration_seconds_bucket{le="+Inf",method="GET",route="healthz",status="200"}'] == 1
    assert 0 < grew['easel_http_request_duration_seconds_sum{method="GET",route="healthz",status="200"}'] < 60


def test_paths_and_methods_of_a_scanner_make_no_series(client, db, scrape):
    before = scrape()
    for number in range(20):
        client.get(f"/wp-admin/{number}.php")
        client.generic(f"ODD{number}", "/healthz")
    assert set(grown(before, scrape(), "easel_http_requests_total")) == {
        'easel_http_requests_total{method="GET",route="(none)",status="404"}',
        'easel_http_requests_total{method="other",route="healthz",status="405"}',
        'easel_http_requests_total{method="GET",route="metrics",status="200"}',
    }


def test_counting_a_request_costs_microseconds(rf):
    request = rf.get("/healthz")
    request.resolver_match = None
    response = metrics.HttpResponse()
    middleware = metrics.MetricsMiddleware(lambda request: response)
    middleware(request)
    rounds = []
    for _ in range(20):
        began = time.perf_counter()
        for _ in range(100):
            middleware(request)
        rounds.append((time.perf_counter() - began) / 100)
    assert min(rounds) < 50e-6


def test_the_queue_is_told_by_depth_and_age(transactional_db, redis_url, scrape):
    GenerationFactory(created_at=timezone.now() - timedelta(seconds=120))
    GenerationFactory()
    GenerationFactory(processing=True)
    GenerationFactory(trashed=True)
    seen = scrape()
    assert seen['easel_queue_depth{status="pending"}'] == 2
    assert seen['easel_queue_depth{status="processing"}'] == 1
    assert seen["easel_oldest_pending_seconds"] == pytest.approx(120, abs=5)
    assert seen["easel_broker_hints"] == 0


def test_what_waits_for_a_provider_that_is_down_is_counted(transactional_db, redis_url, scrape, settings):
    settings.IMAGE_PROVIDER_CHAIN = ["sketch"]
    GenerationFactory.create_batch(2)
    GenerationFactory(project__image_provider="sketch")
    GenerationFactory(processing=True)
    name = 'easel_waiting_for_provider{provider="sketch"}'
    assert name not in scrape()
    open_breaker("sketch")
    assert scrape()[name] == 3


def test_keys_that_end_soon_are_told_by_their_number_and_the_first_end(transactional_db, redis_url, scrape):
    seen = scrape()
    assert seen["easel_api_keys_ending_soon"] == 0
    assert "easel_api_key_ends_in_seconds" not in seen
    for days in (3, 10, 30):
        ApiKeyFactory(expires_at=timezone.now() + timedelta(days=days))
    ApiKeyFactory(expires_at=timezone.now() + timedelta(days=1), rotated_at=timezone.now())
    seen = scrape()
    assert seen["easel_api_keys_ending_soon"] == 2
    assert seen["easel_api_key_ends_in_seconds"] == pytest.approx(3 * 86_400, abs=60)
    assert not [name for name in seen if name.startswith("easel_api_key") and "{" in name]


def test_webhooks_that_fail_are_told_by_state(transactional_db, redis_url, scrape):
    now = timezone.now()
    WebhookFactory(failing_since=now)
    for reason in ("gone", "failing", "owner"):
        WebhookFactory(disabled_reason=reason, disabled_at=now, failing_since=now)
    WebhookFactory()
    seen = scrape()
    assert {name: value for name, value in seen.items() if name.startswith("easel_webhooks")} == {
        'easel_webhooks{state="failing"}': 1,
        'easel_webhooks{state="given_up"}': 2,
    }


def test_an_empty_queue_has_no_age(transactional_db, redis_url, scrape):
    assert scrape()["easel_oldest_pending_seconds"] == 0


def test_hints_in_the_broker_are_counted(transactional_db, redis_url, scrape):
    from generations.queue.broker import Bell

    bell = Bell()
    bell.ring(2)
    bell.close()
    assert scrape()["easel_broker_hints"] == 2


def test_generations_of_the_last_hour_are_told_by_status_and_provider(transactional_db, redis_url, scrape):
    GenerationFactory(success=True, processing_time_ms=400)
    GenerationFactory(success=True, processing_time_ms=8_500)
    GenerationFactory(success=True, provider="other", processing_time_ms=1_000)
    GenerationFactory(failed=True)
    GenerationFactory()
    GenerationFactory(success=True, created_at=timezone.now() - timedelta(hours=2))
    seen = scrape()
    assert {key: value for key, value in seen.items() if key.startswith("easel_generations_last_hour")} == {
        'easel_generations_last_hour{provider="sketch",status="success"}': 2,
        'easel_generations_last_hour{provider="other",status="success"}': 1,
        'easel_generations_last_hour{provider="sketch",status="failed"}': 1,
        'easel_generations_last_hour{provider="",status="pending"}': 1,
    }
    name = "easel_generation_duration_last_hour_seconds"
    buckets = {
        re.search(r'le="(.+?)"', key)[1]: value
        for key, value in seen.items()
        if key.startswith(f"{name}_bucket") and 'provider="sketch"' in key
    }
    assert list(buckets.items()) == [
        ("0.1", 0), ("0.25", 0), ("0.5", 1), ("1.0", 1), ("2.5", 1), ("5.0", 1),
        ("10.0", 2), ("30.0", 2), ("60.0", 2), ("120.0", 2), ("300.0", 2), ("+Inf", 2),
    ]  # fmt: skip
    assert seen[f'{name}_gsum{{provider="sketch"}}'] == 8.9


def test_what_was_seen_just_now_is_not_asked_again():
    looks = []
    probe = health.Probe(lambda: looks.append("look"), keep_s=60)
    for _ in range(5):
        health.finish([probe.start()])
    assert looks == ["look"]


def test_what_failed_just_now_is_asked_again():
    looks = []

    def fail():
        looks.append("look")
        raise OSError

    probe = health.Probe(fail, keep_s=60)
    for _ in range(3):
        health.finish([probe.start()])
    assert len(looks) == 3


def test_with_the_database_down_the_requests_are_still_told(client, redis_url, scrape, monkeypatch):
    monkeypatch.setitem(connections.settings["default"], "PORT", 1)
    client.get("/healthz")
    seen = scrape()
    assert seen['easel_up{part="database"}'] == 0
    assert seen['easel_up{part="broker"}'] == 1
    assert seen['easel_http_requests_total{method="GET",route="healthz",status="200"}'] >= 1
    assert not [key for key in seen if key.startswith("easel_queue_depth")]


def test_parts_that_hang_hold_no_scrape_up(scrape, tcp_blackhole, monkeypatch):
    monkeypatch.setitem(connections.settings["default"], "PORT", tcp_blackhole.port)
    began = time.monotonic()
    assert scrape()['easel_up{part="database"}'] == 0
    assert time.monotonic() - began < health.ANSWER_WITHIN_S + 1


def test_a_token_keeps_the_metrics_to_its_bearer(client, settings, transactional_db, redis_url, scrape):
    settings.METRICS_TOKEN = "s3cret-ü"
    for wrong in ({}, {"authorization": "Bearer nope"}, {"authorization": "s3cret-ü"}):
        refusal = client.get("/metrics", headers=wrong)
        assert (refusal.status_code, refusal["WWW-Authenticate"]) == (401, "Bearer")
        assert b"easel_" not in refusal.content
    assert scrape(authorization="Bearer s3cret-ü")['easel_up{part="database"}'] == 1


def test_production_keeps_the_metrics_closed_until_there_is_a_token(
    client, settings, transactional_db, redis_url, scrape
):
    settings.PRODUCTION, settings.METRICS_TOKEN = True, ""
    for headers in ({}, {"authorization": "Bearer "}, {"authorization": "Bearer None"}):
        refusal = client.get("/metrics", headers=headers)
        assert refusal.status_code == 403
        assert refusal.json()["error"]["message"] == "The metrics are closed until METRICS_TOKEN is set."
        assert b"easel_" not in refusal.content
    settings.METRICS_TOKEN = "$"
    assert client.get("/metrics").status_code == 401
    assert scrape(authorization="Bearer $")['easel_up{part="database"}'] == 1
